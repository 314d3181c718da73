package lakehouse

import (
	"testing"
	"time"

	"github.com/apache/iceberg-go/table"
	"github.com/stretchr/testify/require"
)

func TestSnapshotsAreThinnedToOneAnHour(t *testing.T) {
	begin := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var snapshots []table.Snapshot
	for i := range 300 { // one a minute: five hours
		snapshots = append(snapshots, table.Snapshot{SnapshotID: int64(i + 1), SequenceNumber: int64(i + 1), TimestampMs: begin.Add(time.Duration(i) * time.Minute).UnixMilli()})
	}
	left := func(followed time.Time) (ids []int64) {
		gone := map[int64]bool{}
		for _, id := range thin(snapshots, 300, followed) {
			gone[id] = true
		}
		for _, s := range snapshots {
			if !gone[s.SnapshotID] {
				ids = append(ids, s.SnapshotID)
			}
		}
		return ids
	}
	all := left(begin.Add(24 * time.Hour))
	require.Equal(t, []int64{1, 61, 121, 181, 241, 281}, all[:6], "the first of each hour, and the newest")
	require.Len(t, all, 5+thinKeep)

	followed := left(begin.Add(90 * time.Minute))
	require.Equal(t, []int64{1, 61, 91, 92}, followed[:4], "a reader follows from 01:30, snapshot 91")
}
