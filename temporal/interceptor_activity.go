package temporal

import (
	"context"
	"errors"
	"net"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	sdk "go.temporal.io/sdk/temporal"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/faultpoint"
	"bluntcases.com/platform/internal/temporalfault"
)

const (
	// tellFor bounds how long a finished step waits to be told of. After that the attempt fails, and the next one, which
	// finds the work done, tells.
	tellFor = 15 * time.Second
	// unexpected is how often an error that nobody has classified is tried: it is more likely a defect than a mood.
	unexpected = 10
	// grace is how long an activity may go on after its worker was told to stop.
	grace = 5 * time.Second
)

type activityInbound struct {
	interceptor.ActivityInboundInterceptorBase
	shared *Interceptor
}

// ExecuteActivity runs the activity, tells of its end, and turns its fault into an application error.
func (a *activityInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	info := activity.GetInfo(ctx)
	faultpoint.Hit("before " + step(info))
	ctx, stop := untilStopped(ctx)
	defer stop()
	out, err := a.Next.ExecuteActivity(ctx, in)
	if err != nil {
		return out, failed(ctx, info, err)
	}
	defer faultpoint.Hit("after " + step(info)) // done and told of, and Temporal does not know
	if info.WorkflowType == nil || info.ActivityType.Name == contract.EmitSync.Name || !a.shared.tells(info.WorkflowType.Name) {
		return out, nil
	}
	ctx, told := context.WithTimeout(context.WithoutCancel(ctx), tellFor)
	defer told()
	if err := a.shared.teller.Tell(ctx, stepCompleted(info, out, time.Now())); err != nil {
		return nil, failed(ctx, info, fault.Wrap(fault.Of(err).Code, err, "tell sync.telemetry that %s is done", step(info)))
	}
	return out, nil
}

// untilStopped ends an activity's context a moment after its worker was told to stop: one that waits for something would
// hold the process up until its worker gives up on it, and nobody would know before its heartbeat is missed.
func untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	stopping := activity.GetWorkerStopChannel(ctx)
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-stopping:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(grace):
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func failed(ctx context.Context, info activity.Info, err error) error {
	if errors.Is(err, context.Canceled) || fault.Is(err, fault.Canceled) {
		select {
		case <-activity.GetWorkerStopChannel(ctx):
			// Nobody asked for the end of this activity: its worker is going away, and another takes it over.
			err = fault.New(fault.Unavailable, "the worker is stopping")
		default:
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	var network net.Error
	var known *fault.Fault
	var application *sdk.ApplicationError
	switch {
	case errors.As(err, &known) && known.Code != fault.Internal, errors.As(err, &application):
	case errors.As(err, &network):
		err = fault.Wrap(fault.Unavailable, err, "the network failed")
	case info.Attempt >= unexpected:
		return sdk.NewNonRetryableApplicationError(err.Error(), string(fault.Internal), nil)
	}
	return temporalfault.Encode(err)
}

// stepCompleted is the event of a finished activity. Its id leaves the attempt out, and its time is when the step was
// scheduled: an attempt whose answer was lost is told of once, and always in the same partition. The step ended
// duration_ms later.
func stepCompleted(info activity.Info, out any, now time.Time) event.Sync {
	e := event.Sync{
		EventID:       eventID(info.WorkflowExecution.ID, info.WorkflowExecution.RunID, event.StepCompleted, info.ActivityID),
		EventType:     event.StepCompleted,
		EventTS:       info.ScheduledTime.UTC(),
		WorkflowID:    info.WorkflowExecution.ID,
		RunID:         info.WorkflowExecution.RunID,
		WorkflowType:  info.WorkflowType.Name,
		JobType:       string(contract.JobTypeOf(info.WorkflowType.Name)),
		Step:          step(info),
		Attempt:       info.Attempt,
		DurationMS:    milliseconds(now.Sub(info.ScheduledTime)),
		SchemaVersion: event.SchemaVersion,
	}
	if r, ok := out.(contract.Reporter); ok {
		report(&e, r.Report())
	}
	return e
}

// step is the activity's id where a workflow gave it one, and its type where Temporal numbered it.
func step(info activity.Info) string {
	if info.ActivityID == "" || (info.ActivityID[0] >= '0' && info.ActivityID[0] <= '9') {
		return info.ActivityType.Name
	}
	return info.ActivityID
}
