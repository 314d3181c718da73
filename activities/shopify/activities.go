package shopify

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/shopify"
)

// Options are what an operator may set.
type Options struct {
	SlotLimit  int           // bulk operations at once, of Shopify's five
	PollPeriod time.Duration // longest pause between two looks at a bulk operation
	DetailPart int           // bytes of details that are held in memory before they are put away
}

// Activities carries what the activities need; a process makes one per shop.
type Activities struct {
	shop    *shopify.Client
	bucket  *objects.Bucket
	options Options
	slot    chan struct{} // held while a submission counts the shop's operations and adds one
}

// New makes the activities of the client's shop. Archives go into the bucket.
func New(shop *shopify.Client, bucket *objects.Bucket, options Options) *Activities {
	if options.SlotLimit <= 0 {
		options.SlotLimit = 4
	}
	if options.PollPeriod <= 0 {
		options.PollPeriod = 5 * time.Second
	}
	if options.DetailPart <= 0 {
		options.DetailPart = 8 << 20
	}
	return &Activities{shop: shop, bucket: bucket, options: options, slot: make(chan struct{}, 1)}
}

const beat = 2 * time.Second

// heartbeat reports where the work stands at once and then every two seconds, until the returned function is called.
func heartbeat[Cursor any](ctx context.Context, read func() contract.Heartbeat[Cursor]) (stop func()) {
	activity.RecordHeartbeat(ctx, read())
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx, read())
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}

// resume reads the cursor that an earlier attempt left. It is false on the first attempt, and where the cursor is of
// another version of the platform.
func resume[Cursor any](ctx context.Context) (cursor Cursor, ok bool) {
	if !activity.HasHeartbeatDetails(ctx) {
		return cursor, false
	}
	var beat contract.Heartbeat[Cursor]
	if err := activity.GetHeartbeatDetails(ctx, &beat); err != nil {
		return cursor, false
	}
	return beat.Cursor, true
}
