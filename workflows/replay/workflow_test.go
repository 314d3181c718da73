package replay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/workflows/mirror/mirrortest"
	"bluntcases.com/platform/workflows/replay"
)

func environment(slices int) (*testsuite.TestWorkflowEnvironment, *mirrortest.Shop) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	shop := mirrortest.New(env)
	mirrortest.On(shop, contract.ListArchive, func(_ context.Context, in contract.ListArchiveInput) (contract.ArchivedRun, error) {
		run := contract.ArchivedRun{ShopName: "sample.myshopify.com", Shop: contract.Archive{ObjectKey: contract.ArchiveKey(in.RunID, "shop")}}
		for i := range slices {
			key := contract.ArchiveKey(in.RunID, contract.SlicePart(contract.Orders, i+1))
			run.Slices = append(run.Slices, contract.ArchiveSlice{
				Archive: contract.Archive{ObjectKey: key, Entity: contract.Orders, RootObjects: 10},
				Details: &contract.Archive{ObjectKey: key + ".details"},
			})
		}
		return run, nil
	})
	return env, shop
}

func TestEverySliceIsLoadedInItsOrderWithoutShopify(t *testing.T) {
	env, shop := environment(3)
	env.ExecuteWorkflow(replay.Workflow, contract.ReplayInput{RunID: "old", Force: true})
	require.NoError(t, env.GetWorkflowError())
	loads := mirrortest.Inputs(shop, contract.LoadArchive)
	require.Len(t, loads, 3)
	for i, load := range loads {
		require.Equal(t, contract.ArchiveKey("old", fmt.Sprintf("orders.%04d", i+1)), load.Archive.ObjectKey)
		require.NotNil(t, load.Details)
		require.True(t, load.Force)
		require.NotEqual(t, "old", load.RunID, "events would claim to be of the old run")
	}
	require.Len(t, mirrortest.Inputs(shop, contract.PublishOutbox), 1)
	require.Empty(t, mirrortest.Inputs(shop, contract.SubmitOperation))
	require.Empty(t, mirrortest.Inputs(shop, contract.AdvanceWatermark))
}

func TestARunThatIsNotThereIsSaid(t *testing.T) {
	env, shop := environment(0)
	mirrortest.On(shop, contract.ListArchive, func(context.Context, contract.ListArchiveInput) (contract.ArchivedRun, error) {
		return contract.ArchivedRun{}, fault.New(fault.NotFound, "the archive holds nothing of run old")
	})
	env.ExecuteWorkflow(replay.Workflow, contract.ReplayInput{RunID: "old"})
	require.ErrorContains(t, env.GetWorkflowError(), "holds nothing of run old")
}

func TestAReplayOfManySlicesGoesOnInANewHistory(t *testing.T) {
	env, shop := environment(5)
	mirrortest.On(shop, contract.LoadArchive, func(context.Context, contract.LoadInput) (contract.LoadResult, error) {
		env.SetCurrentHistoryLength(1000)
		return contract.LoadResult{Roots: 10}, nil
	})
	env.ExecuteWorkflow(replay.Workflow, contract.ReplayInput{RunID: "old"})
	var again *workflow.ContinueAsNewError
	require.True(t, errors.As(env.GetWorkflowError(), &again), "%v", env.GetWorkflowError())
	var in contract.ReplayInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	require.Equal(t, 1, in.State.Next)

	env, shop = environment(5)
	env.ExecuteWorkflow(replay.Workflow, in)
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, mirrortest.Inputs(shop, contract.LoadArchive), 4)
	require.False(t, shop.Did("shop.load"), "the shop was loaded again")
	var result contract.ReplayResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, int64(50), result.Loaded[contract.Orders].Roots)
}
