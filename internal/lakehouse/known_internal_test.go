package lakehouse

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
)

// comparer lands batches of sales as the roll does.
type comparer struct {
	*testing.T
	lake *Lake
	sink Sink
	last uint64
}

func newComparer(t *testing.T) *comparer { return provisionedComparer(t, newLake(t)) }

func provisionedComparer(t *testing.T, l *Lake) *comparer {
	_, err := l.Provision(t.Context())
	require.NoError(t, err)
	sink, err := SinkOf(event.StreamCommerce)
	require.NoError(t, err)
	return &comparer{T: t, lake: l, sink: sink}
}

// known is what the lake knows of the table.
func (c *comparer) known() *known { return c.lake.knownOf(c.table()) }

func (c *comparer) table() *Table {
	table, err := c.lake.Table(c.Context(), c.sink.Table)
	require.NoError(c, err)
	return table
}

// compare stages one event for each id, at a minute of a day in January, and says how many the table held.
func (c *comparer) compare(day int, ids ...string) (staged *Staged, dropped int64, err error) {
	batch, err := c.sink.NewBatch(filepath.Join(c.TempDir(), "batch"))
	require.NoError(c, err)
	c.Cleanup(func() { _ = batch.Close() })
	for _, id := range ids {
		c.last++
		line := fmt.Sprintf(`{"event_id":"%s","event_type":"order_created","event_ts":"2026-01-%02dT00:01:00Z","shop_domain":"s","order_id":"o","currency_code":"GBP","schema_version":1}`, id, day)
		require.NoError(c, batch.Add(Origin{Sequence: c.last, Time: date("2026-01-31")}, []byte(line)))
	}
	staged, err = c.lake.Stage(c.Context(), c.sink, c.table(), batch)
	require.NoError(c, err)
	require.Empty(c, staged.Refused)
	dropped, err = c.lake.Compare(c.Context(), staged, c.table())
	return staged, dropped, err
}

func (c *comparer) land(day int, ids ...string) {
	table := c.table()
	staged, _, err := c.compare(day, ids...)
	require.NoError(c, err)
	_, err = c.lake.Land(c.Context(), staged, table, Move{Shard: "p0", From: table.Offset("p0"), To: c.last, Born: date("2026-01-01"), Messages: 1}, func(string) {})
	require.NoError(c, err)
}

func (c *comparer) held(want int64, day int, ids ...string) {
	c.Helper()
	staged, dropped, err := c.compare(day, ids...)
	require.NoError(c, err)
	require.Equal(c, want, dropped, "%v on day %d", ids, day)
	require.Equal(c, int64(len(ids))-want, staged.Rows)
}

func date(text string) time.Time {
	at, _ := time.Parse(time.DateOnly, text)
	return at
}

func TestEventsThatThePartitionsHoldAreFound(t *testing.T) {
	for name, bound := range map[string]int{"all hashes fit": knownIDs, "one partition's fit": 4, "none fit": 0} {
		t.Run(name, func(t *testing.T) {
			c := newComparer(t)
			c.known().bound = bound
			c.land(1, "a", "b", "c")
			c.held(0, 1, "d", "e")
			c.held(1, 1, "d", "b")
			c.land(2, "f", "g")
			c.held(1, 2, "g", "h")
			c.held(2, 1, "c", "i", "a")
			c.held(0, 2, "a") // the same id on another day is another partition's
			c.land(1, "j")    // a second file of a known partition
			c.held(1, 1, "j", "k")
			require.LessOrEqual(t, len(c.known().hashes), bound)
		})
	}
}

func TestWhatOneLakeLandsAnotherFinds(t *testing.T) {
	c := newComparer(t)
	other := New(c.lake.cfg, c.lake.objects)
	other.cfg.Dir = t.TempDir()
	t.Cleanup(func() { _ = other.Close() })
	c.land(1, "a")
	c.held(1, 1, "a")
	there := &comparer{T: t, lake: other, sink: c.sink, last: c.last}
	there.land(1, "b")
	c.held(2, 1, "a", "b")
}

func TestSpoiledIDsOnDiskAreReadAnew(t *testing.T) {
	for name, bound := range map[string]int{"where hashes tell": knownIDs, "where all is compared": 0} {
		t.Run(name, func(t *testing.T) {
			c := newComparer(t)
			c.known().bound = bound
			c.land(1, "a")
			c.held(1, 1, "a")
			kept, err := filepath.Glob(filepath.Join(c.known().ids.dir, "*"))
			require.NoError(t, err)
			require.Len(t, kept, 1)
			require.NoError(t, os.Truncate(kept[0], 5))          // as after a power failure
			c.lake.known[c.sink.Table] = newKnown(c.known().ids) // as in a new process
			c.known().bound = bound
			_, _, err = c.compare(1, "b")
			require.True(t, fault.Of(err).Retryable(), err)
			c.held(1, 1, "a", "b")
		})
	}
}

func TestManifestsOfOtherPartitionsAreNotRead(t *testing.T) {
	table := newComparer(t).table()
	spec := table.Spec()
	bound := func(day int32) *[]byte {
		b := binary.LittleEndian.AppendUint32(nil, uint32(day))
		return &b
	}
	cases := []struct {
		name   string
		spec   int
		bounds []iceberg.FieldSummary
		may    bool
	}{
		{"within", spec.ID(), []iceberg.FieldSummary{{LowerBound: bound(12), UpperBound: bound(13)}}, true},
		{"around", spec.ID(), []iceberg.FieldSummary{{LowerBound: bound(-1), UpperBound: bound(99)}}, true},
		{"up to the first", spec.ID(), []iceberg.FieldSummary{{LowerBound: bound(-5), UpperBound: bound(10)}}, true},
		{"from the last on", spec.ID(), []iceberg.FieldSummary{{LowerBound: bound(20), UpperBound: bound(30)}}, true},
		{"before", spec.ID(), []iceberg.FieldSummary{{LowerBound: bound(-5), UpperBound: bound(9)}}, false},
		{"after", spec.ID(), []iceberg.FieldSummary{{LowerBound: bound(21), UpperBound: bound(30)}}, false},
		{"of another spec", spec.ID() + 1, []iceberg.FieldSummary{{LowerBound: bound(21), UpperBound: bound(30)}}, true},
		{"without bounds", spec.ID(), nil, true},
		{"with open bounds", spec.ID(), []iceberg.FieldSummary{{}}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m := iceberg.NewManifestFile(2, "m.avro", 1, int32(c.spec), 1).Partitions(c.bounds).Build()
			require.Equal(t, c.may, table.mayList(m, 10, 20))
		})
	}
}
