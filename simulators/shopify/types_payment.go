package shopify

import (
	"strconv"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineTransactions(r *graph.Registry) {
	r.Define("OrderTransaction", []string{"Node"},
		graph.Scalar("id", func(x *store.Transaction) any { return store.GID("OrderTransaction", x.ID) }),
		graph.Scalar("kind", func(x *store.Transaction) any { return x.Kind }),
		graph.Scalar("status", func(x *store.Transaction) any { return x.Status }),
		graph.Scalar("gateway", func(x *store.Transaction) any { return orNil(x.Gateway) }),
		graph.Scalar("formattedGateway", func(x *store.Transaction) any { return orNil(x.Formatted) }),
		graph.Scalar("paymentId", func(x *store.Transaction) any { return orNil(x.PaymentID) }),
		graph.Scalar("errorCode", func(x *store.Transaction) any { return orNil(x.ErrorCode) }),
		graph.Scalar("test", func(x *store.Transaction) any { return x.Order.Test }),
		graph.Scalar("manualPaymentGateway", func(x *store.Transaction) any { return x.Gateway == "Bank Deposit" }),
		graph.Object("amountSet", "MoneyBag", func(_ *graph.Call, x *store.Transaction) any { return inOrder(x.Order, x.Amount) }),
		graph.ListOf("fees", "TransactionFee", func(_ *graph.Call, x *store.Transaction) graph.List {
			if x.Fee == 0 {
				return graph.Values([]fee(nil))
			}
			return graph.Values([]fee{{x}})
		}),
		graph.Scalar("settlementCurrency", func(x *store.Transaction) any {
			if x.Fee == 0 {
				return nil
			}
			return x.Order.Currency
		}),
		graph.Scalar("settlementCurrencyRate", func(x *store.Transaction) any {
			if x.Fee == 0 {
				return nil
			}
			return "1.0"
		}),
		graph.Object("paymentDetails", "PaymentDetails", func(_ *graph.Call, x *store.Transaction) any {
			if x.CardBrand == "" {
				return nil
			}
			return card{x}
		}),
		graph.Object("order", "Order", func(_ *graph.Call, x *store.Transaction) any { return x.Order }),
		graph.Object("parentTransaction", "OrderTransaction", func(_ *graph.Call, x *store.Transaction) any {
			if x.Parent < 0 {
				return nil
			}
			return &x.Order.Transactions[x.Parent]
		}),
		graph.Scalar("processedAt", func(x *store.Transaction) any { return instant(x.Processed) }),
		graph.Scalar("createdAt", func(x *store.Transaction) any { return x.Created }),
		graph.Scalar("authorizationExpiresAt", func(x *store.Transaction) any { return instant(x.Expires) }),
	)
	r.Define("TransactionFee", nil,
		graph.Object("amount", "MoneyV2", func(_ *graph.Call, f fee) any { return money{f.x.Fee, f.x.Order.Currency} }),
	)
	r.Define("CardPaymentDetails", []string{"PaymentDetails"},
		graph.Scalar("company", func(d card) any { return orNil(d.x.CardBrand) }),
		graph.Scalar("number", func(d card) any { return orNil("•••• •••• •••• " + d.x.CardEnd) }),
	)
}

func defineRefunds(r *graph.Registry) {
	r.Define("Refund", []string{"Node"},
		graph.Scalar("id", func(f *store.Refund) any { return store.GID("Refund", f.ID) }),
		graph.Scalar("legacyResourceId", func(f *store.Refund) any { return strconv.FormatInt(f.ID, 10) }),
		graph.Scalar("note", func(f *store.Refund) any { return orNil(f.Note) }),
		graph.Scalar("createdAt", func(f *store.Refund) any { return f.Created }),
		graph.Scalar("processedAt", func(f *store.Refund) any { return f.Created }),
		graph.Scalar("updatedAt", func(f *store.Refund) any { return f.Updated }),
		graph.Object("order", "Order", func(_ *graph.Call, f *store.Refund) any { return f.Order }),
		graph.Object("return", "Return", func(_ *graph.Call, f *store.Refund) any {
			if f.Return < 0 {
				return nil
			}
			return &f.Order.Returns[f.Return]
		}).Needs("read_returns"),
		graph.Object("totalRefundedSet", "MoneyBag", func(_ *graph.Call, f *store.Refund) any { return inOrder(f.Order, f.Total()) }),
		graph.Edges("refundLineItems", "RefundLineItem", func(_ *graph.Call, f *store.Refund) graph.List {
			return indexed{len(f.Lines), func(i int) any { return refundLine{f, i} }}
		}),
		graph.Edges("refundShippingLines", "RefundShippingLine", func(_ *graph.Call, f *store.Refund) graph.List {
			if f.Shipping == nil {
				return graph.Values([]any(nil))
			}
			return graph.Values([]refundShipping{{f}})
		}),
		graph.Edges("orderAdjustments", "OrderAdjustment", func(_ *graph.Call, f *store.Refund) graph.List {
			if f.Adjustment == nil {
				return graph.Values([]any(nil))
			}
			return graph.Values([]adjustment{{f}})
		}),
		graph.Edges("transactions", "OrderTransaction", func(_ *graph.Call, f *store.Refund) graph.List {
			return indexed{len(f.Transactions), func(i int) any { return &f.Order.Transactions[f.Transactions[i]] }}
		}),
		graph.ListOf("duties", "RefundDuty", func(*graph.Call, *store.Refund) graph.List { return graph.Values([]any(nil)) }),
	)
	r.Define("RefundDuty", nil,
		graph.Object("amountSet", "MoneyBag", func(*graph.Call, any) any { return nil }),
	)
	r.Define("RefundLineItem", nil,
		graph.Scalar("id", func(l refundLine) any { return store.GID("RefundLineItem", store.Child(l.r.ID, l.i)) }),
		graph.Object("lineItem", "LineItem", func(_ *graph.Call, l refundLine) any { return &l.r.Order.Lines[l.of().Line] }),
		graph.Scalar("quantity", func(l refundLine) any { return int(l.of().Quantity) }),
		graph.Scalar("restockType", func(l refundLine) any { return l.of().Restock }),
		graph.Scalar("restocked", func(l refundLine) any { return l.of().Restock != "NO_RESTOCK" }),
		graph.Object("location", "Location", func(c *graph.Call, l refundLine) any { return pointer(from(c).snap.Location(l.of().Location)) }),
		graph.Object("priceSet", "MoneyBag", func(_ *graph.Call, l refundLine) any {
			return inOrder(l.r.Order, l.r.Order.Lines[l.of().Line].DiscountedUnit(true))
		}),
		graph.Object("subtotalSet", "MoneyBag", func(_ *graph.Call, l refundLine) any { return inOrder(l.r.Order, l.r.Subtotal(l.of())) }),
		graph.Object("totalTaxSet", "MoneyBag", func(_ *graph.Call, l refundLine) any { return inOrder(l.r.Order, l.r.Tax(l.of())) }),
	)
	r.Define("RefundShippingLine", nil,
		graph.Scalar("id", func(s refundShipping) any { return store.GID("RefundShippingLine", s.r.ID) }),
		graph.Object("shippingLine", "ShippingLine", func(_ *graph.Call, s refundShipping) any {
			return &s.r.Order.Shipping[s.r.Shipping.Line]
		}),
		graph.Object("subtotalAmountSet", "MoneyBag", func(_ *graph.Call, s refundShipping) any { return inOrder(s.r.Order, s.r.Shipping.Amount) }),
		graph.Object("taxAmountSet", "MoneyBag", func(_ *graph.Call, s refundShipping) any { return inOrder(s.r.Order, s.r.Shipping.Tax) }),
	)
	r.Define("OrderAdjustment", nil,
		graph.Scalar("id", func(a adjustment) any { return store.GID("OrderAdjustment", a.r.ID) }),
		graph.Scalar("reason", func(a adjustment) any { return orNil(a.r.Adjustment.Reason) }),
		graph.Object("amountSet", "MoneyBag", func(_ *graph.Call, a adjustment) any { return inOrder(a.r.Order, a.r.Adjustment.Amount) }),
		graph.Object("taxAmountSet", "MoneyBag", func(_ *graph.Call, a adjustment) any { return inOrder(a.r.Order, store.Bag{}) }),
	)
}

func (l refundLine) of() store.RefundLine { return l.r.Lines[l.i] }
