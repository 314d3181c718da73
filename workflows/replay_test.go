// Package workflows_test replays the recorded histories of every workflow with the code as it is now. A change that
// would strand a run under way fails here; it takes workflow.GetVersion (docs/adr/0005).
//
// A history is recorded from a real run: blunt runs history RUN > workflows/<package>/testdata/<what_it_shows>.json
package workflows_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/temporal"
	"bluntcases.com/platform/workflows/backfill"
	"bluntcases.com/platform/workflows/bulksync"
	"bluntcases.com/platform/workflows/housekeeping"
	"bluntcases.com/platform/workflows/integrity"
	"bluntcases.com/platform/workflows/maintenance"
	"bluntcases.com/platform/workflows/measurement"
	"bluntcases.com/platform/workflows/objectives"
	"bluntcases.com/platform/workflows/replay"
	"bluntcases.com/platform/workflows/roll"
	"bluntcases.com/platform/workflows/watermark"
)

// mostEvents is the promise: a run of any size has fewer.
const mostEvents = 500

var recorded = map[string]struct {
	name string
	code any
}{
	"bulksync":               {contract.BulkSyncWorkflow, bulksync.Workflow},
	"backfill":               {contract.BackfillWorkflow, backfill.Workflow},
	"replay":                 {contract.ReplayWorkflow, replay.Workflow},
	"watermark":              {contract.WatermarkWorkflow, watermark.Workflow},
	"integrity":              {contract.IntegrityAuditWorkflow, integrity.Workflow},
	"housekeeping":           {contract.HousekeepingWorkflow, housekeeping.Workflow},
	"measurement":            {contract.MeasurementWorkflow, measurement.Workflow},
	"measurement/after_sync": {contract.AfterSyncWorkflow, measurement.AfterSync},
	"maintenance":            {contract.LakeMaintenanceWorkflow, maintenance.Workflow},
	"objectives":             {contract.ObjectiveReplicationWorkflow, objectives.Workflow},
	"roll":                   {contract.StreamRollWorkflow, roll.Workflow},
}

// nobody is told anything: a replay runs no activity.
type nobody struct{}

func (nobody) Tell(context.Context, event.Sync) error { panic("a replay has told of an event") }

func replayer(t *testing.T, intercepted bool) worker.WorkflowReplayer {
	t.Helper()
	var options worker.WorkflowReplayerOptions
	if intercepted {
		options.Interceptors = []interceptor.WorkerInterceptor{temporal.NewInterceptor(nobody{}, contract.SilentWorkflows()...)}
	}
	r, err := worker.NewWorkflowReplayerWithOptions(options)
	require.NoError(t, err)
	return r
}

func quiet() log.Logger {
	return log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func histories(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "testdata", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "%s has no recorded history", folder)
	return files
}

func TestRecordedHistoriesReplay(t *testing.T) {
	for folder, of := range recorded {
		for _, file := range histories(t, folder) {
			t.Run(file, func(t *testing.T) {
				r := replayer(t, intercepts(t, file))
				r.RegisterWorkflowWithOptions(of.code, workflow.RegisterOptions{Name: of.name})
				require.NoError(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), file))
			})
		}
	}
}

// intercepts tells whether the history was recorded in a process that has the interceptor: those of unit-size stacks
// were not.
func intercepts(t *testing.T, file string) bool {
	t.Helper()
	for _, e := range read(t, file).GetEvents() {
		if e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == contract.EmitSync.Name {
			return true
		}
	}
	return false
}

// The control: a workflow that does something else must be told apart, or the replays prove nothing.
func TestAChangedWorkflowDoesNotReplay(t *testing.T) {
	for name, changed := range map[string]func(workflow.Context, contract.BulkSyncInput) (contract.BulkSyncResult, error){
		"a step is missing": func(ctx workflow.Context, in contract.BulkSyncInput) (contract.BulkSyncResult, error) {
			return contract.BulkSyncResult{}, nil
		},
		"a step comes before the others": func(ctx workflow.Context, in contract.BulkSyncInput) (contract.BulkSyncResult, error) {
			if err := workflow.Sleep(ctx, 1); err != nil {
				return contract.BulkSyncResult{}, err
			}
			return bulksync.Workflow(ctx, in)
		},
		"an entity is left out": func(ctx workflow.Context, in contract.BulkSyncInput) (contract.BulkSyncResult, error) {
			in.Entities = []contract.Entity{contract.Orders}
			return bulksync.Workflow(ctx, in)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := replayer(t, true)
			r.RegisterWorkflowWithOptions(changed, workflow.RegisterOptions{Name: contract.BulkSyncWorkflow})
			require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), "bulksync/testdata/first_load.json"))
		})
	}
}

func TestHistoriesAreSmall(t *testing.T) {
	for folder := range recorded {
		for _, file := range histories(t, folder) {
			require.Less(t, len(read(t, file).GetEvents()), mostEvents, file)
		}
	}
}

func read(t *testing.T, file string) *historypb.History {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var history historypb.History
	require.NoError(t, temporalproto.CustomJSONUnmarshalOptions{DiscardUnknown: true}.Unmarshal(data, &history))
	return &history
}
