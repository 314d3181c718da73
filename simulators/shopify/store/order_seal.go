package store

// Totals are an order's sums and statuses, as Shopify's fields of the same
// names give them.
type Totals struct {
	Subtotal, Discounts, Shipping, Tax, Total                                    Bag
	CurrentSubtotal, CurrentDiscounts, CurrentShipping, CurrentTax, CurrentTotal Bag
	Received, Refunded, RefundedShipping, Outstanding, Capturable                Bag
	Units, CurrentUnits                                                          int
	Financial, Fulfillment, Return                                               string
}

// seal computes what follows from the rest: line quantities, totals, statuses.
// Every order is sealed before it is published.
func (o *Order) seal() *Order {
	o.countLines()
	t := Totals{}
	for i := range o.Lines {
		o.addLine(&t, &o.Lines[i])
	}
	for i := range o.Shipping {
		s := &o.Shipping[i]
		t.Shipping = t.Shipping.Plus(s.Discounted())
		t.Discounts = t.Discounts.Plus(s.Price.Minus(s.Discounted()))
		t.Tax = t.Tax.Plus(s.Tax())
	}
	t.CurrentShipping = t.Shipping
	t.CurrentTax = t.CurrentTax.Plus(t.shippingTax(o))
	for i := range o.Refunds {
		if s := o.Refunds[i].Shipping; s != nil {
			t.RefundedShipping = t.RefundedShipping.Plus(s.Amount)
			t.CurrentShipping = t.CurrentShipping.Minus(s.Amount)
			t.CurrentTax = t.CurrentTax.Minus(s.Tax)
		}
	}
	t.Total = t.Subtotal.Plus(t.Shipping)
	t.CurrentTotal = t.CurrentSubtotal.Plus(t.CurrentShipping)
	if !o.TaxesIncluded {
		t.Total = t.Total.Plus(t.Tax)
		t.CurrentTotal = t.CurrentTotal.Plus(t.CurrentTax)
	}
	o.addMoney(&t)
	t.Financial = o.financialStatus(&t)
	t.Fulfillment = o.fulfillmentStatus()
	t.Return = o.returnStatus()
	o.Totals = t
	return o
}

func (o *Order) countLines() {
	for i := range o.Lines {
		l := &o.Lines[i]
		l.Order, l.Removed, l.Refunded, l.Fulfilled = o, 0, 0, 0
	}
	for i := range o.Shipping {
		o.Shipping[i].Order = o
	}
	for i := range o.Transactions {
		o.Transactions[i].Order = o
	}
	for _, e := range o.Edits {
		for _, r := range e.Removed {
			o.Lines[r.Line].Removed += r.Quantity
		}
	}
	for i := range o.Refunds {
		o.Refunds[i].Order = o
		for _, l := range o.Refunds[i].Lines {
			o.Lines[l.Line].Refunded += l.Quantity
		}
	}
	for i := range o.Fulfillments {
		f := &o.Fulfillments[i]
		f.Order = o
		if f.Status != "SUCCESS" {
			continue
		}
		for _, l := range f.Lines {
			o.Lines[l.Line].Fulfilled += l.Quantity
		}
	}
	for i := range o.Returns {
		o.Returns[i].Order = o
	}
}

func (o *Order) addLine(t *Totals, l *Line) {
	unit, discounted, tax := l.UnitPrice, l.DiscountedUnit(true), l.UnitTax()
	t.Units += int(l.Quantity)
	t.CurrentUnits += l.Current()
	t.Subtotal = t.Subtotal.Plus(discounted.Times(int(l.Quantity)))
	t.Discounts = t.Discounts.Plus(unit.Minus(discounted).Times(int(l.Quantity)))
	t.Tax = t.Tax.Plus(tax.Times(int(l.Quantity)))
	t.CurrentSubtotal = t.CurrentSubtotal.Plus(discounted.Times(l.Current()))
	t.CurrentDiscounts = t.CurrentDiscounts.Plus(unit.Minus(discounted).Times(l.Current()))
	t.CurrentTax = t.CurrentTax.Plus(tax.Times(l.Current()))
}

func (t *Totals) shippingTax(o *Order) Bag {
	var tax Bag
	for i := range o.Shipping {
		tax = tax.Plus(o.Shipping[i].Tax())
		t.CurrentDiscounts = t.CurrentDiscounts.Plus(o.Shipping[i].Price.Minus(o.Shipping[i].Discounted()))
	}
	return tax
}

func (o *Order) addMoney(t *Totals) {
	for i := range o.Transactions {
		x := &o.Transactions[i]
		if x.Status != "SUCCESS" {
			continue
		}
		switch x.Kind {
		case "SALE":
			t.Received = t.Received.Plus(x.Amount)
		case "AUTHORIZATION":
			t.Capturable = t.Capturable.Plus(x.Amount)
		case "CAPTURE":
			t.Received = t.Received.Plus(x.Amount)
			t.Capturable = t.Capturable.Minus(x.Amount)
		case "VOID":
			t.Capturable = t.Capturable.Minus(x.Amount)
		case "REFUND":
			t.Refunded = t.Refunded.Plus(x.Amount)
		}
	}
	if o.Cancelled == 0 {
		// What is owed now; negative where the customer paid too much. Money
		// paid out beyond the lines does not raise what the customer owes.
		var beyond Bag
		for i := range o.Refunds {
			if a := o.Refunds[i].Adjustment; a != nil {
				beyond = beyond.Minus(a.Amount)
			}
		}
		t.Outstanding = t.CurrentTotal.Minus(t.Received).Plus(t.Refunded).Minus(beyond)
	}
}

func (o *Order) financialStatus(t *Totals) string {
	switch {
	case t.Refunded.Shop > 0 && t.Refunded.Shop >= t.Received.Shop:
		return "REFUNDED"
	case t.Refunded.Shop > 0:
		return "PARTIALLY_REFUNDED"
	case t.Received.Shop > 0 && t.Received.Shop < t.CurrentTotal.Shop:
		return "PARTIALLY_PAID"
	case t.Received.Shop > 0 || t.Total.Shop == 0:
		return "PAID"
	case t.Capturable.Shop > 0:
		return "AUTHORIZED"
	case o.Cancelled != 0:
		return "VOIDED"
	default:
		return "PENDING"
	}
}

func (o *Order) fulfillmentStatus() string {
	fulfilled, open := 0, 0
	for i := range o.Lines {
		fulfilled += int(o.Lines[i].Fulfilled)
		open += o.Lines[i].Unfulfilled()
	}
	switch {
	case fulfilled == 0:
		return "UNFULFILLED"
	case open > 0:
		return "PARTIALLY_FULFILLED"
	default:
		return "FULFILLED"
	}
}

func (o *Order) returnStatus() string {
	status := "NO_RETURN"
	for i := range o.Returns {
		switch o.Returns[i].Status {
		case "OPEN":
			return "IN_PROGRESS"
		case "REQUESTED":
			status = "RETURN_REQUESTED"
		case "CLOSED":
			if status == "NO_RETURN" {
				status = "RETURNED"
			}
		}
	}
	return status
}

// clone copies an order so that it can be changed; seal must follow.
func (o *Order) clone() *Order {
	c := *o
	c.Lines = append([]Line(nil), o.Lines...)
	c.Shipping = append([]ShippingLine(nil), o.Shipping...)
	c.Transactions = append([]Transaction(nil), o.Transactions...)
	c.Fulfillments = append([]Fulfillment(nil), o.Fulfillments...)
	c.Refunds = append([]Refund(nil), o.Refunds...)
	c.Returns = append([]Return(nil), o.Returns...)
	for i := range c.Returns {
		c.Returns[i].Lines = append([]ReturnLine(nil), o.Returns[i].Lines...)
	}
	c.Edits = append([]Edit(nil), o.Edits...)
	c.Tags = append([]string(nil), o.Tags...)
	return &c
}
