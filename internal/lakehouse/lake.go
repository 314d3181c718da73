package lakehouse

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"sync"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/rest"
	iceio "github.com/apache/iceberg-go/io"
	_ "github.com/apache/iceberg-go/io/gocloud/s3" // the file system of s3:// addresses
	"github.com/apache/iceberg-go/table"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Lake is the catalog with its tables. It is safe for concurrent use and connects when it is first used, so that a
// process starts before its catalog does.
type Lake struct {
	cfg     config.Lake
	objects config.Objects
	// The databases of a roll's steps, whichever streams they work for.
	staging, comparing *pool

	mu      sync.Mutex
	catalog *rest.Catalog
	files   map[string]fileSystem
	known   map[string]*known // by table
}

// New makes a lake. It connects to nothing.
func New(cfg config.Lake, objects config.Objects) *Lake {
	l := &Lake{cfg: cfg, objects: objects, files: map[string]fileSystem{}, known: map[string]*known{}}
	l.staging = newPool(StagedAtOnce, func(ctx context.Context) (*duck.DB, error) { return l.share(ctx, stageMemory) })
	l.comparing = newPool(1, func(ctx context.Context) (*duck.DB, error) { return l.single(ctx, compareMemory, 1) })
	return l
}

// Table is a loaded table together with its definition. It does not change; load it again to see newer snapshots.
type Table struct {
	*table.Table
	Definition Definition
}

// Snapshot is the id of the current snapshot, or 0 where the table is empty.
func (t *Table) Snapshot() int64 {
	if s := t.CurrentSnapshot(); s != nil {
		return s.SnapshotID
	}
	return 0
}

// Table loads a table's current state. Faults: SchemaMismatch where it is not provisioned, Unavailable.
func (l *Lake) Table(ctx context.Context, name string) (*Table, error) {
	definition, ok := Find(name)
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no table %s", name)
	}
	c, err := l.connect(ctx)
	if err != nil {
		return nil, err
	}
	t, err := c.LoadTable(ctx, definition.Identifier())
	if err != nil {
		return nil, classify(err, "load table %s", name)
	}
	shared := table.New(t.Identifier(), t.Metadata(), t.MetadataLocation(), l.shared(name, t), c)
	return &Table{Table: shared, Definition: definition}, nil
}

// fileSystemFor is how long a table's file system is used: credentials that a catalog vends live longer.
const fileSystemFor = 5 * time.Minute

// fileSystem is an S3 client that a table's loads share.
type fileSystem struct {
	io    iceio.IO
	since time.Time
}

// shared makes the loads of one table use one S3 client. Of itself each load makes a client at every call, with
// connections that nobody uses again and that stay open for a while: a busy sink would exhaust the server's.
func (l *Lake) shared(name string, t *table.Table) table.FSysF {
	return func(ctx context.Context) (iceio.IO, error) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if fs, ok := l.files[name]; ok && time.Since(fs.since) < fileSystemFor {
			return fs.io, nil
		}
		fs, err := t.FS(context.WithoutCancel(ctx))
		if err == nil {
			l.files[name] = fileSystem{io: fs, since: time.Now()}
		}
		return fs, err
	}
}

// knownOf is what is known of a table's events.
func (l *Lake) knownOf(t *Table) *known {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.known[t.Definition.Name]
	if !ok {
		k = newKnown(&idStore{dir: filepath.Join(l.cfg.Dir, "ids", t.Definition.Name)})
		l.known[t.Definition.Name] = k
	}
	return k
}

// Ping asks the catalog for its configuration, for health checks.
func (l *Lake) Ping(ctx context.Context) error {
	c, err := l.connect(ctx)
	if err != nil {
		return err
	}
	_, err = c.ListNamespaces(ctx, nil)
	return classify(err, "ask the catalog for its namespaces")
}

// Close ends the connection to the catalog and frees what DuckDB holds.
func (l *Lake) Close() error {
	l.staging.close()
	l.comparing.close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.catalog == nil {
		return nil
	}
	return l.catalog.Close()
}

// Duck opens a DuckDB with the lake's bounds and scratch folder.
func (l *Lake) Duck(ctx context.Context) (*duck.DB, error) {
	return duck.Open(ctx, duck.Options{Memory: l.cfg.Memory, Threads: l.cfg.Threads, Dir: l.ScratchDir()})
}

func (l *Lake) connect(ctx context.Context) (*rest.Catalog, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.catalog != nil {
		return l.catalog, nil
	}
	options := []rest.Option{rest.WithAdditionalProps(l.fileProperties())}
	if l.cfg.Warehouse != "" {
		options = append(options, rest.WithWarehouseLocation(l.cfg.Warehouse))
	}
	if l.cfg.Token != "" {
		options = append(options, rest.WithOAuthToken(l.cfg.Token))
	}
	// The catalog outlives the call that opens it.
	c, err := rest.NewCatalog(context.WithoutCancel(ctx), "lake", l.cfg.URI, options...)
	if err != nil {
		return nil, classify(err, "connect to the Iceberg catalog")
	}
	l.catalog = c
	return c, nil
}

// fileProperties says how files are reached. What a catalog vends takes precedence.
func (l *Lake) fileProperties() iceberg.Properties {
	properties := iceberg.Properties{
		iceio.S3Region: l.objects.Region, iceio.S3AccessKeyID: l.objects.AccessKeyID, iceio.S3SecretAccessKey: l.objects.SecretKey,
	}
	if l.objects.Endpoint != "" {
		properties[iceio.S3EndpointURL] = l.objects.Endpoint
	}
	maps.DeleteFunc(properties, func(_, value string) bool { return value == "" })
	return properties
}

func classify(err error, format string, args ...any) error {
	var known *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return fault.Wrap(known.Code, err, format, args...)
	case errors.Is(err, catalog.ErrNoSuchTable), errors.Is(err, catalog.ErrNoSuchNamespace):
		return fault.Wrap(fault.SchemaMismatch, err, format, args...)
	case errors.Is(err, table.ErrCommitFailed):
		return fault.Wrap(fault.CommitConflict, err, format, args...)
	case errors.Is(err, context.Canceled):
		return fault.Wrap(fault.Canceled, err, format, args...)
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(fault.Timeout, err, format, args...)
	case errors.Is(err, rest.ErrUnauthorized), errors.Is(err, rest.ErrForbidden), errors.Is(err, rest.ErrAuthorizationExpired):
		return fault.Wrap(fault.Unavailable, err, "the catalog refuses ICEBERG_TOKEN: "+format, args...)
	default:
		return fault.Wrap(fault.Unavailable, err, format, args...)
	}
}
