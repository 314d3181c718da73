package lakehouse

import (
	"context"
	"errors"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// RollStream waits until events of the shard are due, lands them, and says where that leads to. It may run any number of
// times at once and end anywhere: the offset and the rows move in one commit, and only from where this roll began.
func (a *Activities) RollStream(ctx context.Context, in contract.RollInput) (contract.Rolled, error) {
	shards := streams.Shards(in.Stream, in.Shards)
	if in.Shard < 0 || in.Shard >= len(shards) {
		return contract.Rolled{}, fault.New(fault.InvalidInput, "stream %s has no shard %d", in.Stream, in.Shard)
	}
	sink, err := lakehouse.SinkOf(in.Stream)
	if err != nil {
		return contract.Rolled{}, err
	}
	r := &roll{Activities: a, sink: sink, shard: shards[in.Shard], shards: shards, now: in.Now, pulse: newPulse(ctx, "events")}
	defer r.close()
	err = r.run(ctx)
	return r.out, err
}

// roll is one roll of one shard.
type roll struct {
	*Activities
	sink   lakehouse.Sink
	shard  streams.Shard
	shards []streams.Shard
	now    bool
	pulse  *pulse

	table *lakehouse.Table
	state streams.State
	from  lakehouse.Offset
	batch *lakehouse.Batch
	out   contract.Rolled
}

// run lands what is due. Of a backlog it lands batch after batch, and reads and stages the next ones meanwhile.
func (r *roll) run(ctx context.Context) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	if err := r.gather(ctx); err != nil {
		return err
	}
	if r.batch.Messages() == 0 {
		return r.finish(ctx)
	}
	line := r.startLine(ctx)
	defer line.stop()
	for {
		r.enter(PhaseTransform)
		r.beat("transform")
		one, ok := line.next()
		if !ok {
			break
		}
		err := r.land(ctx, one)
		if errors.Is(err, lakehouse.ErrSuperseded) {
			break // the other roll's work stands; what this one gathered is thrown away
		}
		if err != nil {
			return err
		}
	}
	line.stop()
	return r.finish(ctx)
}

// open finds where the shard stands.
func (r *roll) open(ctx context.Context) (err error) {
	if r.table, err = r.Lake.Table(ctx, r.sink.Table); err != nil {
		return err
	}
	if r.state, err = r.Streams.State(ctx, r.shard.Stream); err != nil {
		return err
	}
	r.from = r.table.Offset(r.shard.Name)
	after := r.from.After(r.state.Born)
	r.out = contract.Rolled{Shard: r.shard.Name, From: after, To: after, Snapshot: r.table.Snapshot()}
	r.batch, err = r.newBatch()
	return err
}

func (r *roll) newBatch() (*lakehouse.Batch, error) {
	dir, err := r.Lake.Scratch("roll")
	if err != nil {
		return nil, err
	}
	return r.sink.NewBatch(dir)
}

func (r *roll) close() {
	r.pulse.stop()
	if r.batch != nil {
		_ = r.batch.Close() // scratch; what is left is swept by a later roll
	}
}

// land commits the batch's files. The refused events are safe in their own stream before the offset passes them.
func (r *roll) land(ctx context.Context, staged staged) error {
	defer staged.close()
	if staged.err != nil {
		return staged.err
	}
	r.batch, r.from = staged.batch, r.table.Offset(r.shard.Name)
	r.enter(PhaseCompare)
	r.beat("compare")
	if _, err := r.Lake.Compare(ctx, staged.Staged, r.table); err != nil {
		return err
	}
	if len(staged.Refused) > 0 {
		r.enter(PhaseDeadLetters)
		if err := r.refuse(ctx, staged.Refused); err != nil {
			return err
		}
	}
	landed, err := r.Lake.Land(ctx, staged.Staged, r.table, lakehouse.Move{
		Shard: r.shard.Name, From: r.from, To: r.batch.Last(), Born: r.state.Born, Messages: r.batch.Messages(),
	}, func(step string) {
		r.enter(Phase(step))
		r.beat(step)
	})
	if err != nil {
		return err
	}
	r.out.To = r.batch.Last()
	r.out.Messages += r.batch.Messages()
	r.out.Events += r.batch.Events()
	r.out.Rows += staged.Rows
	r.out.Doubles += staged.Doubles
	r.out.DeadLetters += int64(len(staged.Refused))
	r.out.Files += landed.Files
	r.out.Bytes += landed.Bytes
	r.out.Snapshot = landed.Table.Snapshot()
	r.table, r.batch = landed.Table, nil
	return nil
}

// finish looks at what waits now, and lets go of what has landed and is old enough.
func (r *roll) finish(ctx context.Context) error {
	r.enter(PhaseTrim)
	waiting, err := r.Streams.Waiting(ctx, r.shard, r.out.To)
	if err != nil {
		return err
	}
	r.out.Waiting = waiting.Messages
	if !waiting.Oldest.IsZero() {
		r.out.Lag = contract.Seconds(max(0, time.Since(waiting.Oldest)).Seconds())
	}
	if _, err := r.Lake.Thin(ctx, r.table, time.Now()); err != nil {
		return err
	}
	landed := r.out.To
	for _, shard := range r.shards {
		landed = min(landed, r.table.Offset(shard.Name).After(r.state.Born))
	}
	r.out.Trimmed, err = r.Streams.Trim(ctx, r.shard.Stream, landed, time.Now())
	return err
}

// beat says which step the roll is at.
func (r *roll) beat(step string) {
	done := r.out.Events
	if r.batch != nil {
		done += r.batch.Events()
	}
	r.pulse.set(step, done)
}
