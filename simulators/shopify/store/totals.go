package store

// Figures are the store's exact totals: what a complete load must show.
type Figures struct {
	Orders      int    `json:"orders"`
	LineItems   int    `json:"line_items"`
	Units       int    `json:"units"`
	Gross       Amount `json:"gross"` // quantity × original unit price, shop currency
	RefundLines int    `json:"refund_lines"`
	RefundUnits int    `json:"refund_units"`
	Refunded    Amount `json:"refunded"` // subtotals of the refunded lines (after discounts, before tax)

	RefundedShipping Amount `json:"refunded_shipping"`
	RefundedBeyond   Amount `json:"refunded_beyond_lines"` // adjustments
	RefundedTotal    Amount `json:"refunded_total"`        // all that refunds gave back, tax included
	RemovedUnits     int    `json:"removed_units"`         // by edits, without a refund
	RemovedAmount    Amount `json:"removed_amount"`        // the same, after discounts

	Products     int            `json:"products"`
	Variants     int            `json:"variants"`
	Customers    int            `json:"customers"`
	Refunds      int            `json:"refunds"`
	Returns      int            `json:"returns"`
	Fulfillments int            `json:"fulfillments"`
	Transactions int            `json:"transactions"`
	TestOrders   int            `json:"test_orders"`
	Days         int            `json:"days"` // UTC days with orders
	EventsByType map[string]int `json:"events_by_type"`

	Skipped *Skipped `json:"skipped,omitempty"` // of a csv store
}

// Figures counts the store.
func (s *Snapshot) Figures() Figures {
	f := Figures{Skipped: s.skipped, Products: len(s.Products), Customers: len(s.Customers), EventsByType: map[string]int{
		"order_created": 0, "order_completed": 0, "payment_captured": 0,
		"payment_refunded": 0, "fulfillment_shipped": 0, "return_requested": 0,
	}}
	for _, p := range s.Products {
		f.Variants += len(p.Variants)
	}
	days := map[Instant]bool{}
	for o := range s.Orders() {
		days[o.Processed/86400] = true
		f.add(o)
	}
	f.Days = len(days)
	return f
}

func (f *Figures) add(o *Order) {
	f.Orders++
	f.LineItems += len(o.Lines)
	if o.Test {
		f.TestOrders++
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		f.Units += int(l.Quantity)
		f.Gross += l.UnitPrice.Shop * Amount(l.Quantity)
	}
	f.Transactions += len(o.Transactions)
	f.Fulfillments += len(o.Fulfillments)
	f.Returns += len(o.Returns)
	f.addRefunds(o)
	f.addEvents(o)
}

func (f *Figures) addRefunds(o *Order) {
	for i := range o.Refunds {
		r := &o.Refunds[i]
		f.Refunds++
		f.RefundLines += len(r.Lines)
		for _, l := range r.Lines {
			f.RefundUnits += int(l.Quantity)
			f.Refunded += r.Subtotal(l).Shop
		}
		if r.Shipping != nil {
			f.RefundedShipping += r.Shipping.Amount.Shop
		}
		if r.Adjustment != nil {
			f.RefundedBeyond -= r.Adjustment.Amount.Shop
		}
		f.RefundedTotal += r.Total().Shop
	}
	for _, e := range o.Edits {
		for _, r := range e.Removed {
			f.RemovedUnits += int(r.Quantity)
			f.RemovedAmount += o.Lines[r.Line].DiscountedUnit(true).Shop * Amount(r.Quantity)
		}
	}
}

// addEvents counts the lifecycle events that an order has caused so far.
func (f *Figures) addEvents(o *Order) {
	f.EventsByType["order_created"] += len(o.Lines)
	if o.Closed != 0 && o.Cancelled == 0 {
		f.EventsByType["order_completed"]++
	}
	for i := range o.Transactions {
		x := &o.Transactions[i]
		if x.Status == "SUCCESS" && (x.Kind == "SALE" || x.Kind == "CAPTURE") {
			f.EventsByType["payment_captured"]++
		}
	}
	for i := range o.Refunds {
		r := &o.Refunds[i]
		f.EventsByType["payment_refunded"] += len(r.Lines)
		if r.Shipping != nil || r.Adjustment != nil {
			f.EventsByType["payment_refunded"]++
		}
	}
	for _, e := range o.Edits {
		f.EventsByType["payment_refunded"] += len(e.Removed)
	}
	for i := range o.Fulfillments {
		f.EventsByType["fulfillment_shipped"] += len(o.Fulfillments[i].Lines)
	}
	for i := range o.Returns {
		f.EventsByType["return_requested"] += len(o.Returns[i].Lines)
	}
}
