package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

type lakeDeadLetters struct {
	List    deadLettersList    `cmd:"" default:"withargs" help:"List refused events that nobody has dealt with (the default)."`
	Redrive deadLettersRedrive `cmd:"" help:"Publish refused events once more, as they are."`
	Dismiss deadLettersDismiss `cmd:"" help:"Take refused events off the list."`
}

func (lakeDeadLetters) Help() string {
	return `An event that its stream's transform cannot take is kept in sync.dead_letter with the reason: malformed, too_large,
undecodable, or the name of the field that is wrong. Redrive it after an upgrade that knows it.

  blunt lake dead-letters
  blunt lake dead-letters --stream COMMERCE_TELEMETRY
  blunt lake dead-letters redrive --reason schema_version
  blunt lake dead-letters dismiss ID`
}

// mostDeadLetters bounds what is held at once: the text of a refused event is up to 64 KiB.
const mostDeadLetters = 1000

// deadLetterChoice says which refused events are meant.
type deadLetterChoice struct {
	Stream string `help:"Only this stream's." placeholder:"STREAM"`
	Reason string `help:"Only with this reason." placeholder:"REASON"`
}

func (c deadLetterChoice) filter() (lakehouse.DeadLetterFilter, error) {
	filter := lakehouse.DeadLetterFilter{Stream: c.Stream, Reason: c.Reason}
	if c.Stream == "" {
		return filter, nil
	}
	var err error
	filter.Stream, err = streamNamed("--stream", c.Stream)
	return filter, err
}

// streamNamed finds a stream by its name, in capitals or not.
func streamNamed(flag, name string) (string, error) {
	for _, known := range streams.Names() {
		if strings.EqualFold(known, name) {
			return known, nil
		}
	}
	return "", fault.Invalid("the command line", fault.Field{
		Name: flag, Detail: fmt.Sprintf("%q is none of the streams %s", name, strings.Join(streams.Names(), ", ")),
	})
}

type deadLettersList struct {
	Choice deadLetterChoice `embed:""`
	Limit  int              `default:"50" help:"Refused events on a page, 1000 at most."`
	After  string           `help:"The place that the previous page named." placeholder:"PLACE"`
}

func (deadLettersList) Help() string {
	return `Oldest first, and then how many are open of each stream with each reason. The table of dead letters follows with the
next roll: what was refused, redriven or dismissed within the last minute may not show yet.

  blunt lake dead-letters
  blunt lake dead-letters --stream COMMERCE_TELEMETRY --reason quantity --limit 500
  blunt lake dead-letters list --json | jq -r '.dead_letters[0].payload'
  blunt lake dead-letters list --json | jq '.counts'`
}

// deadLetterPage is a page of the list, with the counts of all pages.
type deadLetterPage struct {
	DeadLetters []lakehouse.RefusedEvent    `json:"dead_letters"`
	Open        int64                       `json:"open"`
	Counts      []lakehouse.DeadLetterCount `json:"counts"`
	Next        string                      `json:"next,omitempty"` // for --after
}

func (c deadLettersList) Run(ctx context.Context, s *session) error {
	if c.Limit < 1 || c.Limit > mostDeadLetters {
		return fault.Invalid("the command line", fault.Field{Name: "--limit", Detail: fmt.Sprintf("is not between 1 and %d", mostDeadLetters)})
	}
	filter, err := c.Choice.filter()
	if err != nil {
		return err
	}
	if filter.After, err = parsePlace(c.After); err != nil {
		return err
	}
	lake, err := s.lake()
	if err != nil {
		return err
	}
	filter.Limit = c.Limit + 1 // one more tells whether there is a next page
	page := deadLetterPage{DeadLetters: []lakehouse.RefusedEvent{}}
	letters, err := lake.DeadLetters(ctx, filter)
	if err != nil {
		return err
	}
	if len(letters) > c.Limit {
		letters = letters[:c.Limit]
		page.Next = place(letters[c.Limit-1])
	}
	page.DeadLetters = append(page.DeadLetters, letters...)
	if page.Counts, err = lake.CountDeadLetters(ctx, filter); err != nil {
		return err
	}
	for _, one := range page.Counts {
		page.Open += one.Events
	}
	return s.print(page, func(w io.Writer) { page.describe(w) })
}

func (p deadLetterPage) describe(w io.Writer) {
	switch {
	case p.Open == 0 && len(p.DeadLetters) == 0:
		fmt.Fprintln(w, "no refused event is open")
		return
	case len(p.DeadLetters) == 0:
		fmt.Fprintln(w, "no refused event is open after that place")
	default:
		rows := [][]string{{"ID", "AT", "STREAM", "SEQUENCE", "LINE", "REASON", "EVENT"}}
		for _, l := range p.DeadLetters {
			rows = append(rows, []string{l.ID, when(l.At), l.Stream, fmt.Sprint(l.Sequence), fmt.Sprint(l.Line), l.Reason, short(l.Payload)})
		}
		table(w, rows)
	}
	fmt.Fprintln(w)
	rows := [][]string{{"STREAM", "REASON", "OPEN"}}
	for _, one := range p.Counts {
		rows = append(rows, []string{one.Stream, one.Reason, fmt.Sprint(one.Events)})
	}
	table(w, rows)
	fmt.Fprintf(w, "\n%d of %d refused events\n", len(p.DeadLetters), p.Open)
	if p.Next != "" {
		fmt.Fprintf(w, "more: --after %s\n", p.Next)
	}
}

// place is where an event stands in the list: its time and its id, by which the list is in order. The event need not be
// open any more when the list is read on from there.
func place(l lakehouse.RefusedEvent) string { return l.At.UTC().Format(time.RFC3339Nano) + "/" + l.ID }

func parsePlace(text string) (*lakehouse.RefusedEvent, error) {
	if text == "" {
		return nil, nil
	}
	at, id, _ := strings.Cut(text, "/")
	parsed, err := time.Parse(time.RFC3339Nano, at)
	if err != nil || id == "" {
		return nil, fault.Invalid("the command line", fault.Field{Name: "--after", Detail: fmt.Sprintf("%q is no place that a page has named", text)})
	}
	return &lakehouse.RefusedEvent{At: parsed, ID: id}, nil
}

func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}
