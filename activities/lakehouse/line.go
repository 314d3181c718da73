package lakehouse

import (
	"context"

	"bluntcases.com/platform/internal/lakehouse"
)

// batchesAtOnce bounds what one activity lands of a backlog, so that the workflow hears of it now and then.
const batchesAtOnce = 64

// line works a backlog off in three steps at once: while a batch lands, which waits for the network, the next one is
// staged, which takes the processor, and the one after that is read. Each step hands over only when the one after it is
// free, so no more than three batches are on disk.
type line struct {
	read   <-chan *lakehouse.Batch
	staged <-chan staged
	cancel context.CancelFunc
}

// staged is a batch that is ready to land, or the error that it met.
type staged struct {
	batch *lakehouse.Batch
	*lakehouse.Staged
	err error
}

func (s staged) close() {
	if s.Staged != nil {
		_ = s.Staged.Close() // nothing but memory
	}
	_ = s.batch.Close() // scratch; what is left is swept by a later roll
}

// startLine begins with the batch that was gathered, which belongs to the line from then on.
func (r *roll) startLine(ctx context.Context) *line {
	ctx, cancel := context.WithCancel(ctx)
	read, ready := make(chan *lakehouse.Batch), make(chan staged)
	first, table := r.batch, r.table
	r.batch = nil
	go func() {
		defer close(read)
		r.readOn(ctx, first, read)
	}()
	go func() {
		defer close(ready)
		for b := range read {
			one := staged{batch: b}
			one.Staged, one.err = r.Lake.Stage(ctx, r.sink, table, b)
			select {
			case ready <- one:
			case <-ctx.Done():
				one.close()
			}
		}
	}()
	return &line{read: read, staged: ready, cancel: cancel}
}

// readOn hands on the first batch and those that follow it, until one is not full: then the stream had no more. Where
// reading fails, the line ends: the next roll meets the fault itself.
func (r *roll) readOn(ctx context.Context, b *lakehouse.Batch, to chan<- *lakehouse.Batch) {
	for n := 1; ; n++ {
		last, more := b.Last(), r.full(b) && n < batchesAtOnce
		select {
		case to <- b:
		case <-ctx.Done():
			_ = b.Close() // scratch
			return
		}
		if !more {
			return
		}
		next, err := r.newBatch()
		if err != nil {
			return
		}
		if err := r.read(ctx, next, last, func() {}); err != nil || next.Messages() == 0 {
			_ = next.Close() // scratch
			return
		}
		b = next
	}
}

// stop ends what is under way and waits for it. It may be called again.
func (l *line) stop() {
	l.cancel()
	for one := range l.staged {
		one.close()
	}
}
