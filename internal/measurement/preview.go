package measurement

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
)

// Unclassified is what the reader calls the class of a product that a spec's scope leaves out.
const Unclassified = "unclassified"

// Move is a product whose class other rules would change.
type Move struct {
	ProductID string `json:"product_id"`
	Title     string `json:"title"`
	Currency  string `json:"currency"`
	From      string `json:"from"`
	To        string `json:"to"`
	Units30d  int64  `json:"units_30d"`
}

// MoveFilter selects the moves that a preview lists; an empty field selects all.
type MoveFilter struct {
	From, To []string // classes
	Search   string   // part of the title, in any case
	Limit    int
}

func (f MoveFilter) takes(m Move) bool {
	return (len(f.From) == 0 || slices.Contains(f.From, m.From)) && (len(f.To) == 0 || slices.Contains(f.To, m.To)) &&
		strings.Contains(strings.ToLower(m.Title), strings.ToLower(f.Search))
}

// Preview is what other rules would do to the latest day. Nothing is written.
type Preview struct {
	Day      string           `json:"day"`
	Products int64            `json:"products"`
	Changing int64            `json:"changing"`
	Before   map[string]int64 `json:"before"` // products by class
	After    map[string]int64 `json:"after"`
	Matching int64            `json:"matching"` // of the changing, those that the filter selects
	Moves    []Move           `json:"moves"`    // of these, the products that sell most
}

// Preview classifies the latest day's products by other rules, as a refresh would: an override that holds on that day
// wins, then a product that the spec's scope leaves out has no class, then the first class whose conditions hold is the
// product's. Fault: NotFound where nothing has been measured.
func (r *Reader) Preview(ctx context.Context, rules Rules, filter MoveFilter) (Preview, error) {
	v, err := r.at(ctx, nil)
	if err != nil {
		return Preview{}, err
	}
	defer v.release()
	rows, err := v.db.QueryContext(ctx, fmt.Sprintf(`SELECT s.product_id, s.title, s.currency_code, s.classification, %s, s.units_30d
		FROM standing AS s WHERE s.spec_name IS NOT NULL ORDER BY s.units_30d DESC, s.product_id, s.currency_code`, rules.Spec.SQL("s")))
	if err != nil {
		return Preview{}, broken(ctx, err, "preview the classification")
	}
	defer rows.Close()
	p := Preview{Day: v.day.String(), Before: map[string]int64{}, After: map[string]int64{}, Moves: []Move{}}
	otherwise := rules.beyondSpec(p.Day)
	for rows.Next() {
		var m Move
		if err := rows.Scan(&m.ProductID, &m.Title, &m.Currency, &m.From, &m.To, &m.Units30d); err != nil {
			return Preview{}, fault.Wrap(fault.Internal, err, "read a product")
		}
		m.To = otherwise(m.ProductID, m.To)
		p.add(m, filter)
	}
	return p, broken(ctx, rows.Err(), "preview the classification")
}

func (p *Preview) add(m Move, filter MoveFilter) {
	p.Products++
	p.Before[m.From]++
	p.After[m.To]++
	if m.From == m.To {
		return
	}
	p.Changing++
	if !filter.takes(m) {
		return
	}
	p.Matching++
	if len(p.Moves) < filter.Limit {
		p.Moves = append(p.Moves, m)
	}
}

// beyondSpec is what overrides and scope make of the class that a product's metrics give it on a day.
func (r Rules) beyondSpec(day string) func(product, class string) string {
	overridden := map[string]classification.DayOverride{}
	for _, o := range r.Overrides {
		if best, some := overridden[o.ProductID]; o.HoldsOn(day) && (!some || o.Priority < best.Priority) {
			overridden[o.ProductID] = o
		}
	}
	inScope := make(map[string]bool, len(r.InScope))
	for _, id := range r.InScope {
		inScope[id] = true
	}
	return func(product, class string) string {
		switch o, held := overridden[product]; {
		case held:
			return o.Class
		case r.Spec.Scoped() && !inScope[product]:
			return Unclassified
		default:
			return class
		}
	}
}
