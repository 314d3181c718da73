package lakehouse

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// ListTables names the tables that maintenance is to visit: those asked for, or all.
func (a *Activities) ListTables(_ context.Context, in contract.ListTablesInput) (contract.Tables, error) {
	out := contract.Tables{Names: in.Tables, Disabled: !a.Maintain}
	for _, name := range in.Tables {
		if _, ok := lakehouse.Find(name); !ok {
			return out, fault.New(fault.InvalidInput, "there is no table %q", name)
		}
	}
	if len(in.Tables) == 0 {
		for _, d := range lakehouse.Definitions() {
			out.Names = append(out.Names, d.Name)
		}
	}
	return out, nil
}

// CompactTable makes one file of the small files of each closed partition.
func (a *Activities) CompactTable(ctx context.Context, in contract.MaintainInput) (contract.Compacted, error) {
	p := newPulse(ctx, "partitions")
	defer p.stop()
	c, err := a.Lake.Compact(ctx, in.Table, time.Now(), func(c lakehouse.Compaction) { p.set("compact", c.Partitions) })
	return contract.Compacted(c), err
}

// RewriteManifests makes few manifests of many.
func (a *Activities) RewriteManifests(ctx context.Context, in contract.MaintainInput) (contract.ManifestsRewritten, error) {
	p := newPulse(ctx, "manifests")
	defer p.stop()
	before, after, err := a.Lake.RewriteManifests(ctx, in.Table)
	return contract.ManifestsRewritten{Before: before, After: after}, err
}

// youngestSnapshot is an age below which no snapshot is forgotten, whatever is asked for: a reader that has listed its
// files may still be fetching them.
const youngestSnapshot = time.Hour

// ExpireSnapshots forgets old snapshots, but none that a reader still needs.
func (a *Activities) ExpireSnapshots(ctx context.Context, in contract.MaintainInput) (contract.SnapshotsExpired, error) {
	p := newPulse(ctx, "snapshots")
	defer p.stop()
	if in.SnapshotAge <= 0 {
		in.SnapshotAge = contract.DefaultSnapshotAge
	}
	before, after, held, err := a.Lake.ExpireSnapshots(ctx, in.Table, max(in.SnapshotAge, youngestSnapshot), time.Now())
	return contract.SnapshotsExpired{Before: before, After: after, Held: held}, err
}

// DeleteOrphans removes files that no snapshot refers to.
func (a *Activities) DeleteOrphans(ctx context.Context, in contract.MaintainInput) (contract.OrphansDeleted, error) {
	p := newPulse(ctx, "files")
	defer p.stop()
	if in.OrphanAge <= 0 {
		in.OrphanAge = contract.DefaultOrphanAge
	}
	files, bytes, err := a.Lake.DeleteOrphans(ctx, in.Table, in.OrphanAge)
	return contract.OrphansDeleted{Files: files, Bytes: bytes}, err
}
