// Package housekeeping deletes rows of the schema runtime once they have served: webhooks that Shopify will not deliver
// again, and idempotency keys that no caller will repeat. The workflow Housekeeping calls it. It never touches the
// domain schema or the outbox.
package housekeeping

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

// Activities carries the database and how long rows are kept.
type Activities struct {
	queries *store.Queries
	keep    config.Retention
	now     func() time.Time
}

// New makes the activities; now is the process's clock.
func New(db store.DBTX, keep config.Retention, now func() time.Time) *Activities {
	return &Activities{queries: store.New(db), keep: keep, now: now}
}

// PurgeWebhooks forgets deliveries that are older than Shopify's repetitions.
func (a *Activities) PurgeWebhooks(ctx context.Context, _ contract.PurgeInput) (contract.Purged, error) {
	return a.purge(ctx, "webhooks", a.keep.Webhooks, a.queries.PurgeWebhooks)
}

// PurgeIdempotencyKeys forgets requests whose answer nobody asks for again.
func (a *Activities) PurgeIdempotencyKeys(ctx context.Context, _ contract.PurgeInput) (contract.Purged, error) {
	return a.purge(ctx, "idempotency keys", a.keep.IdempotencyKeys, a.queries.PurgeIdempotencyKeys)
}

// purge deletes batch by batch, each a short transaction of its own, until nothing older is left. The cut-off stands
// still meanwhile. A retry finds fewer rows and counts on from what the heartbeat said.
func (a *Activities) purge(ctx context.Context, what string, keep time.Duration, batch func(context.Context, time.Time) (int64, error)) (contract.Purged, error) {
	before := a.now().Add(-keep)
	var done contract.Heartbeat[struct{}]
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &done); err != nil {
			done.Done = 0 // a count is not worth failing for
		}
	}
	done.Unit = "rows"
	for {
		deleted, err := batch(ctx, before)
		if err != nil {
			return contract.Purged{}, fault.Wrap(fault.Unavailable, err, "purge %s", what)
		}
		if deleted == 0 {
			return contract.Purged{Rows: done.Done}, nil
		}
		done.Done += deleted
		activity.RecordHeartbeat(ctx, done)
	}
}
