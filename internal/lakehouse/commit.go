package lakehouse

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"bluntcases.com/platform/internal/fault"
)

// Commit is one change of a table. The files are written before; only the change itself is tried again.
type Commit struct {
	Add, Remove []iceberg.DataFile
	// Rewrite says that Add holds the rows of Remove and no others: readers of changes skip the snapshot.
	Rewrite    bool
	Properties iceberg.Properties // table properties, set in the same commit
	Summary    iceberg.Properties // said of the snapshot
	// Seen is the table as the caller knows it already, for the first try. Where it is out of date the try fails, as any
	// that another writer was quicker than. Nil means to load the table.
	Seen *Table
	// Prepare looks at the table as every try finds it, says whether the commit is still wanted, and may change what it
	// adds and removes. What it sees of the table holds until the commit: another writer's commit in between makes the
	// try fail. Nil means to go ahead.
	Prepare func(context.Context, *Commit, *Table) (Verdict, error)
}

// Verdict is what Prepare finds.
type Verdict int

// The verdicts.
const (
	Proceed Verdict = iota // the table is as the commit needs it
	Done                   // the table holds this commit already: an earlier try succeeded and its answer was lost
)

// Bounds of a commit's tries. Conflicts are other writers' success, so they are not counted as failures.
const (
	commitFailures = 12
	commitPauseMax = 5 * time.Second
)

// Commit changes a table, fenced: the snapshot that Prepare saw is the one that the change is made on, or the try fails.
// After any error, also one that leaves open whether the commit happened, the table is loaded again and Prepare decides.
// It returns the table as it then is. Faults: what Prepare returns, CommitConflict and Unavailable when tries run out.
func (l *Lake) Commit(ctx context.Context, name string, c Commit) (*Table, error) {
	pause := 20 * time.Millisecond
	for failures := 0; ; {
		t, err := l.try(ctx, name, c)
		if err == nil {
			return t, nil
		}
		c.Seen = nil
		var final finalError
		if errors.As(err, &final) {
			return nil, final.cause
		}
		if !errors.Is(err, table.ErrCommitFailed) {
			failures++
		}
		if failures >= commitFailures || ctx.Err() != nil || !fault.Of(err).Retryable() {
			return nil, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, classify(ctx.Err(), "commit to %s", name)
		}
		pause = min(pause*2, commitPauseMax)
	}
}

// finalError is one that Prepare returned and that no try can mend.
type finalError struct{ cause error }

func (e finalError) Error() string { return e.cause.Error() }

func (l *Lake) try(ctx context.Context, name string, c Commit) (*Table, error) {
	t := c.Seen
	if t == nil {
		var err error
		if t, err = l.Table(ctx, name); err != nil {
			return nil, err
		}
	}
	if c.Prepare != nil {
		verdict, err := c.Prepare(ctx, &c, t)
		var transient *fault.Fault
		if errors.As(err, &transient) && transient.Retryable() {
			return nil, err
		}
		if err != nil {
			return nil, finalError{err}
		}
		if verdict == Done {
			return t, nil
		}
	}
	tx := t.NewTransaction()
	if err := c.stage(ctx, tx); err != nil {
		return nil, classify(err, "prepare a commit to %s", name)
	}
	after, err := tx.Commit(ctx)
	if err != nil {
		return nil, classify(err, "commit to %s", name)
	}
	return &Table{Table: after, Definition: t.Definition}, nil
}

func (c Commit) stage(ctx context.Context, tx *table.Transaction) error {
	if err := tx.AssertRefSnapshotID(""); err != nil {
		return err
	}
	switch {
	case c.Rewrite:
		rewrite := tx.NewRewrite(c.Summary)
		for _, f := range c.Remove {
			rewrite.DeleteFile(f)
		}
		for _, f := range c.Add {
			rewrite.AddDataFile(f)
		}
		if err := rewrite.Commit(ctx); err != nil {
			return err
		}
	case len(c.Remove) > 0:
		err := tx.ReplaceDataFilesWithDataFiles(ctx, c.Remove, c.Add, c.Summary, table.WithoutAutoNameMapping())
		if err != nil {
			return err
		}
	case len(c.Add) > 0:
		err := tx.AddDataFiles(ctx, c.Add, c.Summary, table.WithoutAutoNameMapping(), table.WithoutDuplicateCheck())
		if err != nil {
			return err
		}
	}
	if len(c.Properties) > 0 {
		return tx.SetProperties(maps.Clone(c.Properties))
	}
	return nil
}
