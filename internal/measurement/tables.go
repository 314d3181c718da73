package measurement

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// shelf is one snapshot of a table whose files are read day by day through the cache.
type shelf struct {
	table *lakehouse.Table
	cache *datacache.Cache
	read  tally

	planned span // the days whose files are known
	files   dayFiles
}

// tally counts what a refresh reads.
type tally struct{ files, bytes, rows int64 }

func (t *tally) add(f iceberg.DataFile) {
	t.files++
	t.bytes += f.FileSizeBytes()
	t.rows += f.Count()
}

// dayFiles are data files by the day of their partition.
type dayFiles map[Day][]iceberg.DataFile

// within are those of a range of days.
func (d dayFiles) within(days span) dayFiles {
	some := dayFiles{}
	for day, files := range d {
		if days.holds(day) {
			some[day] = files
		}
	}
	return some
}

func (d dayFiles) rows(days span) (n int64) {
	for day := days.from; day <= days.to; day++ {
		for _, f := range d[day] {
			n += f.Count()
		}
	}
	return n
}

// of lists the files of the given ranges of days.
func (d dayFiles) of(ranges ...span) []iceberg.DataFile {
	var all []iceberg.DataFile
	for _, s := range spans(ranges) {
		for day := s.from; day <= s.to; day++ {
			all = append(all, d[day]...)
		}
	}
	return all
}

// bounds is the range of days that have files; false where none has.
func (d dayFiles) bounds() (span, bool) {
	if len(d) == 0 {
		return span{}, false
	}
	s := span{1<<31 - 1, -1 << 31}
	for day := range d {
		s.from, s.to = min(s.from, day), max(s.to, day)
	}
	return s, true
}

// everyDay is a range that holds all days.
var everyDay = span{-1 << 30, 1 << 30}

// plan lists the files of the days in the snapshot. It reads the manifests anew only for days that it has not planned
// before. Faults: MeasurementBroken for a table that is not copy-on-write, Unavailable.
func (s *shelf) plan(ctx context.Context, days span) (dayFiles, error) {
	if s.files == nil || days.from < s.planned.from || days.to > s.planned.to {
		files, err := s.scan(ctx, days)
		if err != nil {
			return nil, err
		}
		s.planned, s.files = days, files
	}
	return s.files.within(days), nil
}

func (s *shelf) scan(ctx context.Context, days span) (dayFiles, error) {
	all := dayFiles{}
	if s.table.Snapshot() == 0 {
		return all, nil
	}
	options := []table.ScanOption{table.WithSnapshotID(s.table.Snapshot())}
	if days != everyDay {
		options = append(options, table.WithRowFilter(s.between(days)))
	}
	tasks, err := s.table.Scan(options...).PlanFiles(ctx)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "plan the files of %s", s.table.Definition.Name)
	}
	for _, task := range tasks {
		if len(task.DeleteFiles)+len(task.EqualityDeleteFiles)+len(task.DeletionVectorFiles) > 0 {
			return nil, fault.New(fault.MeasurementBroken, "%s has delete files; it must be copy-on-write", s.table.Definition.Name)
		}
		day, err := partitionDay(task.File)
		if err != nil {
			return nil, err
		}
		if days.holds(day) {
			all[day] = append(all[day], task.File)
		}
	}
	return all, nil
}

// between selects the partitions of the days.
func (s *shelf) between(days span) iceberg.BooleanExpression {
	column := iceberg.Reference(s.table.Definition.Partition.Column)
	if s.table.Definition.Partition.By == lakehouse.ByValue {
		return iceberg.NewAnd(iceberg.GreaterThanEqual(column, iceberg.Date(days.from)), iceberg.LessThanEqual(column, iceberg.Date(days.to)))
	}
	const day = 86400 * 1_000_000
	return iceberg.NewAnd(iceberg.GreaterThanEqual(column, iceberg.Timestamp(int64(days.from)*day)),
		iceberg.LessThan(column, iceberg.Timestamp(int64(days.to+1)*day)))
}

// partitionDay is the day that a file belongs to. A day partition's value is a date, or the number of the day.
func partitionDay(f iceberg.DataFile) (Day, error) {
	for _, value := range f.Partition() {
		switch v := value.(type) {
		case iceberg.Date:
			return Day(v), nil
		case int32:
			return Day(v), nil
		}
	}
	return 0, fault.New(fault.MeasurementBroken, "a data file without a day: %s", fmt.Sprint(f.Partition()))
}

// lease makes files local.
func (s *shelf) lease(ctx context.Context, files []iceberg.DataFile) (*datacache.Lease, error) {
	wanted := make([]datacache.File, len(files))
	for i, f := range files {
		wanted[i] = datacache.File{Address: f.FilePath(), Size: f.FileSizeBytes()}
		s.read.add(f)
	}
	fs, err := s.table.FS(ctx)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "reach the files of %s", s.table.Definition.Name)
	}
	return s.cache.Lease(ctx, wanted, func(_ context.Context, address string) (io.ReadCloser, error) {
		f, err := fs.Open(address)
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "open a data file of %s", s.table.Definition.Name)
		}
		return f, nil
	})
}

// changes lists the files that entered or left the table since a snapshot, compaction apart. Fault: SnapshotExpired
// where the way back to that snapshot is gone.
func (s *shelf) changes(ctx context.Context, since int64) ([]iceberg.DataFile, error) {
	current := s.table.Snapshot()
	if current == since {
		return nil, nil
	}
	if current == 0 || !s.reaches(since) {
		return nil, fault.New(fault.SnapshotExpired, "snapshot %d of %s has expired", since, s.table.Definition.Name)
	}
	tasks, err := s.table.NewIncrementalChangelogScan().FromSnapshotExclusive(since).ToSnapshot(current).PlanFiles(ctx)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "list what changed in %s", s.table.Definition.Name)
	}
	files := make([]iceberg.DataFile, len(tasks))
	for i, task := range tasks {
		files[i] = task.ScanTask().File
	}
	return files, nil
}

// reaches tells whether every snapshot after since is still listed, up to the current one.
func (s *shelf) reaches(since int64) bool {
	_, found := table.AncestorsBetween(s.table.Snapshot(), since, s.table.Metadata().SnapshotByID)
	return found
}

// LocalFiles makes all files of a table's snapshot local and lists them by day. They stay until the cache needs room.
func (r *Refresher) LocalFiles(ctx context.Context, t *lakehouse.Table) (map[Day][]string, error) {
	s := &shelf{table: t, cache: r.cache}
	files, err := s.plan(ctx, everyDay)
	if err != nil {
		return nil, err
	}
	local := map[Day][]string{}
	for day, those := range files {
		lease, err := s.lease(ctx, those)
		if err != nil {
			return nil, err
		}
		local[day] = lease.Paths
		lease.Release()
	}
	return local, nil
}

// everSold leases measurement.performance's rows of a day and of the days 366, 732, … before it, down to the first. A
// product has rows for 366 days from its last sale on, so every one that had sold by the day is on one of them.
func (s *shelf) everSold(ctx context.Context, day, first Day) (*datacache.Lease, error) {
	var files []iceberg.DataFile
	for ; day >= first; day -= rowsKept + 1 {
		found, err := s.plan(ctx, span{day, day})
		if err != nil {
			return nil, err
		}
		files = append(files, found.of(span{day, day})...)
	}
	return s.lease(ctx, files)
}
