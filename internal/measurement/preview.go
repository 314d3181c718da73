package measurement

import (
	"context"
	"fmt"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
)

// Move is a product whose class another spec would change.
type Move struct {
	ProductID string `json:"product_id"`
	Title     string `json:"title"`
	Currency  string `json:"currency"`
	From      string `json:"from"`
	To        string `json:"to"`
	Units30d  int64  `json:"units_30d"`
}

// Preview is what a spec would do to the latest day. Nothing is written.
type Preview struct {
	Day      Day              `json:"-"`
	Products int64            `json:"products"`
	Changing int64            `json:"changing"`
	Before   map[string]int64 `json:"before"` // products by class
	After    map[string]int64 `json:"after"`
	Moves    []Move           `json:"moves"` // of the products that sell most
}

// Preview classifies the latest day's products by another spec, in memory. Products under a staff override keep their
// class whatever the spec says; so do those outside its scope.
func (r *Reader) Preview(ctx context.Context, spec classification.Spec, keeping map[string]bool, limit int) (Preview, error) {
	v, err := r.at(ctx, nil)
	if err != nil {
		return Preview{}, err
	}
	defer v.release()
	rows, err := v.db.QueryContext(ctx, fmt.Sprintf(`SELECT s.product_id, s.title, s.currency_code, s.classification, %s, s.units_30d
		FROM standing AS s WHERE s.currency_code IS NOT NULL ORDER BY s.units_30d DESC, s.product_id, s.currency_code`, spec.SQL("s")))
	if err != nil {
		return Preview{}, broken(ctx, err, "preview the classification")
	}
	defer rows.Close()
	p := Preview{Day: v.day, Before: map[string]int64{}, After: map[string]int64{}}
	for rows.Next() {
		var m Move
		if err := rows.Scan(&m.ProductID, &m.Title, &m.Currency, &m.From, &m.To, &m.Units30d); err != nil {
			return Preview{}, fault.Wrap(fault.Internal, err, "read a product")
		}
		if keeping[m.ProductID] {
			m.To = m.From
		}
		p.Products++
		p.Before[m.From]++
		p.After[m.To]++
		if m.From != m.To {
			p.Changing++
			if len(p.Moves) < limit {
				p.Moves = append(p.Moves, m)
			}
		}
	}
	return p, broken(ctx, rows.Err(), "preview the classification")
}
