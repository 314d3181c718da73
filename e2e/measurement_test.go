package e2e_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/lakehouse/independent"
	"bluntcases.com/platform/temporal"
)

// measuring is a platform whose ingest serves every queue.
type measuring struct {
	*platform
	reader *independent.Reader
}

func startMeasuring(t *testing.T) *measuring {
	t.Helper()
	m := &measuring{platform: start(t)}
	m.own.Start("catalog")
	env := m.own.Env()
	m.environ = append(append(m.environ, env.Environ()...), "LAKE_ROLL_AGE=1s", "DUCKDB_MEMORY_LIMIT=512MB")
	m.blunt("provision", "--only", "lake,rolls")
	m.reader = independent.New(env.Lake(t.TempDir()), env.Objects(), t.TempDir())
	return m
}

// serveAll starts ingest for every queue, in place of one that runs. It kills itself at the first of the marks that it
// comes to.
func (m *measuring) serveAll(marks ...string) (ended <-chan struct{}) {
	m.t.Helper()
	m.stop()
	_ = os.Remove(m.died)
	m.ingest = exec.Command(filepath.Join(m.bin, "ingest"))
	m.ingest.Env = append(append([]string{}, m.environ...), "BLUNT_DIE_AT="+strings.Join(marks, ","))
	m.ingest.Stdout, m.ingest.Stderr = m.log, m.log
	m.ingest.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(m.t, m.ingest.Start())
	m.gone = make(chan struct{})
	go func(command *exec.Cmd, gone chan<- struct{}) {
		_ = command.Wait()
		close(gone)
	}(m.ingest, m.gone)
	return m.gone
}

// dieAtAll lets ingest die at every mark once.
func (m *measuring) dieAtAll(marks []string, each time.Duration) {
	m.t.Helper()
	for began := time.Now(); len(marks) > 0; {
		select {
		case <-m.serveAll(marks...):
		case <-time.After(each):
			m.t.Fatalf("ingest lived for %s; left: %v", each, marks)
		}
		mark, err := os.ReadFile(m.died)
		require.NoError(m.t, err, "ingest ended, and not at a mark")
		m.t.Logf("%s: died %s", time.Since(began).Round(100*time.Millisecond), mark)
		at := slices.Index(marks, string(mark))
		require.GreaterOrEqual(m.t, at, 0, "ingest died at %q", mark)
		marks = slices.Delete(marks, at, at+1)
	}
}

// ended tells whether the last run under an id is over, and how.
func (m *measuring) ended(workflowID string) string {
	snapshot, err := m.look(workflowID)
	if err != nil || snapshot.Open() {
		return ""
	}
	return snapshot.Status
}

// measured is what both tables hold, without the time at which a row was computed.
func (m *measuring) measured() (found [2]struct {
	Rows int64
	Sum  string
},
) {
	m.t.Helper()
	for i, table := range []string{lakehouse.MeasurementSales, lakehouse.MeasurementPerform} {
		require.NoError(m.t, m.reader.Query(m.t.Context(), table,
			"SELECT count(*), sum(hash(c::VARCHAR)::HUGEINT)::VARCHAR FROM (SELECT * EXCLUDE (computed_ts) FROM t) AS c", &found[i].Rows, &found[i].Sum))
		require.NotZero(m.t, found[i].Rows, table)
	}
	return found
}

// A sync leads to a refresh whatever dies: at the step that asks for it, while its events land, and before and after each
// of the refresh's own steps, so also between its two commits.
func TestARefreshFollowsASyncThoughIngestIsKilledAtEveryStep(t *testing.T) {
	m := startMeasuring(t)
	sync := m.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
	var marks []string
	for _, step := range []string{
		"measurement", contract.FindStreamEnd.Name, contract.AwaitLanded.Name, contract.StartRefresh.Name, "sales", "performance", "reconcile",
	} {
		marks = append(marks, "before "+step, "after "+step)
	}
	m.dieAtAll(marks, 2*time.Minute)
	m.serveAll()
	requireCompleted(t, m.platform, sync)
	for _, id := range []string{contract.AfterSyncID, contract.MeasurementID} {
		m.eventually(2*time.Minute, id+" to end", func() bool { return m.ended(id) != "" })
		require.Equal(t, "completed", m.ended(id))
	}
	refreshes, err := temporal.List(t.Context(), m.temporal, temporal.Filter{JobType: contract.JobMeasurementRefresh}, 10, nil)
	require.NoError(t, err)
	require.LessOrEqual(t, len(refreshes.Runs), 3, "a sync that asked again after a death, and the hour")

	var compared contract.SalesReconciliation
	require.NoError(t, json.Unmarshal([]byte(m.blunt("measurement", "reconcile", "--days", "0", "--json")), &compared))
	require.NotZero(t, compared.Days)
	require.Zero(t, compared.Differing, "%v", compared.Examples)
	refreshed := m.measured()
	m.blunt("measurement", "refresh", "--full", "--follow")
	require.Equal(t, m.measured(), refreshed, "the refreshes that died left something else than a full one")
}
