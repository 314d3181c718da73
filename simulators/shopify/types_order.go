package shopify

import (
	"strconv"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineOrder(r *graph.Registry) {
	fields := []*graph.Field{
		graph.Scalar("id", func(o *store.Order) any { return store.GID("Order", o.ID) }),
		graph.Scalar("legacyResourceId", func(o *store.Order) any { return strconv.FormatInt(o.ID, 10) }),
		graph.Scalar("name", func(o *store.Order) any { return o.Name }),
		graph.Scalar("number", func(o *store.Order) any { return o.Number }),
		graph.Scalar("confirmationNumber", func(o *store.Order) any { return orNil(o.Confirmation) }),
		graph.Scalar("confirmed", func(*store.Order) any { return true }),
		graph.Scalar("poNumber", func(*store.Order) any { return nil }),
		graph.Object("customer", "Customer", func(c *graph.Call, o *store.Order) any { return pointer(from(c).snap.Customer(o.Customer)) }).Needs("read_customers"),
		graph.Scalar("email", func(o *store.Order) any { return orNil(o.Email) }),
		graph.Scalar("phone", func(o *store.Order) any { return orNil(o.Phone) }),
		graph.Scalar("customerLocale", func(o *store.Order) any { return orNil(o.Locale) }),
		graph.Scalar("currencyCode", func(o *store.Order) any { return o.Currency }),
		graph.Scalar("presentmentCurrencyCode", func(o *store.Order) any { return o.Presentment }),
		graph.Scalar("displayFinancialStatus", func(o *store.Order) any { return o.Totals.Financial }),
		graph.Scalar("displayFulfillmentStatus", func(o *store.Order) any { return o.Totals.Fulfillment }),
		graph.Scalar("returnStatus", func(o *store.Order) any { return o.Totals.Return }),
		graph.Scalar("cancelReason", func(o *store.Order) any { return orNil(o.CancelReason) }),
		graph.Scalar("sourceName", func(o *store.Order) any { return orNil(o.SourceName) }),
		graph.Scalar("sourceIdentifier", func(o *store.Order) any { return orNil(o.SourceID) }),
		graph.Object("publication", "Publication", func(_ *graph.Call, o *store.Order) any { return publication(o) }),
		graph.Object("attribution", "OrderAttribution", func(_ *graph.Call, o *store.Order) any { return attribution{o} }),
		graph.Scalar("discountCode", func(o *store.Order) any {
			if codes := discountCodes(o); len(codes) > 0 {
				return codes[0]
			}
			return nil
		}),
		graph.Scalar("discountCodes", func(o *store.Order) any { return discountCodes(o) }),
		graph.Edges("discountApplications", "DiscountApplication", func(_ *graph.Call, o *store.Order) graph.List {
			return indexed{len(o.Discounts), func(i int) any { return discount{o, i} }}
		}),
		graph.Scalar("tags", func(o *store.Order) any { return stringList(o.Tags) }),
		graph.Scalar("paymentGatewayNames", func(o *store.Order) any { return gateways(o) }),
		graph.Scalar("note", func(o *store.Order) any { return orNil(o.Note) }),
		graph.ListOf("customAttributes", "Attribute", func(_ *graph.Call, o *store.Order) graph.List { return graph.Of(o.Attributes) }),
		graph.Object("customerJourneySummary", "CustomerJourneySummary", func(_ *graph.Call, o *store.Order) any {
			if o.Journey == nil {
				return nil
			}
			return visit{journey: o.Journey, order: o}
		}),
		graph.Scalar("subtotalLineItemsQuantity", func(o *store.Order) any { return o.Totals.Units }),
		graph.Scalar("currentSubtotalLineItemsQuantity", func(o *store.Order) any { return o.Totals.CurrentUnits }),
		graph.Scalar("taxesIncluded", func(o *store.Order) any { return o.TaxesIncluded }),
		graph.Scalar("taxExempt", func(*store.Order) any { return false }),
		graph.Scalar("test", func(o *store.Order) any { return o.Test }),
		graph.Scalar("edited", func(o *store.Order) any { return len(o.Edits) > 0 }),
		graph.Scalar("closed", func(o *store.Order) any { return o.Closed != 0 }),
		graph.Scalar("fullyPaid", func(o *store.Order) any { return o.Totals.Outstanding.Shop <= 0 }),
		graph.Scalar("unpaid", func(o *store.Order) any { return o.Totals.Received.Shop == 0 && o.Totals.Total.Shop > 0 }),
		graph.Scalar("processedAt", func(o *store.Order) any { return o.Processed }),
		graph.Scalar("createdAt", func(o *store.Order) any { return o.Created }),
		graph.Scalar("updatedAt", func(o *store.Order) any { return o.Updated }),
		graph.Scalar("closedAt", func(o *store.Order) any { return instant(o.Closed) }),
		graph.Scalar("cancelledAt", func(o *store.Order) any { return instant(o.Cancelled) }),
		graph.Object("shippingAddress", "MailingAddress", func(_ *graph.Call, o *store.Order) any { return pointer(o.ShipTo) }),
		graph.Object("billingAddress", "MailingAddress", func(_ *graph.Call, o *store.Order) any { return pointer(o.BillTo) }),
		graph.ListOf("transactions", "OrderTransaction", func(c *graph.Call, o *store.Order) graph.List {
			return first(c, graph.Of(o.Transactions))
		}, "first"),
		graph.ListOf("refunds", "Refund", func(c *graph.Call, o *store.Order) graph.List { return first(c, graph.Of(o.Refunds)) }, "first"),
		graph.ListOf("fulfillments", "Fulfillment", func(c *graph.Call, o *store.Order) graph.List {
			return first(c, graph.Of(o.Fulfillments))
		}, "first"),
		graph.Edges("lineItems", "LineItem", func(_ *graph.Call, o *store.Order) graph.List { return graph.Of(o.Lines) }),
		graph.Edges("shippingLines", "ShippingLine", func(_ *graph.Call, o *store.Order) graph.List { return graph.Of(o.Shipping) }, "includeRemovals"),
		graph.Edges("returns", "Return", func(_ *graph.Call, o *store.Order) graph.List { return graph.Of(o.Returns) }).Needs("read_returns"),
		graph.Edges("agreements", "SalesAgreement", func(_ *graph.Call, o *store.Order) graph.List { return agreements(o) }),
	}
	r.Define("Order", []string{"Node", "HasMetafields"}, append(fields, append(orderTotals(), metafieldFields[*store.Order]("Order", func(o *store.Order) int64 { return o.ID })...)...)...)
	defineOrderParts(r)
}

// orderTotals are the order's MoneyBag fields.
func orderTotals() []*graph.Field {
	of := func(name string, read func(t *store.Totals) store.Bag) *graph.Field {
		return graph.Object(name, "MoneyBag", func(_ *graph.Call, o *store.Order) any { return inOrder(o, read(&o.Totals)) })
	}
	none := func(name string) *graph.Field {
		return graph.Object(name, "MoneyBag", func(*graph.Call, *store.Order) any { return nil })
	}
	return []*graph.Field{
		of("subtotalPriceSet", func(t *store.Totals) store.Bag { return t.Subtotal }),
		of("totalDiscountsSet", func(t *store.Totals) store.Bag { return t.Discounts }),
		of("totalShippingPriceSet", func(t *store.Totals) store.Bag { return t.Shipping }),
		of("totalTaxSet", func(t *store.Totals) store.Bag { return t.Tax }),
		none("originalTotalDutiesSet"),
		of("totalTipReceivedSet", func(*store.Totals) store.Bag { return store.Bag{} }),
		of("totalPriceSet", func(t *store.Totals) store.Bag { return t.Total }),
		of("originalTotalPriceSet", func(t *store.Totals) store.Bag { return t.Total }),
		of("currentSubtotalPriceSet", func(t *store.Totals) store.Bag { return t.CurrentSubtotal }),
		of("currentTotalDiscountsSet", func(t *store.Totals) store.Bag { return t.CurrentDiscounts }),
		of("currentShippingPriceSet", func(t *store.Totals) store.Bag { return t.CurrentShipping }),
		of("currentTotalTaxSet", func(t *store.Totals) store.Bag { return t.CurrentTax }),
		none("currentTotalDutiesSet"),
		of("currentTotalPriceSet", func(t *store.Totals) store.Bag { return t.CurrentTotal }),
		of("totalReceivedSet", func(t *store.Totals) store.Bag { return t.Received }),
		of("totalRefundedSet", func(t *store.Totals) store.Bag { return t.Refunded }),
		of("totalRefundedShippingSet", func(t *store.Totals) store.Bag { return t.RefundedShipping }),
		of("totalOutstandingSet", func(t *store.Totals) store.Bag { return t.Outstanding }),
		of("totalCapturableSet", func(t *store.Totals) store.Bag { return t.Capturable }),
		of("netPaymentSet", func(t *store.Totals) store.Bag { return t.Received.Minus(t.Refunded) }),
	}
}

func defineOrderParts(r *graph.Registry) {
	r.Define("Attribute", nil,
		graph.Scalar("key", func(a *store.Attribute) any { return a.Key }),
		graph.Scalar("value", func(a *store.Attribute) any { return a.Value }),
	)
	r.Define("Publication", nil, graph.Scalar("id", func(id idOnly) any { return string(id) }))
	r.Define("OrderAttribution", nil,
		graph.Scalar("handle", func(a attribution) any { return a.order.SourceName }),
		graph.Scalar("displayName", func(a attribution) any { return a.order.Channel }),
	)
	r.Define("CustomerJourneySummary", nil,
		graph.Scalar("customerOrderIndex", func(v visit) any { return v.journey.Index }),
		graph.Scalar("daysToConversion", func(v visit) any { return v.journey.DaysToConvert }),
		graph.Scalar("ready", func(visit) any { return true }),
		graph.Object("firstVisit", "CustomerVisit", func(_ *graph.Call, v visit) any { return v }),
		graph.Object("lastVisit", "CustomerVisit", func(_ *graph.Call, v visit) any { v.last = true; return v }),
	)
	r.Define("CustomerVisit", nil,
		graph.Scalar("id", func(v visit) any { return store.GID("CustomerVisit", v.id()) }),
		graph.Scalar("landingPage", func(v visit) any { return orNil(v.journey.Landing) }),
		graph.Scalar("referrerUrl", func(v visit) any { return orNil(v.journey.Referrer) }),
		graph.Scalar("referralCode", func(visit) any { return nil }),
		graph.Scalar("source", func(v visit) any { return v.journey.Source }),
		graph.Scalar("sourceType", func(visit) any { return nil }),
		graph.Scalar("occurredAt", func(v visit) any {
			if v.last {
				return v.journey.LastVisit
			}
			return v.journey.FirstVisit
		}),
		graph.Object("utmParameters", "UTMParameters", func(_ *graph.Call, v visit) any {
			if v.journey.Campaign == "" {
				return nil
			}
			return utm{v.journey}
		}),
	)
	r.Define("UTMParameters", nil,
		graph.Scalar("source", func(u utm) any { return orNil(u.journey.Source) }),
		graph.Scalar("medium", func(u utm) any { return orNil(u.journey.Medium) }),
		graph.Scalar("campaign", func(u utm) any { return orNil(u.journey.Campaign) }),
		graph.Scalar("term", func(utm) any { return nil }),
		graph.Scalar("content", func(utm) any { return nil }),
	)
}

func (v visit) id() int64 {
	if v.last {
		return store.Child(v.order.ID, 1)
	}
	return store.Child(v.order.ID, 0)
}

func publication(o *store.Order) any {
	switch o.Channel {
	case "Online Store":
		return idOnly(store.GID("Publication", 7001))
	case "Point of Sale":
		return idOnly(store.GID("Publication", 7002))
	case "Shop":
		return idOnly(store.GID("Publication", 7003))
	}
	return nil
}

func discountCodes(o *store.Order) []string {
	codes := []string{}
	for _, d := range o.Discounts {
		if d.Code != "" {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

func gateways(o *store.Order) []string {
	names := []string{}
	for i := range o.Transactions {
		known := false
		for _, n := range names {
			known = known || n == o.Transactions[i].Gateway
		}
		if !known {
			names = append(names, o.Transactions[i].Gateway)
		}
	}
	return names
}
