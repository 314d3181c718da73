package lakehouse_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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
