package shopify

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
)

// documents are the bulk queries by what they read.
var documents = map[contract.Entity]map[contract.Selection]shopify.BulkDocument{
	contract.Orders:    {contract.Whole: shopify.BulkOrders, contract.IDsOnly: shopify.BulkOrderIDs},
	contract.Products:  {contract.Whole: shopify.BulkProducts, contract.IDsOnly: shopify.BulkProductIDs},
	contract.Customers: {contract.Whole: shopify.BulkCustomers},
}

// lookBack is how long before an activity was scheduled an operation of the same key may have been submitted: by the
// same activity before its workflow was reset.
const lookBack = 24 * time.Hour

// SubmitOperation starts a bulk query, or attaches to the one that carries the same key: that of an earlier attempt
// whose answer was lost, or whose process died before it could tell. It keeps within the shop's slots, and answers
// bulk_slots, to be tried again, where they are taken.
func (a *Activities) SubmitOperation(ctx context.Context, in contract.SubmitInput) (contract.Operation, error) {
	if operation, ok := resume[contract.Operation](ctx); ok && operation.Key == in.Key {
		return operation, nil
	}
	document, ok := documents[in.Entity][in.Selection]
	if !ok {
		return contract.Operation{}, fault.New(fault.Unsupported, "there is no bulk query for %s (%s)", in.Entity, in.Selection)
	}
	search := shopify.Search{Field: shopify.Field(in.Field), From: in.Window.From, To: in.Window.To}
	query, err := shopify.BulkQuery(document, search, shopify.Tag{Key: in.Key, WorkflowID: in.WorkflowID})
	if err != nil {
		return contract.Operation{}, err
	}
	gid, err := a.attachOrRun(ctx, in.Key, query)
	if err != nil {
		return contract.Operation{}, fmt.Errorf("submit the bulk query for %s: %w", in.Entity, err)
	}
	operation := contract.Operation{GID: gid, Key: in.Key}
	activity.RecordHeartbeat(ctx, contract.Heartbeat[contract.Operation]{Cursor: operation})
	return operation, nil
}

func (a *Activities) attachOrRun(ctx context.Context, key, query string) (string, error) {
	select {
	case a.slot <- struct{}{}:
		defer func() { <-a.slot }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	seen, err := a.look(ctx, key)
	if err != nil {
		return "", err
	}
	if seen.gid != "" {
		return seen.gid, nil
	}
	if len(seen.running) >= a.options.SlotLimit {
		return "", fault.New(fault.BulkSlots, "%d bulk queries of the shop are running, of %d that the platform allows itself",
			len(seen.running), a.options.SlotLimit).After(a.options.PollPeriod)
	}
	operation, err := a.shop.RunBulkQuery(ctx, query)
	if fault.Is(err, fault.BulkSlots) {
		return "", fault.Of(err).After(a.options.PollPeriod)
	}
	return operation.ID, err
}

// sighting is what the list of the shop's bulk operations shows.
type sighting struct {
	gid     string          // of the operation that carries the key
	running map[string]bool // queries that have not ended, anyone's
}

func (a *Activities) look(ctx context.Context, key string) (sighting, error) {
	seen := sighting{running: map[string]bool{}}
	horizon := activity.GetInfo(ctx).ScheduledTime.Add(-lookBack)
	visit := func(o shopify.BulkOperation) bool {
		if tag, ours := shopify.ReadTag(o.Query); ours && tag.Key == key {
			seen.gid = o.ID
			return false
		}
		if !o.Status.Ended() {
			seen.running[o.ID] = true
		}
		return o.CreatedAt.After(horizon)
	}
	if err := a.shop.FindBulkOperations(ctx, "operation_type:query", visit); err != nil || seen.gid != "" {
		return seen, err
	}
	// A query may run for ten days, longer than the list is read back.
	err := a.shop.FindBulkOperations(ctx, "operation_type:query status:running", func(o shopify.BulkOperation) bool {
		seen.running[o.ID] = true
		return true
	})
	return seen, err
}
