package measurement

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/temporalfault"
)

// AfterSync lets a refresh follow the syncs that tell it of their end. It waits until their events have landed, so that
// a refresh begins when it has something to read, and leaves the refresh's own id free meanwhile: whoever asks for one by
// hand gets it. Syncs that end while it waits are answered by the same refresh, one that ends during the refresh by one
// more.
func AfterSync(ctx workflow.Context, _ contract.AfterSyncInput) (contract.AfterSyncResult, error) {
	synced := workflow.GetSignalChannel(ctx, contract.SignalSynced)
	var result contract.AfterSyncResult
	for asked := drain(synced); asked > 0; asked = drain(synced) {
		result.Syncs += asked
		started, err := follow(ctx)
		if err != nil {
			return result, err
		}
		result.Refreshes++
		result.Last = &started
	}
	return result, nil
}

// drain counts the signals that are there. A run ends only where there is none: the server gives a run that would end
// beside a signal another turn.
func drain(signals workflow.ReceiveChannel) (n int) {
	for signals.ReceiveAsync(nil) {
		n++
	}
	return n
}

// follow waits for what the stream holds by now, and starts a refresh that begins afterwards.
func follow(ctx workflow.Context) (contract.Dispatched, error) {
	if err := landed(ctx); err != nil {
		// What has landed by now is worth measuring; the hourly refresh takes the rest.
		workflow.GetLogger(ctx).Warn("a refresh does not wait any longer", "error", err)
		workflow.SetCurrentDetails(ctx, fmt.Sprintf("did not wait any longer for events to land: %v", temporalfault.Decode(err)))
		if ctx.Err() != nil {
			return contract.Dispatched{}, ctx.Err()
		}
	}
	return contract.StartRefresh.Call(asking(ctx, contract.QueueSync, "start a refresh", 24*time.Hour),
		contract.StartRefreshInput{After: workflow.Now(ctx)})
}

// landWithin is how long events are waited for. A roll takes a minute; the events of a first sync take a few.
const landWithin = 2 * time.Hour

func landed(ctx workflow.Context) error {
	end, err := contract.FindStreamEnd.Call(asking(ctx, contract.QueueStreams, "find the end of the stream", landWithin),
		contract.FindStreamEndInput{Stream: event.StreamCommerce})
	if err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("waiting until message %d of %s has landed", end.Sequence, end.Stream))
	_, err = contract.AwaitLanded.Call(asking(ctx, contract.QueueStreams, fmt.Sprintf("wait for message %d to land", end.Sequence), landWithin), end)
	return err
}

// asking is for a question that is asked again until it is answered: each time is a retry, which costs no history.
func asking(ctx workflow.Context, queue, summary string, within time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: queue, Summary: summary, StartToCloseTimeout: quickAnswer, ScheduleToCloseTimeout: within,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: longestPause / 2},
	})
}
