package lakehouse

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Compare drops the rows whose events the table's partitions already hold, as t shows them. It reads only the partitions
// that the batch touches, only the event ids of their files, and each file once: what it has read stays on disk (see
// idStore), its hashes in memory (see known), and data files never change. Called again with a newer table, it looks at
// the files that are new.
func (l *Lake) Compare(ctx context.Context, s *Staged, t *Table) (dropped int64, err error) {
	if len(s.Files) == 0 || t.Snapshot() == s.compared {
		return 0, nil
	}
	known := l.knownOf(t)
	files, err := known.in(ctx, t, s.partitions())
	if err != nil {
		return 0, err
	}
	files = slices.DeleteFunc(files, func(f heldFile) bool { return s.checked[f.path] })
	if len(files) == 0 {
		s.compared = t.Snapshot()
		return 0, nil
	}
	disjoint, err := known.disjoint(ctx, s.Files, t, files)
	if err != nil {
		return 0, err
	}
	before := s.Doubles
	if !disjoint {
		held, err := known.ids.local(ctx, t, files)
		if err != nil {
			return 0, err
		}
		if err := l.comparing.with(ctx, func(db *duck.DB) error { return s.dropDoubles(ctx, db, held) }); err != nil {
			for _, path := range held {
				_ = os.Remove(path) // what the disk has spoiled is read anew by the next try
			}
			return 0, err
		}
	}
	for _, f := range files {
		s.checked[f.path] = true
	}
	s.compared = t.Snapshot()
	return s.Doubles - before, nil
}

func (s *Staged) partitions() map[int64]bool {
	touched := map[int64]bool{}
	for _, f := range s.Files {
		touched[f.Ordinal] = true
	}
	return touched
}

// DataFiles lists the current snapshot's files.
func (t *Table) DataFiles(ctx context.Context) ([]iceberg.DataFile, error) {
	if t.CurrentSnapshot() == nil {
		return nil, nil
	}
	tasks, err := t.Scan().PlanFiles(ctx)
	if err != nil {
		return nil, classify(err, "plan the files of %s", t.Definition.Name)
	}
	var files []iceberg.DataFile
	for _, task := range tasks {
		if len(task.DeleteFiles)+len(task.EqualityDeleteFiles)+len(task.DeletionVectorFiles) > 0 {
			return nil, fault.New(fault.SchemaMismatch, "%s has delete files; its tables are copy-on-write", t.Definition.Name)
		}
		files = append(files, task.File)
	}
	return files, nil
}

// Ordinal is the partition's value of a data file, as whole days or hours since 1970.
func (t *Table) Ordinal(f iceberg.DataFile) int64 {
	for _, value := range f.Partition() {
		switch v := value.(type) {
		case iceberg.Date:
			return int64(v)
		case int32:
			return int64(v)
		case int64:
			return v
		case int:
			return int64(v)
		}
	}
	return 0
}

// dropDoubles writes the files of the partitions in which an event occurs twice, or that the ids in held name, once more
// without the doubles. Held are Parquet files with the column event_id; with none, the batch is compared with itself.
func (s *Staged) dropDoubles(ctx context.Context, db *duck.DB, held []string) error {
	affected, err := s.affected(ctx, db, held)
	if err != nil || len(affected) == 0 {
		return err
	}
	var keep, again []LocalFile
	var rows int64
	for _, f := range s.Files {
		if affected[f.Ordinal] {
			again = append(again, f)
			rows += f.Rows
		} else {
			keep = append(keep, f)
		}
	}
	anti := ""
	if len(held) > 0 {
		anti = " WHERE event_id NOT IN " + idsOf(held)
	}
	s.rounds++
	written, err := export(ctx, db, s.table, fmt.Sprintf(
		"SELECT %s, %s AS %s FROM (SELECT *, row_number() OVER (PARTITION BY event_id) AS _nth FROM read_parquet(%s)%s) WHERE _nth = 1",
		s.table.columns(), s.table.Definition.Partition.ordinal(), PartitionColumn, duck.List(paths(again)), anti),
		filepath.Join(s.dir, fmt.Sprint(s.rounds)))
	if err != nil {
		return err
	}
	for _, f := range written {
		rows -= f.Rows
	}
	s.Files = append(keep, written...)
	s.Rows -= rows
	s.Doubles += rows
	return nil
}

// affected finds the partitions that hold a double.
func (s *Staged) affected(ctx context.Context, db *duck.DB, held []string) (map[int64]bool, error) {
	if len(s.Files) == 0 {
		return nil, nil
	}
	staged := "(SELECT filename, event_id FROM read_parquet(" + duck.List(paths(s.Files)) + ", filename = true))"
	query := "SELECT DISTINCT filename FROM " + staged + " WHERE event_id IN " + idsOf(held)
	if len(held) == 0 {
		doubled, err := db.Count(ctx, "SELECT count(*) - count(DISTINCT event_id) FROM "+staged)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "look for doubles")
		}
		if doubled == 0 {
			return nil, nil
		}
		query = "SELECT DISTINCT filename FROM " + staged + " WHERE event_id IN (SELECT event_id FROM " + staged +
			" GROUP BY event_id HAVING count(*) > 1)"
	}
	names, err := texts(ctx, db, query)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "look for doubles")
	}
	ordinals := map[string]int64{}
	for _, f := range s.Files {
		ordinals[f.Path] = f.Ordinal
	}
	affected := map[int64]bool{}
	for _, name := range names {
		affected[ordinals[name]] = true
	}
	return affected, nil
}

func idsOf(files []string) string {
	return "(SELECT event_id FROM read_parquet(" + duck.List(files) + ") WHERE event_id IS NOT NULL)"
}

func paths(files []LocalFile) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return all
}

func texts(ctx context.Context, db *duck.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var v sql.NullString
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		all = append(all, v.String)
	}
	return all, rows.Err()
}
