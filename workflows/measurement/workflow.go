// Package measurement is the Measurement Refresh: query commerce.telemetry, compute the 7, 14 and 30-day windows, classify,
// and write measurement.sales and measurement.performance. It runs hourly, on demand, and after a sync. Each step reads
// what the one before it committed, so that a step that fails is simply run again.
package measurement

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

// reconciledDays is how far back an hourly refresh compares with PostgreSQL; a full one compares all days.
const reconciledDays = 45

var (
	runPhase    = temporal.NewSearchAttributeKeyKeyword("RunPhase")
	recordCount = temporal.NewSearchAttributeKeyInt64("RecordCount")
)

// Workflow brings the measurement tables up to date.
func Workflow(ctx workflow.Context, in contract.MeasurementRefreshInput) (contract.MeasurementRefreshResult, error) {
	r, err := setup(ctx, in)
	if err != nil {
		return contract.MeasurementRefreshResult{}, err
	}
	return r.run(ctx)
}

type refresh struct {
	in       contract.MeasurementRefreshInput
	runID    string
	progress contract.Progress
	records  int64
}

func setup(ctx workflow.Context, in contract.MeasurementRefreshInput) (*refresh, error) {
	r := &refresh{in: in, runID: workflow.GetInfo(ctx).OriginalRunID}
	return r, workflow.SetQueryHandler(ctx, contract.QueryProgress, func() (contract.Progress, error) { return r.progress, nil })
}

// run is the list of steps.
func (r *refresh) run(ctx workflow.Context) (result contract.MeasurementRefreshResult, err error) {
	table := contract.RefreshTableInput{Full: r.in.Full, Now: workflow.Now(ctx), RunID: r.runID}
	if result.Sales, err = step(ctx, r, "sales", "commerce.telemetry → measurement.sales", contract.RefreshSales, table); err != nil {
		return result, err
	}
	if result.Performance, err = step(ctx, r, "performance", "measurement.sales → measurement.performance", contract.RefreshPerformance, table); err != nil {
		return result, err
	}
	compare := contract.ReconcileSalesInput{Days: reconciledDays, Now: table.Now, RunID: r.runID}
	if r.in.Full || result.Sales.Mode == contract.RefreshFull {
		compare.Days = 0
	}
	reconciled, err := step(ctx, r, "reconcile", "measurement.sales against PostgreSQL's orders", contract.ReconcileSales, compare)
	if err != nil {
		return result, err
	}
	result.Reconciliation = &reconciled
	return result, r.show(ctx, "done")
}

// step runs an activity and shows what came of it.
func step[In, Out any](ctx workflow.Context, r *refresh, name, summary string, activity contract.Activity[In, Out], in In) (Out, error) {
	r.progress.Steps = append(r.progress.Steps, contract.Step{Name: name, Activity: name, State: contract.StepRunning})
	current := &r.progress.Steps[len(r.progress.Steps)-1]
	var none Out
	if err := r.show(ctx, name); err != nil {
		return none, err
	}
	out, err := activity.Call(working(ctx, name, summary), in)
	if err != nil {
		current.State, current.Detail = contract.StepFailed, err.Error()
		r.table(ctx)
		return none, err
	}
	current.State, current.Unit = contract.StepDone, "rows"
	switch result := any(out).(type) {
	case contract.TableRefresh:
		current.Done, current.Total, current.Detail = result.RowsWritten, result.RowsWritten, Describe(result)
		r.records += result.RowsWritten
	case contract.SalesReconciliation:
		current.Done, current.Total, current.Unit = int64(result.Days), int64(result.Days), "days"
		current.Detail = fmt.Sprintf("%d days compared, %d differ%s", result.Days, result.Differing, examples(result))
	}
	return out, r.show(ctx, name)
}

// working moves data for as long as the history is large; its heartbeat says that it lives. Another writer's commit
// costs a try, and the next begins on what that one wrote.
func working(ctx workflow.Context, id, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: id, Summary: summary, StartToCloseTimeout: 2 * time.Hour, HeartbeatTimeout: silence, WaitForCancellation: true,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 2 * time.Second, BackoffCoefficient: 2, MaximumInterval: longestPause, MaximumAttempts: 8},
	})
}

// Describe says in a line what a refresh of a table read and wrote.
func Describe(t contract.TableRefresh) string {
	why := ""
	if t.Reason != "" {
		why = " (" + t.Reason + ")"
	}
	if t.Mode == contract.RefreshUnchanged {
		return "unchanged" + why
	}
	days := t.FirstDay
	if t.LastDay != t.FirstDay {
		days += " … " + t.LastDay
	}
	return fmt.Sprintf("%s%s: %d days (%s); read %d files, %d rows; wrote %d files, %d rows, replaced %d files",
		t.Mode, why, t.Days, days, t.FilesRead, t.RowsRead, t.FilesWritten, t.RowsWritten, t.FilesReplaced)
}

func examples(r contract.SalesReconciliation) string {
	if len(r.Examples) == 0 {
		return ""
	}
	e := r.Examples[0]
	return fmt.Sprintf(", for instance %s %s %s: %s measured, %s recorded", e.Day, e.Currency, e.Figure, e.Measured, e.Recorded)
}

// show names what the run is doing now.
func (r *refresh) show(ctx workflow.Context, phase string) error {
	r.progress.Phase = phase
	r.table(ctx)
	return workflow.UpsertTypedSearchAttributes(ctx, runPhase.ValueSet(phase), recordCount.ValueSet(r.records))
}

// table is what an engineer reads in the Temporal UI.
func (r *refresh) table(ctx workflow.Context) {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n\n| step | state | |\n|---|---|---|\n", r.progress.Phase)
	for _, s := range r.progress.Steps {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", s.Name, s.State, s.Detail)
	}
	workflow.SetCurrentDetails(ctx, b.String())
}
