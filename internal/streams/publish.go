package streams

import (
	"context"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Receipt says where a message is stored.
type Receipt struct {
	Stream    string
	Sequence  uint64
	Duplicate bool // the stream held a message with this id already
}

// Pending is a message on its way.
type Pending struct {
	done    chan struct{}
	receipt Receipt
	err     error
}

// Publish stores a message and returns when it is durable. Faults: StreamFull, Unavailable and Timeout may be tried again
// with the same id; InvalidInput and TooLarge may not.
func (c *Client) Publish(ctx context.Context, m Message) (Receipt, error) {
	pending, err := c.Send(ctx, m)
	if err != nil {
		return Receipt{}, err
	}
	return pending.Wait(ctx)
}

// Send hands a message to the server without waiting for its acknowledgement. It waits while the client has as much in
// flight as it may, so a loop over Send is bounded. Until Wait returns nil the message may or may not be stored.
func (c *Client) Send(ctx context.Context, m Message) (*Pending, error) {
	if err := m.validate(); err != nil {
		return nil, err
	}
	leave, err := c.window.enter(ctx, len(m.Payload))
	if err != nil {
		return nil, classify(err, "wait to publish to %s", m.Subject)
	}
	header := nats.Header{HeaderContentType: {contentType}, HeaderEvents: {strconv.Itoa(m.Events)}}
	if m.Compressed {
		header.Set(HeaderContentEncoding, encodingZstd)
	}
	ack, err := c.js.PublishMsgAsync(&nats.Msg{Subject: m.Subject, Data: m.Payload, Header: header},
		jetstream.WithMsgID(m.ID), jetstream.WithRetryAttempts(0))
	if err != nil {
		leave()
		return nil, classify(err, "publish to %s", m.Subject)
	}
	p := &Pending{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		defer leave()
		select {
		case ok := <-ack.Ok():
			p.receipt = Receipt{Stream: ok.Stream, Sequence: ok.Sequence, Duplicate: ok.Duplicate}
		case err := <-ack.Err():
			p.err = classify(err, "publish to %s", m.Subject)
		}
	}()
	return p, nil
}

// Wait returns when the message is durable, or was refused, or nobody answered in time.
func (p *Pending) Wait(ctx context.Context) (Receipt, error) {
	select {
	case <-p.done:
		return p.receipt, p.err
	case <-ctx.Done():
		return Receipt{}, classify(ctx.Err(), "wait for an acknowledgement")
	}
}
