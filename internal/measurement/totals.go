package measurement

import (
	"cmp"
	"context"
	"time"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// TotalKey is a shop day in one currency.
type TotalKey struct {
	Day      Day
	Currency string
}

// Compare orders by day, then by currency.
func (k TotalKey) Compare(other TotalKey) int {
	return cmp.Or(cmp.Compare(k.Day, other.Day), cmp.Compare(k.Currency, other.Currency))
}

// Total is what was sold and refunded, over all products.
type Total struct {
	UnitsOrdered, UnitsRefunded int64
	Gross, Discount, Refund     decimal.Decimal
	// Edited says that orders were edited to what they are: PostgreSQL does not know the discounts of an edit, and so
	// neither Discount nor Refund to the last place.
	Edited bool
}

// Totals are the totals of days; a day without any has none.
type Totals map[TotalKey]Total

// Totals adds up measurement.sales by day and currency.
func (r *Refresher) Totals(ctx context.Context, from, to Day) (Totals, error) {
	table, err := r.lake.Table(ctx, lakehouse.MeasurementSales)
	if err != nil {
		return nil, err
	}
	sales := &shelf{table: table, cache: r.cache}
	files, err := sales.plan(ctx, span{from, to})
	if err != nil {
		return nil, err
	}
	bounds, some := files.bounds()
	if !some {
		return Totals{}, nil
	}
	lease, err := sales.lease(ctx, files.of(bounds))
	if err != nil {
		return nil, err
	}
	defer lease.Release()
	db, err := r.lake.Duck(ctx)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	defer db.Close()
	sheet, err := NewSheet(ctx, db, time.UTC)
	if err != nil {
		return nil, err
	}
	return sheet.totals(ctx, lease.Paths)
}

func (s *Sheet) totals(ctx context.Context, sales []string) (Totals, error) {
	const doing = "add up the sales"
	if err := s.run(ctx, doing, s.view("sales", "sales_columns", sales)); err != nil {
		return nil, err
	}
	rows, err := s.db.QueryContext(ctx, script("totals"))
	if err != nil {
		return nil, broken(ctx, err, doing)
	}
	defer rows.Close()
	totals := Totals{}
	for rows.Next() {
		var day time.Time
		var key TotalKey
		var t Total
		if err := rows.Scan(&day, &key.Currency, &t.UnitsOrdered, &t.UnitsRefunded, &t.Gross, &t.Discount, &t.Refund); err != nil {
			return nil, fault.Wrap(fault.Internal, err, doing)
		}
		key.Day = DayOf(day, time.UTC)
		totals[key] = t
	}
	return totals, broken(ctx, rows.Err(), doing)
}
