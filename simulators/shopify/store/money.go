package store

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is money in ten-thousandths of the currency's unit: exact for every
// price of the stores that we serve (at most three decimals) and for sums far
// beyond them.
type Amount int64

// Unit is one unit of a currency.
const Unit Amount = 10_000

// Cents gives the amount of n hundredths.
func Cents(n int64) Amount { return Amount(n) * 100 }

// ParseAmount reads a decimal with at most four places.
func ParseAmount(s string) (Amount, error) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) > 4 || whole == "" {
		return 0, fmt.Errorf("amount %q is not a decimal with at most four places", s)
	}
	n, err := strconv.ParseUint(whole+fraction+"0000"[len(fraction):], 10, 63)
	if err != nil {
		return 0, fmt.Errorf("amount %q is not a decimal with at most four places", s)
	}
	if negative {
		return -Amount(n), nil
	}
	return Amount(n), nil
}

// Append writes the amount as Shopify prints decimals: at least one place, no
// further trailing zeros ("29.95", "10.0").
func (a Amount) Append(b []byte) []byte {
	if a < 0 {
		b = append(b, '-')
		a = -a
	}
	b = strconv.AppendInt(b, int64(a/Unit), 10)
	fraction := int64(a % Unit)
	b = append(b, '.', byte('0'+fraction/1000))
	for fraction %= 1000; fraction > 0; fraction = fraction * 10 % 1000 {
		b = append(b, byte('0'+fraction/100))
	}
	return b
}

func (a Amount) String() string { return string(a.Append(nil)) }

// MarshalText writes the amount as a decimal.
func (a Amount) MarshalText() ([]byte, error) { return a.Append(nil), nil }

// UnmarshalText reads a decimal.
func (a *Amount) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAmount(string(text))
	return err
}

// Bag is one amount in the shop's currency and in the one that the customer
// saw. Sums and multiples are formed in both, so that totals agree in both.
type Bag struct {
	Shop        Amount `json:"shop"`
	Presentment Amount `json:"presentment"`
}

// Plus adds.
func (b Bag) Plus(c Bag) Bag { return Bag{b.Shop + c.Shop, b.Presentment + c.Presentment} }

// Minus subtracts.
func (b Bag) Minus(c Bag) Bag { return Bag{b.Shop - c.Shop, b.Presentment - c.Presentment} }

// Times multiplies by a quantity.
func (b Bag) Times(n int) Bag { return Bag{b.Shop * Amount(n), b.Presentment * Amount(n)} }

// Percent gives n percent, rounded down to cents in each currency.
func (b Bag) Percent(n float64) Bag {
	cut := func(a Amount) Amount { return Amount(float64(a)*n/100) / 100 * 100 }
	return Bag{cut(b.Shop), cut(b.Presentment)}
}

// IsZero tells whether both amounts are nothing.
func (b Bag) IsZero() bool { return b == Bag{} }
