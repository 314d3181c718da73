package lakehouse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// clicks are engagements of twenty publishers, each published to its publisher's subject.
func (h *harness) clicks(from, to int) {
	h.t.Helper()
	for i := from; i < to; i++ {
		publisher := fmt.Sprint("pub_", i%20)
		m, err := streams.NewMessage(streams.PublicationSubject(publisher), fmt.Sprint("m", i), []event.Publication{{
			EventID: fmt.Sprint("click_", i), EventType: event.Click, EventTS: time.Now().UTC(), IngestTS: time.Now().UTC(),
			PublisherID: publisher, SchemaVersion: event.SchemaVersion,
		}})
		require.NoError(h.t, err)
		_, err = h.streams.Publish(h.t.Context(), m)
		require.NoError(h.t, err)
	}
}

// rollShards lands what waits in some of the shards that the stream is divided into, and says how many rows that were.
func (h *harness) rollShards(of int, which ...int) (rows int64) {
	h.t.Helper()
	for _, shard := range which {
		rolled, err := h.activities().RollStream(h.t.Context(), contract.RollInput{
			Stream: event.StreamPublication, Shard: shard, Shards: of, Now: true,
		})
		require.NoError(h.t, err)
		require.Zero(h.t, rolled.Waiting)
		rows += rolled.Rows
	}
	return rows
}

func TestTheNumberOfShardsChangesAndNothingIsLostOrDoubled(t *testing.T) {
	h := newHarness(t)
	published := 0
	for _, step := range []struct {
		shards int
		first  []int // those that roll before the number changes: the others' events are left to the next shards
	}{
		{1, []int{0}},
		{4, []int{0, 2, 3}},
		{7, []int{6, 1}},
		{2, []int{1}},
		{4, []int{1, 0}}, // whose offsets of before are still there
		{1, nil},
	} {
		h.clicks(published, published+60)
		published += 60
		h.rollShards(step.shards, step.first...)
		rows, events := h.rows(lakehouse.PublicationTelemetry)
		require.Equal(t, rows, events, "nothing is double while %d shards roll", step.shards)
	}
	h.rollShards(1, 0)
	rows, events := h.rows(lakehouse.PublicationTelemetry)
	require.EqualValues(t, published, rows)
	require.EqualValues(t, published, events)

	h.clicks(published, published+60)
	require.EqualValues(t, 60, h.rollShards(3, 0, 1, 2), "each event is in one shard")
	rows, events = h.rows(lakehouse.PublicationTelemetry)
	require.EqualValues(t, published+60, rows)
	require.EqualValues(t, published+60, events)
}

func TestShardsThatBeginTogetherReadEverything(t *testing.T) {
	h := newHarness(t)
	h.clicks(0, 60)
	require.EqualValues(t, 60, h.rollShards(4, 0, 1, 2, 3), "the offset of one shard says nothing of another's events")
	h.clicks(60, 120)
	require.Less(t, h.rollShards(7, 0, 1), int64(60))
	require.Positive(t, h.rollShards(7, 2, 3, 4, 5, 6))
	rows, events := h.rows(lakehouse.PublicationTelemetry)
	require.EqualValues(t, 120, rows)
	require.EqualValues(t, 120, events)
}
