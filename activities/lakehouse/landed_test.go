package lakehouse_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
)

func TestWhatASyncPublishedIsWaitedForUntilItHasLanded(t *testing.T) {
	h := newHarness(t)
	a := h.activities()
	find := func() contract.StreamEnd {
		end, err := a.FindStreamEnd(t.Context(), contract.FindStreamEndInput{Stream: event.StreamCommerce})
		require.NoError(t, err)
		return end
	}
	empty := find()
	require.Zero(t, empty.Sequence)
	_, err := a.AwaitLanded(t.Context(), empty)
	require.NoError(t, err, "an empty stream has landed")

	h.publish(event.SubjectCommerce, "m1", sales(0, 10)...)
	end := find()
	require.EqualValues(t, 1, end.Sequence)
	_, err = a.AwaitLanded(t.Context(), end)
	require.True(t, fault.Is(err, fault.NotYet), "%v", err)
	require.NotZero(t, fault.Of(err).RetryAfter)

	h.roll(event.StreamCommerce)
	h.publish(event.SubjectCommerce, "m2", sales(10, 20)...) // later than what is waited for
	landed, err := a.AwaitLanded(t.Context(), end)
	require.NoError(t, err)
	require.EqualValues(t, 1, landed.Offset)
	require.NotZero(t, landed.Snapshot)

	other := find()
	other.Born = other.Born.Add(-time.Hour)
	_, err = a.AwaitLanded(t.Context(), other)
	require.NoError(t, err, "the stream was made anew: nobody can wait for the old one")
	_, err = a.AwaitLanded(t.Context(), contract.StreamEnd{Stream: "NO_SUCH_STREAM"})
	require.Error(t, err)
}
