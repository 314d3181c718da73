package temporal_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
)

func TestStartStepAndEndAreTold(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{}
	serve(t, c, r, publishing, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		return contract.PublishResult{Messages: 2, Events: 7, Bytes: 100}, nil
	})
	run, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.NoError(t, end(t, c, run))

	require.Len(t, r.told(), 3)
	for _, e := range r.told() {
		require.Equal(t, run.RunID, e.RunID)
		require.Equal(t, contract.BulkSyncID, e.WorkflowID)
		require.Equal(t, contract.BulkSyncWorkflow, e.WorkflowType)
		require.Equal(t, string(contract.JobBulkSync), e.JobType)
		require.False(t, e.EventTS.IsZero())
	}
	step := r.of(event.StepCompleted)[0]
	require.Equal(t, "publish", step.Step)
	require.Equal(t, int64(7), *step.RecordsOut)
	require.Equal(t, int64(100), *step.Bytes)
	require.NotNil(t, step.DurationMS)
	completed := r.of(event.WorkflowCompleted)[0]
	require.Equal(t, int64(3), *completed.RecordsIn)
}

func TestAFaultEndsTheRunAtOnceAndIsToldWithItsCause(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{}
	var attempts atomic.Int64
	serve(t, c, r, publishing, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		attempts.Add(1)
		return contract.PublishResult{}, fmt.Errorf("load: %w", fault.New(fault.MalformedArchive, "line 7 is not JSON"))
	})
	run, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	failed := end(t, c, run)
	require.Equal(t, fault.MalformedArchive, temporalfault.Decode(failed).Code)
	require.Equal(t, int64(1), attempts.Load(), "what cannot be mended was tried again")
	ended := r.of(event.WorkflowFailed)
	require.Len(t, ended, 1)
	require.Equal(t, string(fault.MalformedArchive), ended[0].ErrorCode)
	require.Contains(t, ended[0].ErrorMessage, "line 7")
	require.Empty(t, r.of(event.StepCompleted))
}

func TestATransientFaultIsTriedAgain(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{}
	var attempts atomic.Int64
	serve(t, c, r, publishing, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		if attempts.Add(1) < 3 {
			return contract.PublishResult{}, fault.New(fault.Unavailable, "postgres is away").After(1)
		}
		return contract.PublishResult{Events: 7}, nil
	})
	run, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.NoError(t, end(t, c, run))
	require.Equal(t, int64(3), attempts.Load())
	require.Len(t, r.of(event.StepCompleted), 1)
	require.Equal(t, int32(3), r.of(event.StepCompleted)[0].Attempt)
}

func TestAnActivityThatWaitsDoesNotHoldUpAWorkerThatStops(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{}
	waiting := make(chan struct{})
	var attempts atomic.Int64
	publish := func(ctx context.Context, _ contract.PublishInput) (contract.PublishResult, error) {
		if attempts.Add(1) > 1 {
			return contract.PublishResult{Events: 7}, nil
		}
		close(waiting)
		<-ctx.Done()
		return contract.PublishResult{}, ctx.Err()
	}
	w := serve(t, c, r, publishing, publish)
	run, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	<-waiting
	began := time.Now()
	w.Stop()
	require.Less(t, time.Since(began), 10*time.Second)
	serve(t, c, r, publishing, publish)
	require.NoError(t, end(t, c, run))
	require.Equal(t, int64(2), attempts.Load())
}

func TestAStreamThatIsDownIsToldLaterAndOnce(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{refuse: 4}
	serve(t, c, r, publishing, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		return contract.PublishResult{Events: 7}, nil
	})
	run, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.NoError(t, end(t, c, run))
	require.Len(t, r.of(event.WorkflowStarted), 1)
	require.Len(t, r.of(event.StepCompleted), 1)
	require.Len(t, r.of(event.WorkflowCompleted), 1)
}

func TestAChainHasOneStartAndOneEnd(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{}
	serve(t, c, r, func(ctx workflow.Context, in contract.BulkSyncInput) (contract.BulkSyncResult, error) {
		if in.State == nil {
			return contract.BulkSyncResult{}, workflow.NewContinueAsNewError(ctx, contract.BulkSyncWorkflow, contract.BulkSyncInput{State: &contract.BulkSyncState{}})
		}
		return publishing(ctx, in)
	}, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		return contract.PublishResult{}, nil
	})
	_, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.NoError(t, c.GetWorkflow(t.Context(), contract.BulkSyncID, "").Get(t.Context(), nil))
	require.Len(t, r.of(event.WorkflowStarted), 1)
	require.Len(t, r.of(event.WorkflowCompleted), 1)
}

func TestACanceledRunSaysSo(t *testing.T) {
	c, cfg := dial(t)
	r := &recorder{}
	serve(t, c, r, func(ctx workflow.Context, _ contract.BulkSyncInput) (contract.BulkSyncResult, error) {
		return contract.BulkSyncResult{}, workflow.Await(ctx, func() bool { return false })
	}, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		return contract.PublishResult{}, nil
	})
	run, err := dispatcher(c, cfg).Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(r.of(event.WorkflowStarted)) == 1 }, waitFor, tick)
	require.NoError(t, c.CancelWorkflow(t.Context(), run.WorkflowID, run.RunID))
	require.Error(t, end(t, c, run))
	ended := r.of(event.WorkflowFailed)
	require.Len(t, ended, 1)
	require.Equal(t, string(fault.Canceled), ended[0].ErrorCode)
}
