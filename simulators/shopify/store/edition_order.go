package store

import (
	"fmt"
	"time"
)

// createOrder makes a paid order of some variants, for a customer or a guest.
func (e Edition) createOrder(next *Snapshot) error {
	if len(e.Lines) == 0 {
		return fmt.Errorf("an order needs lines")
	}
	n := int(e.ID - firstOrder)
	o := &Order{
		ID: e.ID, Number: 1001 + n, Name: fmt.Sprintf("#%d", 1001+n), Confirmation: fmt.Sprintf("SIM%d", n),
		Currency: next.Shop.Currency, Presentment: next.Shop.Currency, Locale: "en", SourceName: "web", Channel: "Online Store",
		Created: e.At, Processed: e.At, Updated: e.At, Customer: e.Customer, Note: e.Note, Revision: Revision{At: e.At},
	}
	for i, edit := range e.Lines {
		v := next.Variant(edit.Variant)
		if v == nil || edit.Quantity <= 0 {
			return fmt.Errorf("line %d: no variant %d, or no quantity", i, edit.Variant)
		}
		o.Lines = append(o.Lines, newLine(o, v, edit.Quantity, 0))
	}
	if c := next.Customer(e.Customer); c != nil {
		o.Email = c.Email
		changed := *c
		changed.Orders++
		changed.LastOrder, changed.Revision = o.ID, Revision{At: e.At, Before: c.Updated}
		changed.Updated = max(c.Updated+1, e.At)
		o.seal()
		changed.Spent += o.Totals.Total.Shop
		if len(c.Addresses) > 0 {
			o.ShipTo, o.BillTo = &changed.Addresses[0], &changed.Addresses[0]
		}
		next.putCustomer(&changed)
	} else if e.Customer != 0 {
		return fmt.Errorf("no customer %d", e.Customer)
	}
	o.seal()
	o.pay("SALE", o.Totals.Total, e.At)
	next.putOrder(o)
	return nil
}

func newLine(o *Order, v *Variant, quantity int, addedAt Instant) Line {
	l := Line{
		ID: Child(o.ID, len(o.Lines)), Order: o, Product: v.Product.ID, Variant: v.ID, Title: v.Product.Title, SKU: v.SKU,
		Quantity: int32(quantity), UnitPrice: Bag{v.Price, v.Price}, AddedAt: addedAt,
	}
	if v.Title != "Default Title" {
		l.Choice = v.Title
	}
	return l
}

// editOrder changes an order: touch, cancel, fulfil, refund, return, add_line
// or remove_units.
func (e Edition) editOrder(next *Snapshot) error {
	o := next.Order(e.ID)
	if o == nil {
		return fmt.Errorf("no order %d", e.ID)
	}
	o = o.clone()
	if err := e.checkLines(o); err != nil {
		return err
	}
	o.Revision = Revision{At: e.At, Before: o.Updated}
	// The update time never stands still, however quickly edits follow.
	o.Updated = max(o.Updated+1, e.At)
	var err error
	switch e.Do {
	case "touch_order":
		o.Note = e.Note
		if e.Tags != nil {
			o.Tags = e.Tags
		}
	case "cancel_order":
		err = e.cancel(o)
	case "fulfil_order":
		err = e.fulfil(o)
	case "refund_order":
		err = e.refund(o)
	case "return_order":
		err = e.sendBack(o)
	case "edit_order":
		err = e.editLines(o, next)
	default:
		err = fmt.Errorf("unknown edit %q", e.Do)
	}
	if err != nil {
		return err
	}
	next.putOrder(o)
	return nil
}

func (e Edition) checkLines(o *Order) error {
	for _, l := range e.Lines {
		if l.Variant == 0 && (l.Line < 0 || l.Line >= len(o.Lines) || l.Quantity <= 0) {
			return fmt.Errorf("order %d: no line %d, or no quantity", o.ID, l.Line)
		}
	}
	return nil
}

func (e Edition) cancel(o *Order) error {
	if o.Cancelled != 0 {
		return fmt.Errorf("order %d is cancelled already", o.ID)
	}
	o.Cancelled, o.Closed, o.CancelReason = e.At, e.At, "OTHER"
	if e.Reason != "" {
		o.CancelReason = e.Reason
	}
	o.seal()
	if o.Totals.Received.Shop == 0 {
		return nil
	}
	r := o.newRefund(e)
	for i := range o.Lines {
		if left := o.Lines[i].Current(); left > 0 {
			r.Lines = append(r.Lines, RefundLine{int32(i), int32(left), "CANCEL", firstLocation})
		}
	}
	return o.payBack(r, e.At)
}

// refund gives units back (of the named lines), shipping, or an amount beyond.
func (e Edition) refund(o *Order) error {
	r := o.newRefund(e)
	for _, l := range e.Lines {
		if left := o.Lines[l.Line].Current(); l.Quantity > left {
			return fmt.Errorf("order %d, line %d: %d units are left", o.ID, l.Line, left)
		}
		r.Lines = append(r.Lines, RefundLine{int32(l.Line), int32(l.Quantity), "NO_RESTOCK", 0})
	}
	if e.Shipping {
		if len(o.Shipping) == 0 || o.Totals.CurrentShipping.Shop <= 0 {
			return fmt.Errorf("order %d has no shipping to give back", o.ID)
		}
		r.Shipping = &RefundShipping{Amount: o.Shipping[0].Discounted(), Tax: o.Shipping[0].Tax()}
	}
	if e.Beyond != 0 {
		r.Adjustment = &Adjustment{Amount: Bag{-e.Beyond, -e.Beyond}, Reason: "CUSTOMER"}
	}
	if len(r.Lines) == 0 && r.Shipping == nil && r.Adjustment == nil {
		return fmt.Errorf("a refund needs lines, shipping or an amount")
	}
	return o.payBack(r, e.At)
}

// fulfil ships the named units, or all that is open.
func (e Edition) fulfil(o *Order) error {
	n := len(o.Fulfillments)
	f := Fulfillment{
		ID: Child(o.ID, n), Name: fmt.Sprintf("%s-F%d", o.Name, n+1), Status: "SUCCESS", Display: "FULFILLED",
		Location: firstLocation, Created: e.At, Updated: e.At, Carrier: "UPS", Tracking: fmt.Sprintf("1ZSIM%d%d", o.Number, n+1),
	}
	wanted := e.Lines
	if len(wanted) == 0 {
		for i := range o.Lines {
			wanted = append(wanted, LineEdit{Line: i, Quantity: o.Lines[i].Unfulfilled()})
		}
	}
	for _, l := range wanted {
		if l.Quantity > o.Lines[l.Line].Unfulfilled() {
			return fmt.Errorf("order %d, line %d: %d units are open", o.ID, l.Line, o.Lines[l.Line].Unfulfilled())
		}
		if l.Quantity > 0 {
			f.Lines = append(f.Lines, FulfillmentLine{int32(l.Line), int32(l.Quantity)})
		}
	}
	if len(f.Lines) == 0 {
		return fmt.Errorf("order %d has nothing to ship", o.ID)
	}
	o.Fulfillments = append(o.Fulfillments, f)
	if o.seal().Totals.Fulfillment == "FULFILLED" && o.Closed == 0 {
		o.Closed = e.At
	}
	return nil
}

// sendBack asks for the return of units of a shipped line.
func (e Edition) sendBack(o *Order) error {
	n := len(o.Returns)
	back := Return{ID: Child(o.ID, n), Name: fmt.Sprintf("%s-R%d", o.Name, n+1), Status: "REQUESTED", Created: e.At}
	for _, l := range e.Lines {
		found := false
		for f := range o.Fulfillments {
			for i, item := range o.Fulfillments[f].Lines {
				if !found && int(item.Line) == l.Line && int(item.Quantity) >= l.Quantity {
					back.Lines = append(back.Lines, ReturnLine{
						Fulfillment: f, Item: i, Quantity: int32(l.Quantity), Reason: "UNWANTED", Note: e.Note,
					})
					found = true
				}
			}
		}
		if !found {
			return fmt.Errorf("order %d, line %d: not so many units were shipped", o.ID, l.Line)
		}
	}
	if len(back.Lines) == 0 {
		return fmt.Errorf("a return needs lines")
	}
	o.Returns = append(o.Returns, back)
	return nil
}

// editLines adds the lines that name a variant, and takes units off the others.
func (e Edition) editLines(o *Order, next *Snapshot) error {
	if len(e.Lines) == 0 {
		return fmt.Errorf("an edit needs lines")
	}
	edit := Edit{ID: Child(o.ID, len(o.Edits)), At: e.At}
	o.seal()
	before := o.Totals.Total
	for _, l := range e.Lines {
		if l.Variant == 0 {
			if left := o.Lines[l.Line].Unfulfilled(); l.Quantity > left {
				return fmt.Errorf("order %d, line %d: %d units can be removed", o.ID, l.Line, left)
			}
			edit.Removed = append(edit.Removed, Removal{int32(l.Line), int32(l.Quantity)})
			continue
		}
		v := next.Variant(l.Variant)
		if v == nil || l.Quantity <= 0 {
			return fmt.Errorf("no variant %d, or no quantity", l.Variant)
		}
		edit.Added = append(edit.Added, int32(len(o.Lines)))
		o.Lines = append(o.Lines, newLine(o, v, l.Quantity, e.At))
	}
	o.Edits = append(o.Edits, edit)
	if more := o.seal().Totals.Total.Minus(before); more.Shop > 0 {
		o.pay("SALE", more, e.At)
	}
	return nil
}

func (o *Order) newRefund(e Edition) *Refund {
	o.Refunds = append(o.Refunds, Refund{
		ID: Child(o.ID, len(o.Refunds)), Order: o, Created: e.At, Updated: e.At, Note: e.Note, Return: -1,
	})
	return &o.Refunds[len(o.Refunds)-1]
}

func (o *Order) payBack(r *Refund, at Instant) error {
	o.seal()
	r.Transactions = []int{o.pay("REFUND", r.Total(), at)}
	return nil
}

// pay moves money and gives the transaction's place.
func (o *Order) pay(kind string, amount Bag, at Instant) int {
	n := len(o.Transactions)
	x := Transaction{
		ID: Child(o.ID, n), Order: o, Parent: -1, Kind: kind, Status: "SUCCESS", Gateway: "bogus", Formatted: "Bogus Gateway",
		PaymentID: fmt.Sprintf("sim_%d_%d", o.Number, n+1), Amount: amount, Created: at, Processed: at.After(time.Second),
	}
	for i := range o.Transactions {
		if kind == "REFUND" && o.Transactions[i].Status == "SUCCESS" && o.Transactions[i].Kind != "REFUND" {
			x.Parent = i
		}
	}
	o.Transactions = append(o.Transactions, x)
	return n
}
