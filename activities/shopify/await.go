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

// firstPoll is the pause after the first look at an operation; it doubles up to the poll period.
const firstPoll = 250 * time.Millisecond

// AwaitOperation looks at an operation once. While it runs the answer is bulk_running, to be tried again after a pause:
// polling is activity retry, which costs no history. What an operation may end in, and what the caller does about it:
//
//	COMPLETED                          the result
//	FAILED, TIMEOUT                    bulk_timeout: the window is bisected
//	FAILED, INTERNAL_SERVER_ERROR      bulk_failed: it is submitted again
//	FAILED, ACCESS_DENIED              missing_scope, naming the field: nothing helps but a grant
//	CANCELED, EXPIRED, or unknown      bulk_lost: it is submitted again
func (a *Activities) AwaitOperation(ctx context.Context, in contract.Operation) (contract.OperationResult, error) {
	o, err := a.shop.BulkOperation(ctx, in.GID)
	if err != nil {
		return contract.OperationResult{}, fmt.Errorf("look at the bulk operation: %w", err)
	}
	activity.RecordHeartbeat(ctx, contract.Heartbeat[contract.Operation]{Done: o.Objects, Unit: "objects", Cursor: in})
	if o.Status != shopify.StatusCompleted {
		return contract.OperationResult{}, a.unfinished(ctx, in, o)
	}
	result := contract.OperationResult{Operation: in, Objects: o.Objects, RootObjects: o.RootObjects}
	if o.Bytes != nil {
		result.Bytes = *o.Bytes
	}
	return result, nil
}

func (a *Activities) unfinished(ctx context.Context, in contract.Operation, o shopify.BulkOperation) error {
	switch o.Status {
	case shopify.StatusCreated, shopify.StatusRunning, shopify.StatusCanceling:
		return fault.New(fault.BulkRunning, "%s is %s with %d objects", in.GID, o.Status, o.Objects).After(a.pause(ctx))
	case shopify.StatusCanceled, shopify.StatusExpired:
		return fault.New(fault.BulkLost, "%s is %s", in.GID, o.Status)
	case shopify.StatusFailed:
		switch o.ErrorCode {
		case shopify.ErrorTimeout:
			return fault.New(fault.BulkTimeout, "%s timed out after %d objects", in.GID, o.Objects)
		case shopify.ErrorAccessDenied:
			return fmt.Errorf("%s was denied access: %w", in.GID, a.shop.ExplainDenied(ctx, o.Query))
		}
		return fault.New(fault.BulkFailed, "%s failed with %s after %d objects", in.GID, o.ErrorCode, o.Objects)
	default:
		return fault.New(fault.ShopifyRejected, "%s is in the state %s, which this version does not know", in.GID, o.Status)
	}
}

// pause grows with the attempts: a small operation is done in a second, a large one is not asked about all the time.
func (a *Activities) pause(ctx context.Context) time.Duration {
	attempt := min(activity.GetInfo(ctx).Attempt, 16)
	return min(firstPoll<<(attempt-1), a.options.PollPeriod)
}
