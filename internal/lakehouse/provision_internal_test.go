package lakehouse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/testenv"
)

// older is commerce.telemetry as a version might have made it that knew neither tags nor test orders, explained one
// column otherwise, and had a column that this version does not know.
func older() Definition {
	d := commerceTelemetry()
	d.Columns = slices.DeleteFunc(d.Columns, func(c Column) bool { return c.Name == "product_tags" || c.Name == "is_test" })
	for i := range d.Columns {
		if d.Columns[i].Name == "title" {
			d.Columns[i].Doc = "title"
		}
	}
	d.Columns = append(d.Columns, Column{"batch", "long", "of the version before"})
	return d
}

func newLake(t *testing.T) *Lake {
	t.Helper()
	l := New(testenv.Catalog(t), testenv.S3(t))
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// fill adds a row by the columns that the query names.
func fill(t *testing.T, l *Lake, d Definition, query string) {
	t.Helper()
	db, err := l.Duck(t.Context())
	require.NoError(t, err)
	defer db.Close()
	now, err := l.Table(t.Context(), d.Name)
	require.NoError(t, err)
	now.Definition = d
	dir, err := l.Scratch("test")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	files, err := l.Export(t.Context(), db, now, query, filepath.Join(dir, "files"))
	require.NoError(t, err)
	add, err := l.Upload(t.Context(), now, files)
	require.NoError(t, err)
	_, err = l.Commit(t.Context(), d.Name, Commit{Add: add})
	require.NoError(t, err)
}

// row is a query that yields one row with the columns of a definition, all but the given ones null.
func row(d Definition, values map[string]string) string {
	query := "SELECT "
	for i, c := range d.Columns {
		value, ok := values[c.Name]
		if !ok {
			value = "NULL"
		}
		if i > 0 {
			query += ", "
		}
		query += fmt.Sprintf("%s AS %s", value, c.Name)
	}
	return query
}

func TestATableOfAnOlderVersionIsEvolvedAndItsFilesStayReadable(t *testing.T) {
	l := newLake(t)
	made, err := l.create(t.Context(), older())
	require.NoError(t, err)
	require.True(t, made)
	fill(t, l, older(), row(older(), map[string]string{"event_id": "'old'", "event_ts": "TIMESTAMPTZ '2026-01-01 10:00:00+00'", "batch": "7", "net_amount": "1.5"}))
	before, err := l.Table(t.Context(), CommerceTelemetry)
	require.NoError(t, err)

	did, err := l.provision(t.Context(), commerceTelemetry())
	require.NoError(t, err)
	require.Equal(t, "evolved: 2 columns added, 1 described, 0 properties set", did)
	did, err = l.provision(t.Context(), commerceTelemetry())
	require.NoError(t, err)
	require.Equal(t, "unchanged", did)

	after, err := l.Table(t.Context(), CommerceTelemetry)
	require.NoError(t, err)
	for _, field := range before.Schema().Fields() {
		now, ok := after.Schema().FindFieldByID(field.ID)
		require.True(t, ok, "%s stays", field.Name)
		require.Equal(t, field.Name, now.Name, "no column is renamed")
		require.True(t, field.Type.Equals(now.Type), "%s keeps its type", field.Name)
	}
	want, err := commerceTelemetry().Schema()
	require.NoError(t, err)
	for _, field := range want.Fields() {
		now, ok := after.Schema().FindFieldByName(field.Name)
		require.True(t, ok, field.Name)
		require.Equal(t, field.Doc, now.Doc, field.Name)
		require.False(t, now.Required, "%s: old files lack it", field.Name)
	}

	fill(t, l, commerceTelemetry(), row(commerceTelemetry(), map[string]string{
		"event_id": "'new'", "event_ts": "TIMESTAMPTZ '2026-01-01 11:00:00+00'", "is_test": "true", "product_tags": "['tea']", "net_amount": "2.25",
	}))
	require.Equal(t, [][]string{{"old", "1.5", "<nil>", "<nil>"}, {"new", "2.25", "true", "[tea]"}},
		answers(t, l, "SELECT event_id, net_amount::DOUBLE, is_test, product_tags FROM commerce.telemetry ORDER BY event_ts"), "old and new files together")
	require.Equal(t, [][]string{{"old"}}, answers(t, l, "SELECT event_id FROM commerce.telemetry WHERE is_test IS NULL"))
}

// answers runs a query over the lake and returns its rows as text.
func answers(t *testing.T, l *Lake, query string) (all [][]string) {
	t.Helper()
	result, err := l.Query(t.Context(), query, time.Time{})
	require.NoError(t, err)
	defer result.Close()
	for {
		values, err := result.Next()
		require.NoError(t, err)
		if values == nil {
			return all
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprint(v)
		}
		all = append(all, texts)
	}
}

func TestATableThatCannotBeEvolvedIsRefusedAndLeftAlone(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Definition)
		field  string
	}{
		{"another type", func(d *Definition) { d.Columns[12].Type = "string" }, "quantity"},
		{"another precision", func(d *Definition) { d.Columns[12].Type = "int" }, "quantity"},
		{"a list", func(d *Definition) { d.Columns[11].Type = "strings" }, "title"},
		{"another partition", func(d *Definition) { d.Partition.By = ByHour }, "partition"},
		{"no partition", func(d *Definition) { d.Partition = Partition{} }, "partition"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			l := newLake(t)
			other := commerceTelemetry()
			c.change(&other)
			other.Columns = other.Columns[:len(other.Columns)-1] // so that there is something to be added, too
			_, err := l.create(t.Context(), other)
			require.NoError(t, err)
			before := metadataOf(t, l)
			_, err = l.provision(t.Context(), commerceTelemetry())
			require.True(t, fault.Is(err, fault.SchemaMismatch), "%v", err)
			fields := fault.Of(err).Fields
			require.Len(t, fields, 1)
			require.Equal(t, c.field, fields[0].Name)
			require.Equal(t, before, metadataOf(t, l), "nothing is half done")
		})
	}
}

func metadataOf(t *testing.T, l *Lake) string {
	t.Helper()
	table, err := l.Table(context.WithoutCancel(t.Context()), CommerceTelemetry)
	require.NoError(t, err)
	return table.MetadataLocation()
}

func TestProvisioningIsTheSameForWhoeverComesSecond(t *testing.T) {
	l := newLake(t)
	first, err := l.Provision(t.Context())
	require.NoError(t, err)
	second, err := l.Provision(t.Context())
	require.NoError(t, err)
	for i, d := range Definitions() {
		require.Equal(t, "table "+d.Name+" created", first[i])
		require.Equal(t, "table "+d.Name+" unchanged", second[i])
	}
	made, err := l.create(t.Context(), commerceTelemetry())
	require.NoError(t, err)
	require.False(t, made, "it is there")
	c, err := l.connect(t.Context())
	require.NoError(t, err)
	_, err = c.LoadTable(t.Context(), []string{"commerce", "nothing"})
	require.ErrorIs(t, err, catalog.ErrNoSuchTable)
	commerce, err := l.Table(t.Context(), CommerceTelemetry)
	require.NoError(t, err)
	field, ok := commerce.Schema().FindFieldByName("net_amount")
	require.True(t, ok)
	require.Equal(t, iceberg.DecimalTypeOf(18, 4), field.Type)
}
