package mapping

import (
	"strings"

	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

func (o *Order) refunds(d *details) error {
	for i := range o.source.Refunds {
		s := &o.source.Refunds[i]
		detail := d.refunds[s.ID]
		id := uid.Derive(uid.PaymentRefund, o.scope.Shop, s.ID)
		refund := row.PaymentRefund{
			ID:                  id,
			Mirror:              row.Mirror{GID: s.ID, Created: firstTime(s.CreatedAt, s.ProcessedAt), Updated: s.UpdatedAt},
			OrderHeaderID:       o.Header.ID,
			PaymentCollectionID: o.Collection.ID,
			ReturnHeaderID:      o.ref(uid.ReturnHeader, s.Return),
			Note:                s.Note,
			CurrencyCode:        o.source.CurrencyCode,
			Amount:              o.amount(s.TotalRefunded),
			ProcessTS:           firstTime(s.ProcessedAt, s.CreatedAt, o.source.UpdatedAt),
		}
		if refund.Amount.Value == "" {
			refund.Amount = money.Of("0", o.source.CurrencyCode)
		}
		refund.PaymentID, refund.Phase = o.refundState(id)
		var err error
		if refund.ShippingAmount, err = o.fees(detail.ShippingLines.Nodes); err != nil {
			return err
		}
		if refund.DutyAmount, err = o.fees(detail.Duties); err != nil {
			return err
		}
		if refund.AdjustmentAmount, err = o.fees(detail.Adjustments.Nodes); err != nil {
			return err
		}
		refund.Adjustments = o.adjustments(detail.Adjustments.Nodes)
		tax, err := taxes(detail)
		if err != nil {
			return err
		}
		o.Refunds, o.RefundTaxes = append(o.Refunds, refund), append(o.RefundTaxes, tax)
		for i := range detail.LineItems.Nodes {
			o.refundItem(id, s, int32(i+1), &detail.LineItems.Nodes[i])
		}
	}
	return nil
}

// refundState is the payment that a refund gives back and how far that went. A refund without a transaction (a
// cancellation before payment) is done.
func (o *Order) refundState(id string) (payment string, phase row.Phase) {
	pending, failed, done := false, false, false
	for i := range o.Transactions {
		t := &o.Transactions[i]
		if t.PaymentRefundID != id {
			continue
		}
		payment = first(payment, t.PaymentID)
		switch t.Phase {
		case "Succeeded":
			done = true
		case "Pending", "AwaitingResponse":
			pending = true
		default:
			failed = true
		}
	}
	switch {
	case pending:
		return payment, "Pending"
	case failed && !done:
		return payment, "Failed"
	}
	return payment, "Succeeded"
}

func (o *Order) refundItem(refund string, s *source.Refund, position int32, line *source.RefundLine) {
	var n notes
	id := uid.DeriveChild(uid.PaymentRefundItem, s.ID, "payment_refund_item", key(position))
	if line.ID != "" {
		id = uid.Derive(uid.PaymentRefundItem, o.scope.Shop, line.ID)
	}
	o.RefundItems = append(o.RefundItems, row.PaymentRefundItem{
		ID:              id,
		Part:            row.Part{GID: line.ID, Created: firstTime(s.CreatedAt, s.ProcessedAt), Updated: s.UpdatedAt},
		PaymentRefundID: refund,
		OrderLineItemID: o.ref(uid.OrderLineItem, line.LineItem),
		StockLocationID: o.ref(uid.StockLocation, line.Location),
		Position:        position,
		Quantity:        floor0(line.Quantity),
		RestockKind:     first(n.enum(restockKinds, "restockType", line.RestockType), "unknown"),
		CurrencyCode:    o.source.CurrencyCode,
		UnitPrice:       o.amount(line.Price),
		Subtotal:        o.amount(line.Subtotal),
		TotalTax:        o.amount(line.TotalTax),
		IsRestocked:     line.Restocked,
		Annotations:     n.annotations(),
	})
}

// fees adds up what a refund gives back beside its lines, without tax. Nothing is NULL, not zero.
func (o *Order) fees(list []source.RefundedFee) (money.Amount, error) {
	if len(list) == 0 {
		return money.Amount{}, nil
	}
	bags := make([]money.Bag, 0, len(list))
	for _, fee := range list {
		bag := fee.Amount.Bag()
		if bag.Shop == "" {
			bag = fee.Subtotal.Bag()
		}
		bags = append(bags, bag)
	}
	total, err := sum(bags...)
	return o.currencies.Amount(total), err
}

// taxes adds up the tax on what a refund gives back beside its lines.
func taxes(detail *source.RefundDetail) (money.Bag, error) {
	var bags []money.Bag
	for _, fee := range detail.ShippingLines.Nodes {
		bags = append(bags, fee.Tax.Bag())
	}
	return sum(bags...)
}

func (o *Order) adjustments(list []source.RefundedFee) row.JSON {
	if len(list) == 0 {
		return ""
	}
	out := make([]map[string]string, 0, len(list))
	for _, a := range list {
		out = append(out, map[string]string{
			"id": a.ID, "reason": a.Reason, "amount": a.Amount.Shop.Amount, "tax": a.Tax.Shop.Amount,
		})
	}
	return marshal(out)
}

// normalReason is a return reason's handle as the vocabulary's code.
func normalReason(handle string) string {
	return strings.ToLower(strings.ReplaceAll(handle, "-", "_"))
}
