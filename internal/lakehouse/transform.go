package lakehouse

import (
	"context"
	"embed"
	"fmt"
	"time"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
)

//go:embed transforms/*.sql
var transforms embed.FS

// Sink is where a stream's events go: by which transform into which table, and how old or new an event may be.
type Sink struct {
	Stream    string
	Table     string
	Transform string // a file of transforms/
	// Oldest and Ahead bound event_ts: not older than Oldest before its batch, not later than Ahead after it. An
	// engagement says when it happened by the producer's clock, and every hour that it names is a partition.
	Oldest, Ahead time.Duration
}

// DeadLetters is the stream of refused events, as internal/streams names it.
const DeadLetters = "TELEMETRY_DEAD_LETTERS"

const (
	day      = 24 * time.Hour
	shopAges = 30 * 365 * day
)

// Sinks lists the sinks.
func Sinks() []Sink {
	return []Sink{
		{Stream: event.StreamCommerce, Table: CommerceTelemetry, Transform: "commerce.sql", Oldest: shopAges, Ahead: day},
		{Stream: event.StreamPublication, Table: PublicationTelemetry, Transform: "publication.sql", Oldest: 30 * day, Ahead: time.Hour},
		{Stream: event.StreamSync, Table: SyncTelemetry, Transform: "sync.sql", Oldest: 400 * day, Ahead: time.Hour},
		{Stream: DeadLetters, Table: DeadLetter, Transform: "dead_letter.sql", Oldest: shopAges, Ahead: time.Hour},
	}
}

// SinkOf finds a stream's sink. Fault: NotFound.
func SinkOf(stream string) (Sink, error) {
	for _, s := range Sinks() {
		if s.Stream == stream {
			return s, nil
		}
	}
	return Sink{}, fault.New(fault.NotFound, "there is no stream %q", stream)
}

// prepare makes the view `transformed` over a batch. Variables belong to a connection, so the database has but one.
func (s Sink) prepare(ctx context.Context, db *duck.DB, b *Batch) error {
	first, last := b.Times()
	script := fmt.Sprintf("SET VARIABLE files = %s; SET VARIABLE earliest = %s; SET VARIABLE latest = %s;", duck.List([]string{b.path}),
		timestamp(first.Add(-s.Oldest)), timestamp(last.Add(s.Ahead)))
	for _, name := range []string{"macros.sql", s.Transform} {
		text, err := transforms.ReadFile("transforms/" + name)
		if err != nil {
			return err
		}
		script += "\n" + string(text)
	}
	return db.Run(ctx, script)
}

func timestamp(at time.Time) string {
	return "TIMESTAMPTZ " + duck.Text(at.UTC().Format("2006-01-02 15:04:05.999999")+"+00")
}
