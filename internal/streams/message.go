package streams

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
)

// Limits of what is published.
const (
	MaxEvent   = 64 << 10 // bytes of one event as JSON
	MaxMessage = 1 << 20  // bytes of one message before compression

	usualEvent = 512 // bytes, to begin with a buffer of about the right size
)

// Headers of a message.
const (
	HeaderContentType     = "Content-Type"     // always application/x-ndjson
	HeaderContentEncoding = "Content-Encoding" // zstd, or absent
	HeaderEvents          = "Blunt-Events"     // how many events the message holds
)

const (
	contentType  = "application/x-ndjson"
	encodingZstd = "zstd"
)

// Message is what one publish stores durably: events as NDJSON, one a line.
type Message struct {
	Subject string
	// ID is the Nats-Msg-Id. A message that is published again under the same id within the stream's window is stored
	// once, so it is derived from what the message says, never drawn at random.
	ID         string
	Payload    []byte
	Compressed bool // the payload is one zstd frame
	Events     int
}

// NewMessage encodes events (the structs of internal/event, or json.RawMessage) into a compressed message. An empty id
// is replaced by a digest of the payload. Faults: InvalidInput names the event and the field, TooLarge the size.
func NewMessage[E any](subject, id string, events []E) (Message, error) {
	var raw bytes.Buffer
	raw.Grow(min(len(events)*usualEvent, MaxMessage))
	lines := json.NewEncoder(&raw) // ends each event with a line feed
	for i := range events {
		start := raw.Len()
		if err := lines.Encode(&events[i]); err != nil {
			return Message{}, atRow(fault.Wrap(fault.InvalidInput, err, "encode an event"), i+1)
		}
		if err := check(&events[i], raw.Bytes()[start:raw.Len()-1]); err != nil {
			return Message{}, atRow(err, i+1)
		}
	}
	if raw.Len() > MaxMessage {
		return Message{}, fault.New(fault.TooLarge, "a message of %d events is %d bytes, more than %d: send fewer at once",
			len(events), raw.Len(), MaxMessage)
	}
	if id == "" {
		id = Digest(raw.Bytes())
	}
	payload, err := Compress(raw.Bytes())
	if err != nil {
		return Message{}, err
	}
	return Message{Subject: subject, ID: id, Payload: payload, Compressed: true, Events: len(events)}, nil
}

// Digest is a message id made of what the message says.
func Digest(payload []byte) string {
	sum := sha256.Sum256(payload)
	return base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20])
}

// Line encodes one event and checks what every event must have: an id, a type, a time, and a schema version that this
// version of the platform writes.
func Line(e any) ([]byte, error) {
	line, err := json.Marshal(e)
	if err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "encode an event")
	}
	return line, check(e, line)
}

// check looks at an event and its text.
func check(e any, line []byte) error {
	if len(line) > MaxEvent {
		return fault.New(fault.TooLarge, "an event is %d bytes, more than %d", len(line), MaxEvent)
	}
	found, err := envelopeOf(e, line)
	if err != nil {
		return err
	}
	return found.check()
}

// envelope is what every event has.
type envelope struct {
	EventID       string    `json:"event_id"`
	EventType     string    `json:"event_type"`
	EventTS       time.Time `json:"event_ts"`
	SchemaVersion int       `json:"schema_version"`
}

// envelopeOf takes the envelope from the event itself where its type is known, which costs nothing, and otherwise from
// its text.
func envelopeOf(e any, line []byte) (found envelope, err error) {
	switch e := e.(type) {
	case event.Commerce:
		return envelope{e.EventID, e.EventType, e.EventTS, e.SchemaVersion}, nil
	case *event.Commerce:
		return envelope{e.EventID, e.EventType, e.EventTS, e.SchemaVersion}, nil
	case event.Publication:
		return envelope{e.EventID, e.EventType, e.EventTS, e.SchemaVersion}, nil
	case *event.Publication:
		return envelope{e.EventID, e.EventType, e.EventTS, e.SchemaVersion}, nil
	case event.Sync:
		return envelope{e.EventID, e.EventType, e.EventTS, e.SchemaVersion}, nil
	case *event.Sync:
		return envelope{e.EventID, e.EventType, e.EventTS, e.SchemaVersion}, nil
	default:
		if err := json.Unmarshal(line, &found); err != nil {
			return found, fault.Wrap(fault.InvalidInput, err, "an event is not valid")
		}
		return found, nil
	}
}

func (e envelope) check() error {
	var fields []fault.Field
	if e.EventID == "" {
		fields = append(fields, fault.Field{Name: "event_id", Detail: "is missing"})
	}
	if e.EventType == "" {
		fields = append(fields, fault.Field{Name: "event_type", Detail: "is missing"})
	}
	if e.EventTS.IsZero() {
		fields = append(fields, fault.Field{Name: "event_ts", Detail: "is missing"})
	}
	if e.SchemaVersion < 1 || e.SchemaVersion > event.SchemaVersion {
		fields = append(fields, fault.Field{Name: "schema_version", Detail: fmt.Sprintf("is %d; 1 to %d are known", e.SchemaVersion, event.SchemaVersion)})
	}
	if len(fields) > 0 {
		return fault.Invalid("event", fields...)
	}
	return nil
}

// atRow says which event of several an error speaks of.
func atRow(err error, row int) error {
	f := fault.Of(err)
	if len(f.Fields) == 0 {
		return fault.Wrap(f.Code, err, "event %d", row)
	}
	fields := make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		field.Row = int64(row)
		fields[i] = field
	}
	return fault.Invalid("event", fields...)
}

// size is the message's length before compression, as far as it can be told without decompressing.
func (m Message) size() (int, error) {
	if !m.Compressed {
		return len(m.Payload), nil
	}
	var header zstd.Header
	if err := header.Decode(m.Payload); err != nil {
		return 0, fault.Wrap(fault.InvalidInput, err, "the payload is said to be zstd, and is not")
	}
	if !header.HasFCS {
		return len(m.Payload), nil
	}
	return int(min(header.FrameContentSize, 1<<40)), nil
}

func (m Message) validate() error {
	var fields []fault.Field
	if m.Subject == "" {
		fields = append(fields, fault.Field{Name: "subject", Detail: "is missing"})
	}
	if m.ID == "" {
		fields = append(fields, fault.Field{Name: "id", Detail: "is missing"})
	}
	if len(m.Payload) == 0 || m.Events < 1 {
		fields = append(fields, fault.Field{Name: "payload", Detail: "holds no event"})
	}
	if len(fields) > 0 {
		return fault.Invalid("message", fields...)
	}
	size, err := m.size()
	if err != nil {
		return err
	}
	if size > MaxMessage || len(m.Payload) > MaxMessage {
		return fault.New(fault.TooLarge, "message %s is %d bytes, more than %d", m.ID, size, MaxMessage)
	}
	return nil
}
