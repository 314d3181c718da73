// Package housekeeping is the daily Housekeeping: it deletes the rows of the schema runtime that have served. A night
// that is missed is made up for by the next.
package housekeeping

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

// Workflow deletes what has served.
func Workflow(ctx workflow.Context, _ contract.HousekeepingInput) (contract.HousekeepingResult, error) {
	h := &housekeeping{}
	err := workflow.SetQueryHandler(ctx, contract.QueryProgress, func() (contract.Progress, error) { return h.progress, nil })
	if err != nil {
		return contract.HousekeepingResult{}, err
	}
	var result contract.HousekeepingResult
	if result.Webhooks, err = h.purge(ctx, "webhooks", contract.PurgeWebhooks); err != nil {
		return result, err
	}
	if result.IdempotencyKeys, err = h.purge(ctx, "idempotency keys", contract.PurgeIdempotencyKeys); err != nil {
		return result, err
	}
	h.progress.Phase = "done"
	return result, nil
}

type housekeeping struct {
	progress contract.Progress
}

// purge is one step.
func (h *housekeeping) purge(ctx workflow.Context, what string, ref contract.Activity[contract.PurgeInput, contract.Purged]) (int64, error) {
	name, id := "forget old "+what, "purge."+strings.ReplaceAll(what, " ", "_")
	h.progress.Phase = name
	h.progress.Steps = append(h.progress.Steps, contract.Step{Name: name, Activity: id, State: contract.StepRunning})
	step := &h.progress.Steps[len(h.progress.Steps)-1]
	purged, err := ref.Call(deleting(ctx, id, name), contract.PurgeInput{})
	if err != nil {
		step.State, step.Detail = contract.StepFailed, err.Error()
		return 0, err
	}
	step.State, step.Done, step.Total, step.Unit = contract.StepDone, purged.Rows, purged.Rows, "rows"
	workflow.SetCurrentDetails(ctx, h.show())
	return purged.Rows, nil
}

// deleting is work in many short statements; what one attempt has deleted stays deleted.
func deleting(ctx workflow.Context, id, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: id, Summary: summary,
		StartToCloseTimeout: time.Hour, ScheduleToCloseTimeout: 12 * time.Hour, HeartbeatTimeout: time.Minute,
		WaitForCancellation: true,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
}

// show is what an engineer reads in the Temporal UI.
func (h *housekeeping) show() string {
	var b strings.Builder
	for _, step := range h.progress.Steps {
		fmt.Fprintf(&b, "- %s: %d rows\n", step.Name, step.Done)
	}
	return b.String()
}
