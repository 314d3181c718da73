package streams

import (
	"fmt"
	"hash/fnv"
	"time"

	"bluntcases.com/platform/internal/event"
)

// StreamDeadLetters holds the events that a transform refused, each with its reason; the table is sync.dead_letter.
const (
	StreamDeadLetters  = "TELEMETRY_DEAD_LETTERS"
	SubjectDeadLetters = "telemetry.dead_letters"
)

// KeepAtLeast is how long a message stays after it was published, whether or not it has landed.
const KeepAtLeast = 7 * 24 * time.Hour

// spec is a stream as Provision makes it.
type spec struct {
	name     string
	subjects []string
	about    string
	// window is how long the server remembers message ids. The server keeps every id of the window in memory, about 150
	// bytes each, and reads the window's messages when it starts; maxMsgs is therefore the bound of both, because a
	// message stays at least as long as its id.
	window  time.Duration
	maxMsgs int64
}

var specs = []spec{
	{
		name: event.StreamCommerce, subjects: []string{event.SubjectCommerce},
		about:  "Order lifecycle events, published from the outbox. Lands in commerce.telemetry.",
		window: 7 * 24 * time.Hour, maxMsgs: 10_000_000,
	},
	{
		name: event.StreamPublication, subjects: []string{event.SubjectPublication, event.SubjectPublication + ".*"},
		about:  "Engagement events, sharded by publisher. Lands in publication.telemetry.",
		window: time.Hour, maxMsgs: 100_000_000,
	},
	{
		name: event.StreamSync, subjects: []string{event.SubjectSync},
		about:  "What workflows did. Lands in sync.telemetry.",
		window: time.Hour, maxMsgs: 100_000_000,
	},
	{
		name: StreamDeadLetters, subjects: []string{SubjectDeadLetters},
		about:  "Events that a transform refused, with the reason. Lands in sync.dead_letter.",
		window: time.Hour, maxMsgs: 10_000_000,
	},
}

// Names lists the streams.
func Names() []string {
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.name
	}
	return names
}

// Shard is a part of a stream that is landed on its own, with an offset of its own.
type Shard struct {
	Stream   string   `json:"stream"`
	Name     string   `json:"name"`               // p0, or p0of4 where there are four
	Subjects []string `json:"subjects,omitempty"` // none means all
}

// buckets is how many subjects publication events are spread over. It is fixed, so that the number of shards can change
// without an event ever being published to a subject that no shard reads.
const buckets = 64

// Shards divides a stream. Only publication events are divided; n outside 1…64 is brought into it.
func Shards(stream string, n int) []Shard {
	n = min(max(n, 1), buckets)
	if stream != event.StreamPublication || n == 1 {
		return []Shard{{Stream: stream, Name: "p0"}}
	}
	shards := make([]Shard, n)
	for i := range shards {
		shards[i] = Shard{Stream: stream, Name: fmt.Sprintf("p%dof%d", i, n)}
		if i == 0 {
			shards[i].Subjects = []string{event.SubjectPublication}
		}
		for b := i; b < buckets; b += n {
			shards[i].Subjects = append(shards[i].Subjects, bucketSubject(b))
		}
	}
	return shards
}

// PublicationSubject is where a publisher's events go.
func PublicationSubject(publisherID string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(publisherID))
	return bucketSubject(int(h.Sum32() % buckets))
}

func bucketSubject(b int) string { return fmt.Sprintf("%s.%02d", event.SubjectPublication, b) }
