package mirror

import (
	"context"
	"slices"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/lifecycle"
	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/uid"
)

// kind is what differs between the entities.
type kind struct {
	group  string // of staging tables
	prefix uid.Prefix
	layout archive.Layout
	tables []string // that a merge writes, the root first
	mapper func(*run) mapper
}

// mapper maps one aggregate and puts its rows into the batch. It is used by one goroutine.
type mapper interface {
	put(ctx context.Context, b *batch, a *archive.Aggregate, fresh bool, prior *lifecycle.Prior) error
}

func (k *kind) roots() string { return query("roots_" + k.group) }

func kindOf(entity contract.Entity) (*kind, error) {
	switch entity {
	case contract.Orders:
		return &kind{
			group: "order", prefix: uid.OrderHeader, layout: archive.Layout{Nested: []string{"Return"}},
			tables: row.Tables("order"),
			mapper: func(r *run) mapper {
				return &orderMapper{run: r, events: lifecycle.Writer{Shop: r.load.Shop, RunID: r.load.RunID}}
			},
		}, nil
	case contract.Products:
		return &kind{
			group: "product", prefix: uid.Product, tables: row.Tables("product"),
			mapper: func(r *run) mapper { return &productMapper{run: r} },
		}, nil
	case contract.Customers:
		return &kind{
			group: "customer", prefix: uid.Customer, tables: row.Tables("customer"),
			mapper: func(r *run) mapper { return &customerMapper{run: r} },
		}, nil
	default:
		return nil, fault.New(fault.InvalidInput, "%q is no entity of root objects: it is orders, products or customers", entity)
	}
}

type orderMapper struct {
	run    *run
	order  mapping.Order
	events lifecycle.Writer
	outbox []row.Outbox
}

func (m *orderMapper) put(ctx context.Context, b *batch, a *archive.Aggregate, fresh bool, prior *lifecycle.Prior) error {
	o := &m.order
	if err := o.Map(&m.run.scope, a); err != nil {
		return err
	}
	b.shared.addOrder(o)
	o.Payments = slices.DeleteFunc(o.Payments, func(p row.Payment) bool {
		_, again := b.seen[p.ID]
		b.seen[p.ID] = struct{}{}
		return again
	})
	put1(b, fresh, &o.Header)
	put1(b, fresh, &o.Summary)
	put1(b, fresh, &o.Collection)
	put1(b, fresh, &o.CollectionLink)
	put(b, fresh, o.Addresses)
	put(b, fresh, o.Lines)
	put(b, fresh, o.LineTaxes)
	put(b, fresh, o.LineAdjustments)
	put(b, fresh, o.Shipping)
	put(b, fresh, o.ShippingTaxes)
	put(b, fresh, o.ShippingAdjustments)
	put(b, fresh, o.Transactions)
	put(b, fresh, o.Payments)
	put(b, fresh, o.Captures)
	put(b, fresh, o.Refunds)
	put(b, fresh, o.RefundItems)
	put(b, fresh, o.Fulfillments)
	put(b, fresh, o.FulfillmentItems)
	put(b, fresh, o.Labels)
	put(b, fresh, o.FulfillmentLinks)
	put(b, fresh, o.Returns)
	put(b, fresh, o.ReturnItems)
	put(b, fresh, o.Changes)
	put(b, fresh, o.Actions)

	m.events.Tags = func(productID string) []string { return m.run.tags.get(ctx, productID) }
	var err error
	m.outbox, err = m.events.Write(m.outbox[:0], o, a.Digest, prior, b.at)
	if err != nil {
		return &mapping.BadLine{Line: a.Root, Err: err}
	}
	for i := range m.outbox {
		b.counts.events += int64(m.outbox[i].EventCount)
	}
	put(b, true, m.outbox) // an outbox row is always new: its id is that of its events
	return nil
}

type productMapper struct {
	run     *run
	product mapping.Product
}

func (m *productMapper) put(_ context.Context, b *batch, a *archive.Aggregate, fresh bool, _ *lifecycle.Prior) error {
	p := &m.product
	if err := p.Map(&m.run.scope, a); err != nil {
		return err
	}
	b.shared.addProduct(p)
	put1(b, fresh, &p.Product)
	put(b, fresh, p.Variants)
	put(b, fresh, p.Options)
	put(b, fresh, p.OptionValues)
	put(b, fresh, p.VariantOptions)
	put(b, fresh, p.Images)
	put(b, fresh, p.TagLinks)
	put(b, fresh, p.CollectionLinks)
	put(b, fresh, p.InventoryLinks)
	return nil
}

type customerMapper struct {
	run      *run
	customer mapping.Customer
}

func (m *customerMapper) put(_ context.Context, b *batch, a *archive.Aggregate, fresh bool, _ *lifecycle.Prior) error {
	c := &m.customer
	if err := c.Map(&m.run.scope, a); err != nil {
		return err
	}
	put1(b, fresh, &c.Customer)
	put(b, fresh, c.Addresses)
	return nil
}
