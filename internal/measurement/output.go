package measurement

import (
	"context"
	"os"
	"path/filepath"

	"github.com/apache/iceberg-go"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
)

// output writes days as data files of a table. A file is uploaded while the next are computed; nothing refers to it until
// it is committed, so that an output that is given up leaves orphans for maintenance, and no more.
type output struct {
	lake  *lakehouse.Lake
	cache *datacache.Cache
	table *lakehouse.Table
	db    *duck.DB
	dir   string
	ctx   context.Context
	group *errgroup.Group
	sent  [][]iceberg.DataFile // by day, in the order of writing
	rows  int64
	bytes int64
}

// uploadsAhead bounds the days that wait on disk.
const uploadsAhead = 8

func newOutput(ctx context.Context, lake *lakehouse.Lake, cache *datacache.Cache, t *lakehouse.Table, db *duck.DB) (*output, error) {
	dir, err := lake.Scratch("measurement")
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploadsAhead)
	return &output{lake: lake, cache: cache, table: t, db: db, dir: dir, ctx: ctx, group: group}, nil
}

// write takes a day's rows. A day without any has no file.
func (o *output) write(query string, day Day) error {
	path := filepath.Join(o.dir, day.String()+".parquet")
	file, err := o.lake.ExportOne(o.ctx, o.db, o.table, query, int64(day), path)
	if err != nil && o.ctx.Err() != nil {
		return context.Cause(o.ctx) // an upload failed
	}
	if err != nil {
		return err
	}
	if file.Rows == 0 {
		_ = os.Remove(path)
		return nil
	}
	o.rows += file.Rows
	o.bytes += file.Bytes
	sent := make([]iceberg.DataFile, 1)
	o.sent = append(o.sent, sent)
	o.group.Go(func() error {
		uploaded, err := o.lake.Upload(o.ctx, o.table, []lakehouse.LocalFile{file})
		if err != nil {
			return err
		}
		copy(sent, uploaded)
		o.cache.Adopt(datacache.File{Address: sent[0].FilePath(), Size: sent[0].FileSizeBytes()}, path) // the next step reads it
		return nil
	})
	return nil
}

// files waits for the uploads and lists what was written.
func (o *output) files() ([]iceberg.DataFile, error) {
	if err := o.group.Wait(); err != nil {
		return nil, err
	}
	all := make([]iceberg.DataFile, 0, len(o.sent))
	for _, sent := range o.sent {
		all = append(all, sent...)
	}
	return all, nil
}

// close ends the uploads and clears the scratch folder.
func (o *output) close() {
	_ = o.group.Wait()
	_ = os.RemoveAll(o.dir)
}
