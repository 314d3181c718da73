package lakehouse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// TestDuel lets two rolls and a compaction loose on one table while a producer sends, and sends again what it sent. Each
// of the three is a process, which is killed at random and replaced. One minute, or ten with BLUNT_LONG=1.
func TestDuel(t *testing.T) {
	length := time.Minute
	if os.Getenv("BLUNT_LONG") != "" {
		length = 10 * time.Minute
	}
	h := newHarness(t)
	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	var duel sync.WaitGroup
	var published atomic.Int64
	duel.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			from := int(published.Load())
			h.publish(event.SubjectCommerce, fmt.Sprint("m", i), pastSales(max(0, from-rand.IntN(30)), from+40)...)
			published.Add(40)
			pause(ctx, 30*time.Millisecond)
		}
	})
	var kills atomic.Int64
	for i, role := range []string{roleRoll, roleRoll, roleCompact} {
		c := contender{h: h, role: role, dir: filepath.Join(t.TempDir(), fmt.Sprint(role, i))}
		duel.Go(func() {
			for ctx.Err() == nil {
				c.fight(ctx, time.Duration(300+rand.IntN(4000))*time.Millisecond)
				kills.Add(1)
			}
		})
	}
	duel.Wait()
	for h.roll(event.StreamCommerce).Waiting > 0 {
	}
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	if events != published.Load() {
		h.explain(published.Load())
	}
	require.Equal(t, published.Load(), events, "nothing missing")
	require.Equal(t, events, rows, "nothing double")
	byWhat, err := h.lake.Snapshots(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	rolls, compactions := 0, 0
	for _, s := range byWhat {
		if s.Summary["blunt.roll"] != "" {
			rolls++
		}
		if s.Summary["blunt.compaction"] != "" {
			compactions++
		}
	}
	require.Positive(t, rolls)
	require.Positive(t, compactions, "no compaction came through")
	t.Logf("%d events; %d processes killed; of the snapshots that are kept %d are rolls' and %d compactions'", events, kills.Load(), rolls, compactions)
}

// pastSales are sales that all lie in the past, however many there are: others would be refused.
func pastSales(from, to int) []event.Commerce {
	all := sales(from, to)
	for i := range all {
		all[i].EventTS = firstDay.Add(time.Duration(from+i) * 7 * time.Minute % (700 * 24 * time.Hour))
	}
	return all
}

// explain says which events are missing, and where the roll believes to stand.
func (h *harness) explain(published int64) {
	h.t.Helper()
	var gaps string
	err := h.reader.Query(h.t.Context(), lakehouse.CommerceTelemetry, fmt.Sprintf(`
		SELECT coalesce(string_agg(first || '–' || last, ', ' ORDER BY first), 'none') FROM (
			SELECT min(i) AS first, max(i) AS last FROM (
				SELECT i, i - row_number() OVER (ORDER BY i) AS island FROM range(%d) AS r(i)
				WHERE format('evt_{:08d}', i) NOT IN (SELECT event_id FROM t))
			GROUP BY island ORDER BY first LIMIT 20)`, published), &gaps)
	table, _ := h.lake.Table(h.t.Context(), lakehouse.CommerceTelemetry)
	state, _ := h.streams.State(h.t.Context(), event.StreamCommerce)
	h.t.Logf("missing: %s (%v); the stream holds %d messages up to %d; offset %d", gaps, err, state.Messages, state.Last,
		table.Offset("p0").Sequence)
}

// What a process of the duel does.
const (
	roleVariable = "BLUNT_DUEL"
	roleRoll     = "roll"
	roleCompact  = "compact"
)

// contender is one side of the duel. Its processes use one folder after the other, as a machine's do.
type contender struct {
	h    *harness
	role string
	dir  string
}

// arena is what a process of the duel is told.
type arena struct {
	Role    string
	Lake    config.Lake
	Objects config.Objects
	Streams config.Streams
}

// fight runs a process for a while and kills it.
func (c contender) fight(ctx context.Context, life time.Duration) {
	told := arena{Role: c.role, Lake: c.h.cfg, Objects: c.h.objects, Streams: c.h.nats.Env().Streams()}
	told.Lake.Dir = c.dir
	text, err := json.Marshal(told)
	if err != nil {
		c.h.t.Errorf("tell a contender: %v", err)
		return
	}
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), roleVariable+"="+string(text))
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := process.Start(); err != nil {
		c.h.t.Errorf("start a contender: %v", err)
		return
	}
	pause(ctx, life)
	_ = process.Process.Signal(syscall.SIGKILL)
	_ = process.Wait()
}

// TestMain makes a process of the duel of this program where it is told a role, and runs the tests otherwise.
func TestMain(m *testing.M) {
	if told := os.Getenv(roleVariable); told != "" {
		fmt.Fprintln(os.Stderr, "duel:", contend(told))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// contend does its part until it is killed. Its faults are the other side's successes, or the next process's to meet: what
// is in the table at the end tells.
func contend(text string) error {
	var told arena
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		return err
	}
	client, err := streams.Connect(told.Streams, "contender")
	if err != nil {
		return err
	}
	a := &activities.Activities{
		Lake: lakehouse.New(told.Lake, told.Objects), Streams: client, Age: time.Millisecond, Bytes: 40_000, Idle: time.Millisecond, Maintain: true,
	}
	for {
		switch told.Role {
		case roleCompact:
			_, _ = a.CompactTable(context.Background(), commerce)
		case roleRoll:
			_, _ = a.RollStream(context.Background(), contract.RollInput{Stream: event.StreamCommerce, Shards: 1, Now: true})
		default:
			return fmt.Errorf("there is no role %q", told.Role)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
