package main

import (
	"context"

	"bluntcases.com/platform/internal/contract"
)

type syncCommand struct {
	Entities []contract.Entity `help:"Only these: products, customers, orders." placeholder:"ENTITY"`
	Follow   bool              `help:"Show progress until the run ends." short:"f"`
}

func (syncCommand) Help() string {
	return `Starts Shopify Bulk Sync, or finds the one that is under way.

  blunt sync --follow
  blunt sync --entities products,customers`
}

func (c syncCommand) Run(ctx context.Context, s *session) error {
	return dispatch(ctx, s, contract.JobBulkSync, contract.BulkSyncInput{Entities: c.Entities}, c.Follow)
}

// dispatch checks the input as a job's is checked, starts it, and follows the run where that is asked for.
func dispatch(ctx context.Context, s *session, name contract.JobType, input any, follow bool) error {
	if err := contract.CheckInput(name, input); err != nil {
		return err
	}
	dispatcher, c, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	run, err := dispatcher.Dispatch(ctx, contract.Job{Type: name, Input: input})
	if err != nil {
		return err
	}
	return started(ctx, s, c, run, follow)
}
