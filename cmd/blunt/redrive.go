package main

import (
	"context"
	"fmt"
	"io"
)

type redriveCommand struct {
	Name   string `arg:"" name:"run" help:"The run's id, or the workflow's: its latest run."`
	Follow bool   `help:"Show progress until the run ends." short:"f"`
}

func (redriveCommand) Help() string {
	return `Starts the job of a run that has ended again, with the same input, as a new run.

  blunt runs --status failed
  blunt redrive 01981c2e-7c1a-7d52-9b7e-5c1f6a2f9f10`
}

func (c redriveCommand) Run(ctx context.Context, s *session) error {
	workflowID, runID, err := resolve(ctx, s, c.Name)
	if err != nil {
		return err
	}
	dispatcher, t, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	run, err := dispatcher.Redrive(ctx, workflowID, runID)
	if err != nil {
		return err
	}
	return started(ctx, s, t, run, c.Follow)
}

type dismissCommand struct {
	Name string `arg:"" name:"run" help:"The run's id, or the workflow's: its latest run."`
}

func (dismissCommand) Help() string {
	return `Takes a run that has ended off the list, by deleting its history. Its error event stays in sync.telemetry for good.`
}

func (c dismissCommand) Run(ctx context.Context, s *session) error {
	workflowID, runID, err := resolve(ctx, s, c.Name)
	if err != nil {
		return err
	}
	dispatcher, _, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	if err := dispatcher.Dismiss(ctx, workflowID, runID); err != nil {
		return err
	}
	return s.print(map[string]string{"dismissed": runID, "workflow_id": workflowID}, func(w io.Writer) { fmt.Fprintln(w, "dismissed") })
}
