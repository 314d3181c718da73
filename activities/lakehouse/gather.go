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
		err := r.read(ctx, r.batch, max(r.out.From, r.batch.Last()), func() { r.beat("read") })
		if err != nil {
			return err
		}
		if first.IsZero() && r.batch.Messages() > 0 {
			first = time.Now()
		}
		switch {
		case r.full(r.batch) || r.now:
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

// due compares with the server's time as well as with ours: a backlog is due at once, and a server whose clock is ahead
// delays nothing.
func (r *roll) due(first time.Time) bool {
	stored, _ := r.batch.Times()
	return time.Since(first) >= r.Age || time.Since(stored) >= r.Age
}

func (r *roll) full(b *lakehouse.Batch) bool { return b.Bytes() >= r.Bytes || b.Events() >= maxEvents }

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

// read adds the messages after a sequence to a batch, up to its bounds.
func (r *roll) read(ctx context.Context, b *lakehouse.Batch, after uint64, beat func()) error {
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
			err = b.Refuse(at, lakehouse.ReasonUndecodable, m.Payload)
		case err == nil:
			err = b.Add(at, text)
		}
		beat()
		return !r.full(b), err
	})
}
