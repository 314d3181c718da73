package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/bulksync"
	"bluntcases.com/platform/workflows/measurement"
)

// The controls of the measurement: code that does something else is told apart.
func TestAChangedMeasurementDoesNotReplay(t *testing.T) {
	type (
		in  = contract.MeasurementRefreshInput
		out = contract.MeasurementRefreshResult
	)
	for name, changed := range map[string]func(workflow.Context, in) (out, error){
		"no step is left": func(workflow.Context, in) (out, error) { return out{}, nil },
		"it waits first": func(ctx workflow.Context, i in) (out, error) {
			if err := workflow.Sleep(ctx, 1); err != nil {
				return out{}, err
			}
			return measurement.Workflow(ctx, i)
		},
		"the second table comes first": func(ctx workflow.Context, i in) (out, error) {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: "performance", StartToCloseTimeout: time.Minute})
			if _, err := contract.RefreshPerformance.Call(ctx, contract.RefreshTableInput{}); err != nil {
				return out{}, err
			}
			return measurement.Workflow(ctx, i)
		},
	} {
		for _, file := range histories(t, "measurement") {
			t.Run(name+" "+file, func(t *testing.T) {
				r := replayer(t, true)
				r.RegisterWorkflowWithOptions(changed, workflow.RegisterOptions{Name: contract.MeasurementWorkflow})
				require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), file))
			})
		}
	}
}

func TestAChangedWaitForASyncDoesNotReplay(t *testing.T) {
	r := replayer(t, false)
	r.RegisterWorkflowWithOptions(func(ctx workflow.Context, in contract.AfterSyncInput) (contract.AfterSyncResult, error) {
		workflow.GetSignalChannel(ctx, contract.SignalSynced).Receive(ctx, nil)
		return measurement.AfterSync(ctx, in) // which finds no signal
	}, workflow.RegisterOptions{Name: contract.AfterSyncWorkflow})
	require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), "measurement/after_sync/testdata/waits_for_the_roll.json"))
}

// Histories from before replay because the step stands behind a marker: without it they would not.
func TestASyncFromBeforeDoesNotReplayWithoutTheMarker(t *testing.T) {
	r := replayer(t, true)
	r.RegisterWorkflowWithOptions(func(ctx workflow.Context, in contract.BulkSyncInput) (contract.BulkSyncResult, error) {
		out, err := bulksync.Workflow(ctx, in)
		if err != nil {
			return out, err
		}
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: "measurement", StartToCloseTimeout: time.Minute})
		_, err = contract.AskForRefresh.Call(ctx, contract.AskForRefreshInput{})
		return out, err
	}, workflow.RegisterOptions{Name: contract.BulkSyncWorkflow})
	require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), "bulksync/testdata/first_load.json"))
}

func TestARecordedSyncAskedForAMeasurement(t *testing.T) {
	asked := func(file string) (n int) {
		for _, e := range read(t, file).GetEvents() {
			if e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == contract.AskForRefresh.Name {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1, asked("bulksync/testdata/measured_afterwards.json"))
	require.Zero(t, asked("bulksync/testdata/first_load.json"), "recorded before there was this step")
}
