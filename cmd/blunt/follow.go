package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

// lookEvery is how often a run that is followed is looked at.
const lookEvery = 500 * time.Millisecond

// started prints what a dispatch came to, and follows the run where that is asked for.
func started(ctx context.Context, s *session, c client.Client, run contract.Dispatched, follow bool) error {
	if !follow {
		return s.print(run, func(w io.Writer) {
			if run.UnderWay {
				fmt.Fprintf(w, "%s is under way as run %s\n", run.WorkflowID, run.RunID)
			} else {
				fmt.Fprintf(w, "%s started as run %s\n", run.WorkflowID, run.RunID)
			}
			fmt.Fprintf(w, "%s\n", link(s, run.WorkflowID, run.RunID))
		})
	}
	if run.UnderWay {
		fmt.Fprintf(s.err, "%s is under way as run %s; following it\n", run.WorkflowID, run.RunID)
	}
	return watch(ctx, s, c, run.WorkflowID, run.RunID)
}

// link is where the run stands in the Temporal UI.
func link(s *session, workflowID, runID string) string {
	return fmt.Sprintf("%s/namespaces/%s/workflows/%s/%s", s.settings.Temporal.UI, s.settings.Temporal.Namespace, workflowID, runID)
}

// watch shows the run until it ends, and answers with its end.
func watch(ctx context.Context, s *session, c client.Client, workflowID, runID string) error {
	snapshot, err := follow(ctx, s, c, workflowID, runID)
	if err != nil {
		return err
	}
	return ended(s, snapshot)
}

// follow shows the run until it ends, and returns its end. A run that continued as new, or that is tried again, is
// followed into the next.
func follow(ctx context.Context, s *session, c client.Client, workflowID, runID string) (temporal.Snapshot, error) {
	view := newView(s.err)
	defer view.close()
	for {
		snapshot, err := temporal.Look(ctx, c, workflowID, runID)
		switch {
		case ctx.Err() != nil: // below
		case fault.Of(err).Code == fault.Unavailable && err != nil: // a server that is being restarted
		case err != nil:
			return snapshot, err
		default:
			view.show(snapshot)
			if !snapshot.Open() {
				if next, ok := successor(ctx, c, snapshot); ok {
					if snapshot.Status != "continued_as_new" {
						view.again()
					}
					runID = next
					continue
				}
				return snapshot, nil
			}
		}
		select {
		case <-ctx.Done():
			view.close()
			fmt.Fprintf(s.err, "no longer followed; the run goes on: blunt runs show %s --follow\n", workflowID)
			return snapshot, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// successor finds the run that goes on where this one stopped: its continuation, or its retry.
func successor(ctx context.Context, c client.Client, snapshot temporal.Snapshot) (string, bool) {
	if snapshot.Status == "completed" || snapshot.Status == "canceled" || snapshot.Status == "terminated" {
		return "", false
	}
	latest, err := temporal.Look(ctx, c, snapshot.WorkflowID, "")
	if err != nil || latest.RunID == snapshot.RunID {
		return "", false
	}
	return latest.RunID, true
}

func ended(s *session, snapshot temporal.Snapshot) error {
	err := s.print(snapshot, func(w io.Writer) { describeEnd(w, snapshot) }) // its steps have been shown
	if err == nil && snapshot.Status != "completed" {
		return errUnwell
	}
	return err
}

// view shows a run's steps: a bar for the one that is running, a line for each that has ended.
type view struct {
	w        io.Writer
	terminal bool
	ended    map[string]bool
	said     map[string]string
	bar      *progressbar.ProgressBar
	current  string
}

func newView(w io.Writer) *view {
	v := &view{w: w, ended: map[string]bool{}, said: map[string]string{}}
	if file, ok := w.(*os.File); ok {
		info, err := file.Stat()
		v.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return v
}

// again begins a run that is tried again: its steps are others. A run that continues as new goes on with its own.
func (v *view) again() {
	clear(v.ended)
	clear(v.said)
}

func (v *view) show(snapshot temporal.Snapshot) {
	for _, step := range snapshot.Progress.Steps {
		key := step.Name + step.Activity
		if step.State == contract.StepRunning {
			v.complain(key, step)
			continue
		}
		if v.ended[key] {
			continue
		}
		v.ended[key] = true
		v.clear()
		fmt.Fprintln(v.w, strings.TrimRight(fmt.Sprintf("%s %-34s %s", mark(step.State), step.Name, figures(step)), " "))
	}
	if running := latest(snapshot.Progress.Steps); running != nil && v.terminal {
		v.draw(*running)
	}
}

// complain prints once what keeps a running step from getting on.
func (v *view) complain(key string, step contract.Step) {
	if step.Detail == "" || v.said[key] == step.Detail {
		return
	}
	v.said[key] = step.Detail
	v.clear()
	fmt.Fprintf(v.w, "… %-34s %s\n", step.Name, step.Detail)
}

// latest is the running step that has the most to show.
func latest(steps []contract.Step) (found *contract.Step) {
	for i := range steps {
		if steps[i].State == contract.StepRunning && (found == nil || steps[i].Done > 0) {
			found = &steps[i]
		}
	}
	return found
}

func (v *view) draw(step contract.Step) {
	if v.current != step.Name {
		v.clear()
		v.current = step.Name
		total := step.Total
		if total <= 0 {
			total = -1
		}
		v.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(v.w), progressbar.OptionSetDescription(fmt.Sprintf("  %-34s", step.Name)),
			progressbar.OptionSetWidth(30), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetElapsedTime(true), progressbar.OptionSetPredictTime(step.Total > 0), progressbar.OptionSetItsString(step.Unit),
		)
	}
	if step.Total > 0 {
		v.bar.ChangeMax64(step.Total)
	}
	_ = v.bar.Set64(min(step.Done, max(step.Total, step.Done))) // a bar that cannot be drawn stops nothing
}

func (v *view) clear() {
	if v.bar != nil {
		_ = v.bar.Clear() // as above
		v.bar, v.current = nil, ""
	}
}

func (v *view) close() { v.clear() }

func mark(state contract.StepState) string {
	if state == contract.StepFailed {
		return "✗"
	}
	return "✓"
}

func figures(step contract.Step) string {
	text := step.Detail
	if step.Done > 0 && text == "" {
		text = fmt.Sprintf("%d %s", step.Done, step.Unit)
	}
	return text
}
