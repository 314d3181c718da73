package main

import (
	"context"
	"fmt"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

type replayCommand struct {
	RunID  string `arg:"" help:"The run whose archive is loaded; see blunt runs."`
	Force  bool   `help:"Write rows again whose source has not changed: after a mapping was mended."`
	Follow bool   `help:"Show progress until the run ends." short:"f"`
}

func (replayCommand) Help() string {
	return `Loads what a run archived, without Shopify. Older data never overwrites newer and revives nothing, so a replay of any
age is safe.

  blunt replay 01981c2e-7c1a-7d52-9b7e-5c1f6a2f9f10 --follow`
}

func (c replayCommand) Run(ctx context.Context, s *session) error {
	if err := c.archived(ctx, s); err != nil {
		return err
	}
	return dispatch(ctx, s, contract.JobReplay, contract.ReplayInput{RunID: c.RunID, Force: c.Force}, c.Follow)
}

// archived tells a run that has archived something from a slip of the pen.
func (c replayCommand) archived(ctx context.Context, s *session) error {
	client, err := s.objects()
	if err != nil {
		return err
	}
	for _, err := range client.Bucket(s.settings.Objects.ArchiveBucket).List(ctx, contract.ArchivePrefix(c.RunID)) {
		if err != nil {
			return fmt.Errorf("look for the run's archive: %w", err)
		}
		return nil
	}
	return fault.New(fault.NotFound, "the archive holds nothing of run %s", c.RunID)
}
