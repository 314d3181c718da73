package shopify

import (
	"fmt"
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func (e *env) findProducts(a graph.Arguments) (graph.List, error) {
	updated := func(p *store.Product) store.Instant { return e.indexed(p.Updated, p.Revision) }
	zero := &store.Product{}
	or := func(read func(*store.Product) any) term[*store.Product] {
		return func(p *store.Product) any {
			if p == nil {
				p = zero
			}
			return read(p)
		}
	}
	matches, err := parseSearch(a.String("query"), map[string]term[*store.Product]{
		"updated_at":   or(func(p *store.Product) any { return updated(p) }),
		"created_at":   or(func(p *store.Product) any { return p.Created }),
		"published_at": or(func(p *store.Product) any { return p.Published }),
		"id":           or(func(p *store.Product) any { return p.ID }),
		"title":        or(func(p *store.Product) any { return p.Title }),
		"status":       or(func(p *store.Product) any { return strings.ToLower(p.Status) }),
		"vendor":       or(func(p *store.Product) any { return p.Vendor }),
		"product_type": or(func(p *store.Product) any { return p.Type }),
		"tag":          or(func(p *store.Product) any { return p.Tags }),
	})
	if err != nil {
		return nil, err
	}
	f := &found[*store.Product]{id: func(p *store.Product) int64 { return p.ID }, reverse: a.Bool("reverse")}
	switch key := a.String("sortKey"); key {
	case "UPDATED_AT":
		f.key = func(p *store.Product) int64 { return int64(updated(p)) }
	case "CREATED_AT":
		f.key = func(p *store.Product) int64 { return int64(p.Created) }
	case "ID", "":
		f.key = f.id
	default:
		return nil, fmt.Errorf("sortKey %s is not supported by the simulator", key)
	}
	for _, p := range e.snap.Products {
		if updated(p) != 0 && matches(p) {
			f.items = append(f.items, p)
		}
	}
	return f.sort(), nil
}

func (e *env) findCustomers(a graph.Arguments) (graph.List, error) {
	updated := func(c *store.Customer) store.Instant { return e.indexed(c.Updated, c.Revision) }
	zero := &store.Customer{}
	or := func(read func(*store.Customer) any) term[*store.Customer] {
		return func(c *store.Customer) any {
			if c == nil {
				c = zero
			}
			return read(c)
		}
	}
	matches, err := parseSearch(a.String("query"), map[string]term[*store.Customer]{
		"updated_at":    or(func(c *store.Customer) any { return updated(c) }),
		"customer_date": or(func(c *store.Customer) any { return c.Created }),
		"id":            or(func(c *store.Customer) any { return c.ID }),
		"email":         or(func(c *store.Customer) any { return c.Email }),
		"state":         or(func(c *store.Customer) any { return c.State }),
		"tag":           or(func(c *store.Customer) any { return c.Tags }),
	})
	if err != nil {
		return nil, err
	}
	f := &found[*store.Customer]{id: func(c *store.Customer) int64 { return c.ID }, reverse: a.Bool("reverse")}
	switch key := a.String("sortKey"); key {
	case "UPDATED_AT":
		f.key = func(c *store.Customer) int64 { return int64(updated(c)) }
	case "CREATED_AT":
		f.key = func(c *store.Customer) int64 { return int64(c.Created) }
	case "ID", "":
		f.key = f.id
	default:
		return nil, fmt.Errorf("sortKey %s is not supported by the simulator", key)
	}
	for _, c := range e.snap.Customers {
		if updated(c) != 0 && matches(c) {
			f.items = append(f.items, c)
		}
	}
	return f.sort(), nil
}

func (e *env) findCollections(a graph.Arguments) (graph.List, error) {
	if a.String("query") != "" || a.String("sortKey") != "" && a.String("sortKey") != "ID" {
		return nil, fmt.Errorf("a search or sort of collections is not supported by the simulator")
	}
	f := &found[*store.Collection]{items: e.snap.Collections, id: func(c *store.Collection) int64 { return c.ID }, reverse: a.Bool("reverse")}
	f.items = append([]*store.Collection(nil), f.items...)
	f.key = f.id
	return f.sort(), nil
}

func (e *env) findEvents(a graph.Arguments) (graph.List, error) {
	zero := &store.Destruction{}
	or := func(read func(*store.Destruction) any) term[*store.Destruction] {
		return func(d *store.Destruction) any {
			if d == nil {
				d = zero
			}
			return read(d)
		}
	}
	matches, err := parseSearch(a.String("query"), map[string]term[*store.Destruction]{
		"action":       or(func(*store.Destruction) any { return "destroy" }),
		"subject_type": or(func(d *store.Destruction) any { return d.Kind }),
		"created_at":   or(func(d *store.Destruction) any { return d.At }),
		"id":           or(func(d *store.Destruction) any { return d.ID }),
	})
	if err != nil {
		return nil, err
	}
	f := &found[*store.Destruction]{id: func(d *store.Destruction) int64 { return d.ID }, reverse: a.Bool("reverse")}
	f.key = f.id
	for _, d := range e.snap.Destroyed {
		if matches(d) {
			f.items = append(f.items, d)
		}
	}
	return f.sort(), nil
}
