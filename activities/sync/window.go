package sync

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// OpenWindow says what a run has to cover: from the watermark less an overlap, to now less the search lag. An entity
// that was never synced is covered whole; orders never farther back than the floor.
func (a *Activities) OpenWindow(ctx context.Context, in contract.OpenWindowInput) (contract.OpenedWindow, error) {
	state, err := a.watermarks.Get(ctx, in.Entity.Watermark())
	if err != nil {
		return contract.OpenedWindow{}, err
	}
	to := a.end(in.Now)
	opened := contract.OpenedWindow{Window: contract.Window{To: to}, Watermark: state.TS, First: state.TS == nil}
	floor := to.Add(-contract.WatermarkFloor)
	switch {
	case opened.First && in.Entity == contract.Orders:
		opened.Window.From = floor
	case opened.First:
	default:
		opened.Window.From = state.TS.Add(-a.options.Overlap).UTC().Truncate(time.Second)
		if in.Entity == contract.Orders && opened.Window.From.Before(floor) {
			opened.Window.From = floor
			opened.Floored = state.TS.Before(floor)
		}
	}
	if !to.After(opened.Window.From) {
		return opened, fault.New(fault.Unavailable, "the clock says %s, and %s was synced up to %s: it is wrong, or was when the watermark moved",
			to.Format(time.RFC3339), in.Entity, state.TS.UTC().Format(time.RFC3339))
	}
	return opened, nil
}

// end is where a window ends. Of two clocks, Temporal's and ours, the earlier one is believed: a window that ends too
// early is made up for by the next, one that ends in the future would hide what changes until then.
func (a *Activities) end(now time.Time) time.Time {
	if ours := a.now(); ours.Before(now) {
		now = ours
	}
	return now.Add(-a.options.SearchLag).UTC().Truncate(time.Second)
}

// AdvanceWatermark moves the entity's watermark, once for each run.
func (a *Activities) AdvanceWatermark(ctx context.Context, in contract.AdvanceInput) (contract.WatermarkMove, error) {
	return a.watermarks.Advance(ctx, in.Entity.Watermark(), in)
}
