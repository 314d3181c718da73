package measurement_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/testenv"
)

var (
	manyHistories = flag.Int("histories", 3, "random histories that TestIncrementalIsFullRowByRow plays, some twenty seconds each")
	firstHistory  = flag.Uint64("history", 1, "seed of the first of them")
)

// A history arrives in batches: late, out of order, some of it again, with all that may happen between two refreshes.
// Whatever the order, the tables are what a full computation gives.
func TestIncrementalIsFullRowByRow(t *testing.T) {
	for seed := *firstHistory; seed < *firstHistory+uint64(*manyHistories); seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			switch seed % 3 {
			case 0:
				playHistory(t, seed, "2026-03-20", 15) // clocks go forward in Europe
			case 1:
				playHistory(t, seed, "2026-02-28", 33) // and in America; longer than the longest window
			case 2:
				playHistory(t, seed, "2026-10-22", 15) // and back, in both
			}
		})
	}
}

func TestIncrementalIsFullWhereProductsRetireAndComeBack(t *testing.T) {
	testenv.Long(t, "minutes")
	playHistory(t, 1, "2024-11-01", 500)
}

func playHistory(t *testing.T, seed uint64, start string, days int) {
	random := rand.New(rand.NewPCG(seed, 11))
	h := &history{
		lake: newLake(t), random: random, start: start, days: days,
		now: date(start).AddDate(0, 0, days/2).Add(23 * time.Hour), rules: measurement.Rules{Spec: defaultSpec()},
	}
	h.coming = randomRows(random, 80+random.IntN(40), date(start), days)
	random.Shuffle(len(h.coming), func(i, j int) { h.coming[i], h.coming[j] = h.coming[j], h.coming[i] })
	deliver := h.roll(t)
	moves := []func(*testing.T){h.wait, h.compact, h.pass, h.override, h.expire, h.respecify, h.relocate, h.withdraw, h.wait, h.pass}
	random.Shuffle(len(moves), func(i, j int) { moves[i], moves[j] = moves[j], moves[i] })

	for i, move := range moves {
		batch := h.batch(len(h.coming) / (len(moves) - i))
		deliver(batch)
		h.pending = false
		move(t)
		if !h.pending {
			h.refresh(t, h.now, h.rules, false)
			h.agrees(t, h.landed, h.rules, h.now) // each, because a later full computation mends what this one missed
		}
	}
	require.Empty(t, h.coming)
	if end := date(start).AddDate(0, 0, days+1+random.IntN(5)).Add(time.Hour); end.After(h.now) {
		h.now = end
	}
	_, performance := h.refresh(t, h.now, h.rules, false)
	require.NotEqual(t, contract.RefreshFull, performance.Mode, performance.Reason)
	h.agrees(t, h.landed, h.rules, h.now)
	_, performance = h.refresh(t, h.now, h.rules, true)
	require.Equal(t, contract.RefreshFull, performance.Mode)
	h.agrees(t, h.landed, h.rules, h.now)
}

// history is a shop's history under way.
type history struct {
	*lake
	random         *rand.Rand
	start          string
	days           int
	now            time.Time
	rules          measurement.Rules
	coming, landed []row
	pending        bool
}

// delivery is a batch as the stream gives it.
type delivery struct {
	rows  []row
	again int // how many of them were delivered before, or are in it twice
}

// batch takes the next rows, and some that were there before: a few, or, as after a crash, all of them once more.
func (h *history) batch(n int) delivery {
	fresh := h.coming[:n]
	h.coming = h.coming[n:]
	rows := append([]row(nil), fresh...)
	h.landed = append(h.landed, fresh...)
	again := h.random.IntN(6)
	if h.random.IntN(4) == 0 {
		again = len(h.landed)
	}
	for _, i := range h.random.Perm(len(h.landed))[:min(again, len(h.landed))] {
		rows = append(rows, h.landed[i])
	}
	h.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return delivery{rows, len(rows) - n}
}

// roll lands deliveries as the roll does, by way of what drops doubles.
func (h *history) roll(t *testing.T) func(delivery) {
	sink, err := lakehouse.SinkOf(event.StreamCommerce)
	require.NoError(t, err)
	return func(d delivery) {
		table, err := h.Table(t.Context(), sink.Table)
		require.NoError(t, err)
		batch, err := sink.NewBatch(filepath.Join(t.TempDir(), "batch"))
		require.NoError(t, err)
		defer batch.Close()
		from := table.Offset("p0")
		stored := date(h.start).AddDate(0, 0, h.days)
		require.NoError(t, batch.Add(lakehouse.Origin{Sequence: from.Sequence + 1, Time: stored}, events(t, d.rows)))
		staged, err := h.Stage(t.Context(), sink, table, batch)
		require.NoError(t, err)
		require.Empty(t, staged.Refused)
		_, err = h.Compare(t.Context(), staged, table)
		require.NoError(t, err)
		require.EqualValues(t, 2*d.again, staged.Doubles, "doubles that were dropped") // two events a row
		_, err = h.Land(t.Context(), staged, table, lakehouse.Move{
			Shard: "p0", From: from, To: batch.Last(), Born: date(h.start), Messages: batch.Messages(),
		}, func(string) {})
		require.NoError(t, err)
	}
}

// What may happen between two refreshes.

// wait lets two batches come before the next refresh.
func (h *history) wait(*testing.T) { h.pending = true }

func (h *history) pass(*testing.T) { h.now = h.now.AddDate(0, 0, h.random.IntN(h.days/4+1)) }

func (h *history) compact(t *testing.T) {
	closed := h.now.AddDate(1, 0, 0)
	done, err := h.Compact(t.Context(), lakehouse.CommerceTelemetry, closed, func(lakehouse.Compaction) {})
	require.NoError(t, err)
	t.Logf("compacted %d files to %d", done.FilesBefore, done.FilesAfter)
}

// withdraw takes the rows of one day of UTC out of the table again.
func (h *history) withdraw(t *testing.T) {
	table, err := h.Table(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	gone := measurement.DayOf(h.landed[h.random.IntN(len(h.landed))].at, time.UTC)
	files, err := table.DataFiles(t.Context())
	require.NoError(t, err)
	files = slices.DeleteFunc(files, func(f iceberg.DataFile) bool { return table.Ordinal(f) != int64(gone) })
	_, err = h.Commit(t.Context(), lakehouse.CommerceTelemetry, lakehouse.Commit{Remove: files})
	require.NoError(t, err)
	h.landed = slices.DeleteFunc(h.landed, func(r row) bool { return measurement.DayOf(r.at, time.UTC) == gone })
}

func (h *history) override(*testing.T) { h.rules.Overrides = overridesFor(h.random, h.start) }

// expire sets an end to overrides that had none, and takes one away.
func (h *history) expire(t *testing.T) {
	if len(h.rules.Overrides) == 0 {
		h.override(t)
		h.refresh(t, h.now, h.rules, false)
	}
	overrides := append(h.rules.Overrides[:0:0], h.rules.Overrides[1:]...)
	for i, o := range overrides {
		if o.To == "" {
			overrides[i].To = plus(o.From, 1+h.random.IntN(10))
		}
	}
	h.rules.Overrides = overrides
}

// respecify is the spec's next generation, in which some classes are gone and one is met by more.
func (h *history) respecify(*testing.T) {
	spec := defaultSpec()
	spec.Generation = h.rules.Spec.Generation + 1
	spec.Classes = spec.Classes[h.random.IntN(3):]
	spec.Classes[0].Conditions = []artifact.Condition{{Metric: "units_7d", Op: artifact.GreaterOrEqual, Value: dec("2")}}
	h.rules.Spec = spec
}

// relocate moves the shop to another time zone, and a day on: days that were measured stay, so that moving west at once
// would keep a day that has not begun there.
func (h *history) relocate(t *testing.T) {
	zones := []string{"America/Havana", "Atlantic/Azores", "Asia/Kolkata", "Pacific/Kiritimati", "America/Santiago"}
	h.zone = zoneOf(t, zones[h.random.IntN(len(zones))])
	h.now = h.now.AddDate(0, 0, 2)
}
