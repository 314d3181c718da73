package measurement

import (
	"context"
	"os"
	"path/filepath"
	"strconv"

	"github.com/apache/iceberg-go"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// output writes rows as data files of a table. Files are uploaded while the next are computed; nothing refers to them
// until they are committed, so that an output that is given up leaves orphans for maintenance, and no more.
type output struct {
	lake  *lakehouse.Lake
	table *lakehouse.Table
	db    *duck.DB
	dir   string
	ctx   context.Context
	group *errgroup.Group
	turns int
	parts [][]iceberg.DataFile // by turn
	rows  int64
	bytes int64
}

// uploadsAhead bounds the blocks of rows that wait on disk.
const uploadsAhead = 2

func newOutput(ctx context.Context, lake *lakehouse.Lake, t *lakehouse.Table, db *duck.DB) (*output, error) {
	if err := os.MkdirAll(lake.Dir(), 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the scratch folder")
	}
	dir, err := os.MkdirTemp(lake.Dir(), "measurement-")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the scratch folder")
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploadsAhead)
	return &output{lake: lake, table: t, db: db, dir: dir, ctx: ctx, group: group}, nil
}

// write takes the rows of a query, one file a day.
func (o *output) write(query string) error {
	turn, dir := o.turns, filepath.Join(o.dir, strconv.Itoa(o.turns))
	o.turns++
	files, err := o.lake.Export(o.ctx, o.db, o.table, query, dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		o.rows += f.Rows
		o.bytes += f.Bytes
	}
	o.parts = append(o.parts, make([]iceberg.DataFile, len(files)))
	part := o.parts[turn]
	o.group.Go(func() error {
		uploaded, err := o.lake.Upload(o.ctx, o.table, files)
		copy(part, uploaded)
		if err != nil {
			return err
		}
		return os.RemoveAll(dir)
	})
	return nil
}

// files waits for the uploads and lists what was written.
func (o *output) files() ([]iceberg.DataFile, error) {
	if err := o.group.Wait(); err != nil {
		return nil, err
	}
	var all []iceberg.DataFile
	for _, part := range o.parts {
		all = append(all, part...)
	}
	return all, nil
}

// close ends the uploads and clears the scratch folder.
func (o *output) close() {
	_ = o.group.Wait()
	_ = os.RemoveAll(o.dir)
}
