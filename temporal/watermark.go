package temporal

import (
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
)

// Watermarks reads and moves the watermarks. Each is a workflow that runs for ever; the first move starts it.
type Watermarks struct{ client client.Client }

// NewWatermarks speaks to the watermarks through c.
func NewWatermarks(c client.Client) *Watermarks { return &Watermarks{client: c} }

// Get reads a watermark; one that was never moved has no time.
func (w *Watermarks) Get(ctx context.Context, key string) (contract.WatermarkState, error) {
	state := contract.WatermarkState{Key: key}
	ctx, stop := context.WithTimeout(ctx, answerWithin)
	defer stop()
	answer, err := w.client.QueryWorkflow(ctx, key, "", contract.WatermarkGet)
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return state, nil
	}
	if err != nil {
		return state, fault.Wrap(fault.Unavailable, err, "read watermark %s", key)
	}
	if err := answer.Get(&state); err != nil {
		return state, fault.Wrap(fault.Internal, err, "decode watermark %s", key)
	}
	return state, nil
}

// Advance moves a watermark for a run that has stored and published everything; the same run moves it once.
func (w *Watermarks) Advance(ctx context.Context, key string, in contract.AdvanceInput) (contract.WatermarkMove, error) {
	return w.update(ctx, key, contract.WatermarkAdvance, "advance-"+in.RunID, in)
}

// Reset sets a watermark by hand.
func (w *Watermarks) Reset(ctx context.Context, key string, in contract.WatermarkResetInput) (contract.WatermarkMove, error) {
	return w.update(ctx, key, contract.WatermarkReset, "", in)
}

// answerWithin bounds the wait for a watermark: without a worker there is no answer.
const answerWithin = 25 * time.Second

func (w *Watermarks) update(ctx context.Context, key, name, id string, in any) (contract.WatermarkMove, error) {
	ctx, stop := context.WithTimeout(ctx, answerWithin)
	defer stop()
	start := w.client.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: key, TaskQueue: contract.QueueSync,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		StaticSummary:            "How far " + key + " reaches",
	}, contract.WatermarkWorkflow, contract.WatermarkState{Key: key})
	handle, err := w.client.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			WorkflowID: key, UpdateID: id, UpdateName: name, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	var move contract.WatermarkMove
	if err == nil {
		err = handle.Get(ctx, &move)
	}
	if err == nil {
		return move, nil
	}
	if f := temporalfault.Decode(err); f.Code != fault.Internal {
		return move, f
	}
	if ctx.Err() != nil {
		return move, fault.New(fault.Unavailable, "watermark %s does not answer: is an ingest process serving the queue %s?", key, contract.QueueSync)
	}
	return move, fault.Wrap(fault.Unavailable, err, "%s watermark %s", name, key)
}
