package lakehouse_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
)

var commerce = contract.MaintainInput{Table: lakehouse.CommerceTelemetry}

func (h *harness) landInPieces(pieces, size int) {
	h.t.Helper()
	for i := range pieces {
		h.publish(event.SubjectCommerce, fmt.Sprint("piece", i), sales(i*size, (i+1)*size)...)
		h.roll(event.StreamCommerce)
	}
}

func TestCompactionLeavesOneFileADayAndEveryRow(t *testing.T) {
	h := newHarness(t)
	h.landInPieces(8, 100)
	before, err := h.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	compacted, err := h.activities().CompactTable(t.Context(), commerce)
	require.NoError(t, err)
	require.EqualValues(t, 4, compacted.Partitions)
	require.EqualValues(t, len(before), compacted.FilesBefore)
	after, err := h.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	require.Len(t, after, 4)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 800, rows)
	require.EqualValues(t, 800, events)

	again, err := h.activities().CompactTable(t.Context(), commerce)
	require.NoError(t, err)
	require.Zero(t, again.Partitions, "what is compacted is left alone")
	h.publish(event.SubjectCommerce, "late", sales(0, 10)...)
	require.EqualValues(t, 10, h.roll(event.StreamCommerce).Doubles, "doubles are found in the files that compaction made, too")
}

func TestManifestsBecomeFew(t *testing.T) {
	h := newHarness(t)
	h.landInPieces(6, 10)
	rewritten, err := h.activities().RewriteManifests(t.Context(), commerce)
	require.NoError(t, err)
	require.EqualValues(t, 6, rewritten.Before)
	require.EqualValues(t, 1, rewritten.After)
	rows, _ := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 60, rows)
}

func TestExpiryKeepsWhatAReaderNeeds(t *testing.T) {
	h := newHarness(t)
	h.landInPieces(25, 4)
	first, err := h.reader.Metadata(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	_, err = h.lake.Commit(t.Context(), lakehouse.MeasurementSales, lakehouse.Commit{
		Properties: iceberg.Properties{"measurement.input-snapshot": strconv.FormatInt(first.Snapshots[0].ID, 10)},
	})
	require.NoError(t, err)
	past := contract.MaintainInput{Table: lakehouse.CommerceTelemetry, SnapshotAge: time.Nanosecond}
	expired, err := h.activities().ExpireSnapshots(t.Context(), past)
	require.NoError(t, err)
	require.Equal(t, contract.SnapshotsExpired{Before: 25, After: 25, Held: lakehouse.MeasurementSales}, expired)

	_, err = h.lake.Commit(t.Context(), lakehouse.MeasurementSales, lakehouse.Commit{
		Properties: iceberg.Properties{"measurement.input-snapshot": "none"},
	})
	require.NoError(t, err)
	expired, err = h.activities().ExpireSnapshots(t.Context(), past)
	require.NoError(t, err)
	require.Equal(t, contract.SnapshotsExpired{Before: 25, After: 20}, expired)
	rows, _ := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 100, rows)
	rolled := h.roll(event.StreamCommerce)
	require.Zero(t, rolled.Rows, "the offset is no snapshot's, and stays")
}

func TestYoungFilesAreNoOrphans(t *testing.T) {
	h := newHarness(t)
	a := h.activities()
	a.Phase = func(p activities.Phase) {
		if p == activities.PhaseCommit {
			panic(p)
		}
	}
	h.publish(event.SubjectCommerce, "a", sales(0, 10)...)
	require.Panics(t, func() { _, _ = a.RollStream(t.Context(), rollNow) })
	deleted, err := h.activities().DeleteOrphans(t.Context(), contract.MaintainInput{Table: lakehouse.CommerceTelemetry, OrphanAge: time.Nanosecond})
	require.NoError(t, err)
	require.Zero(t, deleted.Files, "a commit under way may still refer to them")
	h.roll(event.StreamCommerce)
	rows, _ := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 10, rows)
}

// TestDuel lets two rolls and a compaction loose on one table while a producer sends, resends and is resent to, and ends
// each of them at random. One minute, or ten with BLUNT_LONG=1.
func TestDuel(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	length := time.Minute
	if os.Getenv("BLUNT_LONG") != "" {
		length = 10 * time.Minute
	}
	h := newHarness(t)
	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	var published atomic.Int64
	var duel sync.WaitGroup
	duel.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			from := int(published.Load())
			h.publish(event.SubjectCommerce, fmt.Sprint("m", i), sales(max(0, from-rand.IntN(30)), from+40)...)
			published.Add(40)
			pause(ctx, 30*time.Millisecond)
		}
	})
	var kills atomic.Int64
	dying := func(run func(*activities.Activities, context.Context)) {
		for ctx.Err() == nil {
			a := h.activities()
			a.Lake, a.Bytes = h.newLake(), 40_000
			mortal, kill := context.WithTimeout(ctx, time.Duration(rand.IntN(1500))*time.Millisecond)
			run(a, mortal)
			if mortal.Err() != nil {
				kills.Add(1)
			}
			kill()
		}
	}
	for range 2 {
		duel.Go(func() {
			dying(func(a *activities.Activities, ctx context.Context) {
				defer func() { _ = recover() }() // a crash between two phases
				if rand.IntN(3) == 0 {
					a.Phase = func(activities.Phase) {
						if rand.IntN(7) == 0 {
							panic("killed")
						}
					}
				}
				for ctx.Err() == nil {
					_, _ = a.RollStream(ctx, rollNow)
				}
			})
		})
	}
	duel.Go(func() {
		dying(func(a *activities.Activities, ctx context.Context) { _, _ = a.CompactTable(ctx, commerce) })
	})
	duel.Wait()
	for h.roll(event.StreamCommerce).Waiting > 0 {
	}
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.Equal(t, published.Load(), events, "nothing missing")
	require.Equal(t, events, rows, "nothing double")
	require.Positive(t, kills.Load())
	t.Logf("%d events, %d kills", events, kills.Load())
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
