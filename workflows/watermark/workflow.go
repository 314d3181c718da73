// Package watermark holds how far an entity of the store has been mirrored. One workflow per watermark key runs for
// ever; its history is the record of every move. A sync advances it by update when everything is stored and published;
// an operator resets it by update or, from the Temporal UI, by signal. It calls no activity.
package watermark

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

const (
	// keptMoves is how many moves the state carries along; older ones stand in closed runs' histories.
	keptMoves = 32
	// skew is by how much the clock that a run's window was cut from may be ahead of this workflow's.
	skew = time.Minute
)

// Workflow keeps one watermark. Its id is the watermark's key.
func Workflow(ctx workflow.Context, state contract.WatermarkState) error {
	w := watermark{state: state}
	w.state.Key = workflow.GetInfo(ctx).WorkflowExecution.ID
	if err := w.setup(ctx); err != nil {
		return err
	}
	return w.run(ctx)
}

type watermark struct {
	state contract.WatermarkState
}

func (w *watermark) setup(ctx workflow.Context) error {
	w.show(ctx)
	if err := workflow.SetQueryHandler(ctx, contract.WatermarkGet, func() (contract.WatermarkState, error) { return w.state, nil }); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, contract.WatermarkAdvance, w.advance,
		workflow.UpdateHandlerOptions{Validator: w.mayAdvance, Description: "A run has stored and published everything up to a time"}); err != nil {
		return err
	}
	return workflow.SetUpdateHandlerWithOptions(ctx, contract.WatermarkReset, w.reset,
		workflow.UpdateHandlerOptions{Validator: w.mayReset, Description: "An operator sets the watermark by hand, with a reason; no time forgets it"})
}

func (w *watermark) run(ctx workflow.Context) error {
	resets := workflow.GetSignalChannel(ctx, contract.WatermarkReset)
	for {
		err := workflow.Await(ctx, func() bool {
			return resets.Len() > 0 || (workflow.GetInfo(ctx).GetContinueAsNewSuggested() && workflow.AllHandlersFinished(ctx))
		})
		if err != nil {
			return err
		}
		if resets.Len() == 0 {
			return workflow.NewContinueAsNewError(ctx, contract.WatermarkWorkflow, w.state)
		}
		var in contract.WatermarkResetInput
		resets.Receive(ctx, &in)
		if err := w.mayReset(ctx, in); err != nil {
			workflow.GetLogger(ctx).Warn("refused a reset", "error", err)
			continue
		}
		if _, err := w.reset(ctx, in); err != nil {
			return err
		}
	}
}

// mayAdvance refuses to pass over anything that no run has covered.
func (w *watermark) mayAdvance(ctx workflow.Context, in contract.AdvanceInput) error {
	switch _, done := w.moveOf(in.RunID); {
	case done:
		return nil
	case in.RunID == "":
		return fault.Invalid("advance", fault.Field{Name: "/run_id", Detail: "is empty"})
	case in.To.IsZero() || in.To.Before(in.From):
		return fault.Invalid("advance", fault.Field{Name: "/to", Detail: "is not after /from"})
	case in.To.After(workflow.Now(ctx).Add(skew)):
		return fault.New(fault.WatermarkRefused, "%s cannot advance to %s: that is in the future", w.state.Key, stamp(&in.To))
	case w.state.TS == nil && !in.First:
		return fault.New(fault.WatermarkRefused, "%s was reset while run %s was under way", w.state.Key, in.RunID)
	case w.state.TS != nil && in.From.After(*w.state.TS) && !in.Floored:
		return fault.New(fault.WatermarkRefused, "run %s covers from %s, but %s stands at %s: what is between them would be lost",
			in.RunID, stamp(&in.From), w.state.Key, stamp(w.state.TS))
	}
	return nil
}

// advance is idempotent by run and never goes back.
func (w *watermark) advance(ctx workflow.Context, in contract.AdvanceInput) (contract.WatermarkMove, error) {
	if move, done := w.moveOf(in.RunID); done {
		return move, nil
	}
	after := in.To.UTC()
	if w.state.TS != nil && w.state.TS.After(after) {
		after = *w.state.TS
	}
	return w.move(ctx, contract.WatermarkMove{After: &after, RunID: in.RunID}), nil
}

func (w *watermark) moveOf(run string) (contract.WatermarkMove, bool) {
	for _, move := range w.state.Moves {
		if run != "" && move.RunID == run {
			return move, true
		}
	}
	return contract.WatermarkMove{}, false
}

func (w *watermark) mayReset(ctx workflow.Context, in contract.WatermarkResetInput) error {
	var fields []fault.Field
	if strings.TrimSpace(in.Reason) == "" {
		fields = append(fields, fault.Field{Name: "/reason", Detail: "is empty: say why, it is all that remains"})
	}
	if in.To != nil && in.To.After(workflow.Now(ctx)) {
		fields = append(fields, fault.Field{Name: "/to", Detail: "is in the future"})
	}
	if len(fields) > 0 {
		return fault.Invalid("reset of "+w.state.Key, fields...)
	}
	return nil
}

func (w *watermark) reset(ctx workflow.Context, in contract.WatermarkResetInput) (contract.WatermarkMove, error) {
	move := contract.WatermarkMove{Reason: in.Reason, By: in.By}
	if in.To != nil {
		to := in.To.UTC()
		move.After = &to
	}
	return w.move(ctx, move), nil
}

func (w *watermark) move(ctx workflow.Context, move contract.WatermarkMove) contract.WatermarkMove {
	move.Before, move.At = w.state.TS, workflow.Now(ctx)
	w.state.TS = move.After
	w.state.Moves = append(w.state.Moves, move)
	w.state.Moves = w.state.Moves[max(0, len(w.state.Moves)-keptMoves):]
	w.show(ctx)
	return move
}

// show is what an engineer reads in the Temporal UI.
func (w *watermark) show(ctx workflow.Context) {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s: %s**\n\n| at | before | after | by |\n|---|---|---|---|\n", w.state.Key, stamp(w.state.TS))
	for i := len(w.state.Moves) - 1; i >= 0; i-- {
		move := w.state.Moves[i]
		who := "run " + move.RunID
		if move.RunID == "" {
			who = move.By + ": " + move.Reason
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", stamp(&move.At), stamp(move.Before), stamp(move.After), who)
	}
	workflow.SetCurrentDetails(ctx, b.String())
}

func stamp(t *time.Time) string {
	if t == nil {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}
