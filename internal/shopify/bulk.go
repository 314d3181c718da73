package shopify

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// Status is the state of a bulk operation.
type Status string

// The states. CANCELING is not terminal.
const (
	StatusCreated   Status = "CREATED"
	StatusRunning   Status = "RUNNING"
	StatusCanceling Status = "CANCELING"
	StatusCanceled  Status = "CANCELED"
	StatusCompleted Status = "COMPLETED"
	StatusFailed    Status = "FAILED"
	StatusExpired   Status = "EXPIRED"
)

// Ended tells whether the operation changes no more.
func (s Status) Ended() bool {
	return slices.Contains([]Status{StatusCanceled, StatusCompleted, StatusFailed, StatusExpired}, s)
}

// Error codes of a failed bulk operation.
const (
	ErrorAccessDenied = "ACCESS_DENIED"
	ErrorTimeout      = "TIMEOUT"
)

// BulkOperation is a bulk operation as Shopify tells it. Its URLs are signed and valid for seven days: they never leave
// the process.
type BulkOperation struct {
	ID          string     `json:"id"`
	Type        string     `json:"type"` // QUERY or MUTATION
	Status      Status     `json:"status"`
	ErrorCode   string     `json:"errorCode"`
	CreatedAt   time.Time  `json:"createdAt"`
	CompletedAt *time.Time `json:"completedAt"`
	// Shopify sends the counts as strings.
	Objects     int64  `json:"objectCount,string"`
	RootObjects int64  `json:"rootObjectCount,string"`
	Bytes       *int64 `json:"fileSize,string"`
	URL         string `json:"url"`            // empty: no rows, or not completed
	PartialURL  string `json:"partialDataUrl"` // what a failed operation had written
	Query       string `json:"query"`
}

// RunBulkQuery submits a bulk query. It is not idempotent: where the answer is lost (fault.Unavailable), look for the
// tag among FindBulkOperations before submitting again. fault.BulkSlots where the shop runs as many as it may.
func (c *Client) RunBulkQuery(ctx context.Context, query string) (BulkOperation, error) {
	var out struct {
		Run struct {
			Operation  *BulkOperation `json:"bulkOperation"`
			UserErrors []userError    `json:"userErrors"`
		} `json:"bulkOperationRunQuery"`
	}
	if err := c.do(ctx, opBulkRun, map[string]any{"query": query}, &out); err != nil {
		return BulkOperation{}, err
	}
	for _, e := range out.Run.UserErrors {
		if e.Code == "OPERATION_IN_PROGRESS" || e.Code == "LIMIT_REACHED" {
			return BulkOperation{}, fault.New(fault.BulkSlots, "the shop runs as many bulk operations as it may (%s)", e.Code)
		}
	}
	if len(out.Run.UserErrors) > 0 {
		return BulkOperation{}, rejected("the bulk query", out.Run.UserErrors)
	}
	if out.Run.Operation == nil {
		return BulkOperation{}, fault.New(fault.Unavailable, "Shopify answered with neither an operation nor an error")
	}
	return *out.Run.Operation, nil
}

// BulkOperation reads one bulk operation; fault.BulkLost where Shopify knows none of that id.
func (c *Client) BulkOperation(ctx context.Context, id string) (BulkOperation, error) {
	var out struct {
		Operation *BulkOperation `json:"bulkOperation"`
	}
	if err := c.do(ctx, opBulkOperation, map[string]any{"id": id}, &out); err != nil {
		return BulkOperation{}, err
	}
	if out.Operation == nil {
		return BulkOperation{}, fault.New(fault.BulkLost, "Shopify does not know the bulk operation %s", id)
	}
	return *out.Operation, nil
}

const (
	operationsPage = 50
	maxPages       = 20 // of bulk operations: a thousand of them
)

// FindBulkOperations yields the shop's bulk operations newest first, anyone's among them, until visit answers false.
// Search is Shopify's syntax, for instance "operation_type:query"; empty for all.
func (c *Client) FindBulkOperations(ctx context.Context, search string, visit func(BulkOperation) bool) error {
	variables := map[string]any{"first": operationsPage}
	if search != "" {
		variables["query"] = search
	}
	for range maxPages {
		var out struct {
			Operations struct {
				Nodes    []BulkOperation `json:"nodes"`
				PageInfo pageInfo        `json:"pageInfo"`
			} `json:"bulkOperations"`
		}
		if err := c.do(ctx, opBulkOperations, variables, &out); err != nil {
			return err
		}
		for _, operation := range out.Operations.Nodes {
			if !visit(operation) {
				return nil
			}
		}
		if !out.Operations.PageInfo.HasNextPage {
			return nil
		}
		variables["after"] = out.Operations.PageInfo.EndCursor
	}
	return nil
}

// CancelBulk asks Shopify to cancel an operation that carries the key. It refuses one that does not: what is not ours
// is never canceled. Canceling is asynchronous.
func (c *Client) CancelBulk(ctx context.Context, id, key string) error {
	operation, err := c.BulkOperation(ctx, id)
	if err != nil {
		return err
	}
	if tag, ours := ReadTag(operation.Query); !ours || tag.Key != key {
		return fault.New(fault.Conflict, "the bulk operation %s does not carry the key %s", id, key)
	}
	if operation.Status.Ended() {
		return nil
	}
	var out struct {
		Cancel struct {
			UserErrors []userError `json:"userErrors"`
		} `json:"bulkOperationCancel"`
	}
	if err := c.do(ctx, opBulkCancel, map[string]any{"id": id}, &out); err != nil {
		return fmt.Errorf("cancel %s: %w", id, err)
	}
	if len(out.Cancel.UserErrors) > 0 {
		return rejected("to cancel the bulk operation", out.Cancel.UserErrors)
	}
	return nil
}

// pageInfo is where a connection's page ends.
type pageInfo struct {
	HasNextPage bool   `json:"hasNextPage"`
	EndCursor   string `json:"endCursor"`
}
