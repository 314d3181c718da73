package lakehouse

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/apache/iceberg-go/table"

	"bluntcases.com/platform/internal/fault"
)

// readers are the tables whose rows are made of another's changes since a snapshot: they say in a property which
// snapshot they have processed, and expiry keeps it.
var readers = map[string][]reader{
	CommerceTelemetry: {{MeasurementSales, "measurement.input-snapshot"}},
	MeasurementSales:  {{MeasurementPerform, "measurement.input-snapshot"}},
}

type reader struct{ table, property string }

// Bounds of expiry and of cleaning up.
const (
	retainLast   = 20                  // snapshots that stay whatever their age
	patience     = 30 * 24 * time.Hour // a reader that is longer behind is not waited for: it can read everything anew
	youngestFile = 24 * time.Hour      // no file below this age is taken for an orphan, whatever is asked for
)

// maintenanceTries bounds a maintenance commit, which gives way to every sink's.
const maintenanceTries = 20

// RewriteManifests makes few manifests of many, so that planning a query reads few objects.
func (l *Lake) RewriteManifests(ctx context.Context, name string) (before, after int64, err error) {
	err = l.maintain(ctx, name, func(t *Table, tx *table.Transaction) (bool, error) {
		if t.CurrentSnapshot() == nil {
			return false, nil
		}
		if before, err = t.manifests(ctx); err != nil {
			return false, err
		}
		result, err := tx.RewriteManifests(ctx)
		if err != nil || result.IsNoOp() {
			after = before
			return false, err
		}
		after = before - int64(len(result.RewrittenManifests)) + int64(len(result.AddedManifests))
		return true, nil
	})
	return before, after, err
}

func (t *Table) manifests(ctx context.Context) (int64, error) {
	fs, err := t.FS(ctx)
	if err != nil {
		return 0, err
	}
	list, err := t.CurrentSnapshot().Manifests(fs)
	return int64(len(list)), err
}

// ExpireSnapshots forgets the snapshots older than an age, with the files that only they refer to. It keeps the one that
// a reader has processed last, and all after it, and says which reader held it back.
func (l *Lake) ExpireSnapshots(ctx context.Context, name string, age time.Duration, now time.Time) (before, after int64, held string, err error) {
	err = l.maintain(ctx, name, func(t *Table, tx *table.Transaction) (bool, error) {
		before = int64(len(t.Metadata().Snapshots()))
		after = before
		oldest, by, err := l.oldestRead(ctx, t, now)
		if err != nil {
			return false, err
		}
		keep := age
		if needed := now.Sub(oldest); !oldest.IsZero() && needed > keep {
			keep, held = min(needed, patience), by
		}
		if err := tx.ExpireSnapshots(table.WithOlderThan(keep), table.WithRetainLast(retainLast)); err != nil {
			return false, err
		}
		staged, err := tx.StagedTable()
		if err != nil {
			return false, err
		}
		after = int64(len(staged.Metadata().Snapshots()))
		return after < before, nil
	})
	return before, after, held, err
}

// oldestRead finds the time of the oldest snapshot that a reader has processed last.
func (l *Lake) oldestRead(ctx context.Context, t *Table, now time.Time) (at time.Time, by string, err error) {
	for _, r := range readers[t.Definition.Name] {
		reading, err := l.Table(ctx, r.table)
		if err != nil {
			return at, by, err
		}
		id, err := strconv.ParseInt(reading.Properties()[r.property], 10, 64)
		if err != nil {
			continue // it has not read yet
		}
		snapshot := t.SnapshotByID(id)
		if snapshot == nil {
			continue
		}
		// A minute more than its age, so that the clocks' difference does not expire it.
		if taken := time.UnixMilli(snapshot.TimestampMs).Add(-time.Minute); at.IsZero() || taken.Before(at) {
			at, by = taken, r.table
		}
	}
	return at, by, nil
}

// DeleteOrphans removes the files of the table's folder that no snapshot refers to: what rolls that were killed have
// left. Files younger than the age stay, because a commit under way may be about to refer to them.
func (l *Lake) DeleteOrphans(ctx context.Context, name string, age time.Duration) (files, bytes int64, err error) {
	t, err := l.Table(ctx, name)
	if err != nil {
		return 0, 0, err
	}
	result, err := t.DeleteOrphanFiles(ctx, table.WithFilesOlderThan(max(age, youngestFile)))
	if err != nil {
		return 0, 0, classify(err, "delete the orphans of %s", name)
	}
	return int64(len(result.DeletedFiles)), result.TotalSizeBytes, nil
}

// maintain prepares a commit on the table's current state and tries it until no other writer is quicker.
func (l *Lake) maintain(ctx context.Context, name string, prepare func(*Table, *table.Transaction) (bool, error)) error {
	for try := 1; ; try++ {
		t, err := l.Table(ctx, name)
		if err != nil {
			return err
		}
		tx := t.NewTransaction()
		wanted, err := prepare(t, tx)
		if err != nil {
			return classify(err, "maintain %s", name)
		}
		if !wanted {
			return nil
		}
		_, err = tx.Commit(ctx)
		if err == nil {
			return nil
		}
		err = classify(err, "maintain %s", name)
		if try == maintenanceTries || !errors.Is(err, table.ErrCommitFailed) || !fault.Of(err).Retryable() {
			return err
		}
		select {
		case <-time.After(time.Duration(try) * 50 * time.Millisecond):
		case <-ctx.Done():
			return classify(ctx.Err(), "maintain %s", name)
		}
	}
}
