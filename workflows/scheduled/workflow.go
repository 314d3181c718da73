// Package scheduled hands a schedule's job to the dispatcher: Temporal gives every scheduled workflow an id of its own,
// and a job's workflow has one that does not change.
package scheduled

import (
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/mirror"
)

// Workflow dispatches the job and does not wait for its run.
func Workflow(ctx workflow.Context, in contract.ScheduledJobInput) (contract.Dispatched, error) {
	return contract.DispatchJob.Call(mirror.Quick(ctx, "dispatch", "dispatch the job"), in)
}
