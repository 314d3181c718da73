package backfill_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/workflows/backfill"
	"bluntcases.com/platform/workflows/mirror/mirrortest"
)

var (
	from = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	to   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

func environment() (*testsuite.TestWorkflowEnvironment, *mirrortest.Shop) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	return env, mirrortest.New(env)
}

// orders are the windows of orders that were loaded, in order.
func orders(shop *mirrortest.Shop) (windows []contract.Window) {
	for _, in := range mirrortest.Inputs(shop, contract.ArchiveResult) {
		if in.Entity == contract.Orders && !in.Partial && !strings.Contains(in.ObjectKey, ".ids.") {
			windows = append(windows, in.Window)
		}
	}
	return windows
}

func requireCovered(t *testing.T, windows []contract.Window, from, to time.Time) {
	t.Helper()
	require.NotEmpty(t, windows)
	require.Equal(t, from, windows[0].From)
	for i := 1; i < len(windows); i++ {
		require.Equal(t, windows[i-1].To, windows[i].From, "the slices leave a gap or overlap")
	}
	require.Equal(t, to, windows[len(windows)-1].To)
}

func TestTheRangeIsCoveredWithoutGapAndWatermarksStay(t *testing.T) {
	env, shop := environment()
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{From: from, To: to})
	require.NoError(t, env.GetWorkflowError())
	requireCovered(t, orders(shop), from, to)
	require.Empty(t, mirrortest.Inputs(shop, contract.AdvanceWatermark))
	require.Empty(t, mirrortest.Inputs(shop, contract.OpenWindow))
	for _, in := range mirrortest.Inputs(shop, contract.SubmitOperation) {
		require.Equal(t, contract.ByCreate, in.Field, "a root would move between slices")
	}
}

func TestEverySliceIsPublishedBeforeTheNextBegins(t *testing.T) {
	env, shop := environment()
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{Entities: []contract.Entity{contract.Orders}, From: from, To: to})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, mirrortest.Inputs(shop, contract.PublishOutbox), len(orders(shop)))
}

func TestTheWidthFollowsTheDensity(t *testing.T) {
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		width time.Duration
		roots int64
		next  time.Duration
	}{
		"right":              {30 * day, 50_000, 30 * day},
		"twice too many":     {30 * day, 100_000, 15 * day},
		"much too many":      {30 * day, 1_000_000, 30 * day / 4},
		"few":                {30 * day, 25_000, 60 * day},
		"none":               {30 * day, 0, 120 * day},
		"never below":        {time.Hour, 1_000_000, time.Hour},
		"never above":        {4 * 365 * day, 0, 5 * 365 * day},
		"from the beginning": {time.Duration(1<<63 - 1), 0, 5 * 365 * day},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.next, backfill.NextWidth(c.width, c.roots)) })
	}
}

func TestASliceThatTimesOutIsBisectedAndTheNextIsNarrower(t *testing.T) {
	env, shop := environment()
	mirrortest.On(shop, contract.AwaitOperation, func(_ context.Context, in contract.Operation) (contract.OperationResult, error) {
		for _, submitted := range mirrortest.Inputs(shop, contract.SubmitOperation) {
			if submitted.Key == in.Key && submitted.Window.To.Sub(submitted.Window.From) > 20*24*time.Hour {
				return contract.OperationResult{}, fault.New(fault.BulkTimeout, "timed out")
			}
		}
		return contract.OperationResult{Operation: in, Objects: 150_000, RootObjects: 50_000}, nil
	})
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{Entities: []contract.Entity{contract.Orders}, From: from, To: from.Add(120 * 24 * time.Hour)})
	require.NoError(t, env.GetWorkflowError())
	requireCovered(t, orders(shop), from, from.Add(120*24*time.Hour))
}

func TestPauseWaitsAndResumeGoesOn(t *testing.T) {
	env, shop := environment()
	paused, during := false, 0
	mirrortest.On(shop, contract.PublishOutbox, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		if !paused {
			paused = true
			env.UpdateWorkflowNoRejection(contract.UpdatePause, "pause", t)
		}
		return contract.PublishResult{}, nil
	})
	env.RegisterDelayedCallback(func() { during = len(orders(shop)) }, 2*time.Hour)
	env.RegisterDelayedCallback(func() {
		require.Equal(t, during, len(orders(shop)), "it went on while it was paused")
		env.UpdateWorkflowNoRejection(contract.UpdateResume, "resume", t)
	}, 4*time.Hour)
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{Entities: []contract.Entity{contract.Orders}, From: from, To: to})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 1, during)
	requireCovered(t, orders(shop), from, to)
}

func TestALongRangeGoesOnInANewHistory(t *testing.T) {
	env, shop := environment()
	mirrortest.On(shop, contract.PublishOutbox, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		env.SetCurrentHistoryLength(1000)
		return contract.PublishResult{}, nil
	})
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{Entities: []contract.Entity{contract.Orders}, From: from, To: to})
	var again *workflow.ContinueAsNewError
	require.True(t, errors.As(env.GetWorkflowError(), &again), "%v", env.GetWorkflowError())
	var in contract.BackfillInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	covered := orders(shop)

	env, shop = environment()
	env.ExecuteWorkflow(backfill.Workflow, in)
	require.NoError(t, env.GetWorkflowError())
	requireCovered(t, append(covered, orders(shop)...), from, to)
	require.False(t, shop.Did("access"))
	answer, err := env.QueryWorkflow(contract.QueryProgress)
	require.NoError(t, err)
	var progress contract.Progress
	require.NoError(t, answer.Get(&progress))
	require.Contains(t, progress.Steps, contract.Step{
		Name: "orders.0001: load", Activity: "orders.0001.load", State: contract.StepDone,
		Done: 30, Total: 30, Unit: "records", Detail: "10 written, 0 unchanged; 30 rows, 1 events",
	}, "a step of the first history is not shown")
	seen := map[string]bool{}
	for _, in := range mirrortest.Inputs(shop, contract.ArchiveResult) {
		require.False(t, seen[in.ObjectKey])
		seen[in.ObjectKey] = true
		require.NotContains(t, in.ObjectKey, "orders.0001.jsonl", "an archive of the first history was overwritten")
	}
}

func TestProductsAndCustomersAreLoadedWhole(t *testing.T) {
	env, shop := environment()
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{From: from, To: to})
	require.NoError(t, env.GetWorkflowError())
	for _, in := range mirrortest.Inputs(shop, contract.SubmitOperation) {
		if in.Entity != contract.Orders {
			require.True(t, in.Window.From.IsZero(), "an order may refer to one from before the range")
			require.Equal(t, to, in.Window.To)
		}
	}
}

func TestARangeWithoutABeginningStartsAtTheFirstOrder(t *testing.T) {
	for name, c := range map[string]struct {
		entities []contract.Entity
		first    time.Time
		want     time.Time
	}{
		"everything":                  {first: from.Add(time.Hour + 300*time.Millisecond), want: from.Add(time.Hour)},
		"orders alone":                {entities: []contract.Entity{contract.Orders}, first: from, want: from},
		"no order at all":             {},
		"the first comes too late":    {first: to.Add(time.Hour)},
		"customers have no beginning": {entities: []contract.Entity{contract.Customers}, first: from},
	} {
		t.Run(name, func(t *testing.T) {
			env, shop := environment()
			shop.FirstOrder = c.first
			env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{Entities: c.entities, To: to})
			require.NoError(t, env.GetWorkflowError())
			if c.want.IsZero() {
				require.Empty(t, orders(shop))
				return
			}
			requireCovered(t, orders(shop), c.want, to)
		})
	}
}

func TestDeletionsAreLookedForInTheWholeRange(t *testing.T) {
	for name, c := range map[string]struct {
		in      contract.BackfillInput
		readAll bool
		timeout bool // of the first sweep
		want    []contract.Window
	}{
		"once, at the end": {in: contract.BackfillInput{From: from, To: to}, readAll: true, want: []contract.Window{{From: from, To: to}}},
		"bisected where Shopify takes too long": {
			in: contract.BackfillInput{From: from, To: from.Add(48 * time.Hour)}, readAll: true, timeout: true,
			want: []contract.Window{{From: from, To: from.Add(24 * time.Hour)}, {From: from.Add(24 * time.Hour), To: from.Add(48 * time.Hour)}},
		},
		"what the token does not see is not taken for deleted": {
			in:   contract.BackfillInput{From: mirrortest.Now.AddDate(0, 0, -60), To: mirrortest.Now.AddDate(0, 0, -10)},
			want: []contract.Window{{From: mirrortest.Now.AddDate(0, 0, -59), To: mirrortest.Now.AddDate(0, 0, -10)}},
		},
		"since ever, where no beginning is given": {in: contract.BackfillInput{To: to}, readAll: true, want: []contract.Window{{To: to}}},
		"not without orders":                      {in: contract.BackfillInput{Entities: []contract.Entity{contract.Products}, To: to}, readAll: true},
	} {
		t.Run(name, func(t *testing.T) {
			env, shop := environment()
			mirrortest.On(shop, contract.CheckAccess, func(context.Context, contract.CheckAccessInput) (contract.Access, error) {
				return contract.Access{Shop: "sample.myshopify.com", ReadAllOrders: c.readAll}, nil
			})
			mirrortest.On(shop, contract.AwaitOperation, func(_ context.Context, in contract.Operation) (contract.OperationResult, error) {
				if c.timeout && strings.Contains(in.Key, "ids.0001") {
					return contract.OperationResult{}, fault.New(fault.BulkTimeout, "timed out")
				}
				return contract.OperationResult{Operation: in, Objects: 1, RootObjects: 1}, nil
			})
			env.ExecuteWorkflow(backfill.Workflow, c.in)
			require.NoError(t, env.GetWorkflowError())
			var swept []contract.Window
			for _, in := range mirrortest.Inputs(shop, contract.FindDeletions) {
				swept = append(swept, in.Window)
			}
			require.Equal(t, c.want, swept)
			var result contract.BackfillResult
			require.NoError(t, env.GetWorkflowResult(&result))
			require.EqualValues(t, len(c.want), result.Deleted)
		})
	}
}

func TestAnExpiredResultIsAskedForAgain(t *testing.T) {
	env, shop := environment()
	expired := 0
	mirrortest.On(shop, contract.ArchiveResult, func(_ context.Context, in contract.ArchiveInput) (contract.Archive, error) {
		if in.Entity == contract.Customers && !in.Partial && expired == 0 {
			expired++
			return contract.Archive{}, fault.New(fault.BulkLost, "the link of the result has expired")
		}
		return contract.Archive{ObjectKey: in.ObjectKey, Entity: in.Entity, Lines: in.Result.Objects, Objects: in.Result.Objects}, nil
	})
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{Entities: []contract.Entity{contract.Customers}, To: to})
	require.NoError(t, env.GetWorkflowError())
	submitted := mirrortest.Inputs(shop, contract.SubmitOperation)
	require.Len(t, submitted, 2)
	require.NotEqual(t, submitted[0].Key, submitted[1].Key)
	loaded := mirrortest.Inputs(shop, contract.LoadArchive)
	require.Len(t, loaded, 1)
	require.Equal(t, contract.ArchiveKey(loaded[0].RunID, "customers.0001"), loaded[0].Archive.ObjectKey)
}

func TestAFailureEndsTheBackfill(t *testing.T) {
	env, shop := environment()
	mirrortest.On(shop, contract.LoadArchive, func(context.Context, contract.LoadInput) (contract.LoadResult, error) {
		return contract.LoadResult{}, fault.New(fault.MalformedArchive, "line 7: not JSON")
	})
	env.ExecuteWorkflow(backfill.Workflow, contract.BackfillInput{From: from, To: to})
	require.ErrorContains(t, env.GetWorkflowError(), "line 7")
}
