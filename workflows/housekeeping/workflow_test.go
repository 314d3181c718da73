package housekeeping_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/housekeeping"
)

func TestBothTablesAreCleared(t *testing.T) {
	env := environment(nil)
	env.ExecuteWorkflow(housekeeping.Workflow, contract.HousekeepingInput{})
	require.NoError(t, env.GetWorkflowError())
	var result contract.HousekeepingResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, contract.HousekeepingResult{Webhooks: 12_000, IdempotencyKeys: 7}, result)

	progress := ask(t, env)
	require.Equal(t, "done", progress.Phase)
	require.Len(t, progress.Steps, 2)
	require.EqualValues(t, 7, progress.Steps[1].Done)
}

func TestAStepThatFailsSaysWhy(t *testing.T) {
	env := environment(temporal.NewNonRetryableApplicationError("relation does not exist", "schema_mismatch", nil))
	env.ExecuteWorkflow(housekeeping.Workflow, contract.HousekeepingInput{})
	require.ErrorContains(t, env.GetWorkflowError(), "relation does not exist")
	require.Equal(t, contract.StepFailed, ask(t, env).Steps[1].State)
}

// environment has webhooks to delete, and idempotency keys or the error.
func environment(err error) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	answer := func(rows int64, err error) func(context.Context, contract.PurgeInput) (contract.Purged, error) {
		return func(context.Context, contract.PurgeInput) (contract.Purged, error) {
			return contract.Purged{Rows: rows}, err
		}
	}
	env.RegisterActivityWithOptions(answer(12_000, nil), activity.RegisterOptions{Name: contract.PurgeWebhooks.Name})
	env.RegisterActivityWithOptions(answer(7, err), activity.RegisterOptions{Name: contract.PurgeIdempotencyKeys.Name})
	return env
}

func ask(t *testing.T, env *testsuite.TestWorkflowEnvironment) contract.Progress {
	t.Helper()
	answer, err := env.QueryWorkflow(contract.QueryProgress)
	require.NoError(t, err)
	var progress contract.Progress
	require.NoError(t, answer.Get(&progress))
	return progress
}
