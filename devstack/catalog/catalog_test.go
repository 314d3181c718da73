package catalog_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/catalogtest"
	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/devstack/catalog"
	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/devstack/s3"
	"bluntcases.com/platform/internal/freeport"
)

// start runs a catalog over an S3 gateway and gives its address.
func start(t *testing.T) string {
	t.Helper()
	ports, err := freeport.Find(2)
	require.NoError(t, err)
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	gateway, err := s3.Start(t.Context(), part.Base{Name: "s3", Dir: dir + "/s3", Port: ports[0], Log: log})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gateway.Stop(context.Background())) })
	server, err := catalog.Start(t.Context(), part.Base{Name: "catalog", Dir: dir + "/catalog", Port: ports[1], Log: log}, gateway.Env)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Stop(ctx)
	})
	return server.Env["ICEBERG_URI"]
}

func client(t *testing.T, uri, warehouse string) *rest.Catalog {
	t.Helper()
	cat, err := rest.NewCatalog(t.Context(), "local", uri, rest.WithWarehouseLocation(warehouse))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cat.Close()) })
	return cat
}

func TestCatalogConformance(t *testing.T) {
	uri := start(t)
	catalogtest.RunCatalogTests(t, catalogtest.Config{
		SupportsNamespaceProperties: true,
		NewCatalog: func(t *testing.T) icebergcatalog.Catalog {
			return client(t, uri, strings.ToLower(strings.ReplaceAll(t.Name(), "/", "-")))
		},
	})
}

func TestWarehousesDoNotSeeEachOther(t *testing.T) {
	uri := start(t)
	first, second := client(t, uri, "first"), client(t, uri, "second")
	require.NoError(t, first.CreateNamespace(t.Context(), table.Identifier{"sales"}, nil))
	found, err := second.CheckNamespaceExists(t.Context(), table.Identifier{"sales"})
	require.NoError(t, err)
	require.False(t, found)
}

func TestConcurrentAppendsAllSucceed(t *testing.T) {
	cat := client(t, start(t), catalog.Warehouse)
	require.NoError(t, cat.CreateNamespace(t.Context(), table.Identifier{"sales"}, nil))
	created, err := cat.CreateTable(t.Context(), table.Identifier{"sales", "orders"}, catalogtest.Schema,
		icebergcatalog.WithProperties(iceberg.Properties{"commit.retry.num-retries": "50", "commit.retry.min-wait-ms": "10"}))
	require.NoError(t, err)

	const writers, each = 4, 5
	var group sync.WaitGroup
	failures := make(chan error, writers*each)
	for range writers {
		group.Go(func() {
			for range each {
				failures <- appendRow(t.Context(), cat, created.Identifier())
			}
		})
	}
	group.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	after, err := cat.LoadTable(t.Context(), created.Identifier())
	require.NoError(t, err)
	require.Len(t, after.Metadata().Snapshots(), writers*each)
	rows, err := after.Scan().ToArrowTable(t.Context())
	require.NoError(t, err)
	defer rows.Release()
	require.EqualValues(t, writers*each, rows.NumRows())
}

func TestACommitOnAnOldSnapshotIsAConflict(t *testing.T) {
	cat := client(t, start(t), catalog.Warehouse)
	require.NoError(t, cat.CreateNamespace(t.Context(), table.Identifier{"sales"}, nil))
	before, err := cat.CreateTable(t.Context(), table.Identifier{"sales", "orders"}, catalogtest.Schema)
	require.NoError(t, err)
	require.NoError(t, appendRow(t.Context(), cat, before.Identifier()))
	_, _, err = cat.CommitTable(t.Context(), before.Identifier(),
		[]table.Requirement{table.AssertRefSnapshotID("main", nil)},
		[]table.Update{table.NewSetPropertiesUpdate(iceberg.Properties{"offset": "1"})})
	require.ErrorIs(t, err, table.ErrCommitFailed)
}

func TestAStagedTableIsMadeByItsCommit(t *testing.T) {
	cat := client(t, start(t), catalog.Warehouse)
	require.NoError(t, cat.CreateNamespace(t.Context(), table.Identifier{"sales"}, nil))
	created, err := cat.CreateTable(t.Context(), table.Identifier{"sales", "staged"}, catalogtest.Schema,
		icebergcatalog.WithStagedUpdates(table.NewSetPropertiesUpdate(iceberg.Properties{"owner": "test"})))
	require.NoError(t, err)
	require.Equal(t, "test", created.Properties()["owner"])
	require.NoError(t, appendRow(t.Context(), cat, created.Identifier()))
}

func TestARequestThatIsNotTheProtocolsIsRefused(t *testing.T) {
	uri := start(t)
	require.NoError(t, client(t, uri, catalog.Warehouse).CreateNamespace(t.Context(), table.Identifier{"sales"}, nil))
	for path, body := range map[string]string{
		"/v1/lake/namespaces/sales/tables":   `{"name": "no schema"}`,
		"/v1/lake/namespaces/sales/tables/x": `{`,
		"/v1/lake/namespaces":                `[]`,
	} {
		response, err := http.Post(uri+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		_ = response.Body.Close()
		require.Equal(t, http.StatusBadRequest, response.StatusCode, path)
	}
}

func appendRow(ctx context.Context, cat *rest.Catalog, name table.Identifier) error {
	t, err := cat.LoadTable(ctx, name)
	if err != nil {
		return err
	}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int32}, {Name: "data", Type: arrow.BinaryTypes.String},
	}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer builder.Release()
	builder.Field(0).(*array.Int32Builder).Append(1)
	builder.Field(1).(*array.StringBuilder).Append("one")
	record := builder.NewRecordBatch()
	defer record.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{record})
	if err != nil {
		return err
	}
	defer reader.Release()
	if _, err := t.Append(ctx, reader, nil); err != nil {
		return fmt.Errorf("append: %w", err)
	}
	return nil
}
