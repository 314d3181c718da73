package webhooks

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"go.temporal.io/api/serviceerror"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
)

// TopicBulkFinish tells that a bulk operation has ended. It is not guaranteed to come, so runs poll all the same.
const TopicBulkFinish = "bulk_operations/finish"

// Operations is the part of the Admin client that is used here.
type Operations interface {
	BulkOperation(ctx context.Context, id string) (shopify.BulkOperation, error)
}

// Signaler is the part of the Temporal client that is used here.
type Signaler interface {
	SignalWorkflow(ctx context.Context, workflowID, runID, signal string, arg any) error
}

// BulkFinish wakes the workflow that waits for the operation. Which one that is stands in the query that the operation
// was submitted with. An operation of anyone else's, and one whose workflow is gone, are passed over.
func BulkFinish(operations Operations, workflows Signaler) Handler {
	return func(ctx context.Context, delivery Delivery) error {
		var finished struct {
			ID     string `json:"admin_graphql_api_id"`
			Status string `json:"status"`
			Type   string `json:"type"`
		}
		if err := json.Unmarshal(delivery.Body, &finished); err != nil || !strings.HasPrefix(finished.ID, "gid://shopify/BulkOperation/") {
			return nil // signed by Shopify and still not what the topic promises: no repetition would mend it
		}
		if finished.Type != "" && !strings.EqualFold(finished.Type, "query") {
			return nil
		}
		operation, err := operations.BulkOperation(ctx, finished.ID)
		if fault.Is(err, fault.BulkLost) {
			return nil
		}
		if err != nil {
			return err
		}
		tag, ours := shopify.ReadTag(operation.Query)
		if !ours || tag.WorkflowID == "" {
			return nil
		}
		signal := contract.OperationFinished{GID: finished.ID, Status: strings.ToUpper(finished.Status)}
		err = workflows.SignalWorkflow(ctx, tag.WorkflowID, "", contract.SignalOperationFinished, signal)
		var gone *serviceerror.NotFound
		if errors.As(err, &gone) {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "wake the workflow %s", tag.WorkflowID)
		}
		return nil
	}
}
