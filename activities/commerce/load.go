package commerce

import (
	"context"
	"fmt"
	"strconv"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/mirror"
)

// missing is the metadata of a details object that counts the nodes that Shopify knew no longer.
const missing = "missing"

// LoadShop implements contract.LoadShop.
func (a *Activities) LoadShop(ctx context.Context, in contract.LoadInput) (contract.LoadResult, error) {
	return a.loader.LoadShop(ctx, mirror.Load{Entity: contract.Shop, Shop: in.Shop, RunID: in.RunID, Operation: a.object(in.Archive)})
}

// LoadArchive implements contract.LoadArchive. A retry goes on with the partitions that the attempt before had not
// finished; what it had committed of those is found unchanged.
func (a *Activities) LoadArchive(ctx context.Context, in contract.LoadInput) (contract.LoadResult, error) {
	load := mirror.Load{
		Entity:      in.Archive.Entity,
		Shop:        in.Shop,
		RunID:       in.RunID,
		Operation:   a.object(in.Archive),
		Objects:     in.Archive.Objects,
		RootObjects: in.Archive.RootObjects,
		Force:       in.Force,
	}
	if in.Details != nil {
		details := a.object(*in.Details)
		load.Details = &details
		info, err := a.archive.Head(ctx, in.Details.ObjectKey)
		if err != nil {
			return contract.LoadResult{}, fmt.Errorf("find the details: %w", err)
		}
		unknown, err := strconv.ParseInt(info.Metadata[missing], 10, 64)
		load.Lenient = err == nil && unknown > 0
	}
	if activity.HasHeartbeatDetails(ctx) {
		var before contract.Heartbeat[mirror.Cursor]
		if err := activity.GetHeartbeatDetails(ctx, &before); err == nil {
			load.Cursor = before.Cursor
		}
	}
	p := newPulse(ctx, "objects", load.Cursor)
	defer p.close()
	load.Progress = func(at mirror.Progress) { p.set(at.Done, at.Total, at.Cursor) }
	return a.loader.Load(ctx, load)
}

// FindDeletions implements contract.FindDeletions.
func (a *Activities) FindDeletions(ctx context.Context, in contract.FindDeletionsInput) (contract.Deletions, error) {
	p := newPulse(ctx, "objects", struct{}{})
	defer p.close()
	return a.loader.Sweep(ctx, mirror.Sweep{
		Entity: in.Archive.Entity, Shop: in.Shop, IDs: a.object(in.Archive), Objects: in.Archive.RootObjects,
		Window: in.Window, Began: in.Began,
		Progress: func(seen int64) { p.set(seen, 0, struct{}{}) },
	})
}
