// Package maintenance keeps the lake's tables in shape, table by table: it compacts closed partitions, rewrites
// manifests, expires snapshots and, once a week, removes orphans. It is scheduled. Where the catalog compacts and
// expires by itself, it does the rest.
package maintenance

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

// Workflow visits the tables one after the other. What fails for one table is noted and does not keep the others from
// their turn; the run fails at its end if anything did.
func Workflow(ctx workflow.Context, in contract.LakeMaintenanceInput) (contract.LakeMaintenanceResult, error) {
	m := &maintenance{in: in}
	err := workflow.SetQueryHandler(ctx, contract.QueryProgress, func() (contract.Progress, error) { return m.progress, nil })
	if err != nil {
		return m.result, err
	}
	tables, err := contract.ListTables.Call(quick(ctx, "list the tables"), contract.ListTablesInput{Tables: in.Tables})
	if err != nil {
		return m.result, err
	}
	if m.result.Disabled = tables.Disabled; m.result.Disabled {
		version := workflow.GetVersion(ctx, upkeepBesideCatalog, workflow.DefaultVersion, 1)
		if version == workflow.DefaultVersion {
			return m.result, nil
		}
	}
	var failed error
	for _, name := range tables.Names {
		failed = errors.Join(failed, m.table(ctx, name))
	}
	m.progress.Phase = "done"
	return m.result, failed
}

// upkeepBesideCatalog marks the runs that rewrite manifests and remove orphans where the catalog compacts and expires:
// of files that belong to no snapshot it knows nothing.
const upkeepBesideCatalog = "upkeep beside the catalog's"

type maintenance struct {
	in       contract.LakeMaintenanceInput
	result   contract.LakeMaintenanceResult
	progress contract.Progress
}

// table is the list of steps for one table. Compaction comes before the manifests that it makes, and expiry before the
// orphans that it leaves.
func (m *maintenance) table(ctx workflow.Context, name string) error {
	m.progress.Phase = "maintaining " + name
	m.progress.Steps = append(m.progress.Steps, contract.Step{Name: name, State: contract.StepRunning})
	step := &m.progress.Steps[len(m.progress.Steps)-1]
	done := contract.TableMaintenance{Table: name}
	err := m.steps(ctx, &done)
	step.State, step.Detail = contract.StepDone, describe(done)
	if err != nil {
		done.Fault = err.Error()
		step.State, step.Detail = contract.StepFailed, done.Fault
		err = fmt.Errorf("%s: %w", name, err)
	}
	m.result.Tables = append(m.result.Tables, done)
	workflow.SetCurrentDetails(ctx, m.show())
	return err
}

func (m *maintenance) steps(ctx workflow.Context, done *contract.TableMaintenance) (err error) {
	in := contract.MaintainInput{Table: done.Table, SnapshotAge: m.in.SnapshotAge, OrphanAge: m.in.OrphanAge}
	ours := !m.result.Disabled // compaction and expiry
	if ours {
		if done.Compacted, err = contract.CompactTable.Call(long(ctx, "compact "+in.Table), in); err != nil {
			return err
		}
	}
	if done.Manifests, err = contract.RewriteManifests.Call(long(ctx, "rewrite the manifests of "+in.Table), in); err != nil {
		return err
	}
	if ours {
		if done.Expired, err = contract.ExpireSnapshots.Call(long(ctx, "expire snapshots of "+in.Table), in); err != nil {
			return err
		}
	}
	if m.in.OrphanCleanup || workflow.Now(ctx).Weekday() == time.Sunday {
		done.Orphans, err = contract.DeleteOrphans.Call(long(ctx, "delete orphans of "+in.Table), in)
	}
	return err
}

func (m *maintenance) show() string {
	var b strings.Builder
	if m.result.Disabled {
		b.WriteString("The catalog compacts and expires by itself (`LAKE_MAINTAIN` is false).\n\n")
	}
	for _, t := range m.result.Tables {
		if t.Fault != "" {
			fmt.Fprintf(&b, "- **%s**: %s\n", t.Table, t.Fault)
			continue
		}
		fmt.Fprintf(&b, "- **%s**: %s\n", t.Table, describe(t))
	}
	return b.String()
}

func describe(t contract.TableMaintenance) string {
	text := fmt.Sprintf("%d partitions compacted (%d files to %d), %d manifests to %d, %d snapshots to %d", t.Compacted.Partitions,
		t.Compacted.FilesBefore, t.Compacted.FilesAfter, t.Manifests.Before, t.Manifests.After, t.Expired.Before, t.Expired.After)
	if t.Expired.Held != "" {
		text += " (older ones stay for " + t.Expired.Held + ")"
	}
	if t.Orphans.Files > 0 {
		text += fmt.Sprintf(", %d orphans deleted", t.Orphans.Files)
	}
	return text
}

// quick is for a call that answers in seconds.
func quick(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: time.Hour, Summary: summary,
	})
}

// long is for work on a whole table. Every commit of it stands, so a retry goes on where it was.
func long(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 6 * time.Hour, HeartbeatTimeout: time.Minute, WaitForCancellation: true, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute, MaximumAttempts: 5},
	})
}
