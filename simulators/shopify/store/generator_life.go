package store

import (
	"fmt"
	"time"
)

// live carries the order through what happens to it until the horizon: paid,
// edited, cancelled, shipped, sent back, refunded.
func (m *maker) live() {
	paid := m.pay()
	if chance(m.r, 2) || m.must(mustRemove) || m.must(mustAdd) {
		m.edit()
	}
	switch {
	case chance(m.r, 2.5):
		m.cancel()
		return
	case !paid:
		return // nothing leaves the house before it is paid
	}
	shipped := m.fulfil()
	switch {
	case m.must(mustSendBack), chance(m.r, 5):
		m.sendBack(shipped)
	case m.must(mustRefundShipping), chance(m.r, 6):
		m.refundSome()
	case m.must(mustGoodwill), chance(m.r, 1.5):
		m.goodwill()
	}
}

// later gives a time after t, or 0 where that is past the horizon.
func (m *maker) later(t Instant, atLeast, atMost time.Duration) Instant {
	t = t.After(atLeast + time.Duration(m.r.Int64N(int64(atMost-atLeast))))
	if t >= m.g.horizon {
		return 0
	}
	return t
}

func (m *maker) touch(at Instant) { m.o.Updated = max(m.o.Updated, at) }

// pay takes the money; false where none has come.
func (m *maker) pay() bool {
	o, total := m.o, m.o.Totals.Total
	switch p := m.r.IntN(100); {
	case p < 2: // a bank transfer that is still awaited
		m.transact("SALE", "PENDING", "Bank Deposit", total, o.Created, -1)
		return false
	case p < 12: // authorized, then captured when packed
		auth := m.transact("AUTHORIZATION", "SUCCESS", "shopify_payments", total, o.Created, -1)
		o.Transactions[auth].Expires = o.Created.After(7 * 24 * time.Hour)
		at := m.later(o.Created, time.Hour, 40*time.Hour)
		if at == 0 {
			return false
		}
		m.transact("CAPTURE", "SUCCESS", "shopify_payments", total, at, auth)
	case p < 15: // declined, then paid by another card
		failed := m.transact("SALE", "FAILURE", "shopify_payments", total, o.Created-20, -1)
		o.Transactions[failed].ErrorCode = "CARD_DECLINED"
		m.transact("SALE", "SUCCESS", "shopify_payments", total, o.Created, -1)
	case p < 17 && total.Shop > Cents(2000): // a gift card and a card
		part := m.bag(Cents(1000))
		m.transact("SALE", "SUCCESS", "gift_card", part, o.Created, -1)
		m.transact("SALE", "SUCCESS", "shopify_payments", total.Minus(part), o.Created, -1)
	case p < 32:
		m.transact("SALE", "SUCCESS", "paypal", total, o.Created, -1)
	default:
		m.transact("SALE", "SUCCESS", "shopify_payments", total, o.Created, -1)
	}
	return true
}

func (m *maker) transact(kind, status, gateway string, amount Bag, at Instant, parent int) int {
	o := m.o
	n := len(o.Transactions)
	x := Transaction{
		ID: Child(o.ID, n), Order: o, Parent: parent, Kind: kind, Status: status, Gateway: gateway, Formatted: gateway,
		PaymentID: fmt.Sprintf("pay_%d_%d", o.Number, n+1), Amount: amount, Created: at, Processed: at,
	}
	if parent >= 0 && kind == "CAPTURE" {
		x.PaymentID = o.Transactions[parent].PaymentID
	}
	if gateway == "shopify_payments" {
		x.Formatted = "Shopify Payments"
		x.CardBrand, x.CardEnd = "Visa", fmt.Sprintf("%04d", o.Number%10000)
		if status == "SUCCESS" && (kind == "SALE" || kind == "CAPTURE") {
			x.Fee = amount.Shop*29/1000/100*100 + Cents(30)
		}
	}
	o.Transactions = append(o.Transactions, x)
	m.touch(at)
	return n
}

// edit adds a line or takes units away, before anything is shipped. A line that
// is added is paid for; units that are taken away leave the order overpaid.
func (m *maker) edit() {
	o := m.o
	at := m.later(o.Created, 10*time.Minute, 50*time.Minute)
	if at == 0 {
		return
	}
	e := Edit{ID: Child(o.ID, len(o.Edits)), At: at}
	if !m.must(mustRemove) && chance(m.r, 60) || o.Totals.Units < 2 {
		before := o.Totals.Total
		m.addLine(1, at)
		e.Added = []int32{int32(len(o.Lines) - 1)}
		o.seal()
		m.transact("SALE", "SUCCESS", "shopify_payments", o.Totals.Total.Minus(before), at, -1)
	} else {
		line := m.r.IntN(len(o.Lines))
		e.Removed = []Removal{{int32(line), 1}}
	}
	o.Edits = append(o.Edits, e)
	o.seal()
	m.touch(at)
}

// cancel calls the order off before it is shipped, and gives everything back.
func (m *maker) cancel() {
	o := m.o
	at := m.later(o.Updated, time.Hour, 20*time.Hour)
	if at == 0 {
		return
	}
	o.Cancelled, o.Closed = at, at
	o.CancelReason = pick(m.r, []string{"CUSTOMER", "CUSTOMER", "INVENTORY", "FRAUD", "OTHER"})
	m.touch(at)
	if o.Totals.Received.Shop == 0 {
		return
	}
	r := m.newRefund(at, "Order cancelled")
	for i := range o.Lines {
		if left := o.Lines[i].Current(); left > 0 {
			r.Lines = append(r.Lines, RefundLine{int32(i), int32(left), "CANCEL", firstLocation})
		}
	}
	m.giveShippingBack(r)
	m.payBack(r)
}

// fulfil ships what is open: mostly at once, sometimes in two parcels, of which
// the second may still be under way. It tells when the last parcel left.
func (m *maker) fulfil() Instant {
	o := m.o
	if o.SourceName == "pos" {
		return m.parcel(o.Updated.After(time.Minute), o.Totals.CurrentUnits)
	}
	at := m.later(o.Updated, 8*time.Hour, 80*time.Hour)
	if at == 0 {
		return 0
	}
	units := o.Totals.CurrentUnits
	if units < 2 || !chance(m.r, 18) {
		return m.parcel(at, units)
	}
	m.parcel(at, 1+m.r.IntN(units-1))
	if second := m.later(at, 20*time.Hour, 120*time.Hour); second != 0 && chance(m.r, 90) {
		return m.parcel(second, units)
	}
	return 0
}

// parcel ships up to so many of the open units, and closes an order of which
// nothing is left to ship.
func (m *maker) parcel(at Instant, units int) Instant {
	o := m.o
	n := len(o.Fulfillments)
	f := Fulfillment{
		ID: Child(o.ID, n), Order: o, Name: fmt.Sprintf("%s-F%d", o.Name, n+1), Status: "SUCCESS", Display: "FULFILLED",
		Location: firstLocation + int64(m.r.IntN(2)), Created: at, Updated: at,
		Carrier: pick(m.r, []string{"USPS", "UPS", "DHL Express"}), Tracking: fmt.Sprintf("1Z%09d%d", o.Number*7919, n+1),
		Estimated: at.After(96 * time.Hour),
	}
	if t := m.later(at, 6*time.Hour, 30*time.Hour); t != 0 {
		f.InTransit, f.Updated, f.Display = t, t, "IN_TRANSIT"
		if d := m.later(t, 24*time.Hour, 120*time.Hour); d != 0 {
			f.Delivered, f.Updated, f.Display = d, d, "DELIVERED"
		}
	}
	for i := range o.Lines {
		if open := min(units, o.Lines[i].Unfulfilled()); open > 0 {
			f.Lines = append(f.Lines, FulfillmentLine{int32(i), int32(open)})
			units -= open
		}
	}
	o.Fulfillments = append(o.Fulfillments, f)
	o.seal()
	m.touch(at)
	if o.Totals.Fulfillment == "FULFILLED" {
		o.Closed = at
	}
	return at
}

// sendBack is a return of one shipped line: asked for, and mostly taken back
// and refunded.
func (m *maker) sendBack(shipped Instant) {
	o := m.o
	if shipped == 0 || len(o.Fulfillments) == 0 {
		return
	}
	asked := m.later(shipped, 72*time.Hour, 400*time.Hour)
	if asked == 0 {
		return
	}
	item := m.r.IntN(len(o.Fulfillments[0].Lines))
	line := o.Fulfillments[0].Lines[item]
	back := Return{
		ID: Child(o.ID, 0), Order: o, Name: o.Name + "-R1", Status: "REQUESTED", Created: asked,
		Lines: []ReturnLine{{Item: item, Quantity: line.Quantity, Reason: pick(m.r, []string{
			"UNWANTED", "DEFECTIVE", "COLOR", "STYLE", "WRONG_ITEM", "NOT_AS_DESCRIBED",
		})}},
	}
	if chance(m.r, 20) {
		back.Lines[0].Note = "Does not fit my phone"
	}
	o.Returns = []Return{back}
	m.touch(asked)
	answered := m.later(asked, time.Hour, 48*time.Hour)
	switch {
	case answered == 0 || chance(m.r, 8):
		return
	case chance(m.r, 8):
		o.Returns[0].Status, o.Returns[0].Declined = "DECLINED", "FINAL_SALE"
		m.touch(answered)
		return
	}
	o.Returns[0].Status, o.Returns[0].Approved = "OPEN", answered
	m.touch(answered)
	arrived := m.later(answered, 72*time.Hour, 300*time.Hour)
	if arrived == 0 {
		return
	}
	r := m.newRefund(arrived, "")
	r.Return = 0
	r.Lines = []RefundLine{{line.Line, line.Quantity, "RETURN", o.Fulfillments[0].Location}}
	m.payBack(r)
	o.Returns[0].Status, o.Returns[0].Closed = "CLOSED", arrived
	o.Returns[0].Lines[0].Processed, o.Returns[0].Lines[0].Refunded = line.Quantity, line.Quantity
}

// refundSome gives money back without a return: for part of the order or all
// of it, with or without the shipping.
func (m *maker) refundSome() {
	o := m.o
	at := m.later(o.Updated, 24*time.Hour, 500*time.Hour)
	if at == 0 {
		return
	}
	r := m.newRefund(at, pick(m.r, []string{"", "Arrived damaged", "Lost in the post"}))
	whole := chance(m.r, 40) || m.must(mustRefundShipping)
	for i := range o.Lines {
		left := o.Lines[i].Current()
		if left > 0 && (whole || len(r.Lines) == 0 || chance(m.r, 25)) {
			if !whole && left > 1 {
				left = 1 + m.r.IntN(left)
			}
			r.Lines = append(r.Lines, RefundLine{int32(i), int32(left), "NO_RESTOCK", 0})
		}
	}
	if whole && chance(m.r, 60) || m.must(mustRefundShipping) {
		m.giveShippingBack(r)
	}
	m.payBack(r)
}

// goodwill pays some money back that belongs to no line.
func (m *maker) goodwill() {
	at := m.later(m.o.Updated, 24*time.Hour, 300*time.Hour)
	if at == 0 {
		return
	}
	r := m.newRefund(at, "Goodwill")
	r.Adjustment = &Adjustment{Amount: Bag{}.Minus(m.bag(Cents(500))), Reason: "CUSTOMER"}
	m.payBack(r)
}

func (m *maker) newRefund(at Instant, note string) *Refund {
	o := m.o
	o.Refunds = append(o.Refunds, Refund{
		ID: Child(o.ID, len(o.Refunds)), Order: o, Created: at, Updated: at, Note: note, Return: -1,
	})
	return &o.Refunds[len(o.Refunds)-1]
}

func (m *maker) giveShippingBack(r *Refund) {
	if s := m.o.Shipping; len(s) > 0 && !s[0].Discounted().IsZero() {
		r.Shipping = &RefundShipping{Line: 0, Amount: s[0].Discounted(), Tax: s[0].Tax()}
	}
}

// payBack pays a refund out.
func (m *maker) payBack(r *Refund) {
	amount, parent, gateway := r.Total(), 0, ""
	for i := range m.o.Transactions {
		x := &m.o.Transactions[i]
		if x.Status == "SUCCESS" && (x.Kind == "SALE" || x.Kind == "CAPTURE") {
			parent, gateway = i, x.Gateway
		}
	}
	r.Transactions = []int{m.transact("REFUND", "SUCCESS", gateway, amount, r.Created, parent)}
	m.o.seal()
	m.touch(r.Created)
}
