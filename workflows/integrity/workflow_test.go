package integrity_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/integrity"
)

func TestBrokenReferencesAreAResult(t *testing.T) {
	env, seen := environment(contract.IntegrityAuditResult{
		ReportID: "mda_1", Tables: 2, References: 5, Rows: 100, Dangling: 3, ByColumn: map[string]int64{"cart.customer_id": 1, "cart.region_id": 2},
	}, nil)
	env.ExecuteWorkflow(integrity.Workflow, contract.IntegrityAuditInput{Tables: []string{"cart"}})

	require.NoError(t, env.GetWorkflowError())
	var result contract.IntegrityAuditResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.EqualValues(t, 3, result.Dangling)
	require.Equal(t, []string{"cart"}, seen.Tables)

	progress := ask(t, env)
	require.Equal(t, contract.StepDone, progress.Steps[0].State)
	require.EqualValues(t, 100, progress.Steps[0].Done)
	require.Contains(t, progress.Steps[0].Detail, "3 lead nowhere")
}

func TestAnAuditThatFailsSaysWhy(t *testing.T) {
	env, _ := environment(contract.IntegrityAuditResult{}, temporal.NewNonRetryableApplicationError(`"orders" is not a table`, "invalid_input", nil))
	env.ExecuteWorkflow(integrity.Workflow, contract.IntegrityAuditInput{Tables: []string{"orders"}})

	require.ErrorContains(t, env.GetWorkflowError(), "is not a table")
	require.Equal(t, contract.StepFailed, ask(t, env).Steps[0].State)
}

func environment(result contract.IntegrityAuditResult, err error) (*testsuite.TestWorkflowEnvironment, *contract.AuditReferencesInput) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	var seen contract.AuditReferencesInput
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.AuditReferencesInput) (contract.IntegrityAuditResult, error) {
		seen = in
		return result, err
	}, activity.RegisterOptions{Name: contract.AuditReferences.Name})
	return env, &seen
}

func ask(t *testing.T, env *testsuite.TestWorkflowEnvironment) contract.Progress {
	t.Helper()
	answer, err := env.QueryWorkflow(contract.QueryProgress)
	require.NoError(t, err)
	var progress contract.Progress
	require.NoError(t, answer.Get(&progress))
	return progress
}
