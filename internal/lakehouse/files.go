package lakehouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/iceberg-go"
	iceio "github.com/apache/iceberg-go/io"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// uploads is how many files of one table are sent or fetched at once: small files are bound by latency.
const uploads = 8

// PartitionColumn is the column that Export adds to a query's rows: the partition's value as whole days or hours since
// 1970. It is not written into the files.
const PartitionColumn = "_part"

// Refused is the partition of the rows that a query marks as not to be taken. It is never uploaded.
const Refused = -1

// LocalFile is a Parquet file on disk that may become a data file of a table.
type LocalFile struct {
	duck.File
	Ordinal int64 // the partition's value; 0 where the table has no partition
}

// Export writes a query's rows as Parquet files into dir, one or more a partition, with the table's field ids. The query
// yields the table's columns by name; their values are brought to the table's types.
func (l *Lake) Export(ctx context.Context, db *duck.DB, t *Table, query, dir string) ([]LocalFile, error) {
	return export(ctx, db, t, fmt.Sprintf("SELECT *, %s AS %s FROM (SELECT %s FROM (%s))",
		t.Definition.Partition.ordinal(), PartitionColumn, t.typed(), query), dir)
}

func export(ctx context.Context, db *duck.DB, t *Table, query, dir string) ([]LocalFile, error) {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the scratch folder")
	}
	files, err := exportAtOnce(ctx, db, t, query, dir)
	if duck.OutOfMemory(err) {
		files, err = exportInTurn(ctx, db, t, query, dir)
	}
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "write the rows of %s", t.Definition.Name)
	}
	return files, nil
}

// exportAtOnce writes all partitions side by side. Each takes buffers, about a megabyte a thread.
func exportAtOnce(ctx context.Context, db *duck.DB, t *Table, query, dir string) ([]LocalFile, error) {
	written, err := db.Export(ctx, duck.Export{Query: query, To: dir, PartitionBy: []string{PartitionColumn}, FieldIDs: t.fieldIDs()})
	if err != nil {
		return nil, err
	}
	files := make([]LocalFile, 0, len(written))
	for _, f := range written {
		ordinal, err := strconv.ParseInt(f.Partition[PartitionColumn], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("a row has no partition: %w", err)
		}
		files = append(files, LocalFile{File: f, Ordinal: ordinal})
	}
	return files, nil
}

// partitionsAtOnce bounds the partitions that are written side by side where all of them are too many for the memory.
const partitionsAtOnce = 32

// exportInTurn is for rows that are spread over more partitions than there is memory for: it sorts them by partition
// first, which spills, and then writes some partitions at a time.
func exportInTurn(ctx context.Context, db *duck.DB, t *Table, query, dir string) ([]LocalFile, error) {
	sorted := filepath.Join(dir, "sorted.parquet")
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
		return nil, err
	}
	if err := db.Run(ctx, "COPY (SELECT * FROM ("+query+") ORDER BY "+PartitionColumn+") TO "+duck.Text(sorted)+
		" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 8192)"); err != nil {
		return nil, err
	}
	source := " FROM read_parquet(" + duck.Text(sorted) + ")"
	ordinals, err := texts(ctx, db, "SELECT DISTINCT "+PartitionColumn+"::VARCHAR"+source+" ORDER BY "+PartitionColumn+"::BIGINT")
	if err != nil {
		return nil, err
	}
	var files []LocalFile
	for some := range slices.Chunk(ordinals, partitionsAtOnce) {
		written, err := exportAtOnce(ctx, db, t, "SELECT *"+source+" WHERE "+PartitionColumn+" BETWEEN "+some[0]+" AND "+some[len(some)-1],
			filepath.Join(dir, some[0]))
		if err != nil {
			return nil, err
		}
		files = append(files, written...)
	}
	return files, os.Remove(sorted)
}

func (t *Table) fieldIDs() []duck.FieldID {
	var ids []duck.FieldID
	for _, field := range t.fields() {
		id := duck.FieldID{Column: field.Name, ID: field.ID}
		if list, ok := field.Type.(*iceberg.ListType); ok {
			id.Element = list.ElementID
		}
		ids = append(ids, id)
	}
	return ids
}

// fields are the columns that both the definition and the table have: a table may be a version behind or ahead.
func (t *Table) fields() []iceberg.NestedField {
	var both []iceberg.NestedField
	for _, field := range t.Schema().Fields() {
		if slices.ContainsFunc(t.Definition.Columns, func(c Column) bool { return c.Name == field.Name }) {
			both = append(both, field)
		}
	}
	return both
}

// typed names the fields as SQL that yields each with its type.
func (t *Table) typed() string {
	var casts []string
	for _, field := range t.fields() {
		casts = append(casts, fmt.Sprintf("CAST(%s AS %s) AS %s", duck.Name(field.Name), sqlType(field.Type), duck.Name(field.Name)))
	}
	return strings.Join(casts, ", ")
}

// columns names the fields as SQL.
func (t *Table) columns() string {
	var names []string
	for _, field := range t.fields() {
		names = append(names, duck.Name(field.Name))
	}
	return strings.Join(names, ", ")
}

// Upload sends files to the table's folder under names of their own and returns them as data files, with statistics.
// Nothing refers to them before a commit does; if none ever does, maintenance removes them.
func (l *Lake) Upload(ctx context.Context, t *Table, files []LocalFile) ([]iceberg.DataFile, error) {
	fs, err := t.writable(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]iceberg.DataFile, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(uploads)
	for i, f := range files {
		group.Go(func() error {
			address := t.address(f.Ordinal)
			if err := send(ctx, fs, f.Path, address); err != nil {
				return classify(err, "upload a file of %s", t.Definition.Name)
			}
			out[i], err = t.dataFile(f, address)
			return err
		})
	}
	return out, group.Wait()
}

func (t *Table) writable(ctx context.Context) (iceio.WriteFileIO, error) {
	fs, err := t.FS(ctx)
	if err != nil {
		return nil, classify(err, "reach the files of %s", t.Definition.Name)
	}
	w, ok := fs.(iceio.WriteFileIO)
	if !ok {
		return nil, fault.New(fault.Internal, "the files of %s cannot be written", t.Definition.Name)
	}
	return w, nil
}

// address makes a new data file's name.
func (t *Table) address(ordinal int64) string {
	folder := ""
	if spec := t.Spec(); spec.NumFields() > 0 {
		field := spec.Field(0)
		folder = fmt.Sprintf("%s=%s/", field.Name, t.Definition.Partition.Show(ordinal))
	}
	return fmt.Sprintf("%s/data/%s%s.parquet", strings.TrimRight(t.Location(), "/"), folder, uuid.NewString())
}

func send(ctx context.Context, fs iceio.WriteFileIO, path, address string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := fs.Create(address)
	if err != nil {
		return err
	}
	if err := copyOut(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}

// copyOut copies by a buffer of the file's size. The store's writer would take a megabyte for every file, most of which
// are far smaller, and io.Copy prefers its way.
func copyOut(to io.Writer, from *os.File) error {
	info, err := from.Stat()
	if err != nil {
		return err
	}
	buffer := make([]byte, max(1, min(info.Size(), 256<<10)))
	_, err = io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, buffer)
	return err
}

// fetch copies a data file to disk.
func fetch(ctx context.Context, fs iceio.IO, address, path string) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := fs.Open(address)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return out.Close()
}
