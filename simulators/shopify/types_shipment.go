package shopify

import (
	"strconv"
	"strings"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineFulfillments(r *graph.Registry) {
	r.Define("Fulfillment", []string{"Node"},
		graph.Scalar("id", func(f *store.Fulfillment) any { return store.GID("Fulfillment", f.ID) }),
		graph.Scalar("legacyResourceId", func(f *store.Fulfillment) any { return strconv.FormatInt(f.ID, 10) }),
		graph.Scalar("name", func(f *store.Fulfillment) any { return f.Name }),
		graph.Scalar("status", func(f *store.Fulfillment) any { return f.Status }),
		graph.Scalar("displayStatus", func(f *store.Fulfillment) any { return orNil(f.Display) }),
		graph.Scalar("totalQuantity", func(f *store.Fulfillment) any {
			total := 0
			for _, l := range f.Lines {
				total += int(l.Quantity)
			}
			return total
		}),
		graph.Scalar("requiresShipping", func(*store.Fulfillment) any { return true }),
		graph.Object("location", "Location", func(c *graph.Call, f *store.Fulfillment) any { return pointer(from(c).snap.Location(f.Location)) }),
		graph.Object("service", "FulfillmentService", func(*graph.Call, *store.Fulfillment) any { return service{} }),
		graph.Object("order", "Order", func(_ *graph.Call, f *store.Fulfillment) any { return f.Order }),
		graph.ListOf("trackingInfo", "FulfillmentTrackingInfo", func(c *graph.Call, f *store.Fulfillment) graph.List {
			if f.Tracking == "" {
				return graph.Values([]any(nil))
			}
			return first(c, graph.Values([]tracking{{f}}))
		}, "first"),
		graph.Scalar("createdAt", func(f *store.Fulfillment) any { return f.Created }),
		graph.Scalar("updatedAt", func(f *store.Fulfillment) any { return f.Updated }),
		graph.Scalar("inTransitAt", func(f *store.Fulfillment) any { return instant(f.InTransit) }),
		graph.Scalar("estimatedDeliveryAt", func(f *store.Fulfillment) any { return instant(f.Estimated) }),
		graph.Scalar("deliveredAt", func(f *store.Fulfillment) any { return instant(f.Delivered) }),
		graph.Edges("fulfillmentLineItems", "FulfillmentLineItem", func(_ *graph.Call, f *store.Fulfillment) graph.List {
			return indexed{len(f.Lines), func(i int) any { return fulfillmentLine{f, i} }}
		}),
	)
	r.Define("FulfillmentLineItem", nil,
		graph.Scalar("id", func(l fulfillmentLine) any { return l.id() }),
		graph.Object("lineItem", "LineItem", func(_ *graph.Call, l fulfillmentLine) any { return l.line() }),
		graph.Scalar("quantity", func(l fulfillmentLine) any { return int(l.f.Lines[l.i].Quantity) }),
		graph.Object("originalTotalSet", "MoneyBag", func(_ *graph.Call, l fulfillmentLine) any {
			return inOrder(l.f.Order, l.line().UnitPrice.Times(int(l.f.Lines[l.i].Quantity)))
		}),
		graph.Object("discountedTotalSet", "MoneyBag", func(_ *graph.Call, l fulfillmentLine) any {
			return inOrder(l.f.Order, l.line().DiscountedUnit(true).Times(int(l.f.Lines[l.i].Quantity)))
		}),
	)
	r.Define("FulfillmentTrackingInfo", nil,
		graph.Scalar("company", func(t tracking) any { return orNil(t.f.Carrier) }),
		graph.Scalar("number", func(t tracking) any { return orNil(t.f.Tracking) }),
		graph.Scalar("url", func(t tracking) any { return "https://track.example/" + t.f.Tracking }),
	)
	r.Define("FulfillmentService", nil,
		graph.Scalar("id", func(service) any { return store.GID("FulfillmentService", 1) + "?id=true" }),
		graph.Scalar("handle", func(service) any { return "manual" }),
		graph.Scalar("serviceName", func(service) any { return "Manual" }),
		graph.Scalar("type", func(service) any { return "MANUAL" }),
	)
}

func (l fulfillmentLine) id() string {
	return store.GID("FulfillmentLineItem", store.Child(l.f.ID, l.i))
}

func (l fulfillmentLine) line() *store.Line { return &l.f.Order.Lines[l.f.Lines[l.i].Line] }

func defineReturns(r *graph.Registry) {
	r.Define("Return", []string{"Node"},
		graph.Scalar("id", func(b *store.Return) any { return store.GID("Return", b.ID) }),
		graph.Scalar("name", func(b *store.Return) any { return b.Name }),
		graph.Scalar("status", func(b *store.Return) any { return b.Status }),
		graph.Scalar("totalQuantity", func(b *store.Return) any {
			total := 0
			for _, l := range b.Lines {
				total += int(l.Quantity)
			}
			return total
		}),
		graph.Object("decline", "ReturnDecline", func(_ *graph.Call, b *store.Return) any {
			if b.Declined == "" {
				return nil
			}
			return decline{b.Declined}
		}),
		graph.Object("order", "Order", func(_ *graph.Call, b *store.Return) any { return b.Order }),
		graph.Scalar("createdAt", func(b *store.Return) any { return b.Created }),
		graph.Scalar("requestApprovedAt", func(b *store.Return) any { return instant(b.Approved) }),
		graph.Scalar("closedAt", func(b *store.Return) any { return instant(b.Closed) }),
		graph.Edges("returnLineItems", "ReturnLineItemType", func(_ *graph.Call, b *store.Return) graph.List {
			return indexed{len(b.Lines), func(i int) any { return returnLine{b, i} }}
		}),
	)
	r.Define("ReturnDecline", nil,
		graph.Scalar("reason", func(d decline) any { return d.reason }),
		graph.Scalar("note", func(decline) any { return nil }),
	)
	r.Define("ReturnLineItem", []string{"ReturnLineItemType"},
		graph.Scalar("id", func(l returnLine) any { return store.GID("ReturnLineItem", store.Child(l.r.ID, l.i)) }),
		graph.Scalar("quantity", func(l returnLine) any { return int(l.of().Quantity) }),
		graph.Scalar("processedQuantity", func(l returnLine) any { return int(l.of().Processed) }),
		graph.Scalar("unprocessedQuantity", func(l returnLine) any { return int(l.of().Quantity - l.of().Processed) }),
		graph.Scalar("refundableQuantity", func(l returnLine) any { return int(l.of().Quantity - l.of().Refunded) }),
		graph.Scalar("refundedQuantity", func(l returnLine) any { return int(l.of().Refunded) }),
		graph.Scalar("returnReason", func(l returnLine) any { return l.of().Reason }),
		graph.Object("returnReasonDefinition", "ReturnReasonDefinition", func(_ *graph.Call, l returnLine) any { return reason(l.of().Reason) }),
		graph.Scalar("returnReasonNote", func(l returnLine) any { return l.of().Note }),
		graph.Scalar("customerNote", func(returnLine) any { return nil }),
		graph.Object("fulfillmentLineItem", "FulfillmentLineItem", func(_ *graph.Call, l returnLine) any { return l.item() }),
		graph.Object("withCodeDiscountedTotalPriceSet", "MoneyBag", func(_ *graph.Call, l returnLine) any {
			return inOrder(l.r.Order, l.total())
		}),
		graph.Object("restockingFee", "RestockingFee", func(_ *graph.Call, l returnLine) any {
			if l.of().RestockFee == 0 {
				return nil
			}
			return restockFee{l}
		}),
	)
	r.Define("ReturnReasonDefinition", nil,
		graph.Scalar("id", func(d reason) any { return store.GID("ReturnReasonDefinition", int64(len(d))) }),
		graph.Scalar("handle", func(d reason) any { return strings.ToLower(strings.ReplaceAll(string(d), "_", "-")) }),
		graph.Scalar("name", func(d reason) any {
			return string(d[:1]) + strings.ToLower(strings.ReplaceAll(string(d[1:]), "_", " "))
		}),
	)
	r.Define("RestockingFee", nil,
		graph.Scalar("percentage", func(f restockFee) any { return f.of().RestockFee }),
		graph.Object("amountSet", "MoneyBag", func(_ *graph.Call, f restockFee) any {
			return inOrder(f.r.Order, f.total().Percent(f.of().RestockFee))
		}),
	)
}

func (l returnLine) of() store.ReturnLine { return l.r.Lines[l.i] }

func (l returnLine) item() fulfillmentLine {
	return fulfillmentLine{&l.r.Order.Fulfillments[l.of().Fulfillment], l.of().Item}
}

func (l returnLine) total() store.Bag {
	return l.item().line().DiscountedUnit(true).Times(int(l.of().Quantity))
}
