// Package money holds exact amounts as Shopify gives them and as the platform stores them: decimal strings for what is
// kept to the last digit, and Fixed for sums to four decimals. Nothing here is ever a float. The mirror writes amounts,
// the lifecycle events sum them.
package money

// Bag is Shopify's MoneyBag: one amount in the shop's currency and in the buyer's, as decimal strings. The currencies
// are the order's and stand on the order alone (see bulk_orders.graphql). The zero Bag is "no amount".
type Bag struct {
	Shop        string
	Presentment string
}

// Amount is a stored amount: a NUMERIC column and its raw_ JSONB companion. The zero Amount is NULL in both.
type Amount struct {
	Value               string // decimal, as received
	Currency            string
	Presentment         string // decimal; empty where it is the same amount in the same currency
	PresentmentCurrency string
}

// Currencies are the two that the amounts of one order are in.
type Currencies struct{ Shop, Presentment string }

// Amount gives the bag its currencies.
func (c Currencies) Amount(bag Bag) Amount {
	if bag.Shop == "" {
		return Amount{}
	}
	amount := Amount{Value: bag.Shop, Currency: c.Shop}
	if bag.Presentment != "" && c.Presentment != "" && (c.Presentment != c.Shop || bag.Presentment != bag.Shop) {
		amount.Presentment, amount.PresentmentCurrency = bag.Presentment, c.Presentment
	}
	return amount
}

// Of is an amount in one currency.
func Of(value, currency string) Amount {
	if value == "" {
		return Amount{}
	}
	return Amount{Value: value, Currency: currency}
}

// AppendRaw appends the JSON of the raw_ column:
// {"amount":"12.34","currency":"USD","presentment":{"amount":"11.20","currency":"EUR"}}.
// The strings are decimals and currency codes, which need no escaping; the mirror checks them before.
func (a Amount) AppendRaw(b []byte) []byte {
	b = append(b, `{"amount":"`...)
	b = append(b, a.Value...)
	b = append(b, `","currency":"`...)
	b = append(b, a.Currency...)
	b = append(b, '"')
	if a.Presentment != "" {
		b = append(b, `,"presentment":{"amount":"`...)
		b = append(b, a.Presentment...)
		b = append(b, `","currency":"`...)
		b = append(b, a.PresentmentCurrency...)
		b = append(b, `"}`...)
	}
	return append(b, '}')
}

// IsDecimal tells whether s is a plain decimal number: an optional minus, digits, and optionally a point and digits.
func IsDecimal(s string) bool {
	if len(s) > 0 && s[0] == '-' {
		s = s[1:]
	}
	digits, point := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' && !point && digits > 0:
			point = true
			digits = 0
		default:
			return false
		}
	}
	return digits > 0
}
