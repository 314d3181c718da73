package lakehouse

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow/array"

	"bluntcases.com/platform/internal/fault"
)

// knownIDs bounds the hashes of one table in memory: some 36 megabytes.
const knownIDs = 1_800_000

// known is what a process has learned of a table: which files it holds (see in), and hashes of their event ids. A batch
// without doubles, which most are, is told by the hashes alone, however many files its partitions have gathered. They may
// speak of a double that is none (two ids with one hash, a file that is gone since), and never miss one.
type known struct {
	ids   *idStore
	bound int // of the hashes
	seed  maphash.Seed

	mu        sync.Mutex
	manifests map[string][]heldFile // what each lists, by path
	hashes    map[uint64]struct{}
	files     map[string]struct{} // whose ids are in hashes
}

// newKnown knows nothing yet.
func newKnown(ids *idStore) *known {
	return &known{ids: ids, bound: knownIDs, seed: maphash.MakeSeed()}
}

// disjoint tells whether the staged files share no event with those of the table. False says nothing: they may share none.
func (k *known) disjoint(ctx context.Context, staged []LocalFile, t *Table, held []heldFile) (bool, error) {
	if rowsOf(held) > k.bound {
		return false, nil
	}
	if err := k.learn(ctx, t, held); err != nil {
		return false, err
	}
	var batch []uint64
	for _, f := range staged {
		hashes, _, err := k.hashesOf(ctx, f.Path)
		if err != nil {
			return false, fault.Wrap(fault.Internal, err, "read the event ids of the batch")
		}
		batch = append(batch, hashes...)
	}
	return k.lacks(batch, held), nil
}

// learn takes up the hashes of the files. What is read is read without the lock: a store that is slow for one roll holds up
// no other.
func (k *known) learn(ctx context.Context, t *Table, files []heldFile) error {
	fresh := k.makeRoom(files)
	paths, err := k.ids.local(ctx, t, fresh)
	if err != nil {
		return err
	}
	for i, path := range paths {
		hashes, rows, err := k.hashesOf(ctx, path)
		if err == nil && rows != fresh[i].rows {
			err = fmt.Errorf("%d ids of %d rows", rows, fresh[i].rows)
		}
		if err != nil {
			_ = os.Remove(path) // what the disk has spoiled is read anew by the next try
			return fault.Wrap(fault.Unavailable, err, "read the event ids of %s", t.Definition.Name)
		}
		k.add(fresh[i].path, hashes)
	}
	return nil
}

// makeRoom returns the files that are not known, and forgets everything where they would not fit beside what is.
func (k *known) makeRoom(files []heldFile) (fresh []heldFile) {
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh = k.unknown(files)
	if k.hashes != nil && len(k.hashes)+rowsOf(fresh) <= k.bound {
		return fresh
	}
	k.hashes, k.files = map[uint64]struct{}{}, map[string]struct{}{}
	return files
}

func (k *known) add(path string, hashes []uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, hash := range hashes {
		k.hashes[hash] = struct{}{}
	}
	k.files[path] = struct{}{}
}

// lacks tells whether none of the hashes is among those of the files, and all of these are known: another batch may have
// made room for itself meanwhile.
func (k *known) lacks(hashes []uint64, files []heldFile) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.unknown(files)) == 0 && !slices.ContainsFunc(hashes, func(hash uint64) bool {
		_, held := k.hashes[hash]
		return held
	})
}

// unknown are those of the files whose ids are not in hashes. The caller holds the lock.
func (k *known) unknown(files []heldFile) []heldFile {
	return slices.DeleteFunc(slices.Clone(files), func(f heldFile) bool {
		_, have := k.files[f.path]
		return have
	})
}

// hashesOf reads the event ids of a Parquet file on disk, which has so many rows.
func (k *known) hashesOf(ctx context.Context, path string) (hashes []uint64, rows int64, err error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer in.Close()
	records, err := eventIDs(ctx, in)
	if err != nil {
		return nil, 0, err
	}
	defer records.Release()
	for records.Next() {
		column, ok := records.RecordBatch().Column(0).(*array.String)
		if !ok {
			return nil, 0, fmt.Errorf("event_id is no text in %s", path)
		}
		rows += int64(column.Len())
		for i := range column.Len() {
			if column.IsValid(i) {
				hashes = append(hashes, maphash.String(k.seed, column.Value(i)))
			}
		}
	}
	if err := records.Err(); err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	return hashes, rows, nil
}

func rowsOf(files []heldFile) (rows int) {
	for _, f := range files {
		rows += int(f.rows)
	}
	return rows
}
