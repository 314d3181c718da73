package main

import (
	"context"
	"encoding/json"
	"fmt"

	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

// rollOf is what the roll of a stream is started with: only publication events are divided.
func rollOf(stream string, cfg config.Lake) contract.StreamRollInput {
	in := contract.StreamRollInput{Stream: stream}
	if stream == event.StreamPublication && cfg.PublicationShards > 1 {
		in.Shards = cfg.PublicationShards
	}
	return in
}

// reshard starts a roll that is under way anew where it divides its stream otherwise than the settings say. It may be
// ended anywhere: where its shards stand is in the table, and shards that are new begin where the last of the old ones
// stood. It tells whether it did.
func reshard(ctx context.Context, d *temporal.Dispatcher, c client.Client, job contract.Job, under contract.Dispatched) (bool, error) {
	want, ok := job.Input.(contract.StreamRollInput)
	if !ok {
		return false, nil
	}
	run, err := temporal.Find(ctx, c, under.RunID)
	if fault.Is(err, fault.NotFound) {
		return false, nil // it has been renewed since: the next provisioning finds it
	}
	if err != nil {
		return false, err
	}
	var have contract.StreamRollInput
	if err := json.Unmarshal(run.Job, &have); err != nil {
		return false, fault.Wrap(fault.Internal, err, "read what %s was started with", under.WorkflowID)
	}
	if max(have.Shards, 1) == max(want.Shards, 1) {
		return false, nil
	}
	reason := fmt.Sprintf("%d shards instead of %d", max(want.Shards, 1), max(have.Shards, 1))
	if err := c.TerminateWorkflow(ctx, under.WorkflowID, under.RunID, reason); err != nil {
		return false, fault.Wrap(fault.Unavailable, err, "end %s", under.WorkflowID)
	}
	_, err = d.Dispatch(ctx, job)
	return err == nil, err
}
