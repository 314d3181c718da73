package lakehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Objective is one class of one classification spec: a row of configuration.objective_spec.
type Objective struct {
	SpecID      string
	Name        string
	Generation  int64
	Rank        int
	ClassName   string
	Conditions  string // JSON
	EffectiveTS time.Time
}

// propertyDigest tells what the table's rows were made of, so that the same rows are not written again.
const propertyDigest = "blunt.digest"

// errOutdated ends a try whose rows are not any more what their source holds.
var errOutdated = errors.New("the objectives have changed meanwhile")

// ReplaceObjectives makes what read yields the table's whole content, in one commit. It writes nothing where the table
// holds that already, and says whether it wrote. The source is read once more when the table was seen, so that of two
// that replace at once the one that read earlier cannot have the last word.
func (l *Lake) ReplaceObjectives(ctx context.Context, read func(context.Context) ([]Objective, error)) (changed bool, err error) {
	for try := 1; ; try++ {
		rows, err := read(ctx)
		if err != nil {
			return false, err
		}
		changed, err = l.replaceObjectives(ctx, rows, read)
		if !errors.Is(err, errOutdated) {
			return changed, err
		}
		if try == maintenanceTries {
			return false, fault.Wrap(fault.CommitConflict, err, "replicate %d objectives", len(rows))
		}
	}
}

func (l *Lake) replaceObjectives(ctx context.Context, rows []Objective, read func(context.Context) ([]Objective, error)) (bool, error) {
	t, err := l.Table(ctx, ObjectiveSpec)
	if err != nil {
		return false, err
	}
	query := objectivesQuery(rows)
	digest := digestOf(query)
	if t.Properties()[propertyDigest] == digest {
		return false, nil
	}
	add, err := l.writeObjectives(ctx, t, len(rows), query)
	if err != nil {
		return false, err
	}
	commit := Commit{Add: add, Properties: iceberg.Properties{propertyDigest: digest}}
	commit.Prepare = func(ctx context.Context, c *Commit, t *Table) (Verdict, error) {
		if t.Properties()[propertyDigest] == digest {
			return Done, nil
		}
		now, err := read(ctx)
		if err != nil {
			return Proceed, err
		}
		if digestOf(objectivesQuery(now)) != digest {
			return Proceed, errOutdated
		}
		c.Remove, err = t.DataFiles(ctx) // what is removed depends on the table as each try finds it
		return Proceed, err
	}
	_, err = l.Commit(ctx, ObjectiveSpec, commit)
	return err == nil, err
}

// writeObjectives makes data files of the rows. No rows are no file.
func (l *Lake) writeObjectives(ctx context.Context, t *Table, rows int, query string) ([]iceberg.DataFile, error) {
	if rows == 0 {
		return nil, nil
	}
	dir, err := l.Scratch("objectives")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := duck.Open(ctx, duck.Options{Memory: "128MB", Threads: 1, Dir: dir})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	defer db.Close()
	files, err := l.Export(ctx, db, t, query, filepath.Join(dir, "out"))
	if err != nil {
		return nil, err
	}
	return l.Upload(ctx, t, files)
}

// objectivesQuery writes the rows as SQL: they are few, and go through the same writer as every other table's.
func objectivesQuery(rows []Objective) string {
	values := make([]string, len(rows))
	for i, r := range rows {
		values[i] = fmt.Sprintf("(%s, %s, %d::BIGINT, %d::INTEGER, %s, %s, %s)", duck.Text(r.SpecID), duck.Text(r.Name), r.Generation, r.Rank,
			duck.Text(r.ClassName), duck.Text(r.Conditions), timestamp(r.EffectiveTS))
	}
	return "SELECT * FROM (VALUES " + strings.Join(values, ", ") +
		") AS v(spec_id, name, generation, rank, class_name, conditions, effective_ts)"
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
