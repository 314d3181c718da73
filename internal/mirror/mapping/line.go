package mapping

import (
	"fmt"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// child maps one line below an order. A line without an id is a shipping line: no other child's id may be null.
func (o *Order) child(line archive.Line) error {
	switch kind := line.Type(); kind {
	case "LineItem":
		var s source.LineItem
		if err := decode(line, false, &s); err != nil {
			return err
		}
		return o.lineItem(line, &s)
	case "ShippingLine", "":
		var s source.ShippingLine
		if err := decode(line, false, &s); err != nil {
			return err
		}
		return o.shippingLine(line, &s)
	case "Return":
		var s source.Return
		if err := decode(line, false, &s); err != nil {
			return err
		}
		o.returnHeader(&s)
		return nil
	case "ReturnLineItem", "UnverifiedReturnLineItem":
		var s source.ReturnLine
		if err := decode(line, false, &s); err != nil {
			return err
		}
		o.returnItem(&s)
		return nil
	default:
		return &BadLine{Line: line, Err: fmt.Errorf("a %s is no child of an order that this version knows", kind)}
	}
}

func (o *Order) lineItem(line archive.Line, s *source.LineItem) error {
	if s.UnitPrice.Shop.Amount == "" {
		return &BadLine{Line: line, Err: fmt.Errorf("the line item has no originalUnitPriceSet")}
	}
	id := uid.Derive(uid.OrderLineItem, o.scope.Shop, s.ID)
	o.lineIndex[id] = len(o.Lines)
	var n notes
	if s.NonFulfillableQuantity != 0 {
		n.add("nonFulfillableQuantity", key(s.NonFulfillableQuantity))
	}
	tax, err := o.lineTaxes(s, id)
	if err != nil {
		return &BadLine{Line: line, Err: err}
	}
	o.Lines = append(o.Lines, row.OrderLineItem{
		ID:                  id,
		Part:                o.part(s.ID),
		OrderHeaderID:       o.Header.ID,
		ProductID:           o.ref(uid.Product, s.Product),
		ProductVariantID:    o.ref(uid.ProductVariant, s.Variant),
		Position:            int32(len(o.Lines) + 1),
		Title:               s.Title,
		VariantTitle:        s.VariantTitle,
		Vendor:              s.Vendor,
		SKU:                 s.SKU,
		ThumbnailURL:        s.Image.URL,
		CustomAttributes:    attributes(s.CustomAttributes),
		Quantity:            floor0(s.Quantity),
		CurrentQuantity:     floor0(s.CurrentQuantity),
		FulfilledQuantity:   floor0(s.Quantity - s.UnfulfilledQuantity - s.NonFulfillableQuantity),
		UnfulfilledQuantity: floor0(s.UnfulfilledQuantity),
		CurrencyCode:        o.source.CurrencyCode,
		UnitPrice:           o.amount(s.UnitPrice),
		DiscountedUnitPrice: o.amount(s.DiscountedUnitPrice),
		OriginalTotal:       o.amount(s.OriginalTotal),
		TotalDiscount:       o.amount(s.TotalDiscount),
		DiscountedTotal:     o.amount(s.DiscountedTotal),
		TotalTax:            tax,
		OrderProcessTS:      o.source.ProcessedAt,
		IsTaxable:           s.Taxable,
		IsGiftCard:          s.IsGiftCard,
		RequiresShipping:    s.RequiresShipping,
		IsTaxInclusive:      o.source.TaxesIncluded,
		Annotations:         n.annotations(),
	})
	for i, d := range s.Discounts {
		position := int32(i + 1)
		o.LineAdjustments = append(o.LineAdjustments, row.OrderLineItemAdjustment{
			ID:              uid.DeriveChild(uid.OrderLineItemAdjustment, s.ID, "order_line_item_adjustment", key(position)),
			OrderLineItemID: id,
			Adjustment:      o.adjustment(position, &d),
		})
	}
	return nil
}

// lineTaxes maps the taxes of a line and returns their sum.
func (o *Order) lineTaxes(s *source.LineItem, id string) (money.Amount, error) {
	if len(s.TaxLines) == 0 {
		return money.Of("0", o.source.CurrencyCode), nil
	}
	bags := make([]money.Bag, 0, 4)
	for i, t := range s.TaxLines {
		position := int32(i + 1)
		bags = append(bags, t.Price.Bag())
		o.LineTaxes = append(o.LineTaxes, row.OrderLineItemTaxLine{
			ID:              uid.DeriveChild(uid.OrderLineItemTaxLine, s.ID, "order_line_item_tax_line", key(position)),
			OrderLineItemID: id,
			TaxLine:         o.taxLine(position, &t),
		})
	}
	total, err := sum(bags...)
	return o.currencies.Amount(total), err
}

func (o *Order) taxLine(position int32, t *source.TaxLine) row.TaxLine {
	return row.TaxLine{
		Position:        position,
		Title:           t.Title,
		Rate:            row.Decimal(t.Rate),
		CurrencyCode:    o.source.CurrencyCode,
		Amount:          o.amount(t.Price),
		Source:          t.Source,
		IsChannelLiable: t.ChannelLiable,
	}
}

func (o *Order) adjustment(position int32, d *source.Allocation) row.Adjustment {
	var n notes
	return row.Adjustment{
		Position:         position,
		ApplicationIndex: row.Some(d.Application.Index),
		AdjustmentKind:   first(n.enum(adjustmentKinds, "discountApplication", d.Application.Typename), "unknown"),
		Code:             d.Application.Code,
		Description:      first(d.Application.Title, d.Application.Description),
		AllocationMethod: first(n.enum(allocationModes, "allocationMethod", d.Application.AllocationMethod), "unknown"),
		CurrencyCode:     o.source.CurrencyCode,
		Amount:           o.amount(d.Amount),
		Annotations:      n.annotations(),
	}
}

func (o *Order) shippingLine(line archive.Line, s *source.ShippingLine) error {
	if s.OriginalPrice.Shop.Amount == "" {
		return &BadLine{Line: line, Err: fmt.Errorf("the shipping line has no originalPriceSet")}
	}
	position := int32(len(o.Shipping) + 1)
	// The natural key of a line without an id is its order and position; so is that of its taxes and adjustments.
	parent := first(s.ID, o.source.ID+"|"+key(position))
	id := uid.DeriveChild(uid.OrderShippingMethod, o.source.ID, "order_shipping_method", key(position))
	if s.ID != "" {
		id = uid.Derive(uid.OrderShippingMethod, o.scope.Shop, s.ID)
	}
	o.Shipping = append(o.Shipping, row.OrderShippingMethod{
		ID:                id,
		Part:              o.part(s.ID),
		OrderHeaderID:     o.Header.ID,
		Position:          position,
		Title:             s.Title,
		Code:              s.Code,
		CarrierIdentifier: s.CarrierIdentifier,
		DeliveryCategory:  s.DeliveryCategory,
		Source:            s.Source,
		CurrencyCode:      o.source.CurrencyCode,
		Amount:            o.amount(s.OriginalPrice),
		DiscountedAmount:  o.amount(s.DiscountedPrice),
		IsCustom:          s.Custom,
		IsRemoved:         s.IsRemoved,
		IsTaxInclusive:    o.source.TaxesIncluded,
	})
	for i, t := range s.TaxLines {
		position := int32(i + 1)
		o.ShippingTaxes = append(o.ShippingTaxes, row.OrderShippingMethodTaxLine{
			ID:                    uid.DeriveChild(uid.OrderShippingMethodTaxLine, parent, "order_shipping_method_tax_line", key(position)),
			OrderShippingMethodID: id,
			TaxLine:               o.taxLine(position, &t),
		})
	}
	for i, d := range s.Discounts {
		position := int32(i + 1)
		o.ShippingAdjustments = append(o.ShippingAdjustments, row.OrderShippingMethodAdjustment{
			ID:                    uid.DeriveChild(uid.OrderShippingMethodAdjustment, parent, "order_shipping_method_adjustment", key(position)),
			OrderShippingMethodID: id,
			Adjustment:            o.adjustment(position, &d),
		})
	}
	return nil
}

func (o *Order) returnHeader(s *source.Return) {
	var n notes
	phase := n.phase(returnPhases, "status", s.Status)
	part := o.part(s.ID)
	part.Created = firstTime(s.CreatedAt, part.Created)
	o.Returns = append(o.Returns, row.ReturnHeader{
		ID:            uid.Derive(uid.ReturnHeader, o.scope.Shop, s.ID),
		Part:          part,
		OrderHeaderID: o.Header.ID,
		ReturnName:    s.Name,
		TotalQuantity: floor0(s.TotalQuantity),
		CurrencyCode:  o.source.CurrencyCode,
		DeclineReason: s.Decline.Reason,
		DeclineNote:   s.Decline.Note,
		RequestTS:     part.Created,
		ApproveTS:     s.RequestApprovedAt,
		CloseTS:       s.ClosedAt,
		Phase:         phase,
		Annotations:   n.annotations(),
	})
}

// returnItem maps a line of a return. An unverified one names no order line and has no row.
func (o *Order) returnItem(s *source.ReturnLine) {
	if s.FulfillmentLineItem.LineItem.ID == "" {
		return
	}
	var n notes
	reason := ""
	if handle := normalReason(s.Reason.Handle); handle != "" {
		if reason = o.scope.Reasons[handle]; reason == "" {
			reason = o.scope.Reasons["unknown"]
			n.add("returnReasonDefinition", s.Reason.Handle)
		}
	}
	o.ReturnItems = append(o.ReturnItems, row.ReturnItem{
		ID:                 uid.Derive(uid.ReturnItem, o.scope.Shop, s.ID),
		Part:               o.part(s.ID),
		ReturnHeaderID:     uid.Derive(uid.ReturnHeader, o.scope.Shop, s.Parent),
		OrderLineItemID:    o.ref(uid.OrderLineItem, s.FulfillmentLineItem.LineItem),
		FulfillmentItemID:  o.ref(uid.FulfillmentItem, source.Ref{ID: s.FulfillmentLineItem.ID}),
		ReturnReasonID:     reason,
		Quantity:           floor0(s.Quantity),
		ProcessedQuantity:  floor0(s.ProcessedQuantity),
		RefundableQuantity: floor0(s.RefundableQuantity),
		RefundedQuantity:   floor0(s.RefundedQuantity),
		CurrencyCode:       o.source.CurrencyCode,
		DiscountedTotal:    o.amount(s.DiscountedTotal),
		RestockingFee:      o.amount(s.RestockingFee.Amount),
		ReasonNote:         s.ReasonNote,
		CustomerNote:       s.CustomerNote,
		Annotations:        n.annotations(),
	})
}
