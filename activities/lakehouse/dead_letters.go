package lakehouse

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// redriveAtOnce is how many refused events are published together.
const redriveAtOnce = 200

// RedriveDeadLetters publishes refused events once more, as they are, to the subject that they came from, and notes that
// it did. What is refused again becomes a dead letter of its own. An event whose text was cut cannot be redriven.
func (a *Activities) RedriveDeadLetters(ctx context.Context, in contract.RedriveInput) (contract.Redriven, error) {
	p := newPulse(ctx, "events")
	defer p.stop()
	var out contract.Redriven
	filter := lakehouse.DeadLetterFilter{IDs: in.IDs, Stream: in.Stream, Reason: in.Reason, Limit: redriveAtOnce, Whole: true}
	if len(in.IDs) == 0 && in.Stream == "" && in.Reason == "" {
		return out, fault.Invalid("redrive", fault.Field{Name: "ids", Detail: "name events, a stream, or a reason"})
	}
	for {
		letters, err := a.Lake.DeadLetters(ctx, filter)
		if err != nil || len(letters) == 0 {
			return out, err
		}
		if err := a.redrive(ctx, letters); err != nil {
			return out, err
		}
		out.Events += int64(len(letters))
		p.set("redrive", out.Events)
		// The notes of what was redriven land later; until then the list is walked on from its last.
		last := letters[len(letters)-1]
		filter.After = &last
	}
}

func (a *Activities) redrive(ctx context.Context, letters []lakehouse.RefusedEvent) error {
	var messages []streams.Message
	var notes []streams.DeadLetter
	now := time.Now().UTC()
	for _, l := range letters {
		// The dead letter's id makes it one message however often this is tried.
		messages = append(messages, streams.Message{Subject: l.Subject, ID: "redrive." + l.ID, Payload: []byte(l.Payload + "\n"), Events: 1})
		notes = append(notes, note(l, streams.Redriven, now))
	}
	if err := a.publish(ctx, messages); err != nil {
		return err
	}
	return a.publishDeadLetters(ctx, notes)
}

// Dismiss notes that refused events are not to be listed any more.
func (a *Activities) Dismiss(ctx context.Context, letters []lakehouse.RefusedEvent) error {
	var notes []streams.DeadLetter
	for _, l := range letters {
		notes = append(notes, note(l, streams.Dismissed, time.Now().UTC()))
	}
	return a.publishDeadLetters(ctx, notes)
}

func note(l lakehouse.RefusedEvent, what string, at time.Time) streams.DeadLetter {
	return streams.DeadLetter{
		EventID: streams.Digest([]byte(what + "|" + l.ID)), EventType: what, EventTS: at, DeadLetterID: l.ID, Stream: l.Stream,
		Subject: l.Subject, Sequence: l.Sequence, Line: l.Line, Reason: l.Reason,
	}
}
