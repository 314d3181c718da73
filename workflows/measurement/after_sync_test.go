package measurement_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
	"bluntcases.com/platform/workflows/measurement"
)

// shore is a stream whose messages land when the test says so, and what was started then.
type shore struct {
	env     *testsuite.TestWorkflowEnvironment
	end     uint64
	landed  uint64
	waited  []uint64 // the ends that have landed, in order
	started []contract.StartRefreshInput
	busy    int // how often a start is told of a refresh under way
}

func newShore() *shore {
	var suite testsuite.WorkflowTestSuite
	s := &shore{env: suite.NewTestWorkflowEnvironment(), end: 7, landed: 7}
	on(s, contract.FindStreamEnd, func(in contract.FindStreamEndInput) (contract.StreamEnd, error) {
		return contract.StreamEnd{Stream: in.Stream, Sequence: s.end}, nil
	})
	on(s, contract.AwaitLanded, func(in contract.StreamEnd) (contract.Landed, error) {
		if in.Stream != event.StreamCommerce || s.landed < in.Sequence {
			return contract.Landed{}, fault.New(fault.NotYet, "on its way").After(5 * time.Second)
		}
		s.waited = append(s.waited, in.Sequence)
		return contract.Landed{Offset: s.landed}, nil
	})
	on(s, contract.StartRefresh, func(in contract.StartRefreshInput) (contract.Dispatched, error) {
		if s.busy > 0 {
			s.busy--
			return contract.Dispatched{}, fault.New(fault.NotYet, "under way").After(10 * time.Second)
		}
		s.started = append(s.started, in)
		return contract.Dispatched{WorkflowID: contract.MeasurementID, RunID: "run"}, nil
	})
	return s
}

func on[In, Out any](s *shore, ref contract.Activity[In, Out], answer func(In) (Out, error)) {
	s.env.RegisterActivityWithOptions(func(_ context.Context, in In) (Out, error) {
		out, err := answer(in)
		return out, temporalfault.Encode(err)
	}, activity.RegisterOptions{Name: ref.Name})
}

// synced signals the end of a sync after a while.
func (s *shore) synced(after time.Duration, then func()) {
	s.env.RegisterDelayedCallback(func() {
		if then != nil {
			then()
		}
		s.env.SignalWorkflow(contract.SignalSynced, nil)
	}, after)
}

func (s *shore) run(t *testing.T) contract.AfterSyncResult {
	t.Helper()
	s.env.ExecuteWorkflow(measurement.AfterSync, contract.AfterSyncInput{})
	require.NoError(t, s.env.GetWorkflowError())
	var result contract.AfterSyncResult
	require.NoError(t, s.env.GetWorkflowResult(&result))
	return result
}

func TestARefreshBeginsWhenTheSyncsEventsHaveLanded(t *testing.T) {
	s := newShore()
	began := s.env.Now()
	s.landed = 3
	s.synced(0, nil)
	s.env.RegisterDelayedCallback(func() { s.landed = 7 }, 30*time.Second)
	result := s.run(t)
	require.Equal(t, 1, result.Refreshes)
	require.Equal(t, []uint64{7}, s.waited)
	require.Len(t, s.started, 1)
	require.GreaterOrEqual(t, s.started[0].After.Sub(began), 30*time.Second)
	require.Equal(t, "run", result.Last.RunID)
}

func TestSyncsThatEndMeanwhileShareARefresh(t *testing.T) {
	s := newShore()
	s.landed = 3
	s.synced(0, nil)
	s.synced(10*time.Second, func() { s.end = 9 })
	s.synced(20*time.Second, nil)
	s.env.RegisterDelayedCallback(func() { s.landed = 9 }, 30*time.Second)
	result := s.run(t)
	require.Equal(t, 3, result.Syncs)
	require.Equal(t, 2, result.Refreshes, "one for the first, one for those that came later")
	require.Equal(t, []uint64{7, 9}, s.waited)
}

func TestARefreshThatIsUnderWayIsWaitedFor(t *testing.T) {
	s := newShore()
	s.busy = 5
	s.synced(0, nil)
	began := s.env.Now()
	require.Equal(t, 1, s.run(t).Refreshes)
	require.GreaterOrEqual(t, s.env.Now().Sub(began), 50*time.Second)
}

// The test environment gives an activity up after ten tries, the server after two hours.
func TestEventsThatNeverLandAreGivenUpAndTheRestIsMeasured(t *testing.T) {
	s := newShore()
	s.landed = 3
	s.synced(0, nil)
	s.env.SetTestTimeout(time.Minute)
	require.Equal(t, 1, s.run(t).Refreshes)
	require.Empty(t, s.waited)
	require.Len(t, s.started, 1)
}

func TestACanceledWaitStartsNothing(t *testing.T) {
	s := newShore()
	s.landed = 3
	s.synced(0, nil)
	s.env.RegisterDelayedCallback(s.env.CancelWorkflow, 30*time.Second)
	s.env.ExecuteWorkflow(measurement.AfterSync, contract.AfterSyncInput{})
	require.Error(t, s.env.GetWorkflowError())
	require.Empty(t, s.started)
}
