package lakehouse

import (
	"context"

	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// refusedAtOnce bounds the dead letters that are held in memory.
const refusedAtOnce = 256

// refuse publishes the events that the transform cannot take, with their reasons, to the stream of dead letters. Its
// records derive their ids from where an event stands, so a roll that is run again says nothing new.
func (r *roll) refuse(ctx context.Context, refused []lakehouse.Refusal) error {
	var records []streams.DeadLetter
	err := r.batch.Payloads(refused, func(refusal lakehouse.Refusal, text string) error {
		at := r.batch.OriginOf(refusal.Position)
		id := streams.DeadLetterID(r.shard.Stream, r.state.Born, at.Sequence, at.Line)
		records = append(records, streams.DeadLetter{
			EventID: id, EventType: streams.Refused, EventTS: at.Time, DeadLetterID: id, Stream: r.shard.Stream,
			Subject: at.Subject, Sequence: at.Sequence, Line: at.Line, Reason: refusal.Reason, Payload: text,
		})
		if len(records) < refusedAtOnce {
			return nil
		}
		r.beat("dead_letters")
		err := r.publishDeadLetters(ctx, records)
		records = records[:0]
		return err
	})
	if err != nil {
		return err
	}
	return r.publishDeadLetters(ctx, records)
}

func (a *Activities) publishDeadLetters(ctx context.Context, records []streams.DeadLetter) error {
	messages, err := streams.DeadLetterMessages(records)
	if err != nil {
		return err
	}
	return a.publish(ctx, messages)
}

// publish sends the messages and waits until all are durable.
func (a *Activities) publish(ctx context.Context, messages []streams.Message) error {
	var pending []*streams.Pending
	for _, m := range messages {
		p, err := a.Streams.Send(ctx, m)
		if err != nil {
			return err
		}
		pending = append(pending, p)
	}
	for _, p := range pending {
		if _, err := p.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}
