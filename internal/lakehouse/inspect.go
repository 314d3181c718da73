package lakehouse

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"bluntcases.com/platform/internal/fault"
)

// Overview is a table at a glance.
type Overview struct {
	Table     string    `json:"table"`
	About     string    `json:"about"`
	Partition string    `json:"partition,omitempty"`
	Files     int64     `json:"files"`
	Rows      int64     `json:"rows"`
	Bytes     int64     `json:"bytes"`
	Snapshots int       `json:"snapshots"`
	Snapshot  int64     `json:"snapshot,string"`
	Written   time.Time `json:"written"`
}

// Overview looks at a table.
func (l *Lake) Overview(ctx context.Context, name string) (Overview, error) {
	t, err := l.Table(ctx, name)
	if err != nil {
		return Overview{}, err
	}
	o := Overview{Table: name, About: t.Definition.About, Snapshots: len(t.Metadata().Snapshots()), Snapshot: t.Snapshot()}
	if p := t.Definition.Partition; p.Column != "" {
		o.Partition = string(p.By) + "(" + p.Column + ")"
	}
	if s := t.CurrentSnapshot(); s != nil {
		o.Written = time.UnixMilli(s.TimestampMs).UTC()
	}
	files, err := t.DataFiles(ctx)
	for _, f := range files {
		o.Files++
		o.Rows += f.Count()
		o.Bytes += f.FileSizeBytes()
	}
	return o, err
}

// SnapshotInfo is one snapshot of a table.
type SnapshotInfo struct {
	ID        int64             `json:"id,string"`
	Parent    int64             `json:"parent,string,omitempty"`
	At        time.Time         `json:"at"`
	Operation string            `json:"operation"`
	Current   bool              `json:"current,omitempty"`
	Summary   map[string]string `json:"summary"`
}

// Snapshots lists a table's snapshots, newest first.
func (l *Lake) Snapshots(ctx context.Context, name string) ([]SnapshotInfo, error) {
	t, err := l.Table(ctx, name)
	if err != nil {
		return nil, err
	}
	var all []SnapshotInfo
	for _, s := range t.Metadata().Snapshots() {
		info := SnapshotInfo{ID: s.SnapshotID, At: time.UnixMilli(s.TimestampMs).UTC(), Current: s.SnapshotID == t.Snapshot()}
		if s.ParentSnapshotID != nil {
			info.Parent = *s.ParentSnapshotID
		}
		if s.Summary != nil {
			info.Operation, info.Summary = string(s.Summary.Operation), s.Summary.Properties
		}
		all = append(all, info)
	}
	slices.SortFunc(all, func(a, b SnapshotInfo) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return all, nil
}

// PartitionInfo is one partition of a table.
type PartitionInfo struct {
	Partition string `json:"partition"`
	Files     int64  `json:"files"`
	Rows      int64  `json:"rows"`
	Bytes     int64  `json:"bytes"`
}

// FileInfo is one data file of a table.
type FileInfo struct {
	Partition string `json:"partition"`
	Path      string `json:"path"`
	Rows      int64  `json:"rows"`
	Bytes     int64  `json:"bytes"`
}

// Files lists the data files of the current snapshot, or of the one at a time, whose partition begins with a text:
// 2026-11 names a month.
func (l *Lake) Files(ctx context.Context, name, partition string, asOf time.Time) ([]FileInfo, error) {
	t, err := l.Table(ctx, name)
	if err != nil {
		return nil, err
	}
	files, err := t.filesAsOf(ctx, asOf)
	if err != nil {
		return nil, err
	}
	var all []FileInfo
	for _, f := range files {
		info := FileInfo{Path: f.FilePath(), Rows: f.Count(), Bytes: f.FileSizeBytes()}
		if t.Definition.Partition.Column != "" {
			info.Partition = t.Definition.Partition.Show(t.Ordinal(f))
		}
		if strings.HasPrefix(info.Partition, partition) {
			all = append(all, info)
		}
	}
	slices.SortFunc(all, func(a, b FileInfo) int {
		return cmp.Or(cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.Path, b.Path))
	})
	return all, nil
}

// Partitions sums the files by partition.
func (l *Lake) Partitions(ctx context.Context, name string) ([]PartitionInfo, error) {
	files, err := l.Files(ctx, name, "", time.Time{})
	var all []PartitionInfo
	for _, f := range files {
		if len(all) == 0 || all[len(all)-1].Partition != f.Partition {
			all = append(all, PartitionInfo{Partition: f.Partition})
		}
		p := &all[len(all)-1]
		p.Files++
		p.Rows += f.Rows
		p.Bytes += f.Bytes
	}
	return all, err
}

// filesAsOf lists the files of the current snapshot, or of the one that was current at a time.
func (t *Table) filesAsOf(ctx context.Context, asOf time.Time) ([]iceberg.DataFile, error) {
	if asOf.IsZero() {
		return t.DataFiles(ctx)
	}
	// The newest snapshot up to then. The metadata's log would do, but loses its history when snapshots are thinned.
	var snapshot *table.Snapshot
	for _, s := range t.Metadata().Snapshots() {
		if s.TimestampMs <= asOf.UnixMilli() && (snapshot == nil || s.SequenceNumber > snapshot.SequenceNumber) {
			snapshot = &s
		}
	}
	if snapshot == nil {
		if len(t.Metadata().Snapshots()) > 0 {
			return nil, fault.New(fault.SnapshotExpired, "%s has no snapshot as old as %s", t.Definition.Name, asOf.UTC().Format(time.RFC3339))
		}
		return nil, nil
	}
	tasks, err := t.Scan(table.WithSnapshotID(snapshot.SnapshotID)).PlanFiles(ctx)
	if err != nil {
		return nil, classify(err, "plan the files of %s", t.Definition.Name)
	}
	var files []iceberg.DataFile
	for _, task := range tasks {
		files = append(files, task.File)
	}
	return files, nil
}
