package measurement_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/testenv"
)

// lake is a real catalog and object store of the test's own, with the platform's tables.
type lake struct {
	*lakehouse.Lake
	cache     *datacache.Cache
	refresher *measurement.Refresher
	db        *duck.DB
	zone      *time.Location // the shop's
}

func newLake(t testing.TB) *lake {
	t.Helper()
	l := lakehouse.New(testenv.Catalog(t), testenv.Stack(t).Objects())
	_, err := l.Provision(t.Context())
	require.NoError(t, err)
	cache, err := datacache.New(t.TempDir(), 1<<30)
	require.NoError(t, err)
	db, err := duck.Open(t.Context(), duck.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, db.Close())
		require.NoError(t, cache.Close())
		require.NoError(t, l.Close())
	})
	return &lake{l, cache, measurement.NewRefresher(l, cache), db, london(t)}
}

var duckTypes = map[string]string{"string": "VARCHAR", "int": "INTEGER", "long": "BIGINT", "boolean": "BOOLEAN", "timestamptz": "TIMESTAMPTZ", "date": "DATE", "list<string>": "VARCHAR[]"}

// land puts the rows of a query into a table, as the roll does; columns that the query does not have are NULL.
func (l *lake) land(t testing.TB, name, query string) {
	t.Helper()
	table, err := l.Table(t.Context(), name)
	require.NoError(t, err)
	have := map[string]bool{}
	for _, column := range textLines(t, l.db, "SELECT column_name FROM (DESCRIBE "+query+")") {
		have[column] = true
	}
	var columns []string
	for _, f := range table.Schema().Fields() {
		switch kind, known := duckTypes[f.Type.String()]; {
		case have[f.Name]:
			columns = append(columns, f.Name)
		case known:
			columns = append(columns, fmt.Sprintf("NULL::%s AS %s", kind, f.Name))
		default:
			columns = append(columns, fmt.Sprintf("NULL::DECIMAL(18, 4) AS %s", f.Name))
		}
	}
	files, err := l.Export(t.Context(), l.db, table, "SELECT "+strings.Join(columns, ", ")+" FROM ("+query+")", filepath.Join(t.TempDir(), "land"))
	require.NoError(t, err)
	added, err := l.Upload(t.Context(), table, files)
	require.NoError(t, err)
	if len(added) > 0 {
		_, err = l.Commit(t.Context(), name, lakehouse.Commit{Add: added})
		require.NoError(t, err)
	}
}

// local downloads the current files of a table.
func (l *lake) local(t testing.TB, name string) []string {
	t.Helper()
	table, err := l.Table(t.Context(), name)
	require.NoError(t, err)
	if table.Snapshot() == 0 {
		return nil
	}
	tasks, err := table.Scan().PlanFiles(t.Context())
	require.NoError(t, err)
	fs, err := table.FS(t.Context())
	require.NoError(t, err)
	dir := t.TempDir()
	paths := make([]string, len(tasks))
	for i, task := range tasks {
		in, err := fs.Open(task.File.FilePath())
		require.NoError(t, err)
		content, err := io.ReadAll(in)
		require.NoError(t, err)
		require.NoError(t, in.Close())
		paths[i] = filepath.Join(dir, fmt.Sprintf("%d.parquet", i))
		require.NoError(t, os.WriteFile(paths[i], content, 0o600))
	}
	return paths
}

// lines reads a table as text.
func (l *lake) lines(t testing.TB, name, text string) []string {
	t.Helper()
	paths := l.local(t, name)
	if len(paths) == 0 {
		return nil
	}
	return textLines(t, l.db, fmt.Sprintf(text, "read_parquet("+duck.List(paths)+")"))
}

// filesPerDay counts the files of each partition.
func (l *lake) filesPerDay(t testing.TB, name string) map[string]int {
	t.Helper()
	table, err := l.Table(t.Context(), name)
	require.NoError(t, err)
	count := map[string]int{}
	if table.Snapshot() == 0 {
		return count
	}
	tasks, err := table.Scan().PlanFiles(t.Context())
	require.NoError(t, err)
	for _, task := range tasks {
		count[fmt.Sprint(task.File.Partition())]++
	}
	return count
}
