package money

import (
	"fmt"

	"github.com/shopspring/decimal"
)

// Sum adds decimal strings up without rounding. The zero Sum is 0.
type Sum struct{ total decimal.Decimal }

// Add adds an amount; the empty string is zero.
func (s *Sum) Add(amount string) error {
	if amount == "" {
		return nil
	}
	if !IsDecimal(amount) {
		return fmt.Errorf("%q is not a decimal amount", amount)
	}
	d, err := decimal.NewFromString(amount)
	if err != nil {
		return err
	}
	s.total = s.total.Add(d)
	return nil
}

// String is the sum with no more decimals than its summands have.
func (s *Sum) String() string { return s.total.String() }
