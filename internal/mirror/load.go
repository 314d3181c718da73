package mirror

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/mapping"
)

// Load loads an archive. Faults: MalformedArchive names object, line and cause; CountMismatch both figures; neither can
// be retried. What was committed before a fault is whole and right, and loading again skips it.
func (l *Loader) Load(ctx context.Context, load Load) (contract.LoadResult, error) {
	r, err := l.begin(ctx, load)
	if err != nil {
		return contract.LoadResult{}, err
	}
	dir, err := os.MkdirTemp(l.options.ScratchDir, "load")
	if err != nil {
		return contract.LoadResult{}, fault.Wrap(fault.Unavailable, err, "make a scratch directory")
	}
	defer os.RemoveAll(dir)

	partitions := archive.Partitions(r.size())
	spill, err := r.spill(ctx, dir, partitions)
	if err != nil {
		return contract.LoadResult{}, err
	}
	partition := archive.Partition{Dir: dir, Version: mapping.Version, Object: load.Operation.Key, Layout: r.kind.layout}
	if load.Details != nil {
		partition.DetailsObject = load.Details.Key
	}
	if err := r.reconcileEarly(spill, partition, partitions); err != nil {
		return contract.LoadResult{}, err
	}
	p := &progress{report: load.Progress, total: spill.Roots, cursor: Cursor{Partitions: partitions}}
	if load.Cursor.Partitions == partitions { // else another object: begin anew
		p.cursor = load.Cursor
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(l.options.Workers)
	for i := range partitions {
		if slices.Contains(p.cursor.Done, i) {
			continue
		}
		group.Go(func() error {
			one := partition
			one.Index = i
			return r.partition(gctx, one, p)
		})
	}
	if err := group.Wait(); err != nil {
		return contract.LoadResult{}, err
	}
	if err := r.reconcile(p.cursor.Lines, p.cursor.Roots); err != nil {
		return contract.LoadResult{}, err
	}
	if err := r.finish(ctx, p.cursor.Result.Written); err != nil {
		return contract.LoadResult{}, err
	}
	p.cursor.Result.Bytes = spill.Bytes
	return p.cursor.Result, nil
}

func (r *run) size() int64 {
	size := r.load.Operation.Size
	if r.load.Details != nil {
		size += r.load.Details.Size
	}
	return size
}

func (r *run) spill(ctx context.Context, dir string, partitions int) (*archive.Spill, error) {
	spill, err := archive.NewSpill(dir, partitions, r.kind.layout)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "make the spill files")
	}
	read := func(object *Object, pass func(context.Context, string, io.Reader) error) error {
		body, err := object.Open(ctx)
		if err != nil {
			return err
		}
		defer body.Close()
		return pass(ctx, object.Key, body)
	}
	err = read(&r.load.Operation, spill.Operation)
	if err == nil && r.load.Details != nil {
		err = read(r.load.Details, spill.Details)
	}
	if closing := spill.Close(); err == nil && closing != nil {
		err = fault.Wrap(fault.Unavailable, closing, "spill %s", r.load.Operation.Key)
	}
	return spill, err
}

// reconcileEarly finds a mismatch before anything is written. Only where there are more lines than objects, which
// duplicates explain, does it have to read the partitions for it.
func (r *run) reconcileEarly(spill *archive.Spill, partition archive.Partition, partitions int) error {
	if r.load.Objects < 0 || (spill.Lines == r.load.Objects && spill.Roots == r.load.RootObjects) {
		return nil
	}
	if spill.Lines < r.load.Objects || spill.Roots < r.load.RootObjects {
		return r.reconcile(spill.Lines, spill.Roots)
	}
	var lines, roots int64
	for i := range partitions {
		partition.Index = i
		c, err := partition.Read()
		if err != nil {
			return err
		}
		lines, roots = lines+c.Lines, roots+c.Roots
	}
	return r.reconcile(lines, roots)
}

func (r *run) reconcile(lines, roots int64) error {
	if r.load.Objects >= 0 && lines != r.load.Objects {
		return fault.New(fault.CountMismatch, "%s holds %d objects, and Shopify counted %d", r.load.Operation.Key, lines, r.load.Objects)
	}
	if r.load.RootObjects >= 0 && roots != r.load.RootObjects {
		return fault.New(fault.CountMismatch, "%s holds %d root objects, and Shopify counted %d", r.load.Operation.Key, roots, r.load.RootObjects)
	}
	return nil
}

// Chunks end at whichever comes first, Options.ChunkRoots or this many bytes of JSON, which is about ten thousand line
// items; an aggregate is never split.
const chunkBytes = 6 << 20

func (l *Loader) chunks(list []archive.Aggregate) [][]archive.Aggregate {
	var out [][]archive.Aggregate
	from, bytes := 0, 0
	for i := range list {
		if i > from && (i-from >= l.options.ChunkRoots || bytes+list[i].Bytes > chunkBytes) {
			out = append(out, list[from:i])
			from, bytes = i, 0
		}
		bytes += list[i].Bytes
	}
	if from < len(list) {
		out = append(out, list[from:])
	}
	return out
}

// partition loads one partition: while the database writes a chunk, the next one is prepared.
func (r *run) partition(ctx context.Context, from archive.Partition, p *progress) error {
	contents, err := from.Read()
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	type prepared struct {
		chunk []archive.Aggregate
		batch *batch
	}
	ready := make(chan prepared)
	free := make(chan *batch, 2)
	free <- newBatch(r.kind.tables[0])
	free <- newBatch(r.kind.tables[0])
	group.Go(func() error {
		defer close(ready)
		mapper := r.kind.mapper(r)
		for _, chunk := range r.chunks(contents.Aggregates) {
			var b *batch
			select {
			case b = <-free:
			case <-ctx.Done():
				return ctx.Err()
			}
			if err := r.prepare(ctx, mapper, b, chunk, false); err != nil {
				return r.locate(err)
			}
			select {
			case ready <- prepared{chunk, b}:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	var total counts
	group.Go(func() error {
		mapper := r.kind.mapper(r)
		for one := range ready {
			done, err := r.write(ctx, mapper, one.batch, one.chunk)
			if err != nil {
				return r.locate(err)
			}
			total.add(done)
			p.chunk(done)
			free <- one.batch
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	p.partition(from.Index, contents.Lines, contents.Roots, total)
	return nil
}

// locate makes a fault of a bad line, with the object that it stands in.
func (r *run) locate(err error) error {
	var bad *mapping.BadLine
	if !errors.As(err, &bad) {
		return err
	}
	object := r.load.Operation.Key
	if bad.Detail && r.load.Details != nil {
		object = r.load.Details.Key
	}
	return archive.Malformed(object, bad.Line.Number, bad.Err)
}

func (c *counts) add(d counts) {
	c.roots += d.roots
	c.written += d.written
	c.unchanged += d.unchanged
	c.stale += d.stale
	c.rows += d.rows
	c.removed += d.removed
	c.events += d.events
}
