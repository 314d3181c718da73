// Package replay loads a run's archived objects again, without Shopify: after a mapping was mended, or into a database
// that was restored. Older data never overwrites newer and revives nothing, so a replay of any age is safe at any time.
package replay

import (
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/mirror"
)

// historyBudget is where a replay goes on in a new history, between two slices.
const historyBudget = 300

// Workflow loads what ListArchive finds, in the order in which it was loaded first.
func Workflow(ctx workflow.Context, in contract.ReplayInput) (contract.ReplayResult, error) {
	state := contract.ReplayState{Loaded: map[contract.Entity]contract.LoadResult{}}
	if in.State != nil {
		state = *in.State
	}
	run, err := mirror.Start(ctx, state.RunID, state.Shown)
	if err != nil {
		return contract.ReplayResult{}, err
	}
	state.RunID = run.ID
	if err := run.Progress.Phase(ctx, "listing"); err != nil {
		return contract.ReplayResult{}, err
	}
	archived, err := mirror.Step(ctx, run, mirror.Quick, "list", "list the archive", contract.ListArchive, contract.ListArchiveInput{RunID: in.RunID})
	if err != nil {
		return contract.ReplayResult{}, err
	}
	run.Shop = archived.ShopName
	if err := run.Progress.Shop(ctx, run.Shop); err != nil {
		return contract.ReplayResult{}, err
	}
	if state.Next == 0 && archived.Shop.ObjectKey != "" {
		if _, err := mirror.Step(ctx, run, mirror.Quick, "shop.load", "shop: load", contract.LoadShop,
			contract.LoadInput{RunID: run.ID, Shop: run.Shop, Archive: archived.Shop, Force: in.Force}); err != nil {
			return contract.ReplayResult{}, err
		}
	}
	if err := run.Progress.Phase(ctx, "loading"); err != nil {
		return contract.ReplayResult{}, err
	}
	for ; state.Next < len(archived.Slices); state.Next++ {
		if workflow.GetInfo(ctx).GetCurrentHistoryLength() >= historyBudget {
			state.Shown = run.Progress.Shown()
			return contract.ReplayResult{}, workflow.NewContinueAsNewError(ctx, contract.ReplayWorkflow,
				contract.ReplayInput{RunID: in.RunID, Force: in.Force, State: &state})
		}
		slice := archived.Slices[state.Next]
		name := contract.ArchivePart(in.RunID, slice.Archive.ObjectKey)
		loaded, err := mirror.Step(ctx, run, mirror.Long, name+".load", name+": load", contract.LoadArchive, contract.LoadInput{
			RunID: run.ID, Shop: run.Shop, Archive: slice.Archive, Details: slice.Details, Force: in.Force,
		})
		if err != nil {
			return contract.ReplayResult{}, err
		}
		state.Loaded[slice.Archive.Entity] = state.Loaded[slice.Archive.Entity].Plus(loaded)
	}
	if err := run.Progress.Phase(ctx, "publishing"); err != nil {
		return contract.ReplayResult{}, err
	}
	published, err := run.Publish(ctx, "publish")
	if err != nil {
		return contract.ReplayResult{}, err
	}
	return contract.ReplayResult{Loaded: state.Loaded, Events: published.Events}, run.Progress.Phase(ctx, "done")
}
