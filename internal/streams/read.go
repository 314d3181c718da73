package streams

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Stored is a message as the stream holds it.
type Stored struct {
	Subject  string
	Sequence uint64
	Time     time.Time // when the server stored it
	ID       string
	Payload  []byte // valid until the next message is read
	Coding   string // Content-Encoding: empty or zstd
	Events   int    // as the producer counted them
	Waiting  uint64 // messages of the shard after this one
}

// NDJSON appends the payload, decompressed, to dst. A payload that cannot be decompressed is fault.InvalidInput.
func (s Stored) NDJSON(dst []byte) ([]byte, error) {
	if s.Coding == encodingZstd {
		return Decompress(dst, s.Payload)
	}
	return append(dst, s.Payload...), nil
}

// How much a reader asks the server for at once. The client holds a place for each message from the beginning.
const (
	fetchMessages = 4096
	fetchBytes    = 8 << 20
)

// Read hands the shard's messages after a sequence to visit, in order, until visit returns false, or there are no more,
// or an error. It returns nil when it has seen the last message there was.
func (c *Client) Read(ctx context.Context, shard Shard, after uint64, visit func(Stored) (bool, error)) error {
	consumer, err := c.js.OrderedConsumer(ctx, shard.Stream, jetstream.OrderedConsumerConfig{
		FilterSubjects: shard.Subjects, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1,
		MaxResetAttempts: 3, InactiveThreshold: time.Minute,
	})
	if err != nil {
		return classify(err, "read stream %s", shard.Stream)
	}
	info, err := consumer.Info(ctx)
	if err != nil {
		return classify(err, "read stream %s", shard.Stream)
	}
	if info.NumPending == 0 && info.Delivered.Consumer == 0 {
		return nil
	}
	messages, err := consumer.Messages(jetstream.PullMaxMessagesWithBytesLimit(fetchMessages, fetchBytes), jetstream.PullHeartbeat(5*time.Second), jetstream.PullExpiry(15*time.Second))
	if err != nil {
		return classify(err, "read stream %s", shard.Stream)
	}
	defer messages.Stop()
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return classify(err, "read stream %s", shard.Stream)
		}
		meta, err := m.Metadata()
		if err != nil {
			return classify(err, "read stream %s", shard.Stream)
		}
		header := m.Headers()
		events, _ := strconv.Atoi(header.Get(HeaderEvents))
		more, err := visit(Stored{
			Subject: m.Subject(), Sequence: meta.Sequence.Stream, Time: meta.Timestamp.UTC(), ID: header.Get(jetstream.MsgIDHeader),
			Payload: m.Data(), Coding: header.Get(HeaderContentEncoding), Events: events, Waiting: meta.NumPending,
		})
		if err != nil || !more || meta.NumPending == 0 {
			return err
		}
	}
}

// State is what a stream holds.
type State struct {
	Stream   string `json:"stream"`
	First    uint64 `json:"first"`
	Last     uint64 `json:"last"`
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	// Limit and MaxMessages are the bytes and the messages at which the stream answers: try later. Whichever is reached
	// first counts; none is set where it is not positive.
	Limit       int64     `json:"limit"`
	MaxMessages int64     `json:"max_messages"`
	LastTime    time.Time `json:"last_time"`
	Born        time.Time `json:"born"` // when the stream was created: sequences of another one mean nothing
}

// Full is the share that is taken of the stream's bytes or of its messages, whichever is larger, and which it is.
func (s State) Full() (taken float64, of string) {
	bytes, messages := share(s.Bytes, s.Limit), share(s.Messages, s.MaxMessages)
	if messages > bytes {
		return messages, "messages"
	}
	return bytes, "bytes"
}

func share(held uint64, limit int64) float64 {
	if limit <= 0 {
		return 0
	}
	return float64(held) / float64(limit)
}

// State asks the server what a stream holds.
func (c *Client) State(ctx context.Context, stream string) (State, error) {
	s, err := c.js.Stream(ctx, stream)
	if err != nil {
		return State{}, classify(err, "look at stream %s", stream)
	}
	info := s.CachedInfo()
	return State{
		Stream: stream, First: info.State.FirstSeq, Last: info.State.LastSeq, Messages: info.State.Msgs, Bytes: info.State.Bytes,
		Limit: info.Config.MaxBytes, MaxMessages: info.Config.MaxMsgs, LastTime: info.State.LastTime.UTC(), Born: info.Created.UTC(),
	}, nil
}

// Waiting is what a shard holds after a sequence: how many messages, and when the oldest of them was stored.
type Waiting struct {
	Messages uint64    `json:"messages"`
	Oldest   time.Time `json:"oldest"` // zero where none waits
}

// Waiting asks the server what lies after a sequence.
func (c *Client) Waiting(ctx context.Context, shard Shard, after uint64) (Waiting, error) {
	var w Waiting
	err := c.Read(ctx, shard, after, func(m Stored) (bool, error) {
		w = Waiting{Messages: m.Waiting + 1, Oldest: m.Time}
		return false, nil
	})
	return w, err
}

// Trim removes the messages that have landed (those up to the sequence) and are older than KeepAtLeast, and that every
// durable consumer of the stream has acknowledged. It returns how many bytes the stream holds less.
func (c *Client) Trim(ctx context.Context, stream string, landed uint64, now time.Time) (freed uint64, err error) {
	s, err := c.js.Stream(ctx, stream)
	if err != nil {
		return 0, classify(err, "look at stream %s", stream)
	}
	before := s.CachedInfo().State
	if before.Msgs == 0 || !before.FirstTime.Before(now.Add(-KeepAtLeast)) {
		return 0, nil
	}
	upTo, err := c.firstSince(ctx, s, now.Add(-KeepAtLeast))
	if err != nil {
		return 0, err
	}
	upTo = min(upTo, landed+1)
	consumers := s.ListConsumers(ctx)
	for info := range consumers.Info() {
		if info.Config.Durable != "" && info.Config.AckPolicy != jetstream.AckNonePolicy {
			upTo = min(upTo, info.AckFloor.Stream+1)
		}
	}
	if err := consumers.Err(); err != nil {
		return 0, classify(err, "list the consumers of %s", stream)
	}
	if upTo <= before.FirstSeq {
		return 0, nil
	}
	if err := s.Purge(ctx, jetstream.WithPurgeSequence(upTo)); err != nil {
		return 0, classify(err, "trim stream %s", stream)
	}
	after, err := s.Info(ctx)
	if err != nil {
		return 0, classify(err, "look at stream %s", stream)
	}
	return before.Bytes - min(before.Bytes, after.State.Bytes), nil
}

// firstSince finds the first sequence that was stored at or after a time, by bisection: sequences are in order of time,
// and the stream has no gaps but at its beginning.
func (c *Client) firstSince(ctx context.Context, s jetstream.Stream, since time.Time) (uint64, error) {
	state := s.CachedInfo().State
	low, high := state.FirstSeq, state.LastSeq+1
	for low < high {
		middle := low + (high-low)/2
		m, err := s.GetMsg(ctx, middle)
		if errors.Is(err, jetstream.ErrMsgNotFound) { // trimmed meanwhile
			low = middle + 1
			continue
		}
		if err != nil {
			return 0, classify(err, "read message %d", middle)
		}
		if m.Time.Before(since) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}
