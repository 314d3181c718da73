package mirror

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
)

// tries bounds how often an operation that failed or was lost is submitted again.
const tries = 4

// operation is what is asked of Shopify, and the name that its steps and archives carry.
type operation struct {
	part      string // for instance orders.0001
	slice     int
	entity    contract.Entity
	selection contract.Selection
	field     contract.WindowField
	window    contract.Window
}

// obtain submits the operation, waits for its end and archives its result. One that failed or was lost, be it after its
// end, when the link to its result has expired, is submitted again; what it had written is kept as evidence. One that
// timed out is the caller's to bisect.
func (r *Run) obtain(ctx workflow.Context, o operation) (contract.Archive, error) {
	archived := 0 // results that were asked for
	for try := 1; ; try++ {
		submitted, result, err := r.operate(ctx, o, try)
		if err == nil {
			archived++
			var archive contract.Archive
			archive, err = Step(ctx, r, Long, o.part+".archive"+again(archived), o.part+": archive", contract.ArchiveResult, contract.ArchiveInput{
				Result: result, Entity: o.entity, Window: o.window, ObjectKey: contract.ArchiveKey(r.ID, o.part),
			})
			if err == nil {
				return archive, nil
			}
		}
		code := temporalfault.Decode(err).Code
		if code != fault.BulkFailed && code != fault.BulkLost && code != fault.BulkTimeout {
			return contract.Archive{}, err
		}
		r.keepPartial(ctx, o, submitted, try)
		if code == fault.BulkTimeout || try == tries {
			return contract.Archive{}, err
		}
		if err := workflow.Sleep(ctx, firstPause<<(try-1)); err != nil {
			return contract.Archive{}, err
		}
	}
}

// again distinguishes the steps of another try from those of the first.
func again(try int) string {
	if try == 1 {
		return ""
	}
	return fmt.Sprintf(".%d", try)
}

// operate submits the operation and waits for its end.
func (r *Run) operate(ctx workflow.Context, o operation, try int) (contract.Operation, contract.OperationResult, error) {
	submitted, err := Step(ctx, r, Quick, o.part+".request"+again(try), o.part+": request "+describe(o.window), contract.SubmitOperation, contract.SubmitInput{
		Entity: o.entity, Selection: o.selection, Field: o.field, Window: o.window,
		Key:        contract.OperationKey(r.ID, o.entity, o.selection, o.slice, try),
		WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID,
	})
	if err != nil {
		return submitted, contract.OperationResult{}, err
	}
	result, err := r.await(ctx, o, submitted, again(try))
	return submitted, result, err
}

// await asks until the operation has ended. The finish webhook cuts the pause between two questions short.
func (r *Run) await(ctx workflow.Context, o operation, submitted contract.Operation, suffix string) (contract.OperationResult, error) {
	step := r.Progress.begin(ctx, o.part+": poll", o.part+".poll"+suffix)
	result, err := r.poll(ctx, step, submitted)
	r.Progress.end(ctx, step, result, err)
	if err == nil {
		step.Done, step.Total, step.Unit = result.Objects, result.Objects, "objects"
	}
	return result, err
}

func (r *Run) poll(ctx workflow.Context, step *contract.Step, submitted contract.Operation) (result contract.OperationResult, err error) {
	waiting, giveUp := workflow.WithCancel(ctx)
	asked := contract.AwaitOperation.Start(Polling(waiting, step.Activity, step.Name), submitted)
	told := r.finished.future(ctx, submitted.GID)
	workflow.NewSelector(ctx).
		AddFuture(asked.Future, func(workflow.Future) {}).
		AddFuture(told, func(workflow.Future) {}).
		Select(ctx)
	if asked.IsReady() {
		return asked.Get(ctx)
	}
	giveUp()
	step.Activity += ".woken"
	return contract.AwaitOperation.Call(Polling(ctx, step.Activity, step.Name), submitted)
}

// keepPartial archives what a failed operation has written. The operation is done again in any case, so a partial file
// that cannot be had stops nothing.
func (r *Run) keepPartial(ctx workflow.Context, o operation, submitted contract.Operation, try int) {
	part := fmt.Sprintf("%s.partial.%d", o.part, try)
	step := r.Progress.begin(ctx, o.part+": keep the partial file", part)
	options := workflow.WithActivityOptions(Long(ctx, part, step.Name), workflow.ActivityOptions{
		ActivityID: part, Summary: step.Name, StartToCloseTimeout: 30 * time.Minute, HeartbeatTimeout: silence,
		RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 5},
	})
	_, err := contract.ArchiveResult.Call(options, contract.ArchiveInput{
		Result: contract.OperationResult{Operation: submitted}, Entity: o.entity, Window: o.window,
		ObjectKey: contract.ArchiveKey(r.ID, part), Partial: true,
	})
	r.Progress.end(ctx, step, nil, err)
}

func describe(w contract.Window) string {
	const layout = "2006-01-02 15:04:05"
	if w.From.IsZero() {
		return "all until " + w.To.UTC().Format(layout)
	}
	return w.From.UTC().Format(layout) + " – " + w.To.UTC().Format(layout)
}

// finished hands out what the finish webhook tells.
type finished struct {
	told map[string]announcement
}

type announcement struct {
	workflow.Future
	settable workflow.Settable
}

func listen(ctx workflow.Context) *finished {
	f := &finished{told: map[string]announcement{}}
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var told contract.OperationFinished
			if !workflow.GetSignalChannel(ctx, contract.SignalOperationFinished).Receive(ctx, &told) {
				return
			}
			if one := f.of(ctx, told.GID); !one.IsReady() {
				one.settable.SetValue(told.Status)
			}
		}
	})
	return f
}

// future is ready when the webhook has told of the operation, even if it told before anyone asked.
func (f *finished) future(ctx workflow.Context, gid string) workflow.Future {
	return f.of(ctx, gid).Future
}

func (f *finished) of(ctx workflow.Context, gid string) announcement {
	one, known := f.told[gid]
	if !known {
		future, settable := workflow.NewFuture(ctx)
		one = announcement{future, settable}
		f.told[gid] = one
	}
	return one
}
