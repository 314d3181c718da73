package main

import (
	"context"
	"fmt"
	"io"
	"os/user"
	"slices"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

type watermarkCommand struct {
	List  watermarkList  `cmd:"" default:"1" help:"List the watermarks (the default)."`
	Get   watermarkGet   `cmd:"" help:"Show a watermark with its last moves."`
	Reset watermarkReset `cmd:"" help:"Set a watermark by hand."`
}

func (watermarkCommand) Help() string {
	return `A watermark is how far an entity of the store has been mirrored; it moves when everything up to it is stored and
published.

  blunt watermark
  blunt watermark reset orders --to 2026-06-01 --reason "Shopify support restored orders"
  blunt watermark reset products --forget --reason "load the whole catalogue again"`
}

type watermarkList struct{}

func (watermarkList) Run(ctx context.Context, s *session) error {
	c, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	marks := temporal.NewWatermarks(c)
	var states []contract.WatermarkState
	for _, entity := range contract.MirroredEntities {
		state, err := marks.Get(ctx, entity.Watermark())
		if err != nil {
			return err
		}
		states = append(states, state)
	}
	return s.print(states, func(w io.Writer) {
		rows := [][]string{{"WATERMARK", "STANDS AT", "AGE"}}
		for _, state := range states {
			rows = append(rows, []string{state.Key, stamp(state.TS), age(state.TS)})
		}
		table(w, rows)
	})
}

type watermarkGet struct {
	Entity contract.Entity `arg:"" help:"products, customers or orders."`
}

func (c watermarkGet) Run(ctx context.Context, s *session) error {
	key, err := watermarkKey(c.Entity)
	if err != nil {
		return err
	}
	t, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	state, err := temporal.NewWatermarks(t).Get(ctx, key)
	if err != nil {
		return err
	}
	return s.print(state, func(w io.Writer) {
		fmt.Fprintf(w, "%s stands at %s\n", state.Key, stamp(state.TS))
		rows := [][]string{}
		for _, move := range slices.Backward(state.Moves) {
			why := "run " + move.RunID
			if move.RunID == "" {
				why = move.By + ": " + move.Reason
			}
			rows = append(rows, []string{"  " + stamp(&move.At), stamp(move.Before), "→ " + stamp(move.After), why})
		}
		table(w, rows)
	})
}

type watermarkReset struct {
	Entity contract.Entity `arg:"" help:"products, customers or orders."`
	To     string          `help:"Where it shall stand: a day or a time." placeholder:"TIME"`
	Forget bool            `help:"Forget it: the next sync is a first one."`
	Reason string          `help:"Why; it is all that remains." required:""`
}

func (c watermarkReset) Run(ctx context.Context, s *session) error {
	key, err := watermarkKey(c.Entity)
	if err != nil {
		return err
	}
	in := contract.WatermarkResetInput{Reason: c.Reason, By: operator()}
	switch to, err := parseTime("--to", c.To); {
	case err != nil:
		return err
	case to.IsZero() == !c.Forget:
		return fault.Invalid("the command line", fault.Field{Name: "--to", Detail: "give either a time or --forget"})
	case !to.IsZero():
		in.To = &to
	}
	t, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	move, err := temporal.NewWatermarks(t).Reset(ctx, key, in)
	if err != nil {
		return err
	}
	return s.print(move, func(w io.Writer) { fmt.Fprintf(w, "%s: %s → %s\n", key, stamp(move.Before), stamp(move.After)) })
}

func watermarkKey(entity contract.Entity) (string, error) {
	if !slices.Contains(contract.MirroredEntities, entity) {
		return "", fault.Invalid("the command line", fault.Field{Name: "entity", Detail: fmt.Sprintf("%q is not products, customers or orders", entity)})
	}
	return entity.Watermark(), nil
}

// operator is whose name stands beside the reason.
func operator() string {
	if me, err := user.Current(); err == nil {
		return me.Username
	}
	return "blunt"
}

func stamp(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

func age(t *time.Time) string {
	if t == nil {
		return ""
	}
	return time.Since(*t).Round(time.Second).String()
}
