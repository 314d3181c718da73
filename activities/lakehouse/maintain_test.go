package lakehouse_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/lakehouse/independent"
	"bluntcases.com/platform/internal/testenv"
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
	expire := func() (contract.SnapshotsExpired, error) {
		before, after, held, err := h.lake.ExpireSnapshots(t.Context(), lakehouse.CommerceTelemetry, time.Nanosecond, time.Now())
		return contract.SnapshotsExpired{Before: before, After: after, Held: held}, err
	}
	expired, err := expire()
	require.NoError(t, err)
	require.Equal(t, contract.SnapshotsExpired{Before: 25, After: 25, Held: lakehouse.MeasurementSales}, expired)

	_, err = h.lake.Commit(t.Context(), lakehouse.MeasurementSales, lakehouse.Commit{
		Properties: iceberg.Properties{"measurement.input-snapshot": "none"},
	})
	require.NoError(t, err)
	young, err := h.activities().ExpireSnapshots(t.Context(), contract.MaintainInput{Table: lakehouse.CommerceTelemetry, SnapshotAge: 1})
	require.NoError(t, err)
	require.Equal(t, contract.SnapshotsExpired{Before: 25, After: 25}, young, "within an hour nothing is forgotten, whatever is asked for")
	expired, err = expire()
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

// A reader has listed the files of a snapshot and goes on to fetch them; meanwhile the snapshot is thinned away, its
// files are compacted, and everything that maintenance does is done.
func TestAReaderInTheMiddleOfAScanFindsItsFiles(t *testing.T) {
	h := newHarness(t)
	h.landInPieces(10, 20)
	reading, err := h.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	first, err := h.reader.Metadata(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	const more = 75 // until the roll thins
	for i := range more {
		h.publish(event.SubjectCommerce, fmt.Sprint("more", i), sales(200+i, 201+i)...)
		h.roll(event.StreamCommerce)
	}
	now, err := h.reader.Metadata(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	require.Less(t, len(now.Snapshots), 80, "the roll has thinned")
	require.NotContains(t, ids(now), first.CurrentSnapshotID)
	a := h.activities()
	compacted, err := a.CompactTable(t.Context(), commerce)
	require.NoError(t, err)
	require.Positive(t, compacted.FilesBefore-compacted.FilesAfter)
	manifests, err := a.RewriteManifests(t.Context(), commerce)
	require.NoError(t, err)
	require.LessOrEqual(t, manifests.After, manifests.Before)
	_, err = a.ExpireSnapshots(t.Context(), contract.MaintainInput{Table: lakehouse.CommerceTelemetry, SnapshotAge: 1})
	require.NoError(t, err)
	deleted, err := a.DeleteOrphans(t.Context(), contract.MaintainInput{Table: lakehouse.CommerceTelemetry, OrphanAge: 1})
	require.NoError(t, err)
	require.Zero(t, deleted.Files)

	var rows, events int64
	require.NoError(t, h.reader.QueryFiles(t.Context(), reading, "SELECT count(*), count(DISTINCT event_id) FROM t", &rows, &events))
	require.EqualValues(t, 200, rows)
	require.EqualValues(t, 200, events)
	rows, events = h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 200+more, rows)
	require.EqualValues(t, 200+more, events)
}

func ids(m independent.Metadata) (all []int64) {
	for _, s := range m.Snapshots {
		all = append(all, s.ID)
	}
	return all
}

// What rolls that died have left is deleted when it is three days old, and nothing else is.
func TestOldOrphansAreDeletedAndNothingElse(t *testing.T) {
	own := testenv.Own(t, "s3", "nats", "catalog")
	h := provisioned(t, &harness{t: t, cfg: own.Env().Lake(t.TempDir()), objects: own.Env().Objects(), nats: own})
	h.landInPieces(3, 100)
	dying := h.activities()
	dying.Phase = func(p activities.Phase) {
		if p == activities.PhaseCommit {
			panic(p)
		}
	}
	die := func() { require.Panics(t, func() { _, _ = dying.RollStream(t.Context(), rollNow) }) }
	h.publish(event.SubjectCommerce, "late", sales(300, 900)...) // four days: four files
	die()
	age(t, own.Dir(), 73*time.Hour)
	die()
	deleted, err := h.activities().DeleteOrphans(t.Context(), commerce)
	require.NoError(t, err)
	require.EqualValues(t, 4, deleted.Files, "those of the first death; the second's are young")
	require.Positive(t, deleted.Bytes)
	again, err := h.activities().DeleteOrphans(t.Context(), commerce)
	require.NoError(t, err)
	require.Zero(t, again.Files)

	h.roll(event.StreamCommerce)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 900, rows)
	require.EqualValues(t, 900, events)
	all, err := h.lake.Snapshots(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	oldest := all[len(all)-1]
	then, err := h.lake.Files(t.Context(), lakehouse.CommerceTelemetry, "", oldest.At)
	require.NoError(t, err, "the oldest snapshot can still be read")
	require.NotEmpty(t, then)
}

// age makes every object older, as the days would.
func age(t *testing.T, dir string, by time.Duration) {
	t.Helper()
	past := time.Now().Add(-by)
	aged := 0
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "s3"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		aged++
		return os.Chtimes(path, past, past)
	}))
	require.Greater(t, aged, 10)
}

func TestListTablesSaysWhetherTheCatalogMaintains(t *testing.T) {
	a := &activities.Activities{Maintain: false}
	tables, err := a.ListTables(t.Context(), contract.ListTablesInput{})
	require.NoError(t, err)
	require.True(t, tables.Disabled)
	a.Maintain = true
	tables, err = a.ListTables(t.Context(), contract.ListTablesInput{})
	require.NoError(t, err)
	require.False(t, tables.Disabled)
	require.Len(t, tables.Names, 7)
	_, err = a.ListTables(t.Context(), contract.ListTablesInput{Tables: []string{"commerce.telemetry", "commerce.orders"}})
	require.True(t, fault.Is(err, fault.InvalidInput), "%v", err)
}
