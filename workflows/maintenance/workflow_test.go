package maintenance_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/maintenance"
)

type steps struct{ names []string }

func environment(tables contract.Tables, broken string) (*testsuite.TestWorkflowEnvironment, *steps) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(time.Date(2026, 11, 18, 2, 15, 0, 0, time.UTC)) // a Wednesday
	s := &steps{}
	bind(env, contract.ListTables, func(context.Context, contract.ListTablesInput) (contract.Tables, error) { return tables, nil })
	bind(env, contract.CompactTable, func(_ context.Context, in contract.MaintainInput) (contract.Compacted, error) {
		s.names = append(s.names, "compact "+in.Table)
		if in.Table == broken {
			return contract.Compacted{}, temporal.NewNonRetryableApplicationError("no", "schema_mismatch", nil)
		}
		return contract.Compacted{Partitions: 2, FilesBefore: 9, FilesAfter: 2}, nil
	})
	bind(env, contract.RewriteManifests, func(_ context.Context, in contract.MaintainInput) (contract.ManifestsRewritten, error) {
		s.names = append(s.names, "manifests "+in.Table)
		return contract.ManifestsRewritten{Before: 5, After: 1}, nil
	})
	bind(env, contract.ExpireSnapshots, func(_ context.Context, in contract.MaintainInput) (contract.SnapshotsExpired, error) {
		s.names = append(s.names, "expire "+in.Table)
		return contract.SnapshotsExpired{Before: 50, After: 20, Held: "measurement.sales"}, nil
	})
	bind(env, contract.DeleteOrphans, func(_ context.Context, in contract.MaintainInput) (contract.OrphansDeleted, error) {
		s.names = append(s.names, "orphans "+in.Table)
		return contract.OrphansDeleted{Files: 3}, nil
	})
	return env, s
}

func bind[In, Out any](env *testsuite.TestWorkflowEnvironment, ref contract.Activity[In, Out], run func(context.Context, In) (Out, error)) {
	env.RegisterActivityWithOptions(run, activity.RegisterOptions{Name: ref.Name})
}

func TestEachTableIsCompactedBeforeItIsExpiredAndCleaned(t *testing.T) {
	env, s := environment(contract.Tables{Names: []string{"a.b", "c.d"}}, "")
	env.ExecuteWorkflow(maintenance.Workflow, contract.LakeMaintenanceInput{OrphanCleanup: true})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{
		"compact a.b", "manifests a.b", "expire a.b", "orphans a.b", "compact c.d", "manifests c.d", "expire c.d", "orphans c.d",
	}, s.names)
	var result contract.LakeMaintenanceResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.EqualValues(t, 3, result.Tables[1].Orphans.Files)
	require.Equal(t, "measurement.sales", result.Tables[0].Expired.Held)
}

func TestOrphansAreLeftAloneUnlessAskedFor(t *testing.T) {
	env, s := environment(contract.Tables{Names: []string{"a.b"}}, "")
	env.ExecuteWorkflow(maintenance.Workflow, contract.LakeMaintenanceInput{})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"compact a.b", "manifests a.b", "expire a.b"}, s.names)
}

func TestOrphansAreDeletedOnSundays(t *testing.T) {
	env, s := environment(contract.Tables{Names: []string{"a.b"}}, "")
	env.SetStartTime(time.Date(2026, 11, 22, 2, 15, 0, 0, time.UTC))
	env.ExecuteWorkflow(maintenance.Workflow, contract.LakeMaintenanceInput{})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"compact a.b", "manifests a.b", "expire a.b", "orphans a.b"}, s.names)
}

func TestATableThatFailsKeepsNoOtherFromItsTurn(t *testing.T) {
	env, s := environment(contract.Tables{Names: []string{"a.b", "c.d"}}, "a.b")
	env.ExecuteWorkflow(maintenance.Workflow, contract.LakeMaintenanceInput{})
	require.ErrorContains(t, env.GetWorkflowError(), "a.b")
	require.Equal(t, []string{"compact a.b", "compact c.d", "manifests c.d", "expire c.d"}, s.names)
}

func TestWhereTheCatalogCompactsTheRestIsDone(t *testing.T) {
	env, s := environment(contract.Tables{Names: []string{"a.b"}, Disabled: true}, "")
	env.SetStartTime(time.Date(2026, 11, 22, 2, 15, 0, 0, time.UTC))
	env.ExecuteWorkflow(maintenance.Workflow, contract.LakeMaintenanceInput{})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"manifests a.b", "orphans a.b"}, s.names)
	var result contract.LakeMaintenanceResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.True(t, result.Disabled)
}
