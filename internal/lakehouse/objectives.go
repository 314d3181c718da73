package lakehouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// ReplaceObjectives makes the rows the table's whole content, in one commit. It writes nothing where they are that
// already, and says whether it wrote.
func (l *Lake) ReplaceObjectives(ctx context.Context, rows []Objective) (changed bool, err error) {
	t, err := l.Table(ctx, ObjectiveSpec)
	if err != nil {
		return false, err
	}
	query := objectivesQuery(rows)
	digest := digestOf(query)
	if t.Properties()[propertyDigest] == digest {
		return false, nil
	}
	dir, err := l.Scratch("objectives")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	db, err := duck.Open(ctx, duck.Options{Memory: "128MB", Threads: 1, Dir: dir})
	if err != nil {
		return false, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	defer db.Close()
	var files []LocalFile
	if len(rows) > 0 {
		if files, err = l.Export(ctx, db, t, query, filepath.Join(dir, "out")); err != nil {
			return false, err
		}
	}
	add, err := l.Upload(ctx, t, files)
	if err != nil {
		return false, err
	}
	// What is removed depends on the table as each try finds it.
	commit := Commit{Add: add, Properties: iceberg.Properties{propertyDigest: digest}}
	commit.Prepare = func(ctx context.Context, c *Commit, t *Table) (Verdict, error) {
		if t.Properties()[propertyDigest] == digest {
			return Done, nil
		}
		c.Remove, err = t.DataFiles(ctx, nil)
		return Proceed, err
	}
	_, err = l.Commit(ctx, ObjectiveSpec, commit)
	return err == nil, err
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
