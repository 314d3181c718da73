package mirror

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

// visible is how far back a token without read_all_orders sees orders: Shopify says 60 days, less a day for the edge.
// What it does not see must not look deleted.
const visible = 59 * 24 * time.Hour

// Visible cuts a window of orders to what the token sees now.
func Visible(w contract.Window, now time.Time, readAll bool) contract.Window {
	if edge := now.Add(-visible); !readAll && w.From.Before(edge) {
		w.From = edge
	}
	return w
}

// Sweep asks for the ids of all root objects that were created in the window, and soft-deletes the rows whose ids the
// store no longer has. Where Shopify does not finish in time nothing is deleted, and the halves come back.
func (r *Run) Sweep(ctx workflow.Context, entity contract.Entity, window contract.Window, number int) (deleted int64, halves []contract.Window, err error) {
	part := contract.SlicePart(entity+".ids", number)
	began := workflow.Now(ctx)
	archive, err := r.obtain(ctx, operation{
		part: part, slice: number, entity: entity, selection: contract.IDsOnly, field: contract.ByCreate, window: window,
	})
	if err != nil {
		halves, err = r.bisect(ctx, part, window, err)
		return 0, halves, err
	}
	found, err := Step(ctx, r, Long, part+".delete", part+": find deletions", contract.FindDeletions, contract.FindDeletionsInput{
		RunID: r.ID, Shop: r.Shop, Archive: archive, Window: window, Began: began,
	})
	return found.Deleted, nil, err
}
