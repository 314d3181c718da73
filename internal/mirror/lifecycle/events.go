package lifecycle

import (
	"cmp"
	"slices"
	"time"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/money"
)

// fact is an event before it is written. Line is nil where it speaks of no line.
type fact struct {
	kind     string
	what     string // the object's gid, for an edit followed by |time
	at       time.Time
	line     *row.OrderLineItem
	quantity int32
	unit     money.Fixed
	gross    pair
	discount pair
	tax      pair
}

func (f *fact) net() pair { return f.gross.minus(f.discount) }

// builder collects the facts of one order's change.
type builder struct {
	order     *mapping.Order
	prior     *Prior
	lines     map[string]*row.OrderLineItem
	discounts map[string]pair // by line
	emit      func(*fact) error
}

// each calls emit for every fact that the change makes newly true.
func each(o *mapping.Order, prior *Prior, emit func(*fact) error) error {
	b := builder{order: o, prior: prior, emit: emit}
	b.lines = make(map[string]*row.OrderLineItem, len(o.Lines))
	for i := range o.Lines {
		b.lines[o.Lines[i].ID] = &o.Lines[i]
	}
	for _, step := range []func() error{
		b.sumDiscounts, b.created, b.captured, b.shipped, b.refundedLines, b.refundedRest, b.returned, b.completed,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// sumDiscounts adds up what all discounts, those of the whole order too, take off each line.
func (b *builder) sumDiscounts() error {
	if len(b.order.LineAdjustments) == 0 {
		return nil
	}
	b.discounts = map[string]pair{}
	for i := range b.order.LineAdjustments {
		a := &b.order.LineAdjustments[i]
		amount, err := pairOf(a.Amount)
		if err != nil {
			return err
		}
		b.discounts[a.OrderLineItemID] = b.discounts[a.OrderLineItemID].plus(amount)
	}
	return nil
}

// change is what the edits of one moment did to one line.
type change struct {
	line    string
	at      time.Time
	units   int32
	added   bool
	known   bool
	amounts struct{ discount, tax, total pair }
}

func (b *builder) changes() ([]change, error) {
	var out []change
	for i := range b.order.Edits {
		e := &b.order.Edits[i]
		at := slices.IndexFunc(out, func(c change) bool {
			return c.line == e.LineID && c.at.Equal(e.At) && c.added == (e.Units > 0)
		})
		if at < 0 {
			at = len(out)
			out = append(out, change{line: e.LineID, at: e.At, added: e.Units > 0})
		}
		c := &out[at]
		c.units += max(e.Units, -e.Units)
		c.known = c.known || b.prior.knows(e.ActionID)
		for _, one := range []struct {
			bag  money.Bag
			into *pair
		}{{e.Discount, &c.amounts.discount}, {e.Tax, &c.amounts.tax}, {e.Total, &c.amounts.total}} {
			amount, err := pairOfBag(one.bag)
			if err != nil {
				return nil, err
			}
			*one.into = one.into.plus(amount.abs())
		}
	}
	return out, nil
}

// created tells of the units that the order was placed with, and of those that edits added or took away.
func (b *builder) created() error {
	changes, err := b.changes()
	if err != nil {
		return err
	}
	for i := range b.order.Lines {
		line := &b.order.Lines[i]
		if b.prior.knows(line.ID) {
			continue
		}
		f := fact{kind: event.OrderCreated, what: line.GID, at: line.OrderProcessTS, quantity: line.Quantity}
		if f.discount, err = b.discount(line); err != nil {
			return err
		}
		if f.tax, err = pairOf(line.TotalTax); err != nil {
			return err
		}
		added := false
		for _, c := range changes {
			if c.added && c.line == line.ID {
				added = true
				f.quantity -= c.units
				f.discount = f.discount.minus(c.amounts.discount).atLeastZero()
				f.tax = f.tax.minus(c.amounts.tax).atLeastZero()
			}
		}
		if added && f.quantity <= 0 {
			continue // the whole line came by edits
		}
		if err := b.item(&f, line); err != nil {
			return err
		}
	}
	for _, c := range changes {
		line := b.lines[c.line]
		if c.known || line == nil {
			continue
		}
		f := fact{
			kind: event.OrderCreated, what: line.GID + "|" + c.at.UTC().Format(time.RFC3339Nano), at: c.at,
			quantity: c.units, discount: c.amounts.discount, tax: c.amounts.tax,
		}
		if !c.added {
			f.kind = event.PaymentRefunded
		}
		if err := b.item(&f, line); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) discount(line *row.OrderLineItem) (pair, error) {
	if amount, ok := b.discounts[line.ID]; ok {
		return amount, nil
	}
	return pairOf(line.TotalDiscount)
}

// item completes a fact about a line: its price, and the gross amount of its units unless that is known better.
func (b *builder) item(f *fact, line *row.OrderLineItem) error {
	f.line = line
	if line != nil {
		unit, err := pairOf(line.UnitPrice)
		if err != nil {
			return err
		}
		f.unit = unit.shop
		if f.gross == (pair{}) {
			if f.gross, err = unit.times(int64(f.quantity)); err != nil {
				return err
			}
		}
	}
	return b.emit(f)
}

func (b *builder) captured() error {
	for i := range b.order.Captures {
		c := &b.order.Captures[i]
		if b.prior.knows(c.ID) {
			continue
		}
		amount, err := pairOf(c.Amount)
		if err != nil {
			return err
		}
		if err := b.emit(&fact{kind: event.PaymentCaptured, what: c.ExternalID, at: c.CaptureTS, gross: amount}); err != nil {
			return err
		}
	}
	return nil
}

// NotShipped are the phases of a fulfillment whose items are not, or no longer, on their way.
var NotShipped = []string{"Canceled", "Error", "Failed"}

func (b *builder) shipped() error {
	times := make(map[string]*row.Fulfillment, len(b.order.Fulfillments))
	for i := range b.order.Fulfillments {
		times[b.order.Fulfillments[i].ID] = &b.order.Fulfillments[i]
	}
	for i := range b.order.FulfillmentItems {
		item := &b.order.FulfillmentItems[i]
		shipment := times[item.FulfillmentID]
		if b.prior.knows(item.ID) || slices.Contains(NotShipped, string(shipment.Phase)) {
			continue
		}
		f := fact{kind: event.FulfillmentShipped, what: item.GID, at: shipment.ShipTS, quantity: item.Quantity}
		var err error
		if f.gross, f.discount, err = reduced(item.OriginalTotal, item.DiscountedTotal); err != nil {
			return err
		}
		if err := b.item(&f, b.lines[item.OrderLineItemID]); err != nil {
			return err
		}
	}
	return nil
}

// reduced is a total before discounts and what they take off.
func reduced(original, discounted money.Amount) (gross, discount pair, err error) {
	if gross, err = pairOf(original); err != nil || discounted.Value == "" {
		return gross, discount, err
	}
	net, err := pairOf(discounted)
	return gross, gross.minus(net).atLeastZero(), err
}

// refundedLines tells of refunded units: gross at the line's price, net what was given back without tax.
func (b *builder) refundedLines() error {
	times := map[string]time.Time{}
	gids := map[string]string{}
	for i := range b.order.Refunds {
		times[b.order.Refunds[i].ID], gids[b.order.Refunds[i].ID] = b.order.Refunds[i].ProcessTS, b.order.Refunds[i].GID
	}
	for i := range b.order.RefundItems {
		item := &b.order.RefundItems[i]
		if b.prior.knows(item.ID) {
			continue
		}
		unit, err := pairOf(item.UnitPrice)
		if err != nil {
			return err
		}
		gross, err := unit.times(int64(item.Quantity))
		if err != nil {
			return err
		}
		net, err := pairOf(item.Subtotal)
		if err != nil {
			return err
		}
		if item.Subtotal.Value == "" {
			net = gross
		}
		f := fact{
			kind: event.PaymentRefunded, what: item.GID, at: times[item.PaymentRefundID], line: b.lines[item.OrderLineItemID],
			quantity: item.Quantity, unit: unit.shop,
			gross: pair{max(gross.shop, net.shop), max(gross.presentment, net.presentment)},
		}
		f.discount = f.gross.minus(net)
		if f.what == "" {
			f.what = gids[item.PaymentRefundID] + "|" + item.ID
		}
		if f.tax, err = pairOf(item.TotalTax); err != nil {
			return err
		}
		if err := b.emit(&f); err != nil {
			return err
		}
	}
	return nil
}

// refundedRest tells of the part of each refund that belongs to no line: shipping, adjustments. What only pays out units
// that an edit took away is no second refund: the edit has told it.
func (b *builder) refundedRest() error {
	if len(b.order.Refunds) == 0 {
		return nil
	}
	changes, err := b.changes()
	if err != nil {
		return err
	}
	order := make([]int, len(b.order.Refunds))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Or(b.order.Refunds[x].ProcessTS.Compare(b.order.Refunds[y].ProcessTS), cmp.Compare(b.order.Refunds[x].GID, b.order.Refunds[y].GID))
	})
	var used pair
	for _, i := range order {
		refund := &b.order.Refunds[i]
		rest, err := b.rest(refund)
		if err != nil {
			return err
		}
		var credit pair
		for _, c := range changes {
			if !c.added && !c.at.After(refund.ProcessTS) {
				credit = credit.plus(c.amounts.total)
			}
		}
		credit = credit.minus(used).atLeastZero()
		paid := pair{min(credit.shop, rest.shop), min(credit.presentment, rest.presentment)}
		used, rest = used.plus(paid), rest.minus(paid)
		if rest.shop <= 0 || b.prior.knows(refund.ID) {
			continue
		}
		f := fact{kind: event.PaymentRefunded, what: refund.GID, at: refund.ProcessTS, gross: rest}
		if !b.order.Header.IsTaxIncluded {
			tax, err := pairOfBag(b.order.RefundTaxes[i])
			if err != nil {
				return err
			}
			if f.tax = tax.abs(); f.tax.shop < rest.shop {
				f.gross = rest.minus(f.tax)
			} else {
				f.tax = pair{}
			}
		}
		if err := b.emit(&f); err != nil {
			return err
		}
	}
	return nil
}

// rest is what a refund gives back beside its lines, with tax.
func (b *builder) rest(refund *row.PaymentRefund) (pair, error) {
	rest, err := pairOf(refund.Amount)
	if err != nil {
		return pair{}, err
	}
	for i := range b.order.RefundItems {
		item := &b.order.RefundItems[i]
		if item.PaymentRefundID != refund.ID {
			continue
		}
		net, err := pairOf(item.Subtotal)
		if err != nil {
			return pair{}, err
		}
		rest = rest.minus(net)
		if !b.order.Header.IsTaxIncluded {
			tax, err := pairOf(item.TotalTax)
			if err != nil {
				return pair{}, err
			}
			rest = rest.minus(tax)
		}
	}
	return rest.atLeastZero(), nil
}

func (b *builder) returned() error {
	times := map[string]time.Time{}
	for i := range b.order.Returns {
		times[b.order.Returns[i].ID] = b.order.Returns[i].RequestTS
	}
	for i := range b.order.ReturnItems {
		item := &b.order.ReturnItems[i]
		if b.prior.knows(item.ID) {
			continue
		}
		f := fact{kind: event.ReturnRequested, what: item.GID, at: times[item.ReturnHeaderID], quantity: item.Quantity}
		if line := b.lines[item.OrderLineItemID]; line != nil && item.DiscountedTotal.Value != "" {
			unit, err := pairOf(line.UnitPrice)
			if err != nil {
				return err
			}
			net, err := pairOf(item.DiscountedTotal)
			if err != nil {
				return err
			}
			if f.gross, err = unit.times(int64(item.Quantity)); err != nil {
				return err
			}
			f.discount = f.gross.minus(net).atLeastZero()
		}
		if err := b.item(&f, b.lines[item.OrderLineItemID]); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) completed() error {
	h := &b.order.Header
	if h.Phase != "Completed" || b.prior.Completed {
		return nil
	}
	f := fact{kind: event.OrderCompleted, what: h.GID, at: h.CloseTS}
	total, err := pairOf(h.TotalPrice)
	if err != nil {
		return err
	}
	if f.discount, err = pairOf(h.TotalDiscount); err != nil {
		return err
	}
	if f.tax, err = pairOf(h.TotalTax); err != nil {
		return err
	}
	f.gross = total.plus(f.discount)
	return b.emit(&f)
}
