package lakehouse

import (
	"path/filepath"
	"testing"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/duck"
)

// loose is a table as a catalog would give it, that belongs to none.
func loose(t *testing.T, d Definition) *Table {
	t.Helper()
	schema, err := d.Schema()
	require.NoError(t, err)
	spec, err := d.PartitionSpec(schema)
	require.NoError(t, err)
	metadata, err := table.NewMetadata(schema, spec, table.UnsortedSortOrder, "s3://bucket/table", iceberg.Properties{table.PropertyFormatVersion: "2"})
	require.NoError(t, err)
	return &Table{Table: table.New(d.Identifier(), metadata, "", nil, nil), Definition: d}
}

func TestRowsOverMorePartitionsThanMemoryHoldsAreWrittenInTurn(t *testing.T) {
	for _, d := range Definitions() {
		_, err := d.Schema()
		require.NoError(t, err)
	}
	commerce := loose(t, commerceTelemetry())
	dir := t.TempDir()
	db, err := duck.Open(t.Context(), duck.Options{Memory: "150MB", Threads: 2, Dir: dir})
	require.NoError(t, err)
	defer db.Close()
	query := "SELECT *, " + commerce.Definition.Partition.ordinal() + " AS _part FROM (SELECT " + commerce.typed() + " FROM (" + commerce.empty() +
		" UNION ALL BY NAME SELECT 'evt' || i AS event_id, repeat('x', 100) AS title, TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL (i % 700) DAY AS event_ts FROM range(70_000) r(i)))"
	_, err = exportAtOnce(t.Context(), db, commerce, query, filepath.Join(dir, "at once"))
	require.True(t, duck.OutOfMemory(err), "700 partitions side by side do not fit: %v", err)
	files, err := export(t.Context(), db, commerce, query, filepath.Join(dir, "out"))
	require.NoError(t, err)
	rows, partitions := int64(0), map[int64]bool{}
	for _, f := range files {
		rows += f.Rows
		partitions[f.Ordinal] = true
	}
	require.EqualValues(t, 70_000, rows)
	require.Len(t, partitions, 700)
	distinct, err := db.Count(t.Context(), "SELECT count(DISTINCT event_id) FROM read_parquet("+duck.List(paths(files))+")")
	require.NoError(t, err)
	require.EqualValues(t, 70_000, distinct)
}
