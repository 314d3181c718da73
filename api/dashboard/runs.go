package dashboard

import (
	"context"

	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/temporal"
)

// Runs starts and reads runs on a Temporal server.
type Runs struct {
	*temporal.Dispatcher
	Client client.Client
}

// Look reads a run with its progress.
func (r Runs) Look(ctx context.Context, workflowID, runID string) (temporal.Snapshot, error) {
	return temporal.Look(ctx, r.Client, workflowID, runID)
}

// List reads a page of the runs of jobs.
func (r Runs) List(ctx context.Context, filter temporal.Filter, size int, next []byte) (temporal.Page, error) {
	return temporal.List(ctx, r.Client, filter, size, next)
}
