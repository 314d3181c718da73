package duck_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/duck"
)

func open(t *testing.T, o duck.Options) *duck.DB {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	db, err := duck.Open(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestEveryConnectionIsInUTC(t *testing.T) {
	db := open(t, duck.Options{})
	for range 3 {
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		var zone string
		require.NoError(t, conn.QueryRowContext(t.Context(), "SELECT current_setting('TimeZone')").Scan(&zone))
		require.Equal(t, "UTC", zone)
	}
}

func TestNoExtensionIsFetched(t *testing.T) {
	db := open(t, duck.Options{})
	require.ErrorContains(t, db.Run(t.Context(), "SELECT * FROM read_parquet('s3://bucket/file.parquet')"), "httpfs")
}

func TestTablesLargerThanMemorySpill(t *testing.T) {
	dir := t.TempDir()
	db, err := duck.Open(t.Context(), duck.Options{Memory: "100MB", Threads: 1, Dir: dir})
	require.NoError(t, err)
	require.NoError(t, db.Run(t.Context(), "CREATE TABLE big AS SELECT md5(i::VARCHAR) AS a, md5((i * 7)::VARCHAR) AS b FROM range(2_000_000) r(i)"))
	n, err := db.Count(t.Context(), "SELECT count(DISTINCT a) FROM big")
	require.NoError(t, err)
	require.EqualValues(t, 2_000_000, n)
	require.NoError(t, db.Close())
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Empty(t, left, "Close removes what was spilled")
}

func TestExportedFilesCarryFieldIDsAndStatistics(t *testing.T) {
	db := open(t, duck.Options{})
	dir := filepath.Join(t.TempDir(), "out")
	files, err := db.Export(t.Context(), duck.Export{
		Query: `SELECT DATE '2026-01-01' + (i % 3)::INTEGER AS day, i AS id, (i / 4)::DECIMAL(18, 4) AS amount, ['t' || i] AS tags,
		        CASE WHEN i > 5 THEN 'x' END AS note FROM range(9) r(i)`,
		To: dir, PartitionBy: []string{"day"},
		FieldIDs: []duck.FieldID{{Column: "id", ID: 1}, {Column: "amount", ID: 2}, {Column: "tags", ID: 3, Element: 9}, {Column: "note", ID: 4}},
	})
	require.NoError(t, err)
	require.Len(t, files, 3)
	for _, f := range files {
		info, err := os.Stat(f.Path)
		require.NoError(t, err)
		require.Equal(t, info.Size(), f.Bytes)
		require.EqualValues(t, 3, f.Rows)
		if f.Partition["day"] == "2026-01-02" {
			require.Equal(t, duck.ColumnStats{Bytes: f.Columns["id"].Bytes, Values: 3, Min: "1", Max: "7", Known: true}, f.Columns["id"])
			require.Equal(t, "0.2500", f.Columns["amount"].Min)
			require.EqualValues(t, 2, f.Columns["note"].Nulls)
			require.EqualValues(t, 3, f.Columns["tags.element"].Values)
		}
	}
	var ids string
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT string_agg(name || '=' || field_id, ' ' ORDER BY field_id)
		FROM parquet_schema(`+duck.Text(files[0].Path)+`) WHERE field_id IS NOT NULL`).Scan(&ids))
	require.Equal(t, "id=1 amount=2 tags=3 note=4 element=9", ids)
}

func TestNamesAndTextsAreQuoted(t *testing.T) {
	db := open(t, duck.Options{})
	require.NoError(t, db.Run(t.Context(), "CREATE TABLE "+duck.Name(`odd"name`)+" AS SELECT "+duck.Text("it's")+" AS v, "+duck.List([]string{"a'b", "c"})+" AS l"))
	n, err := db.Count(t.Context(), `SELECT count(*) FROM "odd""name" WHERE v = 'it''s' AND l[1] = 'a''b'`)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}
