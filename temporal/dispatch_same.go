package temporal

import (
	"bytes"
	"context"
	"encoding/json"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// DispatchSame is Dispatch for a job whose input matters: a run under way will do if it was started with the same job.
// Fault: NotYet while one of another input is under way; the answer names that run.
func (d *Dispatcher) DispatchSame(ctx context.Context, job contract.Job) (contract.Dispatched, error) {
	out, err := d.Dispatch(ctx, job)
	if err != nil || !out.UnderWay {
		return out, err
	}
	description, err := d.client.DescribeWorkflowExecution(ctx, out.WorkflowID, out.RunID)
	if err != nil {
		return out, fault.Wrap(fault.Unavailable, err, "look at %s", out.WorkflowID)
	}
	same, err := sameJob(newRun(description.GetWorkflowExecutionInfo()).Job, job)
	if err != nil || same {
		return out, err
	}
	return out, fault.New(fault.NotYet, "%s is under way as run %s, with another input", out.WorkflowID, out.RunID).After(askAgain)
}

// sameJob compares what a run was started with; one that no job has started is of none.
func sameJob(started json.RawMessage, job contract.Job) (bool, error) {
	if len(started) == 0 {
		return false, nil
	}
	under, err := contract.ParseJob(started)
	if err != nil { // by a version that has other fields
		return false, nil
	}
	have, err := json.Marshal(under)
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "encode job %s", under.Type)
	}
	want, err := json.Marshal(job)
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "encode job %s", job.Type)
	}
	return bytes.Equal(have, want), nil
}
