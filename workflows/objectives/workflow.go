// Package objectives keeps configuration.objective_spec as the classification specs of PostgreSQL are, for as long as the
// platform runs: wait until a spec differs from the table, write it, wait again. Its history is a few events an hour.
package objectives

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

const (
	// roundsPerRun keeps a run's history below about 2,000 events.
	roundsPerRun = 200
	// wait is how long one activity waits for a change.
	wait = 20 * time.Minute
	// firstRest and longestRest bound how long it rests after a fault that trying again at once does not mend.
	firstRest   = 5 * time.Second
	longestRest = time.Minute
)

// Workflow replicates until it is canceled. It never fails: a fault shows in its details and its query, and it goes on.
func Workflow(ctx workflow.Context, in contract.ObjectiveReplicationInput) (struct{}, error) {
	state := in.State
	err := workflow.SetQueryHandlerWithOptions(ctx, contract.QueryObjectives, func() (contract.ObjectiveState, error) { return state, nil },
		workflow.QueryHandlerOptions{Description: "What configuration.objective_spec holds, and since when"})
	if err != nil {
		return struct{}{}, err
	}
	rest := firstRest
	for range roundsPerRun {
		show(ctx, state)
		replicated, err := contract.ReplicateObjectives.Call(options(ctx), contract.ReplicateInput{Wait: wait})
		switch {
		case ctx.Err() != nil:
			return struct{}{}, ctx.Err()
		case err == nil:
			state = add(state, replicated, workflow.Now(ctx))
			rest = firstRest
		default:
			state = failed(state, err, workflow.Now(ctx))
			show(ctx, state)
			if err := workflow.Sleep(ctx, rest); err != nil {
				return struct{}{}, err
			}
			rest = min(2*rest, longestRest)
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			break
		}
	}
	return struct{}{}, workflow.NewContinueAsNewError(ctx, contract.ObjectiveReplicationWorkflow, contract.ObjectiveReplicationInput{State: state})
}

func add(s contract.ObjectiveState, r contract.Replicated, at time.Time) contract.ObjectiveState {
	s.Specs, s.Rows, s.Fault, s.FaultSince = r.Specs, r.Rows, "", time.Time{}
	if r.Changed {
		s.Changes++
		s.LastChange = at
	}
	return s
}

func failed(s contract.ObjectiveState, err error, at time.Time) contract.ObjectiveState {
	if s.Fault == "" {
		s.FaultSince = at
	}
	s.Fault = err.Error()
	var application *temporal.ApplicationError
	if errors.As(err, &application) {
		s.Fault = application.Type() + ": " + application.Message()
	}
	return s
}

// show writes the state where the Temporal UI shows it.
func show(ctx workflow.Context, s contract.ObjectiveState) {
	text := fmt.Sprintf("configuration.objective_spec holds %d classes of %d specs; written %d times", s.Rows, s.Specs, s.Changes)
	if !s.LastChange.IsZero() {
		text += ", last at " + s.LastChange.UTC().Format(time.DateTime)
	}
	if s.Fault != "" {
		text += fmt.Sprintf("\n\n**It has not got on since %s:** %s", s.FaultSince.UTC().Format(time.DateTime), s.Fault)
	}
	workflow.SetCurrentDetails(ctx, text)
}

func options(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: wait + 10*time.Minute, HeartbeatTimeout: 30 * time.Second, WaitForCancellation: true,
		Summary:     "replicate specs that differ",
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second, MaximumAttempts: 3},
	})
}
