// Package source holds the Shopify objects as the documents in internal/shopify/operations select them: one struct per
// JSON line of a bulk operation's result or of a detail answer (Admin API 2026-07). It decodes and nothing more; what
// becomes of a field is the mapping's. Fields that Shopify may leave null are zero then.
package source

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/money"
)

// Ref is an object of which only the id was selected.
type Ref struct {
	ID string `json:"id"`
}

// Money is a MoneyV2 or one side of a MoneyBag; bags leave the currency out.
type Money struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// Bag is a MoneyBag.
type Bag struct {
	Shop        Money `json:"shopMoney"`
	Presentment Money `json:"presentmentMoney"`
}

// Bag is the amounts alone.
func (b Bag) Bag() money.Bag {
	return money.Bag{Shop: b.Shop.Amount, Presentment: b.Presentment.Amount}
}

// Attribute is a key and its value, as buyers' custom attributes come.
type Attribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Number is a JSON number as it was written: a rate or a coordinate.
type Number string

// UnmarshalJSONFrom keeps the digits.
func (n *Number) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	if err != nil {
		return err
	}
	text := strings.Trim(string(value), `"`)
	if text == "null" {
		*n = ""
		return nil
	}
	if !money.IsDecimal(text) { // 5e-05
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return err
		}
		text = strconv.FormatFloat(f, 'f', -1, 64)
	}
	*n = Number(text)
	return nil
}

// Count is an UnsignedInt64, which Shopify writes as a string.
type Count int64

// UnmarshalJSONFrom reads a string or a number.
func (c *Count) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	value, err := d.ReadValue()
	if err != nil {
		return err
	}
	text := strings.Trim(string(value), `"`)
	if text == "null" {
		*c = 0
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	*c = Count(n)
	return err
}

// Decode reads one object. Names are matched exactly; a name that stands twice and text that is not UTF-8 are errors.
func Decode(line []byte, into any) error { return json.Unmarshal(line, into) }

// Updated reads the update time of a root object, and nothing else.
func Updated(line []byte) (time.Time, error) {
	var root struct {
		UpdatedAt time.Time `json:"updatedAt"`
	}
	if err := Decode(line, &root); err != nil {
		return time.Time{}, err
	}
	return root.UpdatedAt, nil
}
