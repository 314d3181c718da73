package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

type deadLettersRedrive struct {
	IDs    []string         `arg:"" optional:"" name:"id" help:"Refused events, by the ids of the list."`
	Choice deadLetterChoice `embed:""`
}

func (deadLettersRedrive) Help() string {
	return `Publishes the events as they are to the subject that they came from: name them, or all of a stream or with a reason. What
is refused again is a dead letter of its own. Events that are too_large or undecodable cannot be redriven: their text was
cut. The table of dead letters follows with the next roll: until then what was redriven is still listed, and redriving it
twice publishes it once.

  blunt lake dead-letters redrive --reason schema_version
  blunt lake dead-letters redrive --stream COMMERCE_TELEMETRY
  blunt lake dead-letters redrive ID ID`
}

func (c deadLettersRedrive) Run(ctx context.Context, s *session) error {
	filter, err := meant("redrive", c.IDs, c.Choice)
	if err != nil {
		return err
	}
	a, err := s.lander()
	if err != nil {
		return err
	}
	letters, err := named(ctx, a.Lake, "redrive", filter.IDs)
	if err != nil {
		return err
	}
	if ids := idsOf(slices.DeleteFunc(letters, func(l lakehouse.RefusedEvent) bool { return !cut(l.Reason) })); len(ids) > 0 {
		return fault.New(fault.InvalidInput, "nothing was redriven: the text of %s was cut; it can be dismissed", strings.Join(ids, ", "))
	}
	filter.Whole = true
	done, err := s.deal(ctx, a.Lake, filter, "redriven", func(letters []lakehouse.RefusedEvent) (int64, error) {
		redriven, err := a.RedriveDeadLetters(ctx, contract.RedriveInput{IDs: idsOf(letters)})
		return redriven.Events, err
	})
	if done == 0 && err == nil {
		return fault.New(fault.NotFound, "nothing to redrive: no open event is meant, or its text was cut; `blunt lake dead-letters` lists those that are open")
	}
	return s.dealt("redriven", done, err)
}

type deadLettersDismiss struct {
	IDs    []string         `arg:"" optional:"" name:"id" help:"Refused events, by the ids of the list."`
	Choice deadLetterChoice `embed:""`
}

func (deadLettersDismiss) Help() string {
	return `Takes events off the list: name them, or all of a stream or with a reason. Their rows stay in sync.dead_letter. The table
of dead letters follows with the next roll: until then what was dismissed is still listed.

  blunt lake dead-letters dismiss ID ID
  blunt lake dead-letters dismiss --reason malformed --stream COMMERCE_TELEMETRY`
}

func (c deadLettersDismiss) Run(ctx context.Context, s *session) error {
	filter, err := meant("dismiss", c.IDs, c.Choice)
	if err != nil {
		return err
	}
	a, err := s.lander()
	if err != nil {
		return err
	}
	if _, err := named(ctx, a.Lake, "dismiss", filter.IDs); err != nil {
		return err
	}
	done, err := s.deal(ctx, a.Lake, filter, "dismissed", func(letters []lakehouse.RefusedEvent) (int64, error) {
		if err := a.Dismiss(ctx, letters); err != nil {
			return 0, err
		}
		return int64(len(letters)), nil
	})
	if done == 0 && err == nil {
		return fault.New(fault.NotFound, "nothing to dismiss: no open event is meant; `blunt lake dead-letters` lists those that are open")
	}
	return s.dealt("dismissed", done, err)
}

// meant is the events that the command line names: by their ids, each once, or all of a stream or with a reason.
func meant(verb string, ids []string, choice deadLetterChoice) (lakehouse.DeadLetterFilter, error) {
	filter, err := choice.filter()
	if err != nil {
		return filter, err
	}
	chosen := filter.Stream != "" || filter.Reason != ""
	if chosen == (len(ids) > 0) {
		return filter, fault.New(fault.InvalidInput, "%s what? Name either ids, or --stream, --reason or both", verb)
	}
	filter.IDs = slices.Compact(slices.Sorted(slices.Values(ids)))
	return filter, nil
}

// named finds the events with these ids. Where one of them is not open, nothing is to be done with the others either.
func named(ctx context.Context, lake *lakehouse.Lake, verb string, ids []string) ([]lakehouse.RefusedEvent, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	letters, err := lake.DeadLetters(ctx, lakehouse.DeadLetterFilter{IDs: ids, Limit: len(ids)})
	if err != nil {
		return nil, err
	}
	open := idsOf(letters)
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(open, id) })
	if len(missing) > 0 {
		return nil, fault.New(fault.NotFound, "nothing to %s: no refused event is open with the id %s; `blunt lake dead-letters` lists those that are open",
			verb, strings.Join(missing, ", "))
	}
	return letters, nil
}

func idsOf(letters []lakehouse.RefusedEvent) []string {
	ids := make([]string, len(letters))
	for i, l := range letters {
		ids[i] = l.ID
	}
	return ids
}

// cut tells whether events with this reason have lost a part of their text.
func cut(reason string) bool {
	return reason == lakehouse.ReasonTooLarge || reason == lakehouse.ReasonUndecodable
}

// deal walks over the events that are meant, a page at a time, and says how far it is. It returns how many were dealt
// with, also where an error ends it.
func (s *session) deal(
	ctx context.Context, lake *lakehouse.Lake, filter lakehouse.DeadLetterFilter, what string, do func([]lakehouse.RefusedEvent) (int64, error),
) (done int64, err error) {
	counts, err := lake.CountDeadLetters(ctx, filter)
	if err != nil {
		return 0, err
	}
	var total int64
	for _, one := range counts {
		total += one.Events
	}
	filter.Limit = mostDeadLetters
	for {
		letters, err := lake.DeadLetters(ctx, filter)
		if err != nil || len(letters) == 0 {
			return done, err
		}
		n, err := do(letters)
		if done += n; err != nil {
			return done, err
		}
		fmt.Fprintf(s.err, "%s %d of %d\n", what, done, total)
		if len(letters) < filter.Limit {
			return done, nil
		}
		// The notes of what was dealt with land later; until then the list is walked on from its last.
		filter.After = &letters[len(letters)-1]
	}
}

// dealt prints how many events were dealt with. Where an error came between, it stands after them.
func (s *session) dealt(what string, done int64, err error) error {
	if done == 0 && err != nil {
		return err
	}
	return s.partly(contract.Redriven{Events: done}, func(w io.Writer) { fmt.Fprintf(w, "events %s: %d\n", what, done) }, err)
}
