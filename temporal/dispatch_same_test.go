package temporal_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// Nobody serves the queue here: what was started stays under way.
func TestAJobWhoseInputMattersIsNotTakenForAnother(t *testing.T) {
	c, cfg := dial(t)
	d := dispatcher(c, cfg)
	refresh := func(full bool) contract.Job {
		return contract.Job{Type: contract.JobMeasurementRefresh, Input: contract.MeasurementRefreshInput{Full: full, Reason: "operator"}}
	}
	hourly, err := d.Dispatch(t.Context(), refreshJob)
	require.NoError(t, err)
	found, err := d.DispatchSame(t.Context(), refresh(true))
	require.True(t, fault.Is(err, fault.NotYet), "%v", err)
	require.ErrorContains(t, err, hourly.RunID)
	require.Equal(t, hourly.RunID, found.RunID)

	require.NoError(t, c.TerminateWorkflow(t.Context(), hourly.WorkflowID, hourly.RunID, "it has ended"))
	full, err := d.DispatchSame(t.Context(), refresh(true))
	require.NoError(t, err)
	require.False(t, full.UnderWay)
	require.NotEqual(t, hourly.RunID, full.RunID)

	again, err := d.DispatchSame(t.Context(), refresh(true))
	require.NoError(t, err)
	require.True(t, again.UnderWay)
	require.Equal(t, full.RunID, again.RunID)
	found, err = d.Dispatch(t.Context(), refresh(false))
	require.NoError(t, err)
	require.Equal(t, full.RunID, found.RunID, "who wants what has changed is served by a full refresh")
}

func TestARunThatNoJobHasStartedIsOfNone(t *testing.T) {
	c, cfg := dial(t)
	_, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: contract.MeasurementID, TaskQueue: contract.QueueMeasurement}, contract.MeasurementWorkflow, contract.MeasurementRefreshInput{Full: true})
	require.NoError(t, err)
	_, err = dispatcher(c, cfg).DispatchSame(t.Context(), refreshJob)
	require.True(t, fault.Is(err, fault.NotYet), "%v", err)
}
