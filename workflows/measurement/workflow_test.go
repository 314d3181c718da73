package measurement_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
	"bluntcases.com/platform/workflows/measurement"
)

// room answers the three activities and records what they were asked.
type room struct {
	env   *testsuite.TestWorkflowEnvironment
	steps []string
	sales []contract.RefreshTableInput
	wants contract.ReconcileSalesInput
	fails error // of the performance step
}

func newRoom() *room {
	var suite testsuite.WorkflowTestSuite
	r := &room{env: suite.NewTestWorkflowEnvironment()}
	bind(r, contract.RefreshSales, func(_ context.Context, in contract.RefreshTableInput) (contract.TableRefresh, error) {
		r.sales = append(r.sales, in)
		return contract.TableRefresh{Mode: contract.RefreshIncremental, Days: 1, FirstDay: "2026-11-01", LastDay: "2026-11-01", RowsWritten: 5, FilesWritten: 1}, nil
	})
	bind(r, contract.RefreshPerformance, func(context.Context, contract.RefreshTableInput) (contract.TableRefresh, error) {
		if r.fails != nil {
			return contract.TableRefresh{}, temporalfault.Encode(r.fails)
		}
		return contract.TableRefresh{Mode: contract.RefreshFull, Reason: "first refresh", Days: 30, FirstDay: "2026-11-01", LastDay: "2026-11-30", RowsWritten: 7}, nil
	})
	bind(r, contract.ReconcileSales, func(_ context.Context, in contract.ReconcileSalesInput) (contract.SalesReconciliation, error) {
		r.wants = in
		return contract.SalesReconciliation{Days: 45, Differing: 1, Examples: []contract.SalesDifference{{Day: "2026-11-01", Currency: "GBP", Figure: "gross_amount", Measured: "1", Recorded: "2"}}}, nil
	})
	return r
}

func bind[In, Out any](r *room, ref contract.Activity[In, Out], run func(context.Context, In) (Out, error)) {
	r.env.RegisterActivityWithOptions(func(ctx context.Context, in In) (Out, error) {
		r.steps = append(r.steps, ref.Name)
		return run(ctx, in)
	}, activity.RegisterOptions{Name: ref.Name})
}

func TestTheStepsComeInTheirOrderAndShowWhatTheyDid(t *testing.T) {
	r := newRoom()
	r.env.ExecuteWorkflow(measurement.Workflow, contract.MeasurementRefreshInput{})
	require.NoError(t, r.env.GetWorkflowError())
	require.Equal(t, []string{"measurement.RefreshSales", "measurement.RefreshPerformance", "measurement.ReconcileSales"}, r.steps)
	require.Equal(t, 45, r.wants.Days)

	var result contract.MeasurementRefreshResult
	require.NoError(t, r.env.GetWorkflowResult(&result))
	require.EqualValues(t, 5, result.Sales.RowsWritten)
	require.Equal(t, 1, result.Reconciliation.Differing)

	value, err := r.env.QueryWorkflow(contract.QueryProgress)
	require.NoError(t, err)
	var progress contract.Progress
	require.NoError(t, value.Get(&progress))
	require.Equal(t, "done", progress.Phase)
	require.Len(t, progress.Steps, 3)
	require.Contains(t, progress.Steps[1].Detail, "full (first refresh): 30 days (2026-11-01 … 2026-11-30)")
	require.Contains(t, progress.Steps[2].Detail, "1 differ")
}

func TestAFullRefreshComparesEveryDay(t *testing.T) {
	r := newRoom()
	r.env.ExecuteWorkflow(measurement.Workflow, contract.MeasurementRefreshInput{Full: true})
	require.NoError(t, r.env.GetWorkflowError())
	require.True(t, r.sales[0].Full)
	require.Zero(t, r.wants.Days)
}

func TestABrokenStepEndsTheRunAndALostRaceIsTriedAgain(t *testing.T) {
	r := newRoom()
	r.fails = fault.New(fault.MeasurementBroken, "the sums are wrong")
	r.env.ExecuteWorkflow(measurement.Workflow, contract.MeasurementRefreshInput{})
	require.Equal(t, fault.MeasurementBroken, temporalfault.Decode(r.env.GetWorkflowError()).Code)
	require.Equal(t, []string{"measurement.RefreshSales", "measurement.RefreshPerformance"}, r.steps)

	r = newRoom()
	r.fails = fault.New(fault.CommitConflict, "another refresh came first")
	r.env.SetOnActivityStartedListener(func(*activity.Info, context.Context, converter.EncodedValues) {
		if len(r.steps) == 3 { // sales, and two tries at performance
			r.fails = nil
		}
	})
	r.env.ExecuteWorkflow(measurement.Workflow, contract.MeasurementRefreshInput{})
	require.NoError(t, r.env.GetWorkflowError())
	require.Greater(t, len(r.steps), 3)
}
