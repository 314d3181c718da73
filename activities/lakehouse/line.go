package lakehouse

import (
	"context"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/lakehouse"
)

// batchesAtOnce bounds what one activity lands of a backlog, so that the workflow hears of it now and then.
const batchesAtOnce = 64

// stagers is how many batches are staged at once, each with its share of the cores. A transform reads, computes and writes
// in turn, so that one alone leaves some of them idle.
const stagers = lakehouse.StagedAtOnce

// line works a backlog off in three steps at once: while a batch lands, which waits for the network, the next ones are
// staged, which takes the processor, and the one after those is read. Batches land in the stream's order. Each step hands
// over only when the one after it is free, so no more than stagers and two batches are on disk.
type line struct {
	staged <-chan (<-chan staged) // in the stream's order; each yields one batch
	cancel context.CancelFunc
}

// staged is a batch that is ready to land, or the error that it met.
type staged struct {
	batch *lakehouse.Batch
	*lakehouse.Staged
	err error
}

func (s staged) close() {
	_ = s.batch.Close() // scratch; what is left is swept by a later roll
}

// startLine begins with the batch that was gathered, which belongs to the line from then on.
func (r *roll) startLine(ctx context.Context) *line {
	ctx, cancel := context.WithCancel(ctx)
	read, ready := make(chan *lakehouse.Batch), make(chan (<-chan staged), stagers)
	first, table := r.batch, r.table
	r.batch = nil
	go func() {
		defer close(read)
		r.readOn(ctx, first, read)
	}()
	go func() {
		defer close(ready)
		r.stageOn(ctx, table, read, ready)
	}()
	return &line{staged: ready, cancel: cancel}
}

// stageOn stages the batches that are read, some at once, and hands on a place for each in the order of the stream.
func (r *roll) stageOn(ctx context.Context, table *lakehouse.Table, read <-chan *lakehouse.Batch, to chan<- (<-chan staged)) {
	busy := make(chan struct{}, stagers)
	for {
		busy <- struct{}{} // a batch is taken only when it can be staged
		b, ok := <-read
		if !ok {
			return
		}
		place := make(chan staged)
		to <- place // has room: no more places are open than batches are staged
		go func() {
			one, err := r.Lake.Stage(ctx, r.sink, table, b)
			place <- staged{batch: b, Staged: one, err: err}
			<-busy
		}()
	}
}

// readOn hands on the first batch and those that follow it, until the stream has no more. It reads them in one go: each
// reading of its own would throw away what the server has sent ahead, which is as much as a batch. Where reading fails,
// what was read lands all the same; the next roll meets the fault itself.
func (r *roll) readOn(ctx context.Context, b *lakehouse.Batch, to chan<- *lakehouse.Batch) {
	handed := 0
	handOn := func() error {
		select {
		case to <- b:
			b = nil
			handed++
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	last := b.Last()
	err := handOn()
	if err == nil && r.state.Last > last {
		if b, err = r.newBatch(); err == nil {
			err = r.read(ctx, &b, last, func() (bool, error) {
				if !full(b, r.bound(handed)) {
					return true, nil
				}
				if err := handOn(); err != nil || handed == batchesAtOnce {
					return false, err
				}
				b, err = r.newBatch()
				return err == nil, err
			})
		}
	}
	if err == nil && b != nil && b.Messages() > 0 {
		err = handOn()
	}
	if b != nil {
		_ = b.Close() // scratch; it was not handed on
	}
	if err != nil && ctx.Err() == nil && activity.IsActivity(ctx) {
		activity.GetLogger(ctx).Warn("The reading of a backlog broke off. What was read lands, and the next roll reads on.", "stream", r.shard.Stream, "error", err)
	}
}

// next waits for the batch that is to land next; ok is false where there is none.
func (l *line) next() (_ staged, ok bool) {
	place, ok := <-l.staged
	if !ok {
		return staged{}, false
	}
	return <-place, true
}

// stop ends what is under way and waits for it. It may be called again.
func (l *line) stop() {
	l.cancel()
	for one, ok := l.next(); ok; one, ok = l.next() {
		one.close()
	}
}
