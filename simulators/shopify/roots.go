package shopify

import (
	"fmt"
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// visibleDays is how far back orders are seen without read_all_orders.
const visibleDays = 60

// lookup resolves a global id to an object, or nil.
func (e *env) lookup(gid string) (any, error) {
	kind, id, err := store.ParseGID(gid)
	if err != nil {
		return nil, err
	}
	parent, n := store.ParentOf(id)
	switch kind {
	case "Order":
		return pointer(e.order(id)), nil
	case "Product":
		return pointer(e.snap.Product(id)), nil
	case "ProductVariant":
		return pointer(e.snap.Variant(id)), nil
	case "Customer":
		return pointer(e.snap.Customer(id)), nil
	case "Collection":
		return pointer(e.snap.Collection(id)), nil
	case "Location":
		return pointer(e.snap.Location(id)), nil
	case "BulkOperation":
		return pointer(e.server.bulk.get(id)), nil
	}
	child, ok := map[string]func(*store.Order) any{
		"LineItem":         func(o *store.Order) any { return nth(o.Lines, n) },
		"Refund":           func(o *store.Order) any { return nth(o.Refunds, n) },
		"Fulfillment":      func(o *store.Order) any { return nth(o.Fulfillments, n) },
		"Return":           func(o *store.Order) any { return nth(o.Returns, n) },
		"OrderTransaction": func(o *store.Order) any { return nth(o.Transactions, n) },
	}[kind]
	if !ok {
		return nil, fmt.Errorf("node of type %s is not supported by the simulator", kind)
	}
	if o := e.order(parent); o != nil {
		return child(o), nil
	}
	return nil, nil
}

func nth[T any](slice []T, n int) any {
	if n >= len(slice) {
		return nil
	}
	return &slice[n]
}

// order finds an order that the app may see.
func (e *env) order(id int64) *store.Order {
	if o := e.snap.Order(id); o != nil && e.sees(o) {
		return o
	}
	return nil
}

func (e *env) sees(o *store.Order) bool {
	return e.server.granted("read_all_orders") || o.Created >= e.now-visibleDays*86400
}

// indexed gives the update time that the search index knows, 0 where it does
// not know the object yet.
func (e *env) indexed(updated store.Instant, r store.Revision) store.Instant {
	if r.At != 0 && e.now < r.At.After(e.server.config.SearchLag) {
		return r.Before
	}
	return updated
}

func defineQueries(r *graph.Registry) {
	one := func(name, typ, scope string) *graph.Field {
		return &graph.Field{Name: name, Type: typ, Args: []string{"id"}, Scope: scope, Resolve: func(c *graph.Call, _ any) (any, error) {
			v, err := from(c).lookup(c.Args.String("id"))
			if err != nil || v == nil {
				return nil, err
			}
			if typ != "Node" && typeName(v) != typ {
				return nil, nil
			}
			return v, nil
		}}
	}
	root := func(name, typ, scope string, find func(e *env, a graph.Arguments) (graph.List, error)) *graph.Field {
		return &graph.Field{
			Name: name, Type: typ, Shape: graph.Connection, Scope: scope, Args: []string{"query", "sortKey"},
			Resolve: func(c *graph.Call, _ any) (any, error) { return find(from(c), c.Args) },
		}
	}
	locations := graph.Edges("locations", "Location", func(c *graph.Call, _ queryRoot) graph.List {
		return graph.Values(from(c).snap.Locations)
	}, "includeInactive", "includeLegacy", "sortKey").Needs("read_locations")
	r.Define("QueryRoot", nil,
		graph.Object("shop", "Shop", func(c *graph.Call, _ queryRoot) any { return from(c).snap.Shop }),
		graph.Object("currentAppInstallation", "AppInstallation", func(c *graph.Call, _ queryRoot) any { return from(c).client }),
		locations,
		root("orders", "Order", "read_orders", (*env).findOrders),
		root("products", "Product", "read_products", (*env).findProducts),
		root("customers", "Customer", "read_customers", (*env).findCustomers),
		root("collections", "Collection", "read_products", (*env).findCollections),
		root("events", "Event", "", (*env).findEvents),
		root("bulkOperations", "BulkOperation", "", (*env).findOperations),
		one("order", "Order", "read_orders"),
		one("product", "Product", "read_products"),
		one("productVariant", "ProductVariant", "read_products"),
		one("customer", "Customer", "read_customers"),
		one("collection", "Collection", "read_products"),
		one("location", "Location", "read_locations"),
		one("refund", "Refund", "read_orders"),
		one("fulfillment", "Fulfillment", "read_orders"),
		one("return", "Return", "read_returns"),
		one("bulkOperation", "BulkOperation", ""),
		one("node", "Node", ""),
		&graph.Field{Name: "nodes", Type: "Node", Shape: graph.Many, Args: []string{"ids"}, Resolve: resolveNodes},
		&graph.Field{Name: "ordersCount", Type: "Count", Args: []string{"query", "limit"}, Scope: "read_orders", Resolve: func(c *graph.Call, _ any) (any, error) {
			l, err := from(c).findOrders(c.Args)
			if err != nil {
				return nil, err
			}
			return count(l.Len()), nil
		}},
	)
}

// maxIDs is the most that an array argument may hold.
const maxIDs = 250

func resolveNodes(c *graph.Call, _ any) (any, error) {
	ids, _ := c.Args["ids"].([]any)
	if len(ids) > maxIDs {
		return nil, &graph.Error{
			Message:    fmt.Sprintf("The input array size of %d is greater than the maximum allowed of %d.", len(ids), maxIDs),
			Extensions: map[string]any{"code": "MAX_INPUT_SIZE_EXCEEDED"},
		}
	}
	nodes := make([]any, len(ids))
	for i, id := range ids {
		gid, _ := id.(string)
		var err error
		if nodes[i], err = from(c).lookup(gid); err != nil {
			return nil, err
		}
	}
	return graph.Values(nodes), nil
}

func (e *env) findOrders(a graph.Arguments) (graph.List, error) {
	updated := func(o *store.Order) store.Instant { return e.indexed(o.Updated, o.Revision) }
	matches, err := parseSearch(a.String("query"), orderTerms(updated))
	if err != nil {
		return nil, err
	}
	match := func(o *store.Order) bool { return updated(o) != 0 && e.sees(o) && matches(o) }
	if e.snap.Streamed() {
		return streamed{e.snap, match}, nil
	}
	f := &found[*store.Order]{id: func(o *store.Order) int64 { return o.ID }, reverse: a.Bool("reverse")}
	switch key := a.String("sortKey"); key {
	case "UPDATED_AT":
		f.key = func(o *store.Order) int64 { return int64(updated(o)) }
	case "CREATED_AT":
		f.key = func(o *store.Order) int64 { return int64(o.Created) }
	case "PROCESSED_AT", "":
		f.key = func(o *store.Order) int64 { return int64(o.Processed) }
	case "ID":
		f.key = f.id
	default:
		return nil, fmt.Errorf("sortKey %s is not supported by the simulator", key)
	}
	for o := range e.snap.Orders() {
		if match(o) {
			f.items = append(f.items, o)
		}
	}
	return f.sort(), nil
}

func orderTerms(updated func(*store.Order) store.Instant) map[string]term[*store.Order] {
	at := func(read func(*store.Order) store.Instant) term[*store.Order] {
		return func(o *store.Order) any {
			if o == nil {
				return store.Instant(0)
			}
			return read(o)
		}
	}
	text := func(read func(*store.Order) string) term[*store.Order] {
		return func(o *store.Order) any {
			if o == nil {
				return ""
			}
			return strings.ToLower(read(o))
		}
	}
	number := func(read func(*store.Order) int64) term[*store.Order] {
		return func(o *store.Order) any {
			if o == nil {
				return int64(0)
			}
			return read(o)
		}
	}
	return map[string]term[*store.Order]{
		"updated_at":         at(updated),
		"created_at":         at(func(o *store.Order) store.Instant { return o.Created }),
		"processed_at":       at(func(o *store.Order) store.Instant { return o.Processed }),
		"id":                 number(func(o *store.Order) int64 { return o.ID }),
		"customer_id":        number(func(o *store.Order) int64 { return o.Customer }),
		"name":               text(func(o *store.Order) string { return o.Name }),
		"email":              text(func(o *store.Order) string { return o.Email }),
		"financial_status":   text(func(o *store.Order) string { return o.Totals.Financial }),
		"fulfillment_status": text(func(o *store.Order) string { return o.Totals.Fulfillment }),
		"return_status":      text(func(o *store.Order) string { return o.Totals.Return }),
		"status":             text(orderState),
		"test":               func(o *store.Order) any { return o != nil && o.Test },
		"tag": func(o *store.Order) any {
			if o == nil {
				return []string(nil)
			}
			return o.Tags
		},
	}
}

func orderState(o *store.Order) string {
	switch {
	case o.Cancelled != 0:
		return "cancelled"
	case o.Closed != 0:
		return "closed"
	}
	return "open"
}
