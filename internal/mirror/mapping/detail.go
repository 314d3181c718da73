package mapping

import (
	"fmt"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/uid"
)

// details are the answers of the detail queries for one order, with the pages of an object united.
type details struct {
	refunds      map[string]*source.RefundDetail
	fulfillments map[string]*source.FulfillmentDetail
	agreements   []source.Agreement
	edited       bool // the agreements are there
}

func readDetails(a *archive.Aggregate) (*details, error) {
	d := &details{}
	for _, line := range a.Details {
		switch kind := line.Type(); kind {
		case "Refund":
			var page source.RefundDetail
			if err := decode(line, true, &page); err != nil {
				return nil, err
			}
			d.refund(&page)
		case "Fulfillment":
			var page source.FulfillmentDetail
			if err := decode(line, true, &page); err != nil {
				return nil, err
			}
			d.fulfillment(&page)
		case "Order":
			var page source.AgreementsDetail
			if err := decode(line, true, &page); err != nil {
				return nil, err
			}
			d.edited = true
			d.agreement(&page)
		default:
			return nil, &BadLine{Line: line, Detail: true, Err: fmt.Errorf("a %q is no detail of an order", kind)}
		}
	}
	return d, nil
}

func (d *details) refund(page *source.RefundDetail) {
	if d.refunds == nil {
		d.refunds = map[string]*source.RefundDetail{}
	}
	if whole, ok := d.refunds[page.ID]; ok {
		// What is not paged (shipping, adjustments) comes with every page.
		whole.LineItems.Nodes = append(whole.LineItems.Nodes, page.LineItems.Nodes...)
		return
	}
	d.refunds[page.ID] = page
}

func (d *details) fulfillment(page *source.FulfillmentDetail) {
	if d.fulfillments == nil {
		d.fulfillments = map[string]*source.FulfillmentDetail{}
	}
	if whole, ok := d.fulfillments[page.ID]; ok {
		whole.LineItems.Nodes = append(whole.LineItems.Nodes, page.LineItems.Nodes...)
		return
	}
	d.fulfillments[page.ID] = page
}

func (d *details) agreement(page *source.AgreementsDetail) {
	for _, one := range page.Agreements.Nodes {
		known := false
		for i := range d.agreements {
			if d.agreements[i].ID == one.ID {
				d.agreements[i].Sales.Nodes = append(d.agreements[i].Sales.Nodes, one.Sales.Nodes...)
				known = true
			}
		}
		if !known {
			d.agreements = append(d.agreements, one)
		}
	}
}

func (o *Order) fulfillments(d *details) error {
	for i := range o.source.Fulfillments {
		s := &o.source.Fulfillments[i]
		detail, ok := d.fulfillments[s.ID]
		if !ok {
			return fmt.Errorf("the lines of %s are not among the details", s.ID)
		}
		var n notes
		id := uid.Derive(uid.Fulfillment, o.scope.Shop, s.ID)
		o.Fulfillments = append(o.Fulfillments, row.Fulfillment{
			ID:                    id,
			Mirror:                row.Mirror{GID: s.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
			FulfillmentName:       s.Name,
			StockLocationID:       o.ref(uid.StockLocation, s.Location),
			FulfillmentProviderID: o.provider(&s.Service),
			LegacyID:              legacy(s.LegacyID),
			DisplayStatus:         n.enum(displayStatuses, "displayStatus", s.DisplayStatus),
			ServiceName:           s.Service.Name,
			TotalQuantity:         floor0(s.TotalQuantity),
			RequiresShipping:      s.RequiresShipping,
			ShipTS:                s.CreatedAt,
			InTransitTS:           s.InTransitAt,
			EstimatedDeliveryTS:   s.EstimatedDeliveryAt,
			DeliverTS:             s.DeliveredAt,
			Phase:                 n.phase(fulfillmentPhases, "status", s.Status),
			Annotations:           n.annotations(),
		})
		o.FulfillmentLinks = append(o.FulfillmentLinks, row.LinkOrderHeaderFulfillment{
			ID:            uid.DeriveChild(uid.LinkOrderHeaderFulfillment, o.source.ID, "link_order_header_fulfillment", s.ID),
			OrderHeaderID: o.Header.ID,
			FulfillmentID: id,
		})
		for i, t := range s.TrackingInfo {
			position := int32(i + 1)
			o.Labels = append(o.Labels, row.FulfillmentLabel{
				ID:             uid.DeriveChild(uid.FulfillmentLabel, s.ID, "fulfillment_label", key(position)),
				FulfillmentID:  id,
				Position:       position,
				Carrier:        t.Company,
				TrackingNumber: t.Number,
				TrackingURL:    t.URL,
			})
		}
		o.fulfillmentItems(id, s, detail)
	}
	return nil
}

func (o *Order) fulfillmentItems(id string, s *source.Fulfillment, detail *source.FulfillmentDetail) {
	for i := range detail.LineItems.Nodes {
		node := &detail.LineItems.Nodes[i]
		item := row.FulfillmentItem{
			ID:              uid.Derive(uid.FulfillmentItem, o.scope.Shop, node.ID),
			Part:            row.Part{GID: node.ID, Created: s.CreatedAt, Updated: s.UpdatedAt},
			FulfillmentID:   id,
			OrderLineItemID: o.ref(uid.OrderLineItem, node.LineItem),
			Quantity:        floor0(node.Quantity),
			CurrencyCode:    o.source.CurrencyCode,
			OriginalTotal:   o.amount(node.OriginalTotal),
			DiscountedTotal: o.amount(node.DiscountedTotal),
		}
		if at, ok := o.lineIndex[item.OrderLineItemID]; ok {
			item.Title, item.SKU = o.Lines[at].Title, o.Lines[at].SKU
		}
		o.FulfillmentItems = append(o.FulfillmentItems, item)
	}
}

// provider names the fulfillment service; its row is shared by all orders.
func (o *Order) provider(s *source.Service) string {
	if s.ID == "" {
		return ""
	}
	id := uid.Derive(uid.FulfillmentProvider, o.scope.Shop, s.ID)
	o.Providers = append(o.Providers, row.FulfillmentProvider{
		ID:           id,
		Part:         row.Part{GID: s.ID},
		Code:         first(s.Handle, s.ID),
		Name:         first(s.Name, s.Handle, s.ID),
		ProviderKind: first(providerKinds[s.Type], "third_party"),
	})
	return id
}

// quantities counts on each line what happened to its units.
func (o *Order) quantities() {
	phases := make(map[string]*row.Fulfillment, len(o.Fulfillments))
	for i := range o.Fulfillments {
		phases[o.Fulfillments[i].ID] = &o.Fulfillments[i]
	}
	for i := range o.FulfillmentItems {
		item := &o.FulfillmentItems[i]
		at, ok := o.lineIndex[item.OrderLineItemID]
		if f := phases[item.FulfillmentID]; ok && f.Phase == "Succeeded" {
			o.Lines[at].ShippedQuantity += item.Quantity
			if !f.DeliverTS.IsZero() {
				o.Lines[at].DeliveredQuantity += item.Quantity
			}
		}
	}
	open := map[string]bool{}
	for i := range o.Returns {
		open[o.Returns[i].ID] = o.Returns[i].Phase == "Requested" || o.Returns[i].Phase == "Open"
	}
	for i := range o.ReturnItems {
		item := &o.ReturnItems[i]
		if at, ok := o.lineIndex[item.OrderLineItemID]; ok {
			o.Lines[at].ReturnReceivedQuantity += item.ProcessedQuantity
			if open[item.ReturnHeaderID] {
				o.Lines[at].ReturnRequestedQuantity += floor0(item.Quantity - item.ProcessedQuantity)
			}
		}
	}
	for i := range o.RefundItems {
		if at, ok := o.lineIndex[o.RefundItems[i].OrderLineItemID]; ok {
			o.Lines[at].RefundedQuantity += o.RefundItems[i].Quantity
		}
	}
	for i := range o.Lines {
		o.Summary.FulfilledQuantity += o.Lines[i].FulfilledQuantity
		o.Summary.RefundedQuantity += o.Lines[i].RefundedQuantity
	}
}
