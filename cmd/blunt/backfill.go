package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
	"bluntcases.com/platform/temporal"
)

type backfillCommand struct {
	Start  backfillStart  `cmd:"" default:"withargs" help:"Load a range (the default)."`
	Pause  backfillPause  `cmd:"" help:"Finish the slice under way, then wait."`
	Resume backfillResume `cmd:"" help:"Go on."`
	Cancel backfillCancel `cmd:"" help:"Stop. What was loaded stays."`
}

func (backfillCommand) Help() string {
	return `Loads orders by the time at which they were created, in slices of adaptive width, beside the daily sync and without
touching its watermarks. Products and customers are loaded whole. Orders of the range that the shop no longer has are
deleted here, too.

  blunt backfill --follow
  blunt backfill --from 2024-01-01 --to 2025-01-01
  blunt backfill pause`
}

type backfillStart struct {
	From     string            `help:"First day, or time (RFC 3339). Without it: from the first order." placeholder:"DAY"`
	To       string            `help:"The day or time up to which, exclusive. Without it: now." placeholder:"DAY"`
	Entities []contract.Entity `help:"Only these: products, customers, orders." placeholder:"ENTITY"`
	Follow   bool              `help:"Show progress until the run ends." short:"f"`
}

func (c backfillStart) Run(ctx context.Context, s *session) error {
	from, err := parseTime("--from", c.From)
	if err != nil {
		return err
	}
	to, err := parseTime("--to", c.To)
	if err != nil {
		return err
	}
	if from.After(time.Now()) {
		return fault.Invalid("the command line", fault.Field{Name: "--from", Detail: "is in the future"})
	}
	return dispatch(ctx, s, contract.JobBackfill, contract.BackfillInput{Entities: c.Entities, From: from, To: to}, c.Follow)
}

// parseTime reads a day in UTC, or a time. Nothing is the zero time.
func parseTime(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.Invalid("the command line", fault.Field{Name: flag, Detail: fmt.Sprintf("%q is neither a day (2026-01-31) nor a time (2026-01-31T12:00:00Z)", text)})
}

type (
	backfillPause  struct{}
	backfillResume struct{}
	backfillCancel struct{}
)

func (backfillPause) Run(ctx context.Context, s *session) error {
	return tellBackfill(ctx, s, contract.UpdatePause, "it waits after the slice under way")
}

func (backfillResume) Run(ctx context.Context, s *session) error {
	return tellBackfill(ctx, s, contract.UpdateResume, "it goes on")
}

func tellBackfill(ctx context.Context, s *session, update, answer string) error {
	c, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: contract.BackfillID, UpdateName: update, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	var state contract.BackfillState
	if err == nil {
		err = handle.Get(ctx, &state)
	}
	if err != nil {
		return noBackfill(err)
	}
	return s.print(state, func(w io.Writer) { fmt.Fprintln(w, answer) })
}

func (backfillCancel) Run(ctx context.Context, s *session) error {
	c, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	// Temporal takes a request to cancel what has ended for done.
	latest, err := temporal.Look(ctx, c, contract.BackfillID, "")
	if fault.Is(err, fault.NotFound) || err == nil && !latest.Open() {
		return errNoBackfill
	}
	if err != nil {
		return err
	}
	if err := c.CancelWorkflow(ctx, contract.BackfillID, ""); err != nil {
		return noBackfill(err)
	}
	return s.print(map[string]string{"canceled": contract.BackfillID}, func(w io.Writer) { fmt.Fprintln(w, "it stops") })
}

var errNoBackfill = fault.New(fault.NotFound, "no backfill is under way")

func noBackfill(err error) error {
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return errNoBackfill
	}
	return temporalfault.Decode(err)
}
