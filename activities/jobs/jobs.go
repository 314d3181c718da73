// Package jobs holds the activity by which a workflow starts another one's job.
package jobs

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/contract"
)

// Dispatcher starts a job's workflow, or finds the run under way.
type Dispatcher interface {
	Dispatch(ctx context.Context, job contract.Job) (contract.Dispatched, error)
	DispatchAfter(ctx context.Context, job contract.Job, moment time.Time) (contract.Dispatched, error)
	AskForRefresh(ctx context.Context) (contract.AskedForRefresh, error)
}

// Activities carries the dispatcher.
type Activities struct{ dispatcher Dispatcher }

// New makes the activities.
func New(d Dispatcher) *Activities { return &Activities{dispatcher: d} }

// Dispatch reads the job and dispatches it. A retry finds the run that the first attempt started.
func (a *Activities) Dispatch(ctx context.Context, in contract.ScheduledJobInput) (contract.Dispatched, error) {
	job, err := contract.ParseJob(in.Job)
	if err != nil {
		return contract.Dispatched{}, err
	}
	return a.dispatcher.Dispatch(ctx, job)
}
