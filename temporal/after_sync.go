package temporal

import (
	"context"
	"time"

	sdk "go.temporal.io/sdk/temporal"

	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// askAgain is the pause between two looks at whether the refresh under way has ended.
const askAgain = 10 * time.Second

// AskForRefresh says that a sync has published its events, to the run that lets a refresh follow; it starts that run
// where there is none. Asked twice, it leads to one refresh more at most, which finds nothing to do.
func (d *Dispatcher) AskForRefresh(ctx context.Context) (contract.AskedForRefresh, error) {
	options := client.StartWorkflowOptions{
		ID: contract.AfterSyncID, TaskQueue: contract.QueueMeasurement,
		StaticSummary: "Refresh the measurement when a sync's events have landed",
	}
	if d.shop != "" {
		options.TypedSearchAttributes = sdk.NewSearchAttributes(Shop.ValueSet(d.shop))
	}
	run, err := d.client.SignalWithStartWorkflow(ctx, options.ID, contract.SignalSynced, nil, options,
		contract.AfterSyncWorkflow, contract.AfterSyncInput{})
	if err != nil {
		return contract.AskedForRefresh{}, fault.Wrap(fault.Unavailable, err, "ask for a refresh")
	}
	return contract.AskedForRefresh{WorkflowID: run.GetID(), RunID: run.GetRunID()}, nil
}

// DispatchAfter is Dispatch for a job that must see what was so at a moment: a run that began after it will do, one that
// began before it does not. Fault: NotYet while such a one is under way.
func (d *Dispatcher) DispatchAfter(ctx context.Context, job contract.Job, moment time.Time) (contract.Dispatched, error) {
	out, err := d.Dispatch(ctx, job)
	if err != nil || !out.UnderWay {
		return out, err
	}
	description, err := d.client.DescribeWorkflowExecution(ctx, out.WorkflowID, out.RunID)
	if err != nil {
		return out, fault.Wrap(fault.Unavailable, err, "look at %s", out.WorkflowID)
	}
	if description.GetWorkflowExecutionInfo().GetStartTime().AsTime().After(moment) {
		return out, nil
	}
	return out, fault.New(fault.NotYet, "the run of %s under way began before", out.WorkflowID).After(askAgain)
}
