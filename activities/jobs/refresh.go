package jobs

import (
	"context"

	"bluntcases.com/platform/internal/contract"
)

// AskForRefresh implements contract.AskForRefresh.
func (a *Activities) AskForRefresh(ctx context.Context, _ contract.AskForRefreshInput) (contract.AskedForRefresh, error) {
	return a.dispatcher.AskForRefresh(ctx)
}

// StartRefresh implements contract.StartRefresh. Fault: NotYet while a refresh is under way that began too early. A retry
// finds the refresh that the first attempt started.
func (a *Activities) StartRefresh(ctx context.Context, in contract.StartRefreshInput) (contract.Dispatched, error) {
	return a.dispatcher.DispatchAfter(ctx, contract.Job{
		Type: contract.JobMeasurementRefresh, Input: contract.MeasurementRefreshInput{Reason: "after sync"},
	}, in.After)
}
