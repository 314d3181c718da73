package temporal_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

var refreshJob = contract.Job{Type: contract.JobMeasurementRefresh, Input: contract.MeasurementRefreshInput{Reason: "after sync"}}

// Nobody serves the queue here: what is asked for waits.
func TestSyncsThatAskForARefreshShareARun(t *testing.T) {
	c, cfg := dial(t)
	d := dispatcher(c, cfg)
	first, err := d.AskForRefresh(t.Context())
	require.NoError(t, err)
	second, err := d.AskForRefresh(t.Context())
	require.NoError(t, err)
	require.Equal(t, first, second)

	signals := 0
	events := c.GetWorkflowHistory(t.Context(), first.WorkflowID, first.RunID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		if event.GetWorkflowExecutionSignaledEventAttributes().GetSignalName() == contract.SignalSynced {
			signals++
		}
	}
	require.Equal(t, 2, signals)
}

func TestARunThatBeganTooEarlyIsWaitedFor(t *testing.T) {
	c, cfg := dial(t)
	d := dispatcher(c, cfg)
	before := time.Now().Add(-time.Hour)
	early, err := d.DispatchAfter(t.Context(), refreshJob, before)
	require.NoError(t, err)
	require.False(t, early.UnderWay)

	found, err := d.DispatchAfter(t.Context(), refreshJob, before) // as a retry whose first answer was lost
	require.NoError(t, err)
	require.True(t, found.UnderWay)
	require.Equal(t, early.RunID, found.RunID)

	_, err = d.DispatchAfter(t.Context(), refreshJob, time.Now().Add(time.Hour))
	require.True(t, fault.Is(err, fault.NotYet), "%v", err)
	require.NotZero(t, fault.Of(err).RetryAfter)

	require.NoError(t, c.TerminateWorkflow(t.Context(), early.WorkflowID, early.RunID, "it has ended"))
	late, err := d.DispatchAfter(t.Context(), refreshJob, time.Now())
	require.NoError(t, err)
	require.False(t, late.UnderWay)
	require.NotEqual(t, early.RunID, late.RunID)
}
