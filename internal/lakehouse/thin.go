package lakehouse

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/apache/iceberg-go/table"
)

// A table's metadata lists every snapshot and is read and written whole by every commit, so a sink that commits every
// minute slows itself down. Beyond thinAbove snapshots, those before the newest thinKeep are thinned to one an hour.
const (
	thinAbove = 40
	thinKeep  = 20
)

// Thin forgets snapshots between the hours where a table has many: the newest stay, and all since the oldest that a
// reader has processed last, because it follows them one by one. As-of queries see every hour of the last seven days.
// The files that only forgotten snapshots refer to are left for DeleteOrphans. It returns how many it forgot.
func (l *Lake) Thin(ctx context.Context, t *Table, now time.Time) (int, error) {
	snapshots := t.Metadata().Snapshots()
	if len(snapshots) <= thinAbove {
		return 0, nil
	}
	oldest, _, err := l.oldestRead(ctx, t, now)
	if err != nil {
		return 0, err
	}
	if oldest.IsZero() || now.Sub(oldest) > patience {
		oldest = now
	}
	gone := thin(snapshots, t.Snapshot(), oldest)
	if len(gone) == 0 {
		return 0, nil
	}
	c, err := l.connect(ctx)
	if err != nil {
		return 0, err
	}
	_, _, err = c.CommitTable(ctx, t.Definition.Identifier(), []table.Requirement{table.AssertTableUUID(t.Metadata().TableUUID())},
		[]table.Update{table.NewRemoveSnapshotsUpdate(gone, false)})
	return len(gone), classify(err, "thin the snapshots of %s", t.Definition.Name)
}

// thin chooses the snapshots to forget: of those that nobody follows, all but the first of each hour.
func thin(snapshots []table.Snapshot, current int64, followed time.Time) (gone []int64) {
	ordered := slices.SortedFunc(slices.Values(snapshots), func(a, b table.Snapshot) int {
		return cmp.Or(cmp.Compare(a.TimestampMs, b.TimestampMs), cmp.Compare(a.SequenceNumber, b.SequenceNumber))
	})
	hour := int64(-1)
	for i, s := range ordered {
		first := s.TimestampMs/time.Hour.Milliseconds() != hour
		hour = s.TimestampMs / time.Hour.Milliseconds()
		if !first && i < len(ordered)-thinKeep && s.TimestampMs < followed.UnixMilli() && s.SnapshotID != current {
			gone = append(gone, s.SnapshotID)
		}
	}
	return gone
}
