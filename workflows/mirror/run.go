package mirror

import (
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

// Run is what the steps of one run share.
type Run struct {
	ID       string // names archives and operations; stays the same when the workflow continues as new
	Shop     string // set once access was checked
	Progress *Progress
	finished *finished
}

// Start makes the run of this workflow execution, answers its queries, and listens to the finish webhook. The id is
// the first run's where the workflow continued as new, and shown what that one showed; both empty otherwise.
func Start(ctx workflow.Context, id string, shown contract.Shown) (*Run, error) {
	if id == "" {
		// The original id stays the same when an engineer resets the workflow to an earlier point.
		id = workflow.GetInfo(ctx).OriginalRunID
	}
	if id == "" {
		id = workflow.GetInfo(ctx).WorkflowExecution.RunID // the test environment knows no original
	}
	run := &Run{ID: id, Progress: resume(shown), finished: listen(ctx)}
	return run, run.Progress.Serve(ctx)
}

// Step calls an activity and shows it. Its id is what stands for the step in the Temporal UI, in the progress and in
// sync.telemetry.
func Step[In, Out any](ctx workflow.Context, run *Run, kind call, id, name string, ref contract.Activity[In, Out], in In) (Out, error) {
	step := run.Progress.begin(ctx, name, id)
	out, err := ref.Call(kind(ctx, id, name), in)
	run.Progress.end(ctx, step, out, err)
	return out, err
}

// MirrorShop archives and loads the shop and its locations.
func (r *Run) MirrorShop(ctx workflow.Context) error {
	archive, err := Step(ctx, r, Quick, "shop.fetch", "shop: fetch", contract.FetchShop, contract.FetchShopInput{RunID: r.ID})
	if err != nil {
		return err
	}
	_, err = Step(ctx, r, Quick, "shop.load", "shop: load", contract.LoadShop, contract.LoadInput{RunID: r.ID, Shop: r.Shop, Archive: archive})
	return err
}

// Publish empties the outbox.
func (r *Run) Publish(ctx workflow.Context, id string) (contract.PublishResult, error) {
	return Step(ctx, r, Long, id, "publish events", contract.PublishOutbox, contract.PublishInput{RunID: r.ID})
}

// AskForRefresh lets a measurement follow. The run is done and well whatever becomes of it: where it cannot be asked for,
// its progress says so, and the hourly refresh measures the same.
func (r *Run) AskForRefresh(ctx workflow.Context) {
	_, _ = Step(ctx, r, Brief, "measurement", "ask for a measurement", contract.AskForRefresh, contract.AskForRefreshInput{})
}
