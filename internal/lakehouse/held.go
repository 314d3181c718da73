package lakehouse

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/apache/iceberg-go"
	iceio "github.com/apache/iceberg-go/io"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/fault"
)

// heldFile is a data file of a table, as a comparison needs it.
type heldFile struct {
	path    string
	ordinal int64 // its partition's value
	rows    int64
}

// in lists the current snapshot's data files in the partitions. A manifest never changes, so that each is read once; those
// of other partitions are not read at all.
func (k *known) in(ctx context.Context, t *Table, partitions map[int64]bool) ([]heldFile, error) {
	snapshot := t.CurrentSnapshot()
	if snapshot == nil || len(partitions) == 0 {
		return nil, nil
	}
	fs, err := t.FS(ctx)
	if err != nil {
		return nil, classify(err, "reach the files of %s", t.Definition.Name)
	}
	listed, err := snapshot.Manifests(fs)
	if err != nil {
		return nil, classify(err, "read the manifest list of %s", t.Definition.Name)
	}
	lists, err := k.filesByManifest(ctx, fs, t, listed, partitions)
	if err != nil {
		return nil, err
	}
	var files []heldFile
	for _, list := range lists {
		for _, f := range list {
			if partitions[f.ordinal] {
				files = append(files, f)
			}
		}
	}
	return files, nil
}

// filesByManifest reads the listed manifests that may have files in the partitions and were not read yet. What is not
// listed any more is forgotten.
func (k *known) filesByManifest(ctx context.Context, fs iceio.IO, t *Table, listed []iceberg.ManifestFile, partitions map[int64]bool) (map[string][]heldFile, error) {
	ordinals := slices.Sorted(maps.Keys(partitions))
	from, to := ordinals[0], ordinals[len(ordinals)-1]
	k.mu.Lock()
	had := k.manifests
	k.mu.Unlock()
	lists := make(map[string][]heldFile, len(listed))
	var unread []iceberg.ManifestFile
	for _, m := range listed {
		files, read := had[m.FilePath()]
		switch {
		case read:
			lists[m.FilePath()] = files
		case !t.mayList(m, from, to):
		case m.ManifestContent() != iceberg.ManifestContentData && (m.HasAddedFiles() || m.HasExistingFiles()):
			return nil, fault.New(fault.SchemaMismatch, "%s has delete files; its tables are copy-on-write", t.Definition.Name)
		default:
			unread = append(unread, m)
		}
	}
	read := make([][]heldFile, len(unread))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for i, m := range unread {
		group.Go(func() (err error) {
			if err = ctx.Err(); err == nil {
				read[i], err = t.filesOf(fs, m)
			}
			return classify(err, "read a manifest of %s", t.Definition.Name)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, m := range unread {
		lists[m.FilePath()] = read[i]
	}
	k.mu.Lock()
	k.manifests = lists
	k.mu.Unlock()
	return lists, nil
}

// filesOf reads one manifest.
func (t *Table) filesOf(fs iceio.IO, m iceberg.ManifestFile) (files []heldFile, err error) {
	for entry, err := range m.Entries(fs, true) {
		if err != nil {
			return nil, err
		}
		f := entry.DataFile()
		files = append(files, heldFile{path: f.FilePath(), ordinal: t.Ordinal(f), rows: f.Count()})
	}
	if want := int(m.AddedDataFiles() + m.ExistingDataFiles()); want >= 0 && len(files) != want {
		return nil, fmt.Errorf("%s lists %d files of %d", m.FilePath(), len(files), want)
	}
	return files, nil
}

// mayList tells whether a manifest may list files of the partitions between two, both included.
func (t *Table) mayList(m iceberg.ManifestFile, from, to int64) bool {
	spec, bounds := t.Spec(), m.Partitions()
	if len(bounds) != 1 || int(m.PartitionSpecID()) != spec.ID() || bounds[0].LowerBound == nil || bounds[0].UpperBound == nil {
		return true
	}
	low, high := *bounds[0].LowerBound, *bounds[0].UpperBound
	if len(low) != 4 || len(high) != 4 { // a day and an hour are four bytes
		return true
	}
	return int64(int32(binary.LittleEndian.Uint32(low))) <= to && int64(int32(binary.LittleEndian.Uint32(high))) >= from
}
