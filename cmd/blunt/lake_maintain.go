package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/temporalfault"
)

type lakeMaintain struct {
	Tables      []string      `arg:"" optional:"" help:"Only these tables."`
	SnapshotAge time.Duration `default:"168h" help:"Snapshots younger than this stay."`
	Orphans     bool          `help:"Delete the files that no snapshot refers to, too."`
	OrphanAge   time.Duration `default:"72h" help:"Files younger than this are no orphans."`
}

func (lakeMaintain) Help() string {
	return `What the schedule does every night, and waits for it to end: small files of partitions that are over become one, many
manifests few, snapshots beyond their age are forgotten, but none that the measurement still reads. With --orphans also
what rolls that died have left; the schedule does that on Sundays. Files younger than a day and snapshots younger than
an hour stay, whatever is asked for. Where a run is under way already, it is followed, and the exit status is 75: what it
does is what it was started with, so ask again when it has ended. Ctrl-C ends this command, not the run.

  blunt lake maintain
  blunt lake maintain commerce.telemetry --orphans`
}

func (c lakeMaintain) Run(ctx context.Context, s *session) error {
	for _, name := range c.Tables {
		if _, ok := lakehouse.Find(name); !ok {
			return fault.New(fault.NotFound, "there is no table %q", name)
		}
	}
	dispatcher, t, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	run, err := dispatcher.Dispatch(ctx, contract.Job{Type: contract.JobLakeMaintenance, Input: contract.LakeMaintenanceInput{
		Tables: c.Tables, SnapshotAge: c.SnapshotAge, OrphanCleanup: c.Orphans, OrphanAge: c.OrphanAge,
	}})
	if err != nil {
		return err
	}
	if run.UnderWay {
		return anothers(ctx, s, t, run)
	}
	fmt.Fprintf(s.err, "%s started as run %s; it goes on without this command: blunt runs show %s --follow\n", run.WorkflowID, run.RunID, run.WorkflowID)
	fmt.Fprintln(s.err, link(s, run.WorkflowID, run.RunID))
	end, err := follow(ctx, s, t, run.WorkflowID, run.RunID)
	if err != nil {
		return err
	}
	if end.Status != "completed" {
		return ended(s, end)
	}
	var result contract.LakeMaintenanceResult
	if err := t.GetWorkflow(ctx, end.WorkflowID, end.RunID).Get(ctx, &result); err != nil {
		return temporalfault.Decode(err)
	}
	return s.print(result, func(w io.Writer) {
		if result.Disabled {
			fmt.Fprintln(w, "The catalog compacts and expires by itself (LAKE_MAINTAIN is false).")
		}
		rows := [][]string{{"TABLE", "PARTITIONS COMPACTED", "FILES", "MANIFESTS", "SNAPSHOTS", "ORPHANS", ""}}
		for _, t := range result.Tables {
			rows = append(rows, []string{
				t.Table, fmt.Sprint(t.Compacted.Partitions), change(t.Compacted.FilesBefore, t.Compacted.FilesAfter),
				change(t.Manifests.Before, t.Manifests.After), change(t.Expired.Before, t.Expired.After), fmt.Sprint(t.Orphans.Files),
				heldFor(t.Expired.Held),
			})
		}
		table(w, rows)
	})
}

// anothers follows a run that is under way already. What it does is what it was started with, so its end is not the answer
// to this command.
func anothers(ctx context.Context, s *session, t client.Client, run contract.Dispatched) error {
	fmt.Fprintln(s.err, "this command has started nothing: another run is under way, whose tables and ages may be others")
	if err := started(ctx, s, t, run, true); err != nil {
		return err
	}
	return fault.New(fault.Unavailable, "another run was under way and has ended; ask again for what this command names")
}

func heldFor(reader string) string {
	if reader == "" {
		return ""
	}
	return "snapshots stay for " + reader
}

func change(before, after int64) string {
	if before == after {
		return fmt.Sprint(before)
	}
	return fmt.Sprintf("%d → %d", before, after)
}
