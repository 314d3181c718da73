package workflows_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/maintenance"
	"bluntcases.com/platform/workflows/objectives"
	"bluntcases.com/platform/workflows/roll"
)

// The control of the histories of what keeps the lake: what does something else does not replay them.
func TestAChangedKeeperOfTheLakeDoesNotReplay(t *testing.T) {
	for name, changed := range map[string]struct {
		history  string
		workflow string
		code     any
	}{
		"a roll that waits before it lands": {
			"roll/testdata/rolls_before_they_looked_at_the_stream.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				if err := workflow.Sleep(ctx, 1); err != nil {
					return struct{}{}, err
				}
				return roll.Workflow(ctx, in)
			},
		},
		"a roll of two shards": {
			"roll/testdata/rolls_before_they_looked_at_the_stream.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				in.Shards = 2
				return roll.Workflow(ctx, in)
			},
		},
		"a roll that is renewed too early": {
			"roll/testdata/rolls_before_they_looked_at_the_stream.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				return struct{}{}, workflow.NewContinueAsNewError(ctx, contract.StreamRollWorkflow, in)
			},
		},
		"a roll that does not look at the stream": {
			"roll/testdata/the_catalog_was_away.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				_, _ = contract.RollStream.Call(brief(ctx), contract.RollInput{Stream: in.Stream, Shards: 1}) // it failed
				return struct{}{}, workflow.Sleep(ctx, 5*time.Second)
			},
		},
		"a replication that gives up": {
			"objectives/testdata/the_catalog_was_away_and_a_spec_changed.json", contract.ObjectiveReplicationWorkflow,
			func(ctx workflow.Context, _ contract.ObjectiveReplicationInput) (struct{}, error) {
				_, err := contract.ReplicateObjectives.Call(brief(ctx), contract.ReplicateInput{})
				return struct{}{}, err
			},
		},
		"a replication that waits before it begins": {
			"objectives/testdata/the_catalog_was_away_and_a_spec_changed.json", contract.ObjectiveReplicationWorkflow,
			func(ctx workflow.Context, in contract.ObjectiveReplicationInput) (struct{}, error) {
				if err := workflow.Sleep(ctx, 1); err != nil {
					return struct{}{}, err
				}
				return objectives.Workflow(ctx, in)
			},
		},
		"a maintenance that waits before it begins": {
			"maintenance/testdata/a_table_that_does_not_exist.json", contract.LakeMaintenanceWorkflow,
			func(ctx workflow.Context, in contract.LakeMaintenanceInput) (contract.LakeMaintenanceResult, error) {
				if err := workflow.Sleep(ctx, 1); err != nil {
					return contract.LakeMaintenanceResult{}, err
				}
				return maintenance.Workflow(ctx, in)
			},
		},
		"a maintenance that does nothing": {
			"maintenance/testdata/every_table.json", contract.LakeMaintenanceWorkflow,
			func(workflow.Context, contract.LakeMaintenanceInput) (contract.LakeMaintenanceResult, error) {
				return contract.LakeMaintenanceResult{}, nil
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.FromSlash(changed.history)
			r := replayer(t, intercepts(t, file))
			r.RegisterWorkflowWithOptions(changed.code, workflow.RegisterOptions{Name: changed.workflow})
			require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), file))
		})
	}
}

func brief(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
}
