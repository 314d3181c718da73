package duck

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// Export writes a query's rows as Parquet files that carry field ids. They have no Bloom filters: those cost a tenth of
// the writing, and spare a reader little in files of a day.
type Export struct {
	Query string // a SELECT
	// To is one file's path, or a directory where PartitionBy is set: then each value gets files of its own, which the
	// columns of PartitionBy are not written into.
	To          string
	PartitionBy []string
	FieldIDs    []FieldID
}

// FieldID gives a column its Iceberg field id, and the elements of a list theirs.
type FieldID struct {
	Column  string
	ID      int
	Element int // 0 where the column is no list
}

// File is a Parquet file that Export wrote.
type File struct {
	Path      string
	Rows      int64
	Bytes     int64
	Partition map[string]string // by column of PartitionBy, as text
	// Columns has the statistics by column; a list's stand under its name and ".element".
	Columns map[string]ColumnStats
}

// ColumnStats is what Parquet's footer says of a column. Bounds are values as text, and absent where Known is false.
type ColumnStats struct {
	Bytes, Values, Nulls int64
	Min, Max             string
	Known                bool
}

// Export runs the query and returns the files with their statistics.
func (db *DB) Export(ctx context.Context, e Export) ([]File, error) {
	rows, err := db.QueryContext(ctx, e.statement())
	if err != nil {
		return nil, fmt.Errorf("write Parquet: %w", err)
	}
	defer rows.Close()
	var files []File
	for rows.Next() {
		var f File
		var footer int64
		var columns, keys any
		if err := rows.Scan(&f.Path, &f.Rows, &f.Bytes, &footer, &columns, &keys); err != nil {
			return nil, fmt.Errorf("read what DuckDB wrote: %w", err)
		}
		f.Partition = texts(keys)
		f.Columns = statistics(columns)
		files = append(files, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("write Parquet: %w", err)
	}
	return files, nil
}

func (e Export) statement() string {
	var b strings.Builder
	fmt.Fprintf(&b, "COPY (%s) TO %s (FORMAT parquet, COMPRESSION zstd, WRITE_BLOOM_FILTER false, RETURN_STATS", e.Query, Text(e.To))
	if len(e.PartitionBy) > 0 {
		fmt.Fprintf(&b, ", PARTITION_BY (%s), FILENAME_PATTERN '{uuid}', HIVE_FILE_PATTERN false, OVERWRITE_OR_IGNORE", joined(e.PartitionBy, Name))
	}
	if len(e.FieldIDs) > 0 {
		fmt.Fprintf(&b, ", FIELD_IDS {%s}", joined(e.FieldIDs, FieldID.sql))
	}
	b.WriteString(")")
	return b.String()
}

func (f FieldID) sql() string {
	if f.Element == 0 {
		return fmt.Sprintf("%s: %d", Name(f.Column), f.ID)
	}
	return fmt.Sprintf("%s: {__duckdb_field_id: %d, element: %d}", Name(f.Column), f.ID, f.Element)
}

func joined[T any](items []T, write func(T) string) string {
	parts := make([]string, len(items))
	for i, item := range items {
		parts[i] = write(item)
	}
	return strings.Join(parts, ", ")
}

func statistics(value any) map[string]ColumnStats {
	all := map[string]ColumnStats{}
	entries(value, func(name string, stats any) {
		t := texts(stats)
		_, known := t["min"]
		all[strings.ReplaceAll(name, `"`, "")] = ColumnStats{
			Bytes: number(t["column_size_bytes"]), Values: number(t["num_values"]), Nulls: number(t["null_count"]),
			Min: t["min"], Max: t["max"], Known: known,
		}
	})
	return all
}

func texts(value any) map[string]string {
	all := map[string]string{}
	entries(value, func(key string, v any) { all[key] = fmt.Sprint(v) })
	return all
}

// entries visits a MAP, which the driver hands over as an ordered map or as a plain one.
func entries(value any, visit func(string, any)) {
	switch m := value.(type) {
	case duckdb.OrderedMap:
		for i, key := range m.Keys() {
			visit(fmt.Sprint(key), m.Values()[i])
		}
	case duckdb.Map:
		for key, v := range m {
			visit(fmt.Sprint(key), v)
		}
	}
}

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
