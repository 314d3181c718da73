package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// Options bounds one database.
type Options struct {
	Memory  string // memory_limit, for instance 512MB; empty means 1GB
	Threads int    // 0 means one per core
	Dir     string // where it may spill: a directory of its own is made below it and removed by Close
}

// DB is an in-memory database whose tables spill to disk where they outgrow the limit. It is safe for concurrent use;
// all its connections see the same tables, except temporary ones.
type DB struct {
	*sql.DB
	spill string
}

// Open makes an empty database.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Dir == "" {
		o.Dir = os.TempDir()
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("make DuckDB's directory: %w", err)
	}
	spill, err := os.MkdirTemp(o.Dir, "duckdb-")
	if err != nil {
		return nil, fmt.Errorf("make DuckDB's directory: %w", err)
	}
	connector, err := duckdb.NewConnector("?"+o.settings(spill).Encode(), func(conn driver.ExecerContext) error {
		_, err := conn.ExecContext(context.Background(), "SET TimeZone = 'UTC'", nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	db := &DB{DB: sql.OpenDB(connector), spill: spill}
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open DuckDB: %w", err)
	}
	return db, nil
}

func (o Options) settings(spill string) url.Values {
	v := url.Values{}
	v.Set("autoinstall_known_extensions", "false")
	v.Set("autoload_known_extensions", "false")
	v.Set("memory_limit", "1GB")
	if o.Memory != "" {
		v.Set("memory_limit", o.Memory)
	}
	if o.Threads > 0 {
		v.Set("threads", strconv.Itoa(o.Threads))
	}
	v.Set("temp_directory", filepath.Clean(spill))
	return v
}

// Close frees the memory and removes what was spilled.
func (db *DB) Close() error {
	err := db.DB.Close()
	if rm := os.RemoveAll(db.spill); err == nil {
		err = rm
	}
	return err
}

// OutOfMemory tells whether DuckDB gave up for want of memory. The database can still be used.
func OutOfMemory(err error) bool {
	var duckErr *duckdb.Error
	return errors.As(err, &duckErr) && duckErr.Type == duckdb.ErrorTypeOutOfMemory
}

// Run executes a script of one or more statements.
func (db *DB) Run(ctx context.Context, script string) error {
	_, err := db.ExecContext(ctx, script)
	return err
}

// Count answers a query of one number. NULL counts as 0.
func (db *DB) Count(ctx context.Context, query string, args ...any) (int64, error) {
	var n sql.NullInt64
	err := db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n.Int64, err
}

// Text quotes a string for SQL.
func Text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Name quotes an identifier for SQL.
func Name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// List writes strings as a SQL list, for read_parquet and its like.
func List(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = Text(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
