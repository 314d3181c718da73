package shopify

import (
	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

func defineLines(r *graph.Registry) {
	set := func(name string, read func(l *store.Line) store.Bag) *graph.Field {
		return graph.Object(name, "MoneyBag", func(_ *graph.Call, l *store.Line) any { return inOrder(l.Order, read(l)) })
	}
	r.Define("LineItem", []string{"Node"},
		graph.Scalar("id", func(l *store.Line) any { return store.GID("LineItem", l.ID) }),
		graph.Object("product", "Product", func(c *graph.Call, l *store.Line) any { return pointer(from(c).snap.Product(l.Product)) }).Needs("read_products"),
		graph.Object("variant", "ProductVariant", func(c *graph.Call, l *store.Line) any { return pointer(from(c).snap.Variant(l.Variant)) }).Needs("read_products"),
		graph.Scalar("title", func(l *store.Line) any { return l.Title }),
		graph.Scalar("variantTitle", func(l *store.Line) any { return orNil(l.Choice) }),
		graph.Scalar("name", func(l *store.Line) any {
			if l.Choice == "" {
				return l.Title
			}
			return l.Title + " - " + l.Choice
		}),
		graph.Scalar("sku", func(l *store.Line) any { return orNil(l.SKU) }),
		graph.Computed("vendor", func(c *graph.Call, l *store.Line) (any, error) {
			if p := from(c).snap.Product(l.Product); p != nil {
				return p.Vendor, nil
			}
			return nil, nil
		}),
		graph.Object("image", "Image", func(c *graph.Call, l *store.Line) any {
			if v := from(c).snap.Variant(l.Variant); v != nil && v.Image >= 0 {
				return &v.Product.Media[v.Image]
			}
			return nil
		}),
		graph.ListOf("customAttributes", "Attribute", func(_ *graph.Call, l *store.Line) graph.List { return graph.Of(l.Attributes) }),
		graph.Scalar("quantity", func(l *store.Line) any { return int(l.Quantity) }),
		graph.Scalar("currentQuantity", func(l *store.Line) any { return l.Current() }),
		graph.Scalar("unfulfilledQuantity", func(l *store.Line) any { return l.Unfulfilled() }),
		graph.Scalar("nonFulfillableQuantity", func(l *store.Line) any { return l.NonFulfillable() }),
		graph.Scalar("refundableQuantity", func(l *store.Line) any { return l.Current() }),
		set("originalUnitPriceSet", func(l *store.Line) store.Bag { return l.UnitPrice }),
		set("discountedUnitPriceSet", func(l *store.Line) store.Bag { return l.DiscountedUnit(false) }),
		set("discountedUnitPriceAfterAllDiscountsSet", func(l *store.Line) store.Bag { return l.DiscountedUnit(true) }),
		set("originalTotalSet", func(l *store.Line) store.Bag { return l.UnitPrice.Times(int(l.Quantity)) }),
		graph.Object("discountedTotalSet", "MoneyBag", func(c *graph.Call, l *store.Line) any {
			return inOrder(l.Order, l.DiscountedUnit(c.Args.Bool("withCodeDiscounts")).Times(int(l.Quantity)))
		}, "withCodeDiscounts"),
		set("totalDiscountSet", func(l *store.Line) store.Bag {
			return l.UnitPrice.Minus(l.DiscountedUnit(true)).Times(int(l.Quantity))
		}),
		graph.ListOf("taxLines", "TaxLine", func(c *graph.Call, l *store.Line) graph.List {
			return first(c, taxLines(l.Order, l.Taxes, int(l.Quantity)))
		}, "first"),
		graph.ListOf("discountAllocations", "DiscountAllocation", func(_ *graph.Call, l *store.Line) graph.List {
			return allocations(l.Order, l.Discounts, int(l.Quantity))
		}),
		graph.Scalar("requiresShipping", func(*store.Line) any { return true }),
		graph.Scalar("taxable", func(*store.Line) any { return true }),
		graph.Scalar("isGiftCard", func(*store.Line) any { return false }),
	)
	r.Define("ShippingLine", nil,
		graph.Scalar("id", func(s *store.ShippingLine) any { return store.GID("ShippingLine", s.ID) }),
		graph.Scalar("title", func(s *store.ShippingLine) any { return s.Title }),
		graph.Scalar("code", func(s *store.ShippingLine) any { return orNil(s.Code) }),
		graph.Scalar("carrierIdentifier", func(*store.ShippingLine) any { return nil }),
		graph.Scalar("deliveryCategory", func(*store.ShippingLine) any { return "shipping" }),
		graph.Scalar("source", func(*store.ShippingLine) any { return "shopify" }),
		graph.Scalar("phone", func(*store.ShippingLine) any { return nil }),
		graph.Scalar("custom", func(*store.ShippingLine) any { return false }),
		graph.Scalar("isRemoved", func(*store.ShippingLine) any { return false }),
		graph.Object("originalPriceSet", "MoneyBag", func(_ *graph.Call, s *store.ShippingLine) any { return inOrder(s.Order, s.Price) }),
		graph.Object("discountedPriceSet", "MoneyBag", func(_ *graph.Call, s *store.ShippingLine) any {
			return inOrder(s.Order, s.Discounted())
		}),
		graph.Object("currentDiscountedPriceSet", "MoneyBag", func(_ *graph.Call, s *store.ShippingLine) any {
			return inOrder(s.Order, s.Order.Totals.CurrentShipping)
		}),
		graph.ListOf("taxLines", "TaxLine", func(_ *graph.Call, s *store.ShippingLine) graph.List { return taxLines(s.Order, s.Taxes, 1) }),
		graph.ListOf("discountAllocations", "DiscountAllocation", func(_ *graph.Call, s *store.ShippingLine) graph.List {
			return allocations(s.Order, s.Discounts, 1)
		}),
	)
}
