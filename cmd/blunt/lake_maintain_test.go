package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/temporal"
	"bluntcases.com/platform/workflows/maintenance"
)

// maintainer works off the queue of maintenance until the test ends.
func (o *atLake) maintainer() {
	o.t.Helper()
	c, err := temporal.Dial(context.Background(), o.cfg.Temporal, slog.New(slog.DiscardHandler))
	require.NoError(o.t, err)
	o.t.Cleanup(c.Close)
	s := &session{settings: &o.cfg}
	o.t.Cleanup(s.close)
	lake, err := s.lander()
	require.NoError(o.t, err)
	w := worker.New(c, contract.QueueStreams, worker.Options{})
	w.RegisterWorkflowWithOptions(maintenance.Workflow, workflow.RegisterOptions{Name: contract.LakeMaintenanceWorkflow})
	for name, code := range map[string]any{
		contract.ListTables.Name: lake.ListTables, contract.CompactTable.Name: lake.CompactTable, contract.RewriteManifests.Name: lake.RewriteManifests,
		contract.ExpireSnapshots.Name: lake.ExpireSnapshots, contract.DeleteOrphans.Name: lake.DeleteOrphans,
	} {
		w.RegisterActivityWithOptions(code, activity.RegisterOptions{Name: name})
	}
	require.NoError(o.t, w.Start())
	o.t.Cleanup(w.Stop)
}

func TestMaintenanceIsFollowedAndOnlyItsOwnResultShown(t *testing.T) {
	o := newAtLake(t)
	o.cfg.Temporal = testenv.Temporal(t)
	o.sell(0, 2)
	o.must("lake", "roll")
	o.sell(2, 4)
	o.must("lake", "roll")

	// Nobody works yet: the run goes on when its command is interrupted.
	ctx, interrupt := context.WithCancel(t.Context())
	o.heard = func(complaint string) {
		if strings.Contains(complaint, "started as run") {
			interrupt()
		}
	}
	answer := o.tryWithin(ctx, "lake", "maintain", lakehouse.SyncTelemetry)
	require.ErrorIs(t, answer.fault, context.Canceled)
	require.Empty(t, answer.out)
	require.Contains(t, answer.err, contract.LakeMaintenanceID+" started as run ")
	require.Contains(t, answer.err, "the run goes on: blunt runs show "+contract.LakeMaintenanceID+" --follow")

	// The next command finds that run, and sees it end.
	o.heard = func(complaint string) {
		if strings.Contains(complaint, "following it") {
			o.maintainer()
		}
	}
	answer = o.try("lake", "maintain", lakehouse.CommerceTelemetry)
	o.heard = nil
	require.True(t, fault.Is(answer.fault, fault.Unavailable), "%v", answer.fault)
	require.Contains(t, answer.err, "started nothing")
	require.Contains(t, answer.err, lakehouse.SyncTelemetry, "the steps of the run that is followed")
	require.Contains(t, answer.out, "completed")
	require.NotContains(t, answer.out, "PARTITIONS")

	// With nothing under way the answer is the command's own.
	answer = o.try("lake", "maintain", lakehouse.CommerceTelemetry)
	require.NoError(t, answer.fault)
	require.Contains(t, answer.err, "✓ "+lakehouse.CommerceTelemetry)
	require.Len(t, fields(answer.out), 2)
	line(t, answer.out, lakehouse.CommerceTelemetry)
	result := decode[contract.LakeMaintenanceResult](o, "lake", "maintain")
	require.Len(t, result.Tables, len(lakehouse.Definitions()))
}
