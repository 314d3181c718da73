package store

// Order is an order with everything that hangs on it. Fields that follow from
// others (totals, statuses, remaining quantities) are computed by seal.
type Order struct {
	ID                    int64
	Number                int
	Name, Confirmation    string
	Email, Phone, Locale  string
	Customer              int64 // 0 = a guest
	Currency, Presentment string
	Created, Processed    Instant
	Updated, Closed       Instant
	Cancelled             Instant
	CancelReason          string
	SourceName, SourceID  string
	Channel               string
	Tags                  []string
	Note                  string
	Attributes            []Attribute
	Discounts             []Discount
	TaxesIncluded, Test   bool
	ShipTo, BillTo        *Address
	Journey               *Journey
	Lines                 []Line
	Shipping              []ShippingLine
	Transactions          []Transaction
	Fulfillments          []Fulfillment
	Refunds               []Refund
	Returns               []Return
	Edits                 []Edit
	Totals                Totals
	Revision              Revision
}

// Attribute is a custom attribute.
type Attribute struct{ Key, Value string }

// Discount is a discount application: a code, or automatic where Code is "".
type Discount struct {
	Code, Title string
	Percent     float64 // of 100; 0 = a fixed amount
	Amount      Amount
	OrderLevel  bool // allocated across all lines; else each entitled line
	Shipping    bool // targets the shipping line
}

// Allocation is a line's share of a discount, for one unit (or for the
// shipping line as a whole).
type Allocation struct {
	Discount int // index in Order.Discounts
	Unit     Bag
}

// TaxLine is a tax on one unit (or on the shipping line as a whole).
type TaxLine struct {
	Title string
	Rate  float64
	Unit  Bag
}

// Line is a line item. Quantity is what was ordered, removed units included.
type Line struct {
	ID         int64
	Order      *Order
	Product    int64
	Variant    int64
	Title      string
	Choice     string // the variant's title, "" = the only one
	SKU        string
	Quantity   int32
	Removed    int32 // by edits, without a refund
	Refunded   int32
	Fulfilled  int32
	UnitPrice  Bag
	Discounts  []Allocation
	Taxes      []TaxLine
	Attributes []Attribute
	AddedAt    Instant // by an edit; 0 = with the order
}

// ShippingLine is a shipping method that the customer paid for.
type ShippingLine struct {
	ID          int64
	Order       *Order
	Title, Code string
	Price       Bag
	Discounts   []Allocation
	Taxes       []TaxLine
}

// Transaction moves money, or tries to.
type Transaction struct {
	ID                 int64
	Order              *Order
	Parent             int // index in Order.Transactions, -1 = none
	Kind, Status       string
	Gateway, Formatted string
	PaymentID          string
	ErrorCode          string
	Amount             Bag
	Fee                Amount
	CardBrand, CardEnd string
	Created, Processed Instant
	Expires            Instant // of an authorization
}

// Fulfillment is a parcel.
type Fulfillment struct {
	ID                int64
	Order             *Order
	Name              string
	Status, Display   string
	Location          int64
	Created, Updated  Instant
	InTransit         Instant
	Estimated         Instant
	Delivered         Instant
	Carrier, Tracking string
	Lines             []FulfillmentLine
}

// FulfillmentLine is what a parcel holds of a line.
type FulfillmentLine struct {
	Line     int32 // index in Order.Lines
	Quantity int32
}

// Refund gives back units, shipping, or an amount that belongs to no line.
type Refund struct {
	ID           int64
	Order        *Order
	Created      Instant
	Updated      Instant
	Note         string
	Return       int // index in Order.Returns, -1 = none
	Lines        []RefundLine
	Shipping     *RefundShipping
	Adjustment   *Adjustment
	Transactions []int // indexes in Order.Transactions
}

// RefundLine is what a refund gives back of a line.
type RefundLine struct {
	Line     int32
	Quantity int32
	Restock  string
	Location int64
}

// RefundShipping gives back shipping.
type RefundShipping struct {
	Line        int // index in Order.Shipping
	Amount, Tax Bag
}

// Adjustment is a difference between what was refunded and what the lines come
// to. As in Shopify's books, a negative amount was paid out beyond the lines.
type Adjustment struct {
	Amount Bag
	Reason string
}

// Return is goods that a customer wants to send back.
type Return struct {
	ID       int64
	Order    *Order
	Name     string
	Status   string
	Created  Instant
	Approved Instant
	Closed   Instant
	Declined string // the reason, "" = not declined
	Lines    []ReturnLine
}

// ReturnLine is what is sent back of a fulfilled line.
type ReturnLine struct {
	Fulfillment int // index in Order.Fulfillments
	Item        int // index in its lines
	Quantity    int32
	Processed   int32
	Refunded    int32
	Reason      string
	Note        string
	RestockFee  float64 // percent, 0 = none
}

// Edit is one editing session of the merchant.
type Edit struct {
	ID      int64
	At      Instant
	Added   []int32 // indexes of lines
	Removed []Removal
}

// Removal takes units off a line without a refund.
type Removal struct {
	Line     int32
	Quantity int32
}

// Journey is how the customer came.
type Journey struct {
	Index         int // which order of the customer this is
	DaysToConvert int
	Source        string
	Referrer      string
	Landing       string
	Campaign      string
	Medium        string
	FirstVisit    Instant
	LastVisit     Instant
}

// DiscountedUnit is the unit price after the discounts on the line itself, and
// after those on the whole order where wanted.
func (l *Line) DiscountedUnit(wholeOrder bool) Bag {
	price := l.UnitPrice
	for _, a := range l.Discounts {
		if wholeOrder || !l.Order.Discounts[a.Discount].OrderLevel {
			price = price.Minus(a.Unit)
		}
	}
	return price
}

// UnitTax is the tax on one unit.
func (l *Line) UnitTax() Bag { return sumTaxes(l.Taxes) }

// Current is the quantity that is left of the line.
func (l *Line) Current() int { return int(l.Quantity - l.Removed - l.Refunded) }

// Unfulfilled is what is still to be shipped.
func (l *Line) Unfulfilled() int { return max(0, int(l.Quantity-l.Removed-l.Refunded-l.Fulfilled)) }

// NonFulfillable is what will never be shipped: removed or refunded before.
func (l *Line) NonFulfillable() int { return int(l.Quantity-l.Fulfilled) - l.Unfulfilled() }

// Discounted is the price of the shipping line after discounts.
func (s *ShippingLine) Discounted() Bag {
	price := s.Price
	for _, a := range s.Discounts {
		price = price.Minus(a.Unit)
	}
	return price
}

// Tax is the tax on the shipping line.
func (s *ShippingLine) Tax() Bag { return sumTaxes(s.Taxes) }

// Subtotal is what a refunded line gives back, before tax.
func (r *Refund) Subtotal(l RefundLine) Bag {
	return r.Order.Lines[l.Line].DiscountedUnit(true).Times(int(l.Quantity))
}

// Tax is the tax that a refunded line gives back.
func (r *Refund) Tax(l RefundLine) Bag {
	return r.Order.Lines[l.Line].UnitTax().Times(int(l.Quantity))
}

// Total is all that a refund gives back.
func (r *Refund) Total() Bag {
	var total Bag
	for _, l := range r.Lines {
		total = total.Plus(r.Subtotal(l))
		if !r.Order.TaxesIncluded {
			total = total.Plus(r.Tax(l))
		}
	}
	if s := r.Shipping; s != nil {
		total = total.Plus(s.Amount)
		if !r.Order.TaxesIncluded {
			total = total.Plus(s.Tax)
		}
	}
	if r.Adjustment != nil {
		total = total.Minus(r.Adjustment.Amount)
	}
	return total
}

func sumTaxes(taxes []TaxLine) Bag {
	var sum Bag
	for _, t := range taxes {
		sum = sum.Plus(t.Unit)
	}
	return sum
}
