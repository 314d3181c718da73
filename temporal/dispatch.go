package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// memoJob is where a run's job stands, so that it can be redriven.
const memoJob = "job"

// Dispatcher turns jobs into workflows.
type Dispatcher struct {
	client    client.Client
	namespace string
	shop      string
}

// NewDispatcher starts workflows by c, which is connected to the namespace; shop, which may be empty, makes its runs
// findable.
func NewDispatcher(c client.Client, namespace, shop string) *Dispatcher {
	return &Dispatcher{client: c, namespace: namespace, shop: shop}
}

// Dispatch starts the job's workflow. Where the workflow is under way already, it answers with that run and says so.
func (d *Dispatcher) Dispatch(ctx context.Context, job contract.Job) (contract.Dispatched, error) {
	kind, err := contract.KindOf(job.Type)
	if err != nil {
		return contract.Dispatched{}, err
	}
	options, err := d.options(job, kind)
	if err != nil {
		return contract.Dispatched{}, err
	}
	out := contract.Dispatched{JobType: job.Type, WorkflowID: options.ID}
	run, err := d.client.ExecuteWorkflow(ctx, options, kind.Workflow, job.Input)
	var under *serviceerror.WorkflowExecutionAlreadyStarted
	switch {
	case errors.As(err, &under):
		out.RunID, out.UnderWay = under.RunId, true
		return out, nil
	case err != nil:
		return out, fault.Wrap(fault.Unavailable, err, "start %s", kind.Workflow)
	}
	out.RunID = run.GetRunID()
	return out, nil
}

func (d *Dispatcher) options(job contract.Job, kind contract.Kind) (client.StartWorkflowOptions, error) {
	data, err := json.Marshal(job)
	if err != nil {
		return client.StartWorkflowOptions{}, fault.Wrap(fault.Internal, err, "encode job %s", job.Type)
	}
	found := []sdk.SearchAttributeUpdate{JobType.ValueSet(string(job.Type))}
	if d.shop != "" {
		found = append(found, Shop.ValueSet(d.shop))
	}
	return client.StartWorkflowOptions{
		ID:        kind.WorkflowID(job),
		TaskQueue: kind.Queue,
		// A second start fails, and the failure names the run: attaching silently could not say which of the two it was.
		WorkflowIDConflictPolicy:                 enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		RetryPolicy:                              jobRetry(),
		Memo:                                     map[string]any{memoJob: json.RawMessage(data)},
		TypedSearchAttributes:                    sdk.NewSearchAttributes(found...),
		StaticSummary:                            kind.Summary,
		// One job type that floods a queue waits behind the others' turns.
		Priority: sdk.Priority{FairnessKey: string(job.Type)},
	}, nil
}

// jobRetry tries a job three times more. What trying again cannot mend ends the run at once: such errors are marked by
// the interceptor.
func jobRetry() *sdk.RetryPolicy {
	return &sdk.RetryPolicy{
		InitialInterval: time.Minute, BackoffCoefficient: 2, MaximumInterval: 15 * time.Minute, MaximumAttempts: 4,
	}
}
