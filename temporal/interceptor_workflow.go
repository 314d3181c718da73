package temporal

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"go.temporal.io/sdk/interceptor"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/temporalfault"
)

type workflowInbound struct {
	interceptor.WorkflowInboundInterceptorBase
	shared *Interceptor
}

// ExecuteWorkflow tells of the start, runs the workflow, and tells of its end. A chain of runs that continue as new has
// one start and one end. The events go through an activity, so that they are told whatever dies.
func (w *workflowInbound) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	info := workflow.GetInfo(ctx)
	if !w.shared.tells(info.WorkflowType.Name) {
		out, err := w.Next.ExecuteWorkflow(ctx, in)
		return out, temporalfault.EncodeFinal(err)
	}
	// The run goes on meanwhile: a stream that is down must not hold up what does not need it.
	var started workflow.Future
	if info.ContinuedExecutionRunID == "" || info.Attempt > 1 {
		started = tell(ctx, workflowEvent(info, event.WorkflowStarted, info.WorkflowStartTime))
	}
	out, err := w.Next.ExecuteWorkflow(ctx, in)
	if workflow.IsContinueAsNewError(err) {
		return out, wait(ctx, started, err)
	}
	err = temporalfault.EncodeFinal(err)
	ended := ending(info, out, err, workflow.Now(ctx))
	// A canceled run still says so.
	detached, _ := workflow.NewDisconnectedContext(ctx)
	_ = wait(detached, tell(detached, ended), nil)
	return out, wait(detached, started, err)
}

// ValidateUpdate implements interceptor.WorkflowInboundInterceptor.
func (w *workflowInbound) ValidateUpdate(ctx workflow.Context, in *interceptor.UpdateInput) error {
	return temporalfault.Encode(w.Next.ValidateUpdate(ctx, in))
}

// ExecuteUpdate implements interceptor.WorkflowInboundInterceptor.
func (w *workflowInbound) ExecuteUpdate(ctx workflow.Context, in *interceptor.UpdateInput) (any, error) {
	out, err := w.Next.ExecuteUpdate(ctx, in)
	return out, temporalfault.Encode(err)
}

// tell schedules the event. It is tried for an hour; a run is not failed by a stream that stays down longer.
func tell(ctx workflow.Context, e event.Sync) workflow.Future {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: "telemetry." + e.EventType,
		// One queue's workers tell for all, so that an event never waits for DuckDB's memory.
		TaskQueue:           contract.QueueSync,
		Summary:             "tell sync.telemetry: " + e.EventType,
		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: time.Hour,
		RetryPolicy: &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
	return contract.EmitSync.Start(ctx, e).Future
}

// wait lets an event be told before the run ends, and keeps the run's own end whatever becomes of the event.
func wait(ctx workflow.Context, told workflow.Future, end error) error {
	if told == nil {
		return end
	}
	if err := told.Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Error("an event of this run is missing in sync.telemetry", "error", err)
	}
	return end
}

func workflowEvent(info *workflow.Info, kind string, at time.Time) event.Sync {
	return event.Sync{
		EventID:       eventID(info.WorkflowExecution.ID, info.WorkflowExecution.RunID, kind, ""),
		EventType:     kind,
		EventTS:       at.UTC(),
		WorkflowID:    info.WorkflowExecution.ID,
		RunID:         info.WorkflowExecution.RunID,
		WorkflowType:  info.WorkflowType.Name,
		JobType:       string(contract.JobTypeOf(info.WorkflowType.Name)),
		Attempt:       info.Attempt,
		SchemaVersion: event.SchemaVersion,
	}
}

func ending(info *workflow.Info, out any, err error, now time.Time) event.Sync {
	kind := event.WorkflowCompleted
	if err != nil {
		kind = event.WorkflowFailed
	}
	e := workflowEvent(info, kind, now)
	e.DurationMS = milliseconds(now.Sub(info.WorkflowStartTime))
	if err != nil {
		f := temporalfault.Decode(err)
		e.ErrorCode, e.ErrorMessage = string(f.Code), f.Error()
	} else if r, ok := out.(contract.Reporter); ok {
		report(&e, r.Report())
	}
	return e
}

func report(e *event.Sync, r contract.Report) {
	e.RecordsIn, e.RecordsOut, e.Bytes = positive(r.RecordsIn), positive(r.RecordsOut), positive(r.Bytes)
	if r.Watermark != nil {
		e.WatermarkBefore, e.WatermarkAfter = r.Watermark.Before, r.Watermark.After
	}
}

func positive(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func milliseconds(d time.Duration) *int64 {
	ms := max(0, d.Milliseconds())
	return &ms
}

// eventID is derived from what happened, so that telling it twice is telling it once.
func eventID(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "sev_" + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}
