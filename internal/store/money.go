package store

import (
	"database/sql/driver"
	"fmt"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/fault"
)

// MoneyAmount is a raw_ column: an amount as its source gave it, in the shop's currency and, where the buyer saw
// another, in that one too. The zero value is NULL.
type MoneyAmount struct {
	Amount      string       `json:"amount"` // decimal, with the digits that the source gave
	Currency    string       `json:"currency"`
	Presentment *Presentment `json:"presentment,omitempty"`
}

// Presentment is the amount in the currency that the buyer saw.
type Presentment struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// NewMoney is the raw half of an amount that the platform itself computed.
func NewMoney(amount decimal.Decimal, currency string) MoneyAmount {
	return MoneyAmount{Amount: amount.String(), Currency: currency}
}

// IsNull tells whether there is no amount.
func (m MoneyAmount) IsNull() bool { return m == MoneyAmount{} }

// Scan reads the column.
func (m *MoneyAmount) Scan(src any) error { return scanJSON(src, m) }

// Value writes the column.
func (m MoneyAmount) Value() (driver.Value, error) {
	if m.IsNull() {
		return nil, nil
	}
	return valueJSON(m)
}

// CheckMoney reports what is wrong with an amount before the database refuses it: one half without the other, a raw
// amount that is no decimal or another number than the column, or a currency that is not the row's.
func CheckMoney(table, column string, value decimal.NullDecimal, raw MoneyAmount, currency string) []fault.Field {
	name := table + "." + column
	switch {
	case !value.Valid && raw.IsNull():
		return nil
	case !value.Valid:
		return []fault.Field{{Name: name, Detail: fmt.Sprintf("is null although raw_%s is %s %s", column, raw.Amount, raw.Currency)}}
	case raw.IsNull():
		return []fault.Field{{Name: table + ".raw_" + column, Detail: fmt.Sprintf("is null although %s is %s", column, value.Decimal)}}
	}
	var faults []fault.Field
	amount, err := decimal.NewFromString(raw.Amount)
	if err != nil {
		faults = append(faults, fault.Field{Name: table + ".raw_" + column, Detail: fmt.Sprintf("%q is not a decimal amount", raw.Amount)})
	} else if !amount.Equal(value.Decimal) {
		faults = append(faults, fault.Field{Name: name, Detail: fmt.Sprintf("%s differs from raw_%s, %s", value.Decimal, column, raw.Amount)})
	}
	if raw.Currency != currency {
		faults = append(faults, fault.Field{Name: table + ".raw_" + column, Detail: fmt.Sprintf("is in %q, the row in %q", raw.Currency, currency)})
	}
	return faults
}
