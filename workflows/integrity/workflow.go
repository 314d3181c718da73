// Package integrity is the Integrity Audit: it walks every declared reference of the domain schema and files a report
// of those that lead nowhere. It runs weekly and on demand; its history is one activity, however large the database.
package integrity

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

// shownColumns bounds the summary that the Temporal UI shows.
const shownColumns = 20

// Workflow audits the tables; none named means all. Broken references are a result, not a failure.
func Workflow(ctx workflow.Context, in contract.IntegrityAuditInput) (contract.IntegrityAuditResult, error) {
	progress := contract.Progress{Phase: "walking references", Steps: []contract.Step{
		{Name: "walk references", Activity: auditID, State: contract.StepRunning},
	}}
	err := workflow.SetQueryHandler(ctx, contract.QueryProgress, func() (contract.Progress, error) { return progress, nil })
	if err != nil {
		return contract.IntegrityAuditResult{}, err
	}
	result, err := contract.AuditReferences.Call(walking(ctx), contract.AuditReferencesInput{
		RunID: workflow.GetInfo(ctx).OriginalRunID, Tables: in.Tables,
	})
	step := &progress.Steps[0]
	if err != nil {
		step.State, step.Detail = contract.StepFailed, err.Error()
		return contract.IntegrityAuditResult{}, err
	}
	step.State, step.Done, step.Total, step.Unit = contract.StepDone, result.Rows, result.Rows, "rows"
	step.Detail = describe(result)
	progress.Phase = "done"
	workflow.SetCurrentDetails(ctx, table(result))
	return result, nil
}

const auditID = "audit.references"

// walking is a long read that heartbeats its place: after a lost worker it goes on from there.
func walking(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: auditID, Summary: "walk every declared reference",
		StartToCloseTimeout: 12 * time.Hour, ScheduleToCloseTimeout: 24 * time.Hour, HeartbeatTimeout: time.Minute,
		WaitForCancellation: true,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
}

func describe(r contract.IntegrityAuditResult) string {
	return fmt.Sprintf("%d references of %d tables, %d rows: %d lead nowhere; report %s", r.References, r.Tables, r.Rows, r.Dangling, r.ReportID)
}

// table is what an engineer reads in the Temporal UI: the columns with the most broken references first.
func table(r contract.IntegrityAuditResult) string {
	//workflowcheck:ignore
	columns := slices.SortedFunc(maps.Keys(r.ByColumn), func(a, b string) int { // sorted, so in one order
		return cmp.Or(cmp.Compare(r.ByColumn[b], r.ByColumn[a]), cmp.Compare(a, b))
	})
	var b strings.Builder
	b.WriteString(describe(r) + "\n\n")
	if len(columns) > 0 {
		b.WriteString("| column | lead nowhere |\n|---|---:|\n")
	}
	for i, column := range columns {
		if i == shownColumns {
			fmt.Fprintf(&b, "| and %d more | |\n", len(columns)-i)
			break
		}
		fmt.Fprintf(&b, "| %s | %d |\n", column, r.ByColumn[column])
	}
	return b.String()
}
