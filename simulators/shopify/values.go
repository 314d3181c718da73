package shopify

import (
	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// Values that fields give besides the store's own objects.
type (
	queryRoot    struct{}
	mutationRoot struct{}

	// bag is a MoneyBag: an amount and its two currencies.
	bag struct {
		store.Bag
		shop, presentment string
	}
	// money is a MoneyV2.
	money struct {
		amount   store.Amount
		currency string
	}
	count      int
	email      struct{ customer *store.Customer }
	phone      string
	domain     string
	seo        struct{ product *store.Product }
	priceRange struct{ low, high money }
	option     struct {
		product *store.Product
		i       int
	}
	optionValue struct {
		option
		value int
	}
	selectedOption struct {
		variant *store.Variant
		i       int
	}
	inventoryItem struct{ variant *store.Variant }
	measurement   struct{ variant *store.Variant }
	weight        struct{}
	preview       struct{ image *store.Image }
	ruleSet       struct{ tag string }
	rule          struct{ tag string }
	idOnly        string
	taxonomy      string

	visit struct {
		journey *store.Journey
		order   *store.Order
		last    bool
	}
	utm         struct{ journey *store.Journey }
	attribution struct{ order *store.Order }

	// taxLine is a TaxLine for so many units.
	taxLine struct {
		order    *store.Order
		tax      *store.TaxLine
		quantity int
	}
	allocation struct {
		order    *store.Order
		share    store.Allocation
		quantity int
	}
	discount struct {
		order *store.Order
		index int
	}
	percentage float64

	fee             struct{ x *store.Transaction }
	card            struct{ x *store.Transaction }
	tracking        struct{ f *store.Fulfillment }
	service         struct{}
	fulfillmentLine struct {
		f *store.Fulfillment
		i int
	}
	refundLine struct {
		r *store.Refund
		i int
	}
	refundShipping struct{ r *store.Refund }
	adjustment     struct{ r *store.Refund }
	returnLine     struct {
		r *store.Return
		i int
	}
	decline    struct{ reason string }
	reason     string
	restockFee struct{ returnLine }
	agreement  struct {
		order *store.Order
		kind  string
		id    int64
		at    store.Instant
		edit  *store.Edit
		of    *store.Refund
	}
	sale struct {
		id       int64
		action   string
		quantity int // 0 = none
		line     *store.Line
		shipping *store.ShippingLine
		order    *store.Order
		total    store.Bag
		tax      store.Bag
		discount store.Bag
	}
	scope string
)

// typeName names the object type of a value, for interfaces and unions.
func typeName(v any) string {
	switch v := v.(type) {
	case *store.Order:
		return "Order"
	case *store.Line:
		return "LineItem"
	case *store.Product:
		return "Product"
	case *store.Variant:
		return "ProductVariant"
	case *store.Customer:
		return "Customer"
	case *store.Collection:
		return "Collection"
	case *store.Location:
		return "Location"
	case *store.Refund:
		return "Refund"
	case *store.Fulfillment:
		return "Fulfillment"
	case *store.Return:
		return "Return"
	case *store.Transaction:
		return "OrderTransaction"
	case *store.Image:
		return "MediaImage"
	case *operation:
		return "BulkOperation"
	case *store.Destruction:
		return "BasicEvent"
	case card:
		return "CardPaymentDetails"
	case returnLine:
		return "ReturnLineItem"
	case agreement:
		return v.kind
	case sale:
		switch {
		case v.line != nil:
			return "ProductSale"
		case v.shipping != nil:
			return "ShippingLineSale"
		}
		return "AdjustmentSale"
	case discount:
		if v.order.Discounts[v.index].Code != "" {
			return "DiscountCodeApplication"
		}
		return "AutomaticDiscountApplication"
	case money:
		return "MoneyV2"
	case percentage:
		return "PricingPercentageValue"
	}
	return ""
}

// env is what resolvers know of the request.
type env struct {
	server *Server
	snap   *store.Snapshot
	now    store.Instant
	client *client
}

// from gives the env of a call: a request's, or a bulk operation's.
func from(c *graph.Call) *env {
	if s, ok := c.Env.(*session); ok {
		return s.env
	}
	return c.Env.(*env)
}

// orNil gives nil for an empty text.
func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// instant gives nil for a time that has not come.
func instant(at store.Instant) any {
	if at == 0 {
		return nil
	}
	return at
}

func inOrder(o *store.Order, b store.Bag) bag { return bag{b, o.Currency, o.Presentment} }

// stringList gives an empty list where there is none.
func stringList(list []string) any {
	if list == nil {
		return []string{}
	}
	return list
}

// pointer avoids an interface that holds a nil pointer.
func pointer[T any](p *T) any {
	if p == nil {
		return nil
	}
	return p
}

// first cuts a list to the argument "first", where there is one.
func first(c *graph.Call, l graph.List) graph.List {
	n, ok := c.Args.Int("first")
	if !ok || n >= l.Len() {
		return l
	}
	return cut{l, max(n, 0)}
}

type cut struct {
	graph.List
	n int
}

func (c cut) Len() int { return c.n }

// indexed makes a list of the n values that at gives.
type indexed struct {
	n  int
	at func(i int) any
}

func (l indexed) Len() int     { return l.n }
func (l indexed) At(i int) any { return l.at(i) }
