package streams_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/streams"
)

func TestAStreamIsFullOfBytesOrOfMessages(t *testing.T) {
	for name, test := range map[string]struct {
		state streams.State
		taken float64
		of    string
	}{
		"more of its bytes":    {streams.State{Bytes: 50, Limit: 100, Messages: 1, MaxMessages: 10}, 0.5, "bytes"},
		"more of its messages": {streams.State{Bytes: 5, Limit: 100, Messages: 9, MaxMessages: 10}, 0.9, "messages"},
		"no limit of bytes":    {streams.State{Bytes: 5, Limit: -1, Messages: 1, MaxMessages: 10}, 0.1, "messages"},
		"no limit at all":      {streams.State{Bytes: 5, Limit: -1, Messages: 1, MaxMessages: -1}, 0, "bytes"},
		"empty":                {streams.State{Limit: 100, MaxMessages: 10}, 0, "bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			taken, of := test.state.Full()
			require.InDelta(t, test.taken, taken, 1e-9)
			require.Equal(t, test.of, of)
		})
	}
}

func TestTheStateOfAStreamNamesBothLimits(t *testing.T) {
	c := connect(t)
	for _, name := range streams.Names() {
		state, err := c.State(t.Context(), name)
		require.NoError(t, err)
		require.EqualValues(t, 1<<30, state.Limit)
		require.Positive(t, state.MaxMessages)
	}
	commerce, err := c.State(t.Context(), event.StreamCommerce)
	require.NoError(t, err)
	require.EqualValues(t, 10_000_000, commerce.MaxMessages)
}
