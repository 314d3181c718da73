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

// knownIDs bounds the hashes of one table in memory: some sixty megabytes.
const knownIDs = 4 << 20

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
	k.mu.Lock()
	defer k.mu.Unlock()
	fits, err := k.learn(ctx, t, held)
	if err != nil || !fits {
		return false, err
	}
	partitions := map[int64]bool{}
	for _, f := range held {
		partitions[f.ordinal] = true
	}
	for _, f := range staged {
		if !partitions[f.Ordinal] {
			continue
		}
		err := k.eachHash(ctx, f.Path, func(hash uint64) error {
			if _, held := k.hashes[hash]; held {
				return errShared
			}
			return nil
		})
		if errors.Is(err, errShared) {
			return false, nil
		}
		if err != nil {
			return false, fault.Wrap(fault.Internal, err, "read the event ids of the batch")
		}
	}
	return true, nil
}

var errShared = errors.New("an event may be in both")

// learn takes up the hashes of the files, unless there are too many.
func (k *known) learn(ctx context.Context, t *Table, files []heldFile) (fits bool, err error) {
	fresh := k.unknown(files)
	if len(k.hashes)+rowsOf(fresh) > k.bound {
		k.hashes, k.files = nil, nil // what other partitions hold may not be asked for again
		fresh = files
	}
	if rowsOf(fresh) > k.bound {
		return false, nil
	}
	if k.hashes == nil {
		k.hashes, k.files = map[uint64]struct{}{}, map[string]struct{}{}
	}
	paths, err := k.ids.local(ctx, t, fresh)
	if err != nil {
		return false, err
	}
	for i, path := range paths {
		if err := k.eachHash(ctx, path, func(hash uint64) error {
			k.hashes[hash] = struct{}{}
			return nil
		}); err != nil {
			_ = os.Remove(path) // what the disk has spoiled is read anew by the next try
			return false, fault.Wrap(fault.Unavailable, err, "read the event ids of %s", t.Definition.Name)
		}
		k.files[fresh[i].path] = struct{}{}
	}
	return true, nil
}

func (k *known) unknown(files []heldFile) []heldFile {
	return slices.DeleteFunc(slices.Clone(files), func(f heldFile) bool {
		_, have := k.files[f.path]
		return have
	})
}

// eachHash visits the hashes of the event ids of a Parquet file on disk.
func (k *known) eachHash(ctx context.Context, path string, visit func(uint64) error) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	records, err := eventIDs(ctx, in)
	if err != nil {
		return err
	}
	defer records.Release()
	for records.Next() {
		column, ok := records.RecordBatch().Column(0).(*array.String)
		if !ok {
			return fmt.Errorf("event_id is no text in %s", path)
		}
		for i := range column.Len() {
			if !column.IsValid(i) {
				continue
			}
			if err := visit(maphash.String(k.seed, column.Value(i))); err != nil {
				return err
			}
		}
	}
	if err := records.Err(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func rowsOf(files []heldFile) (rows int) {
	for _, f := range files {
		rows += int(f.rows)
	}
	return rows
}
