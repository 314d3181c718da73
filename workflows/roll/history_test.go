package roll_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/workflows/roll"
)

// mostEvents is the promise of a run that is renewed for ever: Temporal itself warns at 10,240.
const mostEvents = 2_000

// A roll lands every minute for as long as the platform runs. On a real server each run ends with few events, and the
// next one goes on with what it knew.
func TestTheHistoryStaysSmallHoweverOftenItRolls(t *testing.T) {
	settings := testenv.Temporal(t)
	c, err := client.Dial(client.Options{HostPort: settings.Address, Namespace: settings.Namespace, Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	w := worker.New(c, contract.QueueStreams, worker.Options{})
	w.RegisterWorkflowWithOptions(roll.Workflow, workflow.RegisterOptions{Name: contract.StreamRollWorkflow})
	w.RegisterActivityWithOptions(func(_ context.Context, in contract.RollInput) (contract.Rolled, error) {
		return contract.Rolled{Shard: "p0", From: 1, To: 2, Rows: 10, Files: 1}, nil
	}, activity.RegisterOptions{Name: contract.RollStream.Name})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	first, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "roll", TaskQueue: contract.QueueStreams},
		contract.StreamRollWorkflow, contract.StreamRollInput{Stream: "COMMERCE_TELEMETRY"})
	require.NoError(t, err)
	events, last := 0, enumspb.EVENT_TYPE_UNSPECIFIED
	history := c.GetWorkflowHistory(ctx, "roll", first.GetRunID(), true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		require.NoError(t, err)
		events, last = events+1, event.GetEventType()
	}
	require.Equal(t, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, last)
	require.Less(t, events, mostEvents)
	require.Greater(t, events, mostEvents/4, "it is not renewed all the time either")

	value, err := c.QueryWorkflow(ctx, "roll", "", contract.QueryRoll)
	require.NoError(t, err)
	var shards map[string]contract.RollState
	require.NoError(t, value.Get(&shards))
	require.GreaterOrEqual(t, shards["p0"].Rolls, int64(300), "the next run knows what this one did")
	require.NoError(t, c.TerminateWorkflow(ctx, "roll", "", "the test is over"))
}
