package lakehouse_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

func TestEventsLandInTheirPartitionsWithTheirValues(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 300)...)
	h.publish(event.SubjectCommerce, "b", sales(300, 500)...)
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 2, rolled.Messages)
	require.EqualValues(t, 500, rolled.Rows)
	require.EqualValues(t, 3, rolled.Files, "one file a day")
	require.Zero(t, rolled.Waiting)

	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 500, rows)
	require.EqualValues(t, 500, events)
	var gross, tags string
	var quantity, days int64
	require.NoError(t, h.reader.Query(t.Context(), lakehouse.CommerceTelemetry,
		"SELECT sum(gross_amount)::VARCHAR, sum(quantity), count(DISTINCT event_ts::DATE), any_value(product_tags)::VARCHAR FROM t", &gross, &quantity, &days, &tags))
	require.Equal(t, "3825.0000", gross)
	require.EqualValues(t, 1500, quantity)
	require.EqualValues(t, 3, days)
	require.Equal(t, "[home, light]", tags)
}

func TestARollWithNothingToLandChangesNothing(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 10)...)
	first := h.roll(event.StreamCommerce)
	second := h.roll(event.StreamCommerce)
	require.Equal(t, first.To, second.From)
	require.Equal(t, first.Snapshot, second.Snapshot)
	require.Zero(t, second.Rows)
}

func TestWhatWaitsIsKnownWithoutTheTable(t *testing.T) {
	h := newHarness(t)
	for _, id := range []string{"a", "b", "c"} {
		h.publish(event.SubjectCommerce, id, sales(0, 10)...)
	}
	a := h.activities()
	a.Lake = nil
	look := contract.LookInput{Stream: event.StreamCommerce, Shards: 1, After: 1}
	seen, err := a.LookAtStream(t.Context(), look)
	require.NoError(t, err)
	require.EqualValues(t, 2, seen.Waiting)
	require.Positive(t, seen.Lag)
	look.After = 3
	seen, err = a.LookAtStream(t.Context(), look)
	require.NoError(t, err)
	require.Zero(t, seen)
	look.Shard = 1
	_, err = a.LookAtStream(t.Context(), look)
	require.True(t, fault.Is(err, fault.InvalidInput), "%v", err)
}

func TestARollBeginsAtOnceWhereEnoughWaits(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 500)...)
	a := h.activities()
	a.Age, a.Idle, a.Bytes = time.Hour, time.Hour, 100_000
	rolled, err := a.RollStream(t.Context(), contract.RollInput{Stream: event.StreamCommerce, Shards: 1})
	require.NoError(t, err)
	require.EqualValues(t, 500, rolled.Rows)
}

func TestABacklogLandsInManyBatchesInTheOrderOfTheStream(t *testing.T) {
	h := newHarness(t)
	const messages = 60
	for i := range messages {
		h.publish(event.SubjectCommerce, fmt.Sprint("m", i), sales(i*100, (i+1)*100)...)
	}
	a := h.activities()
	a.Bytes = 100_000 // three messages
	rolled, err := a.RollStream(t.Context(), rollNow)
	require.NoError(t, err)
	require.EqualValues(t, messages, rolled.Messages)
	require.EqualValues(t, messages*100, rolled.Rows)
	require.EqualValues(t, messages, rolled.To)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, messages*100, rows)
	require.EqualValues(t, messages*100, events)

	snapshots, err := h.lake.Snapshots(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	var landed []int
	for _, s := range snapshots {
		if to, err := strconv.Atoi(s.Summary["blunt.to"]); err == nil {
			landed = append(landed, to)
		}
	}
	require.Greater(t, len(landed), 10)
	require.True(t, slices.IsSorted(landed) || slices.IsSortedFunc(landed, func(x, y int) int { return y - x }), "%v", landed)
}

func TestABacklogThatIsGivenUpHalfwayIsLandedByTheNextRoll(t *testing.T) {
	h := newHarness(t)
	const messages = 60
	for i := range messages {
		h.publish(event.SubjectCommerce, fmt.Sprint("m", i), sales(i*100, (i+1)*100)...)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a, commits := h.activities(), 0
	a.Bytes = 100_000
	a.Phase = func(p activities.Phase) {
		if p == activities.PhaseCommit {
			if commits++; commits == 3 {
				cancel()
			}
		}
	}
	_, err := a.RollStream(ctx, rollNow)
	require.Error(t, err)
	a = h.activities()
	a.Bytes = 100_000
	_, err = a.RollStream(t.Context(), rollNow)
	require.NoError(t, err)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, messages*100, rows)
	require.EqualValues(t, messages*100, events)
	require.NoError(t, h.lake.Close()) // with its databases, which have folders
	left, err := os.ReadDir(h.lake.ScratchDir())
	require.NoError(t, err)
	require.Empty(t, left, "every batch's scratch is removed")
}
