package bulksync_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
	"bluntcases.com/platform/workflows/bulksync"
	"bluntcases.com/platform/workflows/mirror/mirrortest"
)

func environment() (*testsuite.TestWorkflowEnvironment, *mirrortest.Shop) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	return env, mirrortest.New(env)
}

func TestStepsComeInTheirOrder(t *testing.T) {
	env, shop := environment()
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.NoError(t, env.GetWorkflowError())

	steps := shop.Steps()
	require.Equal(t, []string{"products.window", "customers.window", "orders.window", "access", "shop.fetch", "shop.load"}, steps[:6])
	before := func(first, second string) {
		t.Helper()
		require.Contains(t, steps, first)
		require.Contains(t, steps, second)
		require.Less(t, slices.Index(steps, first), slices.Index(steps, second), "%s comes after %s", first, second)
	}
	for _, entity := range []string{"products", "customers", "orders"} {
		before(entity+".0001.request", entity+".0001.poll")
		before(entity+".0001.poll", entity+".0001.archive")
		before(entity+".0001.archive", entity+".0001.load")
		before(entity+".0001.load", "publish")
		before("publish", entity+".advance")
	}
	before("products.0001.load", "orders.0001.request")
	before("customers.0001.load", "orders.0001.request")
	before("orders.0001.archive", "orders.0001.details")
	before("orders.0001.details", "orders.0001.load")
	before("orders.0001.load", "orders.ids.0001.request")
	before("orders.ids.0001.delete", "publish")

	var result contract.BulkSyncResult
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, int64(10), result.Loaded[contract.Orders].Roots)
	require.Equal(t, map[contract.Entity]int64{contract.Products: 1, contract.Orders: 1}, result.Deleted)
}

// A failure in any step leaves every watermark where it was.
func TestWatermarksStayWhenAnyStepFails(t *testing.T) {
	broken := fault.New(fault.MalformedArchive, "line 7: not JSON")
	fail := map[string]func(*mirrortest.Shop){
		"window":    failing(contract.OpenWindow, broken),
		"access":    failing(contract.CheckAccess, fault.New(fault.MissingScope, "read_all_orders was not granted")),
		"shop":      failing(contract.LoadShop, broken),
		"request":   failing(contract.SubmitOperation, fault.New(fault.ShopifyRejected, "no such field")),
		"poll":      failing(contract.AwaitOperation, fault.New(fault.MissingScope, "read_orders was not granted")),
		"archive":   failing(contract.ArchiveResult, broken),
		"details":   failing(contract.FetchDetails, broken),
		"load":      failing(contract.LoadArchive, broken),
		"mismatch":  failing(contract.LoadArchive, fault.New(fault.CountMismatch, "12 objects of 13")),
		"deletions": failing(contract.FindDeletions, broken),
		"publish":   failing(contract.PublishOutbox, broken),
	}
	for name, breakIt := range fail {
		t.Run(name, func(t *testing.T) {
			env, shop := environment()
			breakIt(shop)
			env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
			require.Error(t, env.GetWorkflowError())
			require.Empty(t, mirrortest.Inputs(shop, contract.AdvanceWatermark))
		})
	}
}

func failing[In, Out any](ref contract.Activity[In, Out], with error) func(*mirrortest.Shop) {
	return func(shop *mirrortest.Shop) {
		mirrortest.On(shop, ref, func(context.Context, In) (out Out, err error) { return out, with })
	}
}

// A measurement is a favour: it is asked for when everything is done, and what becomes of it is not the sync's concern.
func TestAMeasurementIsAskedForAtTheEndAndMayFail(t *testing.T) {
	env, shop := environment()
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.NoError(t, env.GetWorkflowError())
	steps := shop.Steps()
	require.Equal(t, "measurement", steps[len(steps)-1])

	for name, broken := range map[string]error{
		"refused":           fault.New(fault.InvalidInput, "no"),
		"away for too long": fault.New(fault.Unavailable, "Temporal is away"),
	} {
		t.Run(name, func(t *testing.T) {
			env, shop := environment()
			failing(contract.AskForRefresh, broken)(shop)
			env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
			require.NoError(t, env.GetWorkflowError())
			require.Len(t, mirrortest.Inputs(shop, contract.AdvanceWatermark), 3)
			require.Less(t, env.Now().Sub(mirrortest.Now), 10*time.Minute, "the sync was held up")
			answer, err := env.QueryWorkflow(contract.QueryProgress)
			require.NoError(t, err)
			var progress contract.Progress
			require.NoError(t, answer.Get(&progress))
			last := progress.Steps[len(progress.Steps)-1]
			require.Equal(t, contract.StepFailed, last.State)
			require.NotEmpty(t, last.Detail)
		})
	}
}

func TestAFailedSyncAsksForNoMeasurement(t *testing.T) {
	env, shop := environment()
	failing(contract.PublishOutbox, fault.New(fault.MalformedArchive, "no"))(shop)
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.Error(t, env.GetWorkflowError())
	require.False(t, shop.Did("measurement"))
}

func TestNothingIsPublishedBeforeEverythingIsLoaded(t *testing.T) {
	env, shop := environment()
	mirrortest.On(shop, contract.LoadArchive, func(_ context.Context, in contract.LoadInput) (contract.LoadResult, error) {
		if in.Archive.Entity == contract.Orders {
			return contract.LoadResult{}, fault.New(fault.CountMismatch, "12 objects of 13")
		}
		return contract.LoadResult{Roots: 1}, nil
	})
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.ErrorContains(t, env.GetWorkflowError(), "12 objects of 13")
	require.Equal(t, fault.CountMismatch, temporalfault.Decode(env.GetWorkflowError()).Code)
	require.False(t, shop.Did("publish"))
}

func TestWatermarksAdvanceByWhatWasCovered(t *testing.T) {
	env, shop := environment()
	mark := mirrortest.Now.Add(-24 * time.Hour)
	shop.Marks[contract.Orders] = mark
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.NoError(t, env.GetWorkflowError())
	for _, advance := range mirrortest.Inputs(shop, contract.AdvanceWatermark) {
		require.Equal(t, mirrortest.Now.Add(-30*time.Second), advance.To, advance.Entity)
		require.NotEmpty(t, advance.RunID)
		if advance.Entity == contract.Orders {
			require.False(t, advance.First)
			require.Equal(t, mark.Add(-10*time.Minute), advance.From)
		} else {
			require.True(t, advance.First)
		}
	}
}

func TestOnlyTheNamedEntitiesAreMirrored(t *testing.T) {
	env, shop := environment()
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Customers}})
	require.NoError(t, env.GetWorkflowError())
	require.True(t, shop.Did("customers.0001.load"))
	require.False(t, shop.Did("orders"))
	require.False(t, shop.Did("products"))
}

func TestAWindowThatTimesOutIsBisected(t *testing.T) {
	env, shop := environment()
	whole := contract.Window{From: mirrortest.Now.Add(-contract.WatermarkFloor), To: mirrortest.Now.Add(-30 * time.Second)}
	tooDense := whole.To.Sub(whole.From) / 3
	mirrortest.On(shop, contract.AwaitOperation, dense(shop, tooDense))
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Orders}})
	require.NoError(t, env.GetWorkflowError())

	var loaded []contract.Window
	for _, in := range mirrortest.Inputs(shop, contract.ArchiveResult) {
		if !in.Partial && !strings.Contains(in.ObjectKey, ".ids.") {
			loaded = append(loaded, in.Window)
		}
	}
	require.Len(t, loaded, 4)
	require.Equal(t, whole.From, loaded[0].From)
	for i := 1; i < len(loaded); i++ {
		require.Equal(t, loaded[i-1].To, loaded[i].From, "the slices leave a gap")
	}
	require.Equal(t, whole.To, loaded[3].To)
}

// dense answers with a timeout where the window of orders is wider than most.
func dense(shop *mirrortest.Shop, most time.Duration) func(context.Context, contract.Operation) (contract.OperationResult, error) {
	return func(_ context.Context, in contract.Operation) (contract.OperationResult, error) {
		for _, submitted := range mirrortest.Inputs(shop, contract.SubmitOperation) {
			if submitted.Key == in.Key && submitted.Selection == contract.Whole && submitted.Window.To.Sub(submitted.Window.From) > most {
				return contract.OperationResult{}, fault.New(fault.BulkTimeout, "timed out")
			}
		}
		return contract.OperationResult{Operation: in, Objects: 3, RootObjects: 1}, nil
	}
}

func TestALostOperationIsSubmittedAgainUnderANewKey(t *testing.T) {
	for _, code := range []fault.Code{fault.BulkFailed, fault.BulkLost} {
		t.Run(string(code), func(t *testing.T) {
			env, shop := environment()
			lost := 0
			mirrortest.On(shop, contract.AwaitOperation, func(_ context.Context, in contract.Operation) (contract.OperationResult, error) {
				if lost < 2 {
					lost++
					return contract.OperationResult{}, fault.New(code, "gone")
				}
				return contract.OperationResult{Operation: in, Objects: 3, RootObjects: 1}, nil
			})
			env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Customers}})
			require.NoError(t, env.GetWorkflowError())
			keys := map[string]bool{}
			for _, in := range mirrortest.Inputs(shop, contract.SubmitOperation) {
				require.False(t, keys[in.Key], "submitted twice under %s", in.Key)
				keys[in.Key] = true
			}
			require.Len(t, keys, 3)
			require.True(t, shop.Did("customers.0001.partial.1"), "the partial file was not kept")
		})
	}
}

func TestAnOperationThatAlwaysFailsEndsTheRun(t *testing.T) {
	env, shop := environment()
	failing(contract.AwaitOperation, fault.New(fault.BulkFailed, "internal error"))(shop)
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Customers}})
	require.Equal(t, fault.BulkFailed, temporalfault.Decode(env.GetWorkflowError()).Code)
	require.Len(t, mirrortest.Inputs(shop, contract.SubmitOperation), 4)
}

func TestTheFinishWebhookWakesThePoll(t *testing.T) {
	env, shop := environment()
	finished := false
	mirrortest.On(shop, contract.AwaitOperation, func(_ context.Context, in contract.Operation) (contract.OperationResult, error) {
		if !finished {
			return contract.OperationResult{}, fault.New(fault.BulkRunning, "still running").After(10 * time.Hour)
		}
		return contract.OperationResult{Operation: in, Objects: 3, RootObjects: 1}, nil
	})
	env.RegisterDelayedCallback(func() {
		finished = true
		for _, in := range mirrortest.Inputs(shop, contract.SubmitOperation) {
			env.SignalWorkflow(contract.SignalOperationFinished, contract.OperationFinished{GID: "gid://shopify/BulkOperation/" + in.Key, Status: "COMPLETED"})
		}
	}, time.Minute)
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Customers}})
	require.NoError(t, env.GetWorkflowError())
	require.True(t, shop.Did("customers.0001.poll.woken"))
	require.Less(t, env.Now().Sub(mirrortest.Now), time.Hour)
}

func TestAnEmptyWindowLoadsNothingAndStillAdvances(t *testing.T) {
	env, shop := environment()
	shop.RootsPerSlice = 0
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.NoError(t, env.GetWorkflowError())
	require.Empty(t, mirrortest.Inputs(shop, contract.LoadArchive))
	require.Len(t, mirrortest.Inputs(shop, contract.AdvanceWatermark), 3)
}

func TestOrdersThatTheTokenDoesNotSeeAreNotSearchedForDeletions(t *testing.T) {
	env, shop := environment()
	mirrortest.On(shop, contract.CheckAccess, func(context.Context, contract.CheckAccessInput) (contract.Access, error) {
		return contract.Access{Shop: "sample.myshopify.com"}, nil
	})
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{})
	require.NoError(t, env.GetWorkflowError())
	for _, in := range mirrortest.Inputs(shop, contract.FindDeletions) {
		if in.Archive.Entity == contract.Orders {
			require.WithinRange(t, in.Window.From, mirrortest.Now.Add(-60*24*time.Hour), mirrortest.Now)
		}
	}
}

func TestARunThatIsBisectedDeeplyGoesOnInANewHistory(t *testing.T) {
	env, shop := environment()
	mirrortest.On(shop, contract.AwaitOperation, dense(shop, 24*time.Hour))
	env.SetCurrentHistoryLength(1000)
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Orders}})
	var again *workflow.ContinueAsNewError
	require.True(t, errors.As(env.GetWorkflowError(), &again), "%v", env.GetWorkflowError())
	var in contract.BulkSyncInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	require.NotEmpty(t, in.State.Left[contract.Orders])
	require.Empty(t, mirrortest.Inputs(shop, contract.AdvanceWatermark))

	env, shop = environment()
	env.ExecuteWorkflow(bulksync.Workflow, in)
	require.NoError(t, env.GetWorkflowError())
	require.False(t, shop.Did("access"), "access was checked again")
	require.Equal(t, in.State.RunID, mirrortest.Inputs(shop, contract.AdvanceWatermark)[0].RunID)
}

func TestProgressNamesTheStepThatRuns(t *testing.T) {
	env, shop := environment()
	var seen contract.Progress
	mirrortest.On(shop, contract.LoadArchive, func(_ context.Context, in contract.LoadInput) (contract.LoadResult, error) {
		answer, err := env.QueryWorkflow(contract.QueryProgress)
		if err != nil {
			return contract.LoadResult{}, err
		}
		return contract.LoadResult{Roots: 7, Written: 7}, answer.Get(&seen)
	})
	env.ExecuteWorkflow(bulksync.Workflow, contract.BulkSyncInput{Entities: []contract.Entity{contract.Orders}})
	require.NoError(t, env.GetWorkflowError())
	last := seen.Steps[len(seen.Steps)-1]
	require.Equal(t, contract.StepRunning, last.State)
	require.Equal(t, "orders.0001.load", last.Activity)
	require.Equal(t, "orders", seen.Phase)
}
