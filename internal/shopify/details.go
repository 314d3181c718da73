package shopify

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/fault"
)

// Detail names a query for what a bulk operation cannot give: the connections below a list.
type Detail string

// The detail queries.
const (
	RefundDetails      Detail = "details_refunds"
	FulfillmentDetails Detail = "details_fulfillments"
	AgreementDetails   Detail = "details_order_agreements" // of edited orders
)

// Details are all of them, in the order in which they are archived.
var Details = []Detail{RefundDetails, FulfillmentDetails, AgreementDetails}

const (
	pageSize  = 250 // rows of a connection that is read alone
	salesSize = 25  // sales of an agreement that are read with it
)

func (c *Client) plan(detail Detail) *plan {
	p, _ := c.plans.LoadOrStore(detail, &plan{ids: firstIDs, top: firstTop})
	return p.(*plan)
}

// DetailBatch is how many ids Details reads with one query at present.
func (c *Client) DetailBatch(detail Detail) int {
	ids, _ := c.plan(detail).read()
	return ids
}

// Details reads the nodes of the ids and gives each to visit as one line of JSON, with its id and __typename. A node
// whose connection has further pages is given again for each of them, with that page's rows. It returns how many ids
// Shopify no longer knows.
func (c *Client) Details(ctx context.Context, detail Detail, ids []string, visit func(jsontext.Value) error) (missing int, err error) {
	op := load(string(detail))
	p := c.plan(detail)
	for len(ids) > 0 {
		count, top := p.read()
		count = min(count, len(ids))
		nodes, spent, err := c.nodes(ctx, op, ids[:count], top, "", "", salesSize)
		if errors.Is(err, ErrTooCostly) && p.tooCostly(count) {
			continue
		}
		if err != nil {
			return missing, err
		}
		more := 0
		for _, node := range nodes {
			if node.ID == "" {
				missing++
				continue
			}
			again, err := c.rest(ctx, op, node, visit)
			if err != nil {
				return missing, err
			}
			if again {
				more++
			}
		}
		p.learn(count, more, top, spent)
		ids = ids[count:]
	}
	return missing, nil
}

// detailNode is a node as it came, and what tells whether there is more of it.
type detailNode struct {
	raw                  jsontext.Value
	ID                   string      `json:"id"`
	RefundLineItems      *connection `json:"refundLineItems"`
	FulfillmentLineItems *connection `json:"fulfillmentLineItems"`
	Agreements           *agreements `json:"agreements"`
	// These are read with the refund and not paged: a refund with more of them than the query asks for is refused.
	RefundShippingLines *connection `json:"refundShippingLines"`
	OrderAdjustments    *connection `json:"orderAdjustments"`
	Transactions        *connection `json:"transactions"`
}

type (
	connection struct {
		PageInfo pageInfo `json:"pageInfo"`
	}
	agreements struct {
		Nodes []struct {
			Sales connection `json:"sales"`
		} `json:"nodes"`
		PageInfo pageInfo `json:"pageInfo"`
	}
)

// page is where the node's paged connection ends.
func (n detailNode) page() pageInfo {
	switch {
	case n.RefundLineItems != nil:
		return n.RefundLineItems.PageInfo
	case n.FulfillmentLineItems != nil:
		return n.FulfillmentLineItems.PageInfo
	case n.Agreements != nil:
		return n.Agreements.PageInfo
	default:
		return pageInfo{}
	}
}

// moreSales tells whether an agreement of the page has sales that the page does not hold.
func (n detailNode) moreSales() bool {
	if n.Agreements != nil {
		for _, agreement := range n.Agreements.Nodes {
			if agreement.Sales.PageInfo.HasNextPage {
				return true
			}
		}
	}
	return false
}

func (n detailNode) cut() string {
	for name, c := range map[string]*connection{
		"refundShippingLines": n.RefundShippingLines, "orderAdjustments": n.OrderAdjustments, "transactions": n.Transactions,
	} {
		if c != nil && c.PageInfo.HasNextPage {
			return name
		}
	}
	return ""
}

// rest gives the node and its further pages to visit, and tells whether there were any.
func (c *Client) rest(ctx context.Context, op operation, node detailNode, visit func(jsontext.Value) error) (bool, error) {
	if name := node.cut(); name != "" {
		return false, fault.New(fault.ShopifyRejected, "%s has more %s than the operation %s reads", node.ID, name, op.name)
	}
	if node.moreSales() {
		return true, c.walkAgreements(ctx, op, node.ID, visit)
	}
	if err := visit(node.raw); err != nil {
		return false, err
	}
	more := false
	for page := node.page(); page.HasNextPage; page = node.page() {
		more = true
		top := pageSize
		if node.Agreements != nil {
			top = shortestTop // each brings sales of its own
		}
		next, err := c.node(ctx, op, node.ID, top, page.EndCursor, "", salesSize)
		if err != nil {
			return more, err
		}
		if next.moreSales() {
			return true, c.walkAgreements(ctx, op, node.ID, visit) // what is given twice is the same twice
		}
		if err := visit(next.raw); err != nil {
			return more, err
		}
		node = next
	}
	return more, nil
}

// walkAgreements reads an order's agreements one at a time, each with all pages of its sales: an agreement is no node
// that could be asked for alone.
func (c *Client) walkAgreements(ctx context.Context, op operation, id string, visit func(jsontext.Value) error) error {
	for after, more := "", true; more; {
		for sales := ""; ; {
			node, err := c.node(ctx, op, id, 1, after, sales, pageSize)
			if err != nil {
				return err
			}
			if err := visit(node.raw); err != nil {
				return err
			}
			if node.Agreements == nil || len(node.Agreements.Nodes) == 0 {
				return nil
			}
			page := node.Agreements.Nodes[0].Sales.PageInfo
			if !page.HasNextPage {
				after, more = node.Agreements.PageInfo.EndCursor, node.Agreements.PageInfo.HasNextPage
				break
			}
			sales = page.EndCursor
		}
	}
	return nil
}

// node reads a page of one node: up to top rows of its connection, or fewer where so many cost too much.
func (c *Client) node(ctx context.Context, op operation, id string, top int, after, salesAfter string, sales int) (detailNode, error) {
	nodes, _, err := c.nodes(ctx, op, []string{id}, top, after, salesAfter, sales)
	for errors.Is(err, ErrTooCostly) && (top > 1 || sales > 1) {
		if top > 1 {
			top /= 2
		} else {
			sales /= 2
		}
		nodes, _, err = c.nodes(ctx, op, []string{id}, top, after, salesAfter, sales)
	}
	if err != nil {
		return detailNode{}, err
	}
	if nodes[0].ID == "" {
		// It was there a moment ago. Half of it must not pass for the whole.
		return detailNode{}, fault.New(fault.Unavailable, "%s went away while its pages were read", id)
	}
	return nodes[0], nil
}

func (c *Client) nodes(ctx context.Context, op operation, ids []string, top int, after, salesAfter string, sales int) ([]detailNode, cost, error) {
	variables := map[string]any{"ids": ids, "first": top}
	if after != "" {
		variables["after"] = after
	}
	if op.name == string(AgreementDetails) {
		variables["salesFirst"] = sales
		if salesAfter != "" {
			variables["salesAfter"] = salesAfter
		}
	}
	var out struct {
		Nodes []jsontext.Value `json:"nodes"`
	}
	expected := demand{fmt.Sprintf("%s/%d/%d", op.name, top, sales), len(ids)}
	spent, err := c.execute(ctx, op, expected, variables, &out)
	if err != nil {
		return nil, spent, err
	}
	if len(out.Nodes) != len(ids) {
		return nil, spent, fault.New(fault.ShopifyRejected, "%s: asked for %d nodes, got %d", op.name, len(ids), len(out.Nodes))
	}
	nodes := make([]detailNode, len(ids))
	for i, raw := range out.Nodes {
		if raw.Kind() == 'n' {
			continue
		}
		if err := json.Unmarshal(raw, &nodes[i]); err != nil {
			return nil, spent, fault.Wrap(fault.ShopifyRejected, err, "%s has another shape than the operation", ids[i])
		}
		if err := raw.Compact(); err != nil {
			return nil, spent, fault.Wrap(fault.ShopifyRejected, err, "%s is not JSON", ids[i])
		}
		nodes[i].raw = raw
	}
	return nodes, spent, nil
}
