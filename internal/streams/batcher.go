package streams

import (
	"bytes"
	"context"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// BatcherOptions bounds how events are grouped. Zero values take the defaults.
type BatcherOptions struct {
	Wait    time.Duration // how long the first event of a group waits for company; 4 ms
	Bytes   int           // size at which a group is sent at once; 256 KiB
	Waiting int           // callers that may wait at once before others are told to try later; 16,384
}

// Publisher stores messages durably; Client is one.
type Publisher interface {
	Send(ctx context.Context, m Message) (*Pending, error)
}

// Batcher groups the events that many callers publish within a few milliseconds into one durable message. Each caller
// is answered only when the message that holds its events is stored. Run must be running.
type Batcher struct {
	publisher Publisher
	subject   string
	options   BatcherOptions
	queue     chan submission
}

type submission struct {
	lines  []byte
	events int
	done   chan error // buffered
}

// NewBatcher makes a batcher for one subject.
func NewBatcher(p Publisher, subject string, o BatcherOptions) *Batcher {
	if o.Wait <= 0 {
		o.Wait = 4 * time.Millisecond
	}
	if o.Bytes <= 0 {
		o.Bytes = 256 << 10
	}
	if o.Waiting <= 0 {
		o.Waiting = 16 << 10
	}
	return &Batcher{publisher: p, subject: subject, options: o, queue: make(chan submission, o.Waiting)}
}

// Publish adds events (the structs of internal/event, or json.RawMessage) and returns when they are durable. All of
// them are stored, or none is: they travel in one message. Faults: InvalidInput and TooLarge at once, StreamFull where
// the stream or the batcher's queue is full, Unavailable and Timeout.
func (b *Batcher) Publish(ctx context.Context, events ...any) error {
	s := submission{events: len(events), done: make(chan error, 1)}
	for i, e := range events {
		line, err := Line(e)
		if err != nil {
			return atRow(err, i+1)
		}
		s.lines = append(append(s.lines, line...), '\n')
	}
	if s.events == 0 {
		return nil
	}
	if len(s.lines) > MaxMessage {
		return fault.New(fault.TooLarge, "%d events are %d bytes, more than %d: send fewer at once", s.events, len(s.lines), MaxMessage)
	}
	select {
	case b.queue <- s:
	default:
		return fault.New(fault.StreamFull, "%d callers wait for %s already: try again shortly", cap(b.queue), b.subject)
	}
	select {
	case err := <-s.done:
		return err
	case <-ctx.Done():
		return classify(ctx.Err(), "wait for an acknowledgement")
	}
}

// Run groups and publishes until ctx ends; callers that still wait are then told that it was canceled.
func (b *Batcher) Run(ctx context.Context) error {
	var next *submission // one that did not fit into the last group
	for {
		group, rest, err := b.collect(ctx, next)
		next = rest
		if len(group) > 0 {
			b.publish(ctx, group)
		}
		if err != nil {
			b.refuse(next, err)
			return err
		}
	}
}

// collect waits for a first submission and then for those that arrive shortly after it.
func (b *Batcher) collect(ctx context.Context, first *submission) (group []submission, rest *submission, err error) {
	if first == nil {
		select {
		case s := <-b.queue:
			first = &s
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	group = []submission{*first}
	size := len(first.lines)
	timer := time.NewTimer(b.options.Wait)
	defer timer.Stop()
	for size < b.options.Bytes {
		select {
		case s := <-b.queue:
			if size+len(s.lines) > MaxMessage {
				return group, &s, nil
			}
			group = append(group, s)
			size += len(s.lines)
		case <-timer.C:
			return group, nil, nil
		case <-ctx.Done():
			return group, nil, ctx.Err()
		}
	}
	return group, nil, nil
}

// publish sends a group and answers its callers when the acknowledgement arrives; meanwhile the next group is collected.
func (b *Batcher) publish(ctx context.Context, group []submission) {
	var raw bytes.Buffer
	m := Message{Subject: b.subject, Compressed: true}
	for _, s := range group {
		raw.Write(s.lines)
		m.Events += s.events
	}
	m.ID = Digest(raw.Bytes())
	var err error
	var pending *Pending
	if m.Payload, err = Compress(raw.Bytes()); err == nil {
		pending, err = b.publisher.Send(ctx, m)
	}
	if err != nil {
		answer(group, err)
		return
	}
	go func() {
		// The acknowledgement is waited for even if ctx ends: the message may be stored.
		_, err := pending.Wait(context.WithoutCancel(ctx))
		answer(group, err)
	}()
}

func (b *Batcher) refuse(rest *submission, err error) {
	err = classify(err, "publish to %s", b.subject)
	if rest != nil {
		rest.done <- err
	}
	for {
		select {
		case s := <-b.queue:
			s.done <- err
		default:
			return
		}
	}
}

func answer(group []submission, err error) {
	for _, s := range group {
		s.done <- err
	}
}
