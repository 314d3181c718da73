package lakehouse

import (
	"context"
	"errors"
	"time"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// maxEvents bounds a batch of tiny events, whose positions are held in memory where they are refused.
const maxEvents = 1_000_000

// pollPause is the longest pause between two looks at an idle stream.
const pollPause = 2 * time.Second

// gather reads messages to disk until the batch is due: it is large enough, its oldest event has waited long enough, or
// nothing more is to be waited for.
func (r *roll) gather(ctx context.Context) error {
	r.enter(PhaseRead)
	idle := r.Idle
	if idle <= 0 {
		idle = defaultIdle
	}
	began := time.Now()
	var first time.Time // when the batch's first message was seen
	for {
		r.beat("read")
		err := r.read(ctx, &r.batch, max(r.out.From, r.batch.Last()), func() (bool, error) {
			r.beat("read")
			return !r.enough(), nil
		})
		if err != nil {
			return err
		}
		if first.IsZero() && r.batch.Messages() > 0 {
			first = time.Now()
		}
		switch {
		case r.enough() || r.now:
			return nil
		case r.batch.Messages() > 0 && r.due(first):
			return nil
		case r.batch.Messages() == 0 && time.Since(began) >= idle:
			return nil
		}
		if err := r.await(ctx); err != nil {
			return err
		}
	}
}

// due compares with the server's time as well as with ours: a server whose clock is ahead delays nothing.
func (r *roll) due(first time.Time) bool { return time.Since(first) >= r.Age || r.late() }

// late tells whether the batch holds a backlog, which is due at once.
func (r *roll) late() bool {
	stored, _ := r.batch.Times()
	return r.now || time.Since(stored) >= r.Age
}

// enough tells whether the batch that is gathered is large enough.
func (r *roll) enough() bool {
	return full(r.batch, r.Bytes) || full(r.batch, r.bound(0)) && r.late()
}

// bound is the size in bytes of the n-th batch of a backlog, from 0. The first ones are small, so that the steps after
// the reading need not wait for it.
func (r *roll) bound(n int) int64 { return min(r.Bytes, r.Bytes/4<<min(n, 2)) }

func full(b *lakehouse.Batch, bytes int64) bool { return b.Bytes() >= bytes || b.Events() >= maxEvents }

// await pauses until the stream has grown, or for a while.
func (r *roll) await(ctx context.Context) error {
	pause := min(pollPause, max(r.Age/10, 20*time.Millisecond))
	select {
	case <-time.After(pause):
	case <-ctx.Done():
		return fault.Wrap(fault.Canceled, ctx.Err(), "wait for events of %s", r.shard.Stream)
	}
	state, err := r.Streams.State(ctx, r.shard.Stream)
	r.state.Last = state.Last
	if err == nil && !state.Born.Equal(r.state.Born) {
		return fault.New(fault.Unavailable, "stream %s was made anew while it was read", r.shard.Stream)
	}
	return err
}

// read adds the messages after a sequence to the batch, message by message, until more says that it is enough. More may
// put another batch in its place.
func (r *roll) read(ctx context.Context, batch **lakehouse.Batch, after uint64, more func() (bool, error)) error {
	if r.state.Last <= after {
		return nil
	}
	var text []byte
	return r.Streams.Read(ctx, r.shard, after, func(m streams.Stored) (bool, error) {
		at := lakehouse.Origin{Subject: m.Subject, Sequence: m.Sequence, Time: m.Time}
		var err error
		text, err = m.NDJSON(text[:0])
		var undecodable *fault.Fault
		switch {
		case errors.As(err, &undecodable) && undecodable.Code == fault.InvalidInput:
			err = (*batch).Refuse(at, lakehouse.ReasonUndecodable, m.Payload)
		case err == nil:
			err = (*batch).Add(at, text)
		}
		if err != nil {
			return false, err
		}
		return more()
	})
}
