package measurement

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// askedAtOnce is how many questions a day answers side by side: one a processor. More wait their turn, which is shorter
// than to share a processor with others. A connection stays open, because to open one costs as much as a page.
func askedAtOnce() int { return max(2, runtime.NumCPU()) }

// load reads a day into memory. The view is held once, by the reader.
func (r *Reader) load(ctx context.Context, table *lakehouse.Table, day Day) (*view, error) {
	performance := &shelf{table: table, cache: r.cache}
	files, err := performance.plan(ctx, span{day, day})
	if err != nil {
		return nil, err
	}
	lease, err := performance.lease(ctx, files.of(span{day, day}))
	if err != nil {
		return nil, err
	}
	defer lease.Release()
	earlier, err := performance.earlier(ctx, day)
	if err != nil {
		return nil, err
	}
	defer earlier.Release()
	// A day's products are one row group, on which a second thread finds nothing to do: each question is answered in the
	// thread that asks it.
	db, err := duck.Open(ctx, duck.Options{Memory: r.memory, Threads: 1, Dir: r.lake.ScratchDir()})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	db.SetMaxOpenConns(askedAtOnce())
	db.SetMaxIdleConns(askedAtOnce())
	v := &view{db: db, day: day, snapshot: table.Snapshot(), holders: 1}
	if err := r.fill(ctx, v, lease.Paths, earlier.Paths); err != nil {
		v.release()
		return nil, err
	}
	return v, nil
}

// earlier leases the rows that tell which products without a row of the day had sold before it. The newest of a product's
// rows tells its last sale.
func (s *shelf) earlier(ctx context.Context, day Day) (*datacache.Lease, error) {
	first, _, err := measured(s.table)
	if err != nil {
		return nil, err
	}
	return s.everSold(ctx, day-rowsKept-1, first)
}

func (r *Reader) fill(ctx context.Context, v *view, performance, earlier []string) error {
	products, err := r.catalogue.Products(ctx)
	if err != nil {
		return err
	}
	groups, err := r.catalogue.TagGroups(ctx)
	if err != nil {
		return err
	}
	dir, err := r.lake.Scratch("reader")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := writeLines(filepath.Join(dir, "products"), products); err != nil {
		return err
	}
	if err := writeLines(filepath.Join(dir, "groups"), groups); err != nil {
		return err
	}
	// One connection: the variable and the temporary tables are a session's.
	conn, err := v.db.Conn(ctx)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	defer conn.Close()
	_, err = conn.ExecContext(ctx, fmt.Sprintf(`
		SET VARIABLE day = DATE '%s';
		CREATE TEMP TABLE performance AS %s;
		CREATE TEMP VIEW earlier AS %s;
		CREATE TEMP TABLE product AS FROM read_json(%s, format = 'newline_delimited',
			columns = {product_id: 'VARCHAR', title: 'VARCHAR', vendor: 'VARCHAR', tags: 'VARCHAR[]'});
		CREATE TABLE tag_member AS SELECT tag_group, unnest(tags) AS tag FROM read_json(%s, format = 'newline_delimited',
			columns = {tag_group: 'VARCHAR', tags: 'VARCHAR[]'});
		%s
		DROP TABLE performance; DROP VIEW earlier; DROP TABLE product;`,
		v.day, performanceOf(performance), performanceOf(earlier), duck.Text(filepath.Join(dir, "products")), duck.Text(filepath.Join(dir, "groups")), script("view")))
	if err != nil {
		return broken(ctx, err, "load the performance of "+v.day.String())
	}
	if err := v.keepShown(ctx, conn); err != nil {
		return broken(ctx, err, "load the performance of "+v.day.String())
	}
	return nil
}

// keepShown takes over the rows as they are shown, by their number in standing.
func (v *view) keepShown(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, "SELECT shown FROM whole ORDER BY product_id, currency_code")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var shown string
		if err := rows.Scan(&shown); err != nil {
			return err
		}
		v.shown = append(v.shown, shown)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "DROP TABLE whole")
	return err
}

// performanceOf is the relation of some files of measurement.performance; of none, it is empty.
func performanceOf(paths []string) string {
	if len(paths) > 0 {
		return "FROM read_parquet(" + duck.List(paths) + ", hive_partitioning = false)"
	}
	definition, _ := lakehouse.Find(lakehouse.MeasurementPerform)
	types := map[string]string{"string": "VARCHAR", "date": "DATE", "timestamptz": "TIMESTAMPTZ", "int": "INTEGER", "long": "BIGINT", "money": "DECIMAL(18, 4)", "ratio": "DECIMAL(18, 4)"}
	list := "SELECT "
	for i, c := range definition.Columns {
		if i > 0 {
			list += ", "
		}
		list += fmt.Sprintf("NULL::%s AS %s", types[c.Type], duck.Name(c.Name))
	}
	return list + " WHERE false"
}

// writeLines writes values as NDJSON; read_json wants a file even where there is no line.
func writeLines[T any](path string, values []T) error {
	out, err := os.Create(path)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the catalogue")
	}
	encoder := json.NewEncoder(out)
	for _, value := range values {
		if err := encoder.Encode(value); err != nil {
			_ = out.Close()
			return fault.Wrap(fault.Internal, err, "write the catalogue")
		}
	}
	if err := out.Close(); err != nil {
		return fault.Wrap(fault.Internal, err, "write the catalogue")
	}
	return nil
}
