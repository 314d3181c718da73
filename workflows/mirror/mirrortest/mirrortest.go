// Package mirrortest answers the activities of the sync, the backfill and the replay in tests of these workflows: a shop
// where everything goes well, until a test says otherwise of one activity.
package mirrortest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/temporalfault"
)

// Now is the time at which every test begins.
var Now = time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)

// Shop answers activities and remembers the calls.
type Shop struct {
	mu       sync.Mutex
	calls    []string
	inputs   map[string][]any
	handlers map[string]any
	// RootsPerSlice is what every slice holds.
	RootsPerSlice int64
	// FirstOrder is when the first order was created; zero is a shop without orders.
	FirstOrder time.Time
	// Marks are the watermarks; one that is missing was never advanced.
	Marks map[contract.Entity]time.Time
}

// New registers every activity in env.
func New(env *testsuite.TestWorkflowEnvironment) *Shop {
	s := &Shop{inputs: map[string][]any{}, handlers: map[string]any{}, RootsPerSlice: 10, Marks: map[contract.Entity]time.Time{}}
	env.SetStartTime(Now)
	env.SetTestTimeout(time.Minute)
	register(env, s, contract.CheckAccess, func(contract.CheckAccessInput) contract.Access {
		return contract.Access{Shop: "sample.myshopify.com", Timezone: "UTC", ReadAllOrders: true}
	})
	register(env, s, contract.FindFirstOrder, func(contract.FindFirstOrderInput) contract.FirstOrder {
		return contract.FirstOrder{Created: s.FirstOrder}
	})
	register(env, s, contract.OpenWindow, s.open)
	register(env, s, contract.FetchShop, func(in contract.FetchShopInput) contract.Archive {
		return contract.Archive{ObjectKey: contract.ArchiveKey(in.RunID, "shop"), Entity: contract.Shop, Lines: 2, Objects: 2, RootObjects: 2}
	})
	register(env, s, contract.LoadShop, func(contract.LoadInput) contract.LoadResult { return contract.LoadResult{Rows: 2} })
	register(env, s, contract.SubmitOperation, func(in contract.SubmitInput) contract.Operation {
		return contract.Operation{GID: "gid://shopify/BulkOperation/" + in.Key, Key: in.Key}
	})
	register(env, s, contract.AwaitOperation, func(in contract.Operation) contract.OperationResult {
		return contract.OperationResult{Operation: in, Objects: 3 * s.RootsPerSlice, RootObjects: s.RootsPerSlice, Bytes: 1000}
	})
	register(env, s, contract.ArchiveResult, func(in contract.ArchiveInput) contract.Archive {
		return contract.Archive{
			ObjectKey: in.ObjectKey, Entity: in.Entity, Bytes: in.Result.Bytes,
			Lines: in.Result.Objects, Objects: in.Result.Objects, RootObjects: in.Result.RootObjects,
		}
	})
	register(env, s, contract.FetchDetails, func(in contract.FetchDetailsInput) contract.Archive {
		return contract.Archive{ObjectKey: in.ObjectKey, Entity: contract.Orders, Lines: 1, Objects: 1}
	})
	register(env, s, contract.LoadArchive, func(in contract.LoadInput) contract.LoadResult {
		return contract.LoadResult{Roots: in.Archive.RootObjects, Written: in.Archive.RootObjects, Rows: in.Archive.Lines, Events: 1}
	})
	register(env, s, contract.FindDeletions, func(contract.FindDeletionsInput) contract.Deletions {
		return contract.Deletions{Seen: s.RootsPerSlice, Deleted: 1}
	})
	register(env, s, contract.PublishOutbox, func(contract.PublishInput) contract.PublishResult {
		return contract.PublishResult{Messages: 1, Events: 1}
	})
	register(env, s, contract.AdvanceWatermark, func(in contract.AdvanceInput) contract.WatermarkMove {
		return contract.WatermarkMove{After: &in.To, RunID: in.RunID}
	})
	register(env, s, contract.AskForRefresh, func(contract.AskForRefreshInput) contract.AskedForRefresh {
		return contract.AskedForRefresh{WorkflowID: contract.AfterSyncID}
	})
	register(env, s, contract.ListArchive, func(contract.ListArchiveInput) contract.ArchivedRun { return contract.ArchivedRun{} })
	return s
}

func (s *Shop) open(in contract.OpenWindowInput) contract.OpenedWindow {
	opened := contract.OpenedWindow{Window: contract.Window{To: Now.Add(-30 * time.Second)}}
	mark, synced := s.Marks[in.Entity]
	switch {
	case synced:
		opened.Watermark, opened.Window.From = &mark, mark.Add(-10*time.Minute)
	case in.Entity == contract.Orders:
		opened.First, opened.Window.From = true, Now.Add(-contract.WatermarkFloor)
	default:
		opened.First = true
	}
	return opened
}

func register[In, Out any](env *testsuite.TestWorkflowEnvironment, s *Shop, ref contract.Activity[In, Out], usual func(In) Out) {
	env.RegisterActivityWithOptions(func(ctx context.Context, in In) (Out, error) {
		s.mu.Lock()
		s.calls = append(s.calls, activity.GetInfo(ctx).ActivityID)
		s.inputs[ref.Name] = append(s.inputs[ref.Name], in)
		handler := s.handlers[ref.Name]
		s.mu.Unlock()
		if handler == nil {
			return usual(in), nil
		}
		out, err := handler.(func(context.Context, In) (Out, error))(ctx, in)
		return out, temporalfault.Encode(err)
	}, activity.RegisterOptions{Name: ref.Name})
}

// On lets handle answer the activity from now on. Its faults reach the workflow as they would in a worker.
func On[In, Out any](s *Shop, ref contract.Activity[In, Out], handle func(context.Context, In) (Out, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[ref.Name] = handle
}

// Inputs are what the activity was called with, in order.
func Inputs[In, Out any](s *Shop, ref contract.Activity[In, Out]) []In {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []In
	for _, in := range s.inputs[ref.Name] {
		all = append(all, in.(In))
	}
	return all
}

// Steps are the ids of the activities that were called, in order.
func (s *Shop) Steps() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Did tells whether an activity was called whose id begins so.
func (s *Shop) Did(prefix string) bool {
	return slices.ContainsFunc(s.Steps(), func(id string) bool { return strings.HasPrefix(id, prefix) })
}
