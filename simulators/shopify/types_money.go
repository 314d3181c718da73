package shopify

import (
	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineMoney(r *graph.Registry) {
	r.Define("MoneyBag", nil,
		graph.Object("shopMoney", "MoneyV2", func(_ *graph.Call, b bag) any { return money{b.Shop, b.shop} }),
		graph.Object("presentmentMoney", "MoneyV2", func(_ *graph.Call, b bag) any { return money{b.Presentment, b.presentment} }),
	)
	r.Define("MoneyV2", []string{"PricingValue"},
		graph.Scalar("amount", func(m money) any { return m.amount }),
		graph.Scalar("currencyCode", func(m money) any { return m.currency }),
	)
	r.Define("PricingPercentageValue", []string{"PricingValue"},
		graph.Scalar("percentage", func(p percentage) any { return float64(p) }),
	)
	r.Define("TaxLine", nil,
		graph.Scalar("title", func(t taxLine) any { return t.tax.Title }),
		graph.Scalar("rate", func(t taxLine) any { return t.tax.Rate }),
		graph.Scalar("ratePercentage", func(t taxLine) any { return t.tax.Rate * 100 }),
		graph.Scalar("source", func(taxLine) any { return "Shopify" }),
		graph.Scalar("channelLiable", func(taxLine) any { return false }),
		graph.Object("priceSet", "MoneyBag", func(_ *graph.Call, t taxLine) any { return inOrder(t.order, t.tax.Unit.Times(t.quantity)) }),
	)
	r.Define("DiscountAllocation", nil,
		graph.Object("allocatedAmountSet", "MoneyBag", func(_ *graph.Call, a allocation) any {
			return inOrder(a.order, a.share.Unit.Times(a.quantity))
		}),
		graph.Object("discountApplication", "DiscountApplication", func(_ *graph.Call, a allocation) any {
			return discount{a.order, a.share.Discount}
		}),
	)
	common := func(more ...*graph.Field) []*graph.Field {
		return append(more,
			graph.Scalar("index", func(d discount) any { return d.index }),
			graph.Scalar("allocationMethod", func(d discount) any {
				if d.of().OrderLevel {
					return "ACROSS"
				}
				return "EACH"
			}),
			graph.Scalar("targetSelection", func(d discount) any {
				if d.of().OrderLevel || d.of().Shipping {
					return "ALL"
				}
				return "ENTITLED"
			}),
			graph.Scalar("targetType", func(d discount) any {
				if d.of().Shipping {
					return "SHIPPING_LINE"
				}
				return "LINE_ITEM"
			}),
			graph.Object("value", "PricingValue", func(_ *graph.Call, d discount) any {
				if d.of().Percent > 0 {
					return percentage(d.of().Percent)
				}
				return money{d.of().Amount, d.order.Currency}
			}),
		)
	}
	r.Define("DiscountCodeApplication", []string{"DiscountApplication"},
		common(graph.Scalar("code", func(d discount) any { return d.of().Code }))...)
	r.Define("AutomaticDiscountApplication", []string{"DiscountApplication"},
		common(graph.Scalar("title", func(d discount) any { return d.of().Title }))...)
}

func (d discount) of() *store.Discount { return &d.order.Discounts[d.index] }

func taxLines(o *store.Order, taxes []store.TaxLine, quantity int) graph.List {
	return indexed{len(taxes), func(i int) any { return taxLine{o, &taxes[i], quantity} }}
}

func allocations(o *store.Order, shares []store.Allocation, quantity int) graph.List {
	return indexed{len(shares), func(i int) any { return allocation{o, shares[i], quantity} }}
}
