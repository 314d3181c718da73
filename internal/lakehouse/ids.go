package lakehouse

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	iceio "github.com/apache/iceberg-go/io"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/fault"
)

// keptBytes bounds what is kept on disk of a table. Beyond it the longest unused go; they are read again when needed.
// Looking costs as much as there are files, so that ids are looked at once for so many that are new.
const (
	keptBytes  = 2 << 30
	evictEvery = 256
)

// idStore keeps the event ids of data files on local disk, one small Parquet file each. A data file never changes, so
// what is kept never goes stale.
type idStore struct {
	dir  string
	read atomic.Int64 // files since the last look at what is held
}

// local returns the paths of the files' ids, and reads those that are not there yet: one column's pages, by range.
func (s *idStore) local(ctx context.Context, t *Table, files []heldFile) ([]string, error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the folder of event ids")
	}
	fs, err := t.FS(ctx)
	if err != nil {
		return nil, classify(err, "reach the files of %s", t.Definition.Name)
	}
	paths := make([]string, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for i, f := range files {
		paths[i] = filepath.Join(s.dir, path.Base(f.path))
		group.Go(func() error {
			now := time.Now()
			if os.Chtimes(paths[i], now, now) == nil {
				return nil
			}
			s.read.Add(1)
			return classify(s.fetch(ctx, fs, f.path, paths[i]), "read the event ids of %s", path.Base(f.path))
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if s.read.Load() >= evictEvery {
		s.read.Store(0)
		evict(s.dir, paths)
	}
	return paths, nil
}

// fetch copies the column event_id of a data file. It appears under its name only when it is whole.
func (s *idStore) fetch(ctx context.Context, fs iceio.IO, address, to string) (err error) {
	in, err := fs.Open(address)
	if err != nil {
		return err
	}
	defer in.Close()
	records, err := eventIDs(ctx, in)
	if err != nil {
		return err
	}
	defer records.Release()
	out, err := os.CreateTemp(s.dir, "reading-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	writer, err := pqarrow.NewFileWriter(records.Schema(), out,
		parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithDictionaryDefault(false)), pqarrow.DefaultWriterProps())
	if err != nil {
		return err
	}
	for records.Next() {
		if err := writer.WriteBuffered(records.RecordBatch()); err != nil {
			return err
		}
	}
	if err := records.Err(); err != nil {
		return err
	}
	if err := writer.Close(); err != nil { // closes out, too
		return err
	}
	return os.Rename(out.Name(), to)
}

// eventIDs reads the column event_id of a Parquet file.
func eventIDs(ctx context.Context, in parquet.ReaderAtSeeker) (pqarrow.RecordReader, error) {
	source, err := file.NewParquetReader(in)
	if err != nil {
		return nil, err
	}
	reader, err := pqarrow.NewFileReader(source, pqarrow.ArrowReadProperties{BatchSize: 64 << 10}, memory.DefaultAllocator)
	if err != nil {
		return nil, err
	}
	return reader.GetRecordReader(ctx, []int{source.MetaData().Schema.ColumnIndexByName("event_id")}, nil)
}

// evict removes the longest unused files of a folder beyond the bound, but none of those in use.
func evict(dir string, inUse []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // nothing is lost but room
	}
	type kept struct {
		path string
		size int64
		used time.Time
	}
	var all []kept
	var size int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || strings.HasPrefix(e.Name(), "reading-") {
			continue
		}
		size += info.Size()
		all = append(all, kept{filepath.Join(dir, e.Name()), info.Size(), info.ModTime()})
	}
	slices.SortFunc(all, func(a, b kept) int { return a.used.Compare(b.used) })
	for _, k := range all {
		if size <= keptBytes {
			return
		}
		if !slices.Contains(inUse, k.path) && os.Remove(k.path) == nil {
			size -= k.size
		}
	}
}
