package mirror

import (
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
)

// Slice is one window of an entity.
type Slice struct {
	Entity contract.Entity
	Field  contract.WindowField
	Window contract.Window
	Number int // names its archive; every slice of a run's entity has its own
}

// Mirror takes the slice through its steps: request, poll, archive, details, load. Where Shopify does not finish the
// window in time nothing is loaded, and the halves come back to be mirrored instead.
func (r *Run) Mirror(ctx workflow.Context, s Slice) (loaded contract.LoadResult, halves []contract.Window, err error) {
	part := contract.SlicePart(s.Entity, s.Number)
	archive, err := r.obtain(ctx, operation{
		part: part, slice: s.Number, entity: s.Entity, selection: contract.Whole, field: s.Field, window: s.Window,
	})
	if err != nil {
		halves, err = r.bisect(ctx, part, s.Window, err)
		return loaded, halves, err
	}
	if archive.Lines == 0 && archive.Objects == 0 {
		return loaded, nil, nil
	}
	load := contract.LoadInput{RunID: r.ID, Shop: r.Shop, Archive: archive}
	if s.Entity == contract.Orders {
		details, err := Step(ctx, r, Long, part+".details", part+": details", contract.FetchDetails, contract.FetchDetailsInput{
			Archive: archive, ObjectKey: contract.ArchiveKey(r.ID, part+".details"),
		})
		if err != nil {
			return loaded, nil, err
		}
		load.Details = &details
	}
	loaded, err = Step(ctx, r, Long, part+".load", part+": load", contract.LoadArchive, load)
	return loaded, nil, err
}

// bisect answers an operation that timed out with the halves of its window; any other failure stays one, and so does
// that of a window which cannot be split any further.
func (r *Run) bisect(ctx workflow.Context, part string, window contract.Window, failed error) ([]contract.Window, error) {
	first, second, ok := window.Halves()
	if temporalfault.Decode(failed).Code != fault.BulkTimeout || !ok {
		return nil, failed
	}
	r.Progress.Note(ctx, part+": bisect", describe(first)+" and "+describe(second))
	return []contract.Window{first, second}, nil
}
