// Package mapping turns the Shopify objects of one aggregate into rows: inventory sections 5.2 to 5.9 as code. It is
// pure: no clock, no database, no network, so the same lines always become the same rows. The loader calls it for new
// and changed aggregates and decides what is written.
package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/money"
)

// Version stands in every aggregate's digest. Raise it when the same source gives other rows than before: the next sync
// then writes what differs.
const Version = "1"

// Scope is what a mapping knows beside its lines.
type Scope struct {
	Shop     string // permanent myshopify.com domain
	StoreID  string
	Currency string // the store's default
	// Reasons are the ids of return_reason by code.
	Reasons map[string]string
	// Lenient says that Shopify no longer knew some of the objects whose details it was asked for: what has no details
	// is gone and is left out. Otherwise it is a fault.
	Lenient bool
	// Alias gives the id of the row that a shared value (a tag, a type, a gateway) has, where that is not the derived
	// one: staff can name a value before Shopify does. Nil is no alias.
	Alias func(derived string) string
}

func (s *Scope) alias(derived string) string {
	if s.Alias == nil {
		return derived
	}
	return s.Alias(derived)
}

// BadLine is a line that cannot be read or mapped.
type BadLine struct {
	Line   archive.Line
	Detail bool // it stands in the details object
	Err    error
}

func (b *BadLine) Error() string { return fmt.Sprintf("line %d: %v", b.Line.Number, b.Err) }

func (b *BadLine) Unwrap() error { return b.Err }

func decode(line archive.Line, detail bool, into any) error {
	if err := source.Decode(line.Data, into); err != nil {
		return &BadLine{Line: line, Detail: detail, Err: err}
	}
	return nil
}

// key is a natural key made of a position.
func key(position int32) string { return strconv.Itoa(int(position)) }

func floor0(n int32) int32 { return max(n, 0) }

func legacy(c source.Count) row.Opt[int64] {
	if c == 0 {
		return row.Opt[int64]{}
	}
	return row.Some(int64(c))
}

func optional(p *int32) row.Opt[int32] {
	if p == nil {
		return row.Opt[int32]{}
	}
	return row.Some(*p)
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// notes collects the annotations of a row: the original of an enum value that is not known, and the like.
type notes struct{ b []byte }

func (n *notes) add(field, value string) {
	if n.b == nil {
		n.b = append(n.b, '{')
	} else {
		n.b = append(n.b, ',')
	}
	n.b = append(n.b, `"shopify/`...)
	n.b = append(n.b, field...)
	n.b = append(n.b, `":`...)
	n.b, _ = jsontext.AppendQuote(n.b, value) // bad UTF-8 was refused by the decoder
}

func (n *notes) annotations() row.Annotations {
	if n.b == nil {
		return ""
	}
	return row.Annotations(string(n.b) + "}")
}

// enum lower-cases a value that is known; any other becomes unknown, with the original in the row's annotations.
// Nothing stays nothing.
func (n *notes) enum(known map[string]string, field, value string) string {
	if value == "" {
		return ""
	}
	if stored, ok := known[value]; ok {
		return stored
	}
	n.add(field, value)
	return "unknown"
}

// phase is enum for phases, where what is not known is Unknown.
func (n *notes) phase(known map[string]row.Phase, field, value string) row.Phase {
	if stored, ok := known[value]; ok {
		return stored
	}
	n.add(field, value)
	return "Unknown"
}

func lower(values ...string) map[string]string {
	m := make(map[string]string, len(values))
	for _, value := range values {
		m[value] = strings.ToLower(value)
	}
	return m
}

// attributes is a list of pairs as an object; the last of two equal keys wins.
func attributes(list []source.Attribute) row.Object {
	if len(list) == 0 {
		return ""
	}
	m := make(map[string]string, len(list))
	for _, a := range list {
		m[a.Key] = a.Value
	}
	return object(m)
}

// object is a map as JSON with its keys in order.
func object(m map[string]string) row.Object {
	if len(m) == 0 {
		return ""
	}
	b, _ := json.Marshal(m, json.Deterministic(true)) // strings that the decoder let through marshal
	return row.Object(b)
}

// raw is a JSON value as it came; null is nothing.
func raw(v jsontext.Value) string {
	if len(v) == 0 || v[0] == 'n' {
		return ""
	}
	return string(v)
}

// sum adds bags up, exactly.
func sum(bags ...money.Bag) (money.Bag, error) {
	if len(bags) == 1 {
		return bags[0], nil
	}
	shop, presentment := money.Sum{}, money.Sum{}
	for _, bag := range bags {
		if err := shop.Add(bag.Shop); err != nil {
			return money.Bag{}, err
		}
		if err := presentment.Add(bag.Presentment); err != nil {
			return money.Bag{}, err
		}
	}
	return money.Bag{Shop: shop.String(), Presentment: presentment.String()}, nil
}
