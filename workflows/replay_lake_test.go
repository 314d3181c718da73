package workflows_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/maintenance"
	"bluntcases.com/platform/workflows/roll"
)

// The control of the roll's and the maintenance's histories: what does something else does not replay them.
func TestAChangedRollOrMaintenanceDoesNotReplay(t *testing.T) {
	for name, changed := range map[string]struct {
		history  string
		workflow string
		code     any
	}{
		"a roll that waits before it lands": {"roll/testdata/rolls_before_they_looked_at_the_stream.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				if err := workflow.Sleep(ctx, 1); err != nil {
					return struct{}{}, err
				}
				return roll.Workflow(ctx, in)
			}},
		"a roll of two shards": {"roll/testdata/rolls_before_they_looked_at_the_stream.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				in.Shards = 2
				return roll.Workflow(ctx, in)
			}},
		"a roll that is renewed too early": {"roll/testdata/rolls_before_they_looked_at_the_stream.json", contract.StreamRollWorkflow,
			func(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
				return struct{}{}, workflow.NewContinueAsNewError(ctx, contract.StreamRollWorkflow, in)
			}},
		"a maintenance that waits before it begins": {"maintenance/testdata/a_table_that_does_not_exist.json", contract.LakeMaintenanceWorkflow,
			func(ctx workflow.Context, in contract.LakeMaintenanceInput) (contract.LakeMaintenanceResult, error) {
				if err := workflow.Sleep(ctx, 1); err != nil {
					return contract.LakeMaintenanceResult{}, err
				}
				return maintenance.Workflow(ctx, in)
			}},
		"a maintenance that does nothing": {"maintenance/testdata/every_table.json", contract.LakeMaintenanceWorkflow,
			func(workflow.Context, contract.LakeMaintenanceInput) (contract.LakeMaintenanceResult, error) {
				return contract.LakeMaintenanceResult{}, nil
			}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.FromSlash(changed.history)
			r := replayer(t, intercepts(t, file))
			r.RegisterWorkflowWithOptions(changed.code, workflow.RegisterOptions{Name: changed.workflow})
			require.Error(t, r.ReplayWorkflowHistoryFromJSONFile(quiet(), file))
		})
	}
}
