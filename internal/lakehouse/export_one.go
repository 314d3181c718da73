package lakehouse

import (
	"context"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// ExportOne writes a query's rows, which are all of one partition, as one Parquet file. It is the way for rows that come
// a partition at a time: to write partitions side by side, Export gathers their rows anew, which costs as much again as
// the writing, and holds buffers for every one of them. A query without rows writes a file that is not to be uploaded:
// its Rows are 0.
func (l *Lake) ExportOne(ctx context.Context, db *duck.DB, t *Table, query string, ordinal int64, path string) (LocalFile, error) {
	files, err := db.Export(ctx, duck.Export{Query: "SELECT " + t.typed() + " FROM (" + query + ")", To: path, FieldIDs: t.fieldIDs()})
	if err != nil {
		return LocalFile{}, fault.Wrap(fault.Internal, err, "write the rows of %s", t.Definition.Name)
	}
	if len(files) != 1 {
		return LocalFile{}, fault.New(fault.Internal, "the rows of %s were written as %d files", t.Definition.Name, len(files))
	}
	return LocalFile{File: files[0], Ordinal: ordinal}, nil
}
