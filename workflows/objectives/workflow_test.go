package objectives_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/objectives"
)

func environment(replicate func(contract.ReplicateInput) (contract.Replicated, error)) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.ReplicateInput) (contract.Replicated, error) { return replicate(in) },
		activity.RegisterOptions{Name: contract.ReplicateObjectives.Name})
	env.RegisterWorkflowWithOptions(objectives.Workflow, workflow.RegisterOptions{Name: contract.ObjectiveReplicationWorkflow})
	return env
}

func state(t *testing.T, env *testsuite.TestWorkflowEnvironment) (s contract.ObjectiveState) {
	t.Helper()
	value, err := env.QueryWorkflow(contract.QueryObjectives)
	require.NoError(t, err)
	require.NoError(t, value.Get(&s))
	return s
}

func TestTheRunIsRenewedAndWhatItKnowsIsCarriedOver(t *testing.T) {
	calls := 0
	env := environment(func(in contract.ReplicateInput) (contract.Replicated, error) {
		require.Positive(t, in.Wait)
		calls++
		return contract.Replicated{Specs: 2, Rows: 9, Changed: calls%10 == 0}, nil
	})
	env.ExecuteWorkflow(contract.ObjectiveReplicationWorkflow, contract.ObjectiveReplicationInput{State: contract.ObjectiveState{Changes: 5}})
	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &renewed)
	require.Equal(t, 200, calls)
	s := state(t, env)
	require.EqualValues(t, 25, s.Changes)
	require.EqualValues(t, 9, s.Rows)
	require.False(t, s.LastChange.IsZero())
}

func TestAFaultIsShownAndTheReplicationGoesOn(t *testing.T) {
	calls := 0
	env := environment(func(contract.ReplicateInput) (contract.Replicated, error) {
		if calls++; calls == 2 {
			return contract.Replicated{}, temporal.NewNonRetryableApplicationError("the catalog is away", "unavailable", nil)
		}
		return contract.Replicated{Specs: 1, Rows: 4}, nil
	})
	var during contract.ObjectiveState
	env.RegisterDelayedCallback(func() { during = state(t, env) }, 2*time.Second)
	env.ExecuteWorkflow(contract.ObjectiveReplicationWorkflow, contract.ObjectiveReplicationInput{})
	require.Equal(t, "unavailable: the catalog is away", during.Fault)
	require.False(t, during.FaultSince.IsZero())
	require.EqualValues(t, 4, during.Rows, "what the table holds is known all the same")
	require.Empty(t, state(t, env).Fault)
}
