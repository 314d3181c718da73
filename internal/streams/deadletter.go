package streams

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
)

// Types of dead-letter records.
const (
	Refused   = "refused"
	Redriven  = "redriven"
	Dismissed = "dismissed"
)

// DeadLetter is one row of sync.dead_letter: an event that a transform refused, or what became of it later.
type DeadLetter struct {
	EventID       string    `json:"event_id"`
	EventType     string    `json:"event_type"`
	EventTS       time.Time `json:"event_ts"`
	DeadLetterID  string    `json:"dead_letter_id"`
	Stream        string    `json:"stream"`
	Subject       string    `json:"subject"`
	Sequence      uint64    `json:"sequence"`
	Line          int       `json:"line"`
	Reason        string    `json:"reason"`
	Payload       string    `json:"payload,omitempty"`
	SchemaVersion int       `json:"schema_version"`
}

// DeadLetterID derives a refusal's id from where the event stands, so that a roll that refuses it again says the same.
func DeadLetterID(stream string, born time.Time, sequence uint64, line int) string {
	return Digest(fmt.Appendf(nil, "%s|%d|%d|%d", stream, born.UnixNano(), sequence, line))
}

// deadLetterBytes is the size at which a message of dead letters is full; one of them may be larger than an event may be.
const deadLetterBytes = MaxMessage / 2

// DeadLetterMessages packs records into as few messages as their sizes allow, their ids derived from what they say.
func DeadLetterMessages(records []DeadLetter) ([]Message, error) {
	var messages []Message
	var raw bytes.Buffer
	count := 0
	pack := func() error {
		if count == 0 {
			return nil
		}
		payload, err := Compress(raw.Bytes())
		if err != nil {
			return err
		}
		messages = append(messages, Message{
			Subject: SubjectDeadLetters, ID: Digest(raw.Bytes()), Payload: payload, Compressed: true, Events: count,
		})
		raw.Reset()
		count = 0
		return nil
	}
	for _, r := range records {
		r.SchemaVersion = event.SchemaVersion
		line, err := json.Marshal(r)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "encode a dead letter")
		}
		if raw.Len() > 0 && raw.Len()+len(line) > deadLetterBytes {
			if err := pack(); err != nil {
				return nil, err
			}
		}
		raw.Write(line)
		raw.WriteByte('\n')
		count++
	}
	return messages, pack()
}
