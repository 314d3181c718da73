package mapping

import (
	"fmt"
	"time"

	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// Edit is what one edit did to one line: units added (positive) or taken away without a refund (negative).
type Edit struct {
	ActionID string // of the order_change_action that tells it
	LineID   string // of order_line_item
	At       time.Time
	Units    int32
	Total    money.Bag // after discounts and taxes, negative where units were taken away
	Discount money.Bag
	Tax      money.Bag
}

// agreements maps what happened to an edited order after it was placed. The first agreement is the order itself.
func (o *Order) agreements(d *details) error {
	if o.source.Edited && !d.edited {
		return fmt.Errorf("the order is edited and its agreements are not among the details")
	}
	for i := range d.agreements {
		s := &d.agreements[i]
		kind := changeKind(s)
		if kind == "" {
			continue
		}
		var n notes
		if kind == "edit" && s.Reason != "ORDER_EDIT" {
			n.add("reason", s.Reason)
		}
		id := uid.Derive(uid.OrderChange, o.scope.Shop, s.ID)
		part := o.part(s.ID)
		part.Created = firstTime(s.HappenedAt, part.Created)
		o.Changes = append(o.Changes, row.OrderChange{
			ID:              id,
			Part:            part,
			OrderHeaderID:   o.Header.ID,
			ReturnHeaderID:  o.ref(uid.ReturnHeader, s.Return),
			PaymentRefundID: o.ref(uid.PaymentRefund, s.Refund),
			ChangeKind:      kind,
			ConfirmTS:       s.HappenedAt,
			Phase:           "Confirmed",
			Annotations:     n.annotations(),
		})
		for j := range s.Sales.Nodes {
			o.action(id, kind, s, int32(j+1), &s.Sales.Nodes[j])
		}
	}
	return nil
}

func changeKind(s *source.Agreement) string {
	switch s.Reason {
	case "ORDER":
		return ""
	case "REFUND":
		return "refund"
	case "RETURN":
		return "return_request"
	default:
		return "edit"
	}
}

func (o *Order) action(change, kind string, agreement *source.Agreement, ordering int32, s *source.Sale) {
	units := int32(0)
	if s.Quantity != nil {
		units = *s.Quantity
	}
	action := row.OrderChangeAction{
		ID:              uid.DeriveChild(uid.OrderChangeAction, agreement.ID, "order_change_action", key(ordering)),
		OrderChangeID:   change,
		OrderHeaderID:   o.Header.ID,
		OrderLineItemID: o.ref(uid.OrderLineItem, s.LineItem),
		Ordering:        ordering,
		Action:          actionOf(kind, s, units),
		Quantity:        max(units, -units),
		CurrencyCode:    o.source.CurrencyCode,
		Amount:          o.amount(s.TotalAmount),
		Details: object(map[string]string{
			"sale": s.ID, "line_type": s.LineType, "action_type": s.ActionType,
		}),
		IsApplied: true,
	}
	o.Actions = append(o.Actions, action)
	if kind == "edit" && units != 0 && action.OrderLineItemID != "" {
		o.Edits = append(o.Edits, Edit{
			ActionID: action.ID, LineID: action.OrderLineItemID, At: agreement.HappenedAt, Units: units,
			Total: s.TotalAmount.Bag(), Discount: s.TotalDiscount.Bag(), Tax: s.TotalTax.Bag(),
		})
	}
}

func actionOf(kind string, s *source.Sale, units int32) string {
	switch {
	case s.LineType == "SHIPPING" && (units < 0 || kind == "refund"):
		return "shipping_remove"
	case s.LineType == "SHIPPING":
		return "shipping_add"
	case kind == "refund":
		return "refund_item"
	case kind == "return_request":
		return "return_item"
	case units > 0:
		return "item_add"
	case units < 0:
		return "item_remove"
	default:
		return "item_update"
	}
}
