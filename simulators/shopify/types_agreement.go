package shopify

import (
	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineAgreements(r *graph.Registry) {
	common := func(more ...*graph.Field) []*graph.Field {
		return append(more,
			graph.Scalar("id", func(a agreement) any { return store.GID("SalesAgreement", a.id) }),
			graph.Scalar("happenedAt", func(a agreement) any { return a.at }),
			graph.Scalar("reason", func(a agreement) any {
				switch a.kind {
				case "OrderEditAgreement":
					return "ORDER_EDIT"
				case "RefundAgreement":
					return "REFUND"
				}
				return "ORDER"
			}),
			graph.Edges("sales", "Sale", func(_ *graph.Call, a agreement) graph.List { return graph.Values(a.sales()) }),
		)
	}
	union := []string{"SalesAgreement"}
	r.Define("OrderAgreement", union, common(
		graph.Object("order", "Order", func(_ *graph.Call, a agreement) any { return a.order }))...)
	r.Define("OrderEditAgreement", union, common()...)
	r.Define("RefundAgreement", union, common(
		graph.Object("refund", "Refund", func(_ *graph.Call, a agreement) any { return a.of }))...)

	sales := func(more ...*graph.Field) []*graph.Field {
		set := func(name string, read func(s sale) store.Bag) *graph.Field {
			return graph.Object(name, "MoneyBag", func(_ *graph.Call, s sale) any { return inOrder(s.order, read(s)) })
		}
		return append(more,
			graph.Scalar("id", func(s sale) any { return store.GID("Sale", s.id) }),
			graph.Scalar("actionType", func(s sale) any { return s.action }),
			graph.Scalar("lineType", func(s sale) any {
				switch {
				case s.line != nil:
					return "PRODUCT"
				case s.shipping != nil:
					return "SHIPPING"
				}
				return "ADJUSTMENT"
			}),
			graph.Scalar("quantity", func(s sale) any {
				if s.quantity == 0 {
					return nil
				}
				return s.quantity
			}),
			set("totalAmount", func(s sale) store.Bag { return s.total }),
			set("totalTaxAmount", func(s sale) store.Bag { return s.tax }),
			set("totalDiscountAmountBeforeTaxes", func(s sale) store.Bag { return s.discount }),
			set("totalDiscountAmountAfterTaxes", func(s sale) store.Bag { return s.discount }),
		)
	}
	r.Define("ProductSale", []string{"Sale"}, sales(
		graph.Object("lineItem", "LineItem", func(_ *graph.Call, s sale) any { return s.line }))...)
	r.Define("ShippingLineSale", []string{"Sale"}, sales(
		graph.Object("shippingLine", "ShippingLine", func(_ *graph.Call, s sale) any { return s.shipping }))...)
	r.Define("AdjustmentSale", []string{"Sale"}, sales()...)
}

// agreements are what was agreed about an order, in the order in which it
// happened: the sale, then edits and refunds.
func agreements(o *store.Order) graph.List {
	all := []agreement{{order: o, kind: "OrderAgreement", id: store.Child(o.ID, 0), at: o.Created}}
	for i := range o.Edits {
		all = append(all, agreement{order: o, kind: "OrderEditAgreement", id: store.Child(o.ID, 1+2*i), at: o.Edits[i].At, edit: &o.Edits[i]})
	}
	for i := range o.Refunds {
		all = append(all, agreement{order: o, kind: "RefundAgreement", id: store.Child(o.ID, 2+2*i), at: o.Refunds[i].Created, of: &o.Refunds[i]})
	}
	return graph.Values(all)
}

func (a agreement) sales() []sale {
	var all []sale
	o := a.order
	add := func(s sale) {
		s.id, s.order = store.Child(a.id, len(all)), o
		all = append(all, s)
	}
	switch {
	case a.edit != nil:
		for _, i := range a.edit.Added {
			add(productSale("ORDER", &o.Lines[i], int(o.Lines[i].Quantity)))
		}
		for _, r := range a.edit.Removed {
			add(productSale("RETURN", &o.Lines[r.Line], -int(r.Quantity)))
		}
	case a.of != nil:
		for _, l := range a.of.Lines {
			add(productSale("RETURN", &o.Lines[l.Line], -int(l.Quantity)))
		}
		if s := a.of.Shipping; s != nil {
			add(sale{action: "RETURN", shipping: &o.Shipping[s.Line], total: s.Amount.Times(-1), tax: s.Tax.Times(-1)})
		}
		if x := a.of.Adjustment; x != nil {
			add(sale{action: "RETURN", total: x.Amount})
		}
	default:
		for i := range o.Lines {
			if o.Lines[i].AddedAt == 0 {
				add(productSale("ORDER", &o.Lines[i], int(o.Lines[i].Quantity)))
			}
		}
		for i := range o.Shipping {
			s := &o.Shipping[i]
			add(sale{action: "ORDER", shipping: s, quantity: 1, total: s.Discounted(), tax: s.Tax(), discount: s.Price.Minus(s.Discounted())})
		}
	}
	return all
}

// productSale is so many units of a line; negative where they go back. As in
// Shopify's books, the total holds the taxes that are not part of the price.
func productSale(action string, l *store.Line, quantity int) sale {
	price := l.DiscountedUnit(true)
	s := sale{
		action: action, line: l, quantity: quantity, total: price.Times(quantity), tax: l.UnitTax().Times(quantity),
		discount: l.UnitPrice.Minus(price).Times(quantity),
	}
	if !l.Order.TaxesIncluded {
		s.total = s.total.Plus(s.tax)
	}
	return s
}
