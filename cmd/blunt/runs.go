package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

type runsCommand struct {
	List runsList `cmd:"" default:"withargs" help:"List runs: those under way, then the last to end (the default)."`
	Show runsShow `cmd:"" help:"Show a run, its steps and its failure."`

	History runsHistory `cmd:"" help:"Write a run's history as JSON."`
}

type runsList struct {
	Job    contract.JobType `help:"Only of this job type." placeholder:"JOB_TYPE"`
	Status string           `help:"Only running, completed, failed, canceled, terminated, timed_out or continued_as_new." placeholder:"STATUS"`
	Since  time.Duration    `help:"Only those that began within this time, for instance 24h." placeholder:"DURATION"`
	Limit  int              `help:"Runs on a page." default:"20"`
	Page   string           `help:"The page that the previous one named." placeholder:"TOKEN"`
}

func (runsList) Help() string {
	return `  blunt runs --status failed
  blunt runs --job SHOPIFY_BULK_SYNC_START --since 168h`
}

func (c runsList) Run(ctx context.Context, s *session) error {
	next, err := base64.RawURLEncoding.DecodeString(c.Page)
	if err != nil {
		return fault.Invalid("the command line", fault.Field{Name: "--page", Detail: "is no page"})
	}
	t, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	filter := temporal.Filter{JobType: c.Job, Status: c.Status}
	if c.Since > 0 {
		filter.Since = time.Now().Add(-c.Since)
	}
	page, err := temporal.List(ctx, t, filter, c.Limit, next)
	if err != nil {
		return err
	}
	return s.print(page, func(w io.Writer) {
		rows := [][]string{{"STARTED", "JOB", "STATUS", "PHASE", "RECORDS", "TOOK", "RUN"}}
		for _, run := range page.Runs {
			rows = append(rows, []string{
				run.Started.Local().Format(time.DateTime), string(run.JobType), run.Status, run.Phase, fmt.Sprint(run.Records), took(run), run.RunID,
			})
		}
		table(w, rows)
		if len(page.Next) > 0 {
			fmt.Fprintf(w, "more: --page %s\n", base64.RawURLEncoding.EncodeToString(page.Next))
		}
	})
}

func took(run temporal.Run) string {
	end := time.Now()
	if run.Ended != nil {
		end = *run.Ended
	}
	return end.Sub(run.Started).Round(100 * time.Millisecond).String()
}

type runsShow struct {
	Name   string `arg:"" name:"run" help:"A run's id, or a workflow's: the latest of it."`
	Follow bool   `help:"Show progress until the run ends." short:"f"`
}

func (runsShow) Help() string {
	return `  blunt runs show shopify-bulk-sync --follow
  blunt runs show 01981c2e-7c1a-7d52-9b7e-5c1f6a2f9f10 --json`
}

func (c runsShow) Run(ctx context.Context, s *session) error {
	t, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	workflowID, runID, err := resolve(ctx, s, c.Name)
	if err != nil {
		return err
	}
	if c.Follow {
		return watch(ctx, s, t, workflowID, runID)
	}
	snapshot, err := temporal.Look(ctx, t, workflowID, runID)
	if err != nil {
		return err
	}
	return s.print(snapshot, func(w io.Writer) { describeRun(w, snapshot) })
}

// resolve reads a run's id, or a workflow's.
func resolve(ctx context.Context, s *session, name string) (workflowID, runID string, err error) {
	t, err := s.temporal(ctx)
	if err != nil {
		return "", "", err
	}
	run, err := temporal.Find(ctx, t, name)
	if err == nil {
		return run.WorkflowID, run.RunID, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return "", "", err
	}
	return name, "", nil
}

func describeRun(w io.Writer, snapshot temporal.Snapshot) {
	describeState(w, snapshot)
	rows := [][]string{}
	for _, step := range snapshot.Progress.Steps {
		rows = append(rows, []string{"  " + step.Name, string(step.State), figures(step)})
	}
	table(w, rows)
	describeFailure(w, snapshot)
}

// describeEnd is for whoever has seen the steps.
func describeEnd(w io.Writer, snapshot temporal.Snapshot) {
	describeState(w, snapshot)
	describeFailure(w, snapshot)
}

func describeState(w io.Writer, snapshot temporal.Snapshot) {
	fmt.Fprintf(w, "%s %s: %s", snapshot.Workflow, snapshot.RunID, snapshot.Status)
	if snapshot.Progress.Phase != "" {
		fmt.Fprintf(w, " (%s)", snapshot.Progress.Phase)
	}
	fmt.Fprintf(w, ", %s\n", took(snapshot.Run))
}

func describeFailure(w io.Writer, snapshot temporal.Snapshot) {
	if f := snapshot.Failure; f != nil {
		fmt.Fprintf(w, "%s: %s\n", f.Code, strings.TrimSpace(f.Message))
		fmt.Fprintf(w, "%s acts: %s\n", f.Actor, f.Advice)
	}
}

type runsHistory struct {
	Name string `arg:"" name:"run" help:"A run's id, or a workflow's: the latest of it."`
}

func (runsHistory) Help() string {
	return `Writes the run's history as JSON, as the Temporal UI downloads it and as replay tests read it.

  blunt runs history shopify-bulk-sync > history.json`
}

func (c runsHistory) Run(ctx context.Context, s *session) error {
	workflowID, runID, err := resolve(ctx, s, c.Name)
	if err != nil {
		return err
	}
	t, err := s.temporal(ctx)
	if err != nil {
		return err
	}
	history, err := temporal.History(ctx, t, workflowID, runID)
	if err != nil {
		return err
	}
	_, err = s.out.Write(history)
	return err
}
