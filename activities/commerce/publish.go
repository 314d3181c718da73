package commerce

import (
	"context"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/faultpoint"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/streams"
)

const (
	// publishPage is how many messages are in flight at once. A page is held in memory: with parts of 512 KiB before
	// compression it is a few megabytes.
	publishPage = 128
	runsPage    = 100
)

// PublishOutbox implements contract.PublishOutbox: it publishes each outbox row of the run as one message under the
// row's id, and deletes it after the acknowledgement. It returns when the run has no row left, nor any other run one that
// was there when it looked.
func (a *Activities) PublishOutbox(ctx context.Context, in contract.PublishInput) (contract.PublishResult, error) {
	var result contract.PublishResult
	backlog, err := a.outbox.OutboxBacklog(ctx, in.RunID)
	if err != nil {
		return result, fault.Wrap(fault.Unavailable, err, "count the outbox")
	}
	p := newPulse(ctx, "events", struct{}{})
	defer p.close()
	told := func() { p.set(result.Events, max(backlog.Events, result.Events), struct{}{}) }
	if err := a.drain(ctx, in.RunID, &result, told); err != nil {
		return result, err
	}
	return result, a.drainOthers(ctx, in.RunID, &result, told)
}

// drainOthers publishes what other runs have left by now. This run may have found their rows unchanged, and so written
// no events of its own: its watermark must not pass over theirs. Two publishers of one row send one message, because its
// id is the row's.
func (a *Activities) drainOthers(ctx context.Context, runID string, result *contract.PublishResult, told func()) error {
	for {
		runs, err := a.outbox.OutboxRuns(ctx, runsPage)
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "list the outbox's runs")
		}
		for _, run := range runs {
			if run.RunID == runID {
				continue
			}
			// One pass: what the run writes from now on is its own to publish.
			if _, err := a.pass(ctx, run.RunID, result, told); err != nil {
				return err
			}
		}
		if len(runs) < runsPage {
			return nil
		}
	}
}

// drain publishes a run's rows until a whole pass finds none.
func (a *Activities) drain(ctx context.Context, runID string, result *contract.PublishResult, told func()) error {
	for {
		found, err := a.pass(ctx, runID, result, told)
		if err != nil || !found {
			return err
		}
	}
}

// pass goes once through a run's rows, page by page, and tells whether it found any.
func (a *Activities) pass(ctx context.Context, runID string, result *contract.PublishResult, told func()) (found bool, err error) {
	after := ""
	for {
		page, err := a.outbox.OutboxPage(ctx, store.OutboxPageParams{RunID: runID, AfterID: after, PageSize: publishPage})
		if err != nil {
			return found, fault.Wrap(fault.Unavailable, err, "read the outbox")
		}
		if len(page) == 0 {
			return found, nil
		}
		found = true
		acknowledged, failed := a.publish(ctx, page)
		faultpoint.Hit("acknowledged") // and not deleted
		if len(acknowledged) > 0 {
			// What is stored is deleted even where the rest failed; if this fails, too, the message id keeps it single.
			if _, err := a.outbox.DeleteOutbox(ctx, acknowledged); err != nil && failed == nil {
				failed = fault.Wrap(fault.Unavailable, err, "delete what is published from the outbox")
			}
		}
		for _, row := range page[:len(acknowledged)] {
			result.Messages++
			result.Events += int64(row.EventCount)
			result.Bytes += int64(len(row.Payload))
		}
		told()
		if failed != nil {
			return found, failed
		}
		after = page[len(page)-1].ID
	}
}

// publish sends a page and waits for all of it. It returns the ids that were acknowledged before the first failure, in
// the page's order.
func (a *Activities) publish(ctx context.Context, page []store.OutboxPageRow) (acknowledged []string, err error) {
	pending := make([]*streams.Pending, 0, len(page))
	for _, row := range page {
		sent, failed := a.publisher.Send(ctx, streams.Message{
			Subject: row.Subject, ID: row.ID, Payload: row.Payload, Compressed: true, Events: int(row.EventCount),
		})
		if failed != nil {
			err = failed
			break
		}
		pending = append(pending, sent)
	}
	faultpoint.Hit("published") // and not acknowledged
	for i, one := range pending {
		if _, failed := one.Wait(ctx); failed != nil {
			return acknowledged, failed
		}
		acknowledged = append(acknowledged, page[i].ID)
	}
	return acknowledged, err
}
