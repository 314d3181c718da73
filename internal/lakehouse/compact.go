package lakehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Bounds of compaction.
const (
	compactTarget  = 256 << 20 // bytes of a file that compaction makes, and of what it reads for one
	compactEnough  = 128 << 20 // files of this size are left alone
	compactAtOnce  = 64        // partitions of one commit
	compactSettled = time.Hour // a partition is closed when it ended this long ago
)

// Compaction says what one did.
type Compaction struct {
	Partitions, FilesBefore, FilesAfter, BytesBefore, BytesAfter, Rows int64
}

// bin is files of one partition that become one file.
type bin struct {
	ordinal int64
	files   []iceberg.DataFile
	rows    int64
	bytes   int64
}

// Compact makes one file of the small files of each closed partition, with its rows in order of time. A partition is read
// by one snapshot and replaced only while its files are still what was read; a sink that adds to it meanwhile loses
// nothing. Progress is told of each commit.
func (l *Lake) Compact(ctx context.Context, name string, now time.Time, progress func(Compaction)) (Compaction, error) {
	var done Compaction
	t, err := l.Table(ctx, name)
	if err != nil {
		return done, err
	}
	files, err := t.DataFiles(ctx)
	if err != nil {
		return done, err
	}
	bins := t.bins(files, now)
	for group := range slices.Chunk(bins, compactAtOnce) {
		one, err := l.compact(ctx, t, group)
		if errors.Is(err, ErrSuperseded) {
			continue // another compaction was quicker with these
		}
		if err != nil {
			return done, err
		}
		done.add(one)
		progress(done)
	}
	return done, nil
}

func (c *Compaction) add(o Compaction) {
	c.Partitions += o.Partitions
	c.FilesBefore += o.FilesBefore
	c.FilesAfter += o.FilesAfter
	c.BytesBefore += o.BytesBefore
	c.BytesAfter += o.BytesAfter
	c.Rows += o.Rows
}

// bins chooses what is worth compacting.
func (t *Table) bins(files []iceberg.DataFile, now time.Time) []bin {
	partitions := map[int64]*bin{}
	var all []*bin
	for _, f := range files {
		ordinal := t.Ordinal(f)
		if f.FileSizeBytes() >= compactEnough || !t.Definition.Partition.closed(ordinal, now) {
			continue
		}
		b := partitions[ordinal]
		if b == nil || b.bytes+f.FileSizeBytes() > compactTarget {
			b = &bin{ordinal: ordinal}
			partitions[ordinal] = b
			all = append(all, b)
		}
		b.files = append(b.files, f)
		b.rows += f.Count()
		b.bytes += f.FileSizeBytes()
	}
	var worth []bin
	for _, b := range all {
		if len(b.files) > 1 {
			worth = append(worth, *b)
		}
	}
	slices.SortFunc(worth, func(a, b bin) int { return int(a.ordinal - b.ordinal) })
	return worth
}

// closed tells whether the partition's time has passed. A table without partitions is always closed.
func (p Partition) closed(ordinal int64, now time.Time) bool {
	now = now.Add(-compactSettled)
	switch p.By {
	case ByDay, ByValue:
		return ordinal < now.Unix()/86400
	case ByHour:
		return ordinal < now.Unix()/3600
	default:
		return true
	}
}

func (l *Lake) compact(ctx context.Context, t *Table, group []bin) (done Compaction, err error) {
	dir, err := l.Scratch("compact")
	if err != nil {
		return done, err
	}
	defer os.RemoveAll(dir)
	db, err := l.share(ctx, compactMemory)
	if err != nil {
		return done, err
	}
	defer db.Close()
	var made []LocalFile
	commit := Commit{Rewrite: true, Summary: iceberg.Properties{"blunt.compaction": fmt.Sprint(len(group), " partitions")}}
	for i, b := range group {
		f, err := l.merge(ctx, db, t, b, filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			return done, err
		}
		if f.Rows != b.rows {
			return done, fault.New(fault.Internal, "compaction of %s read %d rows where the manifests say %d", t.Definition.Name, f.Rows, b.rows)
		}
		made = append(made, f)
		commit.Remove = append(commit.Remove, b.files...)
		done.add(Compaction{Partitions: 1, FilesBefore: int64(len(b.files)), FilesAfter: 1, BytesBefore: b.bytes, BytesAfter: f.Bytes, Rows: b.rows})
	}
	if commit.Add, err = l.Upload(ctx, t, made); err != nil {
		return done, err
	}
	ours := commit.Add[0].FilePath()
	commit.Prepare = func(ctx context.Context, c *Commit, now *Table) (Verdict, error) {
		live, err := now.livePaths(ctx)
		if err != nil {
			return Proceed, err
		}
		if live[ours] {
			return Done, nil
		}
		for _, f := range c.Remove {
			if !live[f.FilePath()] {
				return Proceed, fmt.Errorf("%s: %w", t.Definition.Name, ErrSuperseded)
			}
		}
		return Proceed, nil
	}
	_, err = l.Commit(ctx, t.Definition.Name, commit)
	return done, err
}

func (t *Table) livePaths(ctx context.Context) (map[string]bool, error) {
	files, err := t.DataFiles(ctx)
	live := make(map[string]bool, len(files))
	for _, f := range files {
		live[f.FilePath()] = true
	}
	return live, err
}

// merge makes one local file of a bin's files.
func (l *Lake) merge(ctx context.Context, db *duck.DB, t *Table, b bin, dir string) (LocalFile, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return LocalFile{}, fault.Wrap(fault.Internal, err, "make the scratch folder")
	}
	paths, err := l.download(ctx, t, b.files, dir)
	if err != nil {
		return LocalFile{}, err
	}
	order := ""
	if column := t.Definition.Partition.Column; column != "" {
		order = " ORDER BY " + duck.Name(column)
	}
	files, err := db.Export(ctx, duck.Export{
		Query: "SELECT " + t.columns() + " FROM " + t.union(paths) + order, To: filepath.Join(dir, "merged.parquet"), FieldIDs: t.fieldIDs(),
	})
	if err != nil {
		return LocalFile{}, fault.Wrap(fault.Internal, err, "merge files of %s", t.Definition.Name)
	}
	for _, path := range paths {
		_ = os.Remove(path) // the folder is removed later all the same
	}
	return LocalFile{File: files[0], Ordinal: b.ordinal}, nil
}

func (l *Lake) download(ctx context.Context, t *Table, files []iceberg.DataFile, dir string) ([]string, error) {
	fs, err := t.FS(ctx)
	if err != nil {
		return nil, classify(err, "reach the files of %s", t.Definition.Name)
	}
	paths := make([]string, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for i, f := range files {
		paths[i] = filepath.Join(dir, filepath.Base(f.FilePath()))
		group.Go(func() error {
			return classify(fetch(ctx, fs, f.FilePath(), paths[i]), "download a file of %s", t.Definition.Name)
		})
	}
	return paths, group.Wait()
}

// union is files as SQL with all of the table's columns: a file that is older than a column reads as null there.
func (t *Table) union(paths []string) string {
	empty := t.empty()
	if len(paths) == 0 {
		return "(" + empty + ")"
	}
	return "(" + empty + " UNION ALL BY NAME FROM read_parquet(" + duck.List(paths) + ", union_by_name = true))"
}

// empty is a SELECT that yields no row and every column.
func (t *Table) empty() string {
	var columns []string
	for _, field := range t.fields() {
		columns = append(columns, fmt.Sprintf("NULL::%s AS %s", sqlType(field.Type), duck.Name(field.Name)))
	}
	return "SELECT " + strings.Join(columns, ", ") + " WHERE false"
}

func sqlType(t iceberg.Type) string {
	switch t := t.(type) {
	case iceberg.TimestampTzType:
		return "TIMESTAMPTZ"
	case iceberg.DateType:
		return "DATE"
	case iceberg.Int32Type:
		return "INTEGER"
	case iceberg.Int64Type:
		return "BIGINT"
	case iceberg.BooleanType:
		return "BOOLEAN"
	case iceberg.DecimalType:
		return fmt.Sprintf("DECIMAL(%d, %d)", t.Precision(), t.Scale())
	case *iceberg.ListType:
		return sqlType(t.Element) + "[]"
	default:
		return "VARCHAR"
	}
}
