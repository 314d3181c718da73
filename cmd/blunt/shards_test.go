package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/temporal"
)

func TestARollIsStartedAnewWhereItsShardsAreOthers(t *testing.T) {
	settings := testenv.Temporal(t)
	c, err := temporal.Dial(t.Context(), settings, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	d := temporal.NewDispatcher(c, settings.Namespace, "")
	job := func(shards int) contract.Job {
		return contract.Job{Type: contract.JobStreamRoll, Input: rollOf(event.StreamPublication, config.Lake{PublicationShards: shards})}
	}
	first, err := d.Dispatch(t.Context(), job(1))
	require.NoError(t, err)
	require.False(t, first.UnderWay)
	for _, shards := range []int{4, 2, 1} {
		under, err := d.Dispatch(t.Context(), job(shards))
		require.NoError(t, err)
		require.True(t, under.UnderWay)
		require.Eventually(t, func() bool { // a run is found by its id when the index of runs has it
			anew, err := reshard(t.Context(), d, c, job(shards), under)
			require.NoError(t, err)
			return anew
		}, 20*time.Second, 100*time.Millisecond)
		again, err := d.Dispatch(t.Context(), job(shards))
		require.NoError(t, err)
		require.True(t, again.UnderWay)
		require.NotEqual(t, under.RunID, again.RunID)
		require.Eventually(t, func() bool { _, err := temporal.Find(t.Context(), c, again.RunID); return err == nil }, 20*time.Second, 100*time.Millisecond)
		anew, err := reshard(t.Context(), d, c, job(shards), again)
		require.NoError(t, err)
		require.False(t, anew, "it has %d shards already", shards)
	}
	require.Zero(t, rollOf(event.StreamCommerce, config.Lake{PublicationShards: 4}).Shards, "only publication events are divided")
}
