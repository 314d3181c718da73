package lakehouse

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/apache/iceberg-go"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Result is the rows of a query, read one by one.
type Result struct {
	Columns []string
	Types   []string // DuckDB's names of the columns' types: DATE, DECIMAL(18,4), …
	next    func() ([]any, error)
	close   func()
}

// Next returns the next row, or nil after the last.
func (r *Result) Next() ([]any, error) { return r.next() }

// Close frees what the query holds.
func (r *Result) Close() { r.close() }

// Query runs SQL through DuckDB over the tables that it names, each as its current snapshot has it, or as it was at a
// time: `SELECT count(*) FROM commerce.telemetry`. It fetches the tables' files and keeps them on disk. It can change
// nothing in the lake.
func (l *Lake) Query(ctx context.Context, query string, asOf time.Time) (*Result, error) {
	return l.QueryTelling(ctx, query, asOf, func(string, int, int) {})
}

// QueryTelling is Query for somebody who waits: tell hears how many of a table's files are on disk of those that the
// query needs, one call at a time.
func (l *Lake) QueryTelling(ctx context.Context, query string, asOf time.Time, tell func(table string, files, of int)) (*Result, error) {
	db, err := l.Duck(ctx)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	for _, d := range Definitions() {
		if !mentions(query, d.Name) {
			continue
		}
		if err := l.view(ctx, db, d, asOf, tell); err != nil {
			_ = db.Close()
			return nil, err
		}
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		_ = db.Close()
		return nil, fault.Wrap(fault.InvalidInput, err, "run the query")
	}
	kinds, err := rows.ColumnTypes()
	if err != nil {
		_ = db.Close()
		return nil, fault.Wrap(fault.Internal, err, "run the query")
	}
	columns, types := make([]string, len(kinds)), make([]string, len(kinds))
	for i, kind := range kinds {
		columns[i], types[i] = kind.Name(), kind.DatabaseTypeName()
	}
	next := func() ([]any, error) {
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return nil, fault.Wrap(fault.InvalidInput, err, "run the query")
			}
			return nil, nil
		}
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "read the query's rows")
		}
		return values, nil
	}
	return &Result{Columns: columns, Types: types, next: next, close: func() { _ = rows.Close(); _ = db.Close() }}, nil
}

func mentions(query, table string) bool {
	return regexp.MustCompile(`(?i)\b` + strings.Replace(regexp.QuoteMeta(table), `\.`, `"?\."?`, 1) + `\b`).MatchString(query)
}

// view makes the table readable under its own name.
func (l *Lake) view(ctx context.Context, db *duck.DB, d Definition, asOf time.Time, tell func(string, int, int)) error {
	t, err := l.Table(ctx, d.Name)
	if err != nil {
		return err
	}
	files, err := t.filesAsOf(ctx, asOf)
	if err != nil {
		return err
	}
	paths, err := l.keep(ctx, t, files, tell)
	if err != nil {
		return err
	}
	namespace, name := d.Identifier()[0], d.Identifier()[1]
	script := fmt.Sprintf("CREATE SCHEMA IF NOT EXISTS %s; CREATE VIEW %s.%s AS FROM %s", duck.Name(namespace), duck.Name(namespace), duck.Name(name), t.union(paths))
	if err := db.Run(ctx, script); err != nil {
		return fault.Wrap(fault.Internal, err, "read %s", d.Name)
	}
	return nil
}

// keep makes files local and leaves them there. The folder is bounded like the event ids'.
func (l *Lake) keep(ctx context.Context, t *Table, files []iceberg.DataFile, tell func(string, int, int)) ([]string, error) {
	dir := filepath.Join(l.cfg.Dir, "files", t.Definition.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the folder of data files")
	}
	fs, err := t.FS(ctx)
	if err != nil {
		return nil, classify(err, "reach the files of %s", t.Definition.Name)
	}
	paths := make([]string, len(files))
	var mu sync.Mutex
	kept := 0
	had := func() {
		mu.Lock()
		defer mu.Unlock()
		kept++
		tell(t.Definition.Name, kept, len(files))
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for i, f := range files {
		paths[i] = filepath.Join(dir, filepath.Base(f.FilePath()))
		group.Go(func() error {
			now := time.Now()
			if os.Chtimes(paths[i], now, now) == nil {
				had()
				return nil
			}
			part := paths[i] + ".part" + fmt.Sprint(os.Getpid())
			defer os.Remove(part)
			if err := fetch(ctx, fs, f.FilePath(), part); err != nil {
				return classify(err, "download a file of %s", t.Definition.Name)
			}
			if err := os.Rename(part, paths[i]); err != nil {
				return fault.Wrap(fault.Internal, err, "keep a file of %s", t.Definition.Name)
			}
			had()
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	evict(dir, paths)
	return paths, nil
}
