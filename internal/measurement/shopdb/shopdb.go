// Package shopdb reads from PostgreSQL what the measurement has to know of the shop: its time zone, the classification
// and the overrides, what the orders add up to, and the catalogue. The measurement's activities and `blunt measurement`
// use it. Of all that, it writes the classification and the overrides only.
package shopdb

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/store"
)

// SpecName is the artifact that classifies products by their sales.
const SpecName = "sales-performance"

// page is how many artifacts are read at once, and comparedDays how many days of orders: a statement stays well within
// the database's limits.
const (
	page         = 500
	comparedDays = 60
)

//go:embed sql/products_in_scope.sql
var productsInScope string

// Shop is one shop in the domain database.
type Shop struct {
	db        store.DBTX
	queries   *store.Queries
	artifacts *artifact.Service
	schemas   *artifact.Schemas
	domain    string
}

// New reads the shop of the myshopify domain.
func New(db store.DBTX, schemas *artifact.Schemas, domain string) *Shop {
	return &Shop{db: db, queries: store.New(db), artifacts: artifact.New(db, schemas), schemas: schemas, domain: domain}
}

// Zone is the shop's time zone. Faults: NotFound before the first sync.
func (p *Shop) Zone(ctx context.Context) (*time.Location, error) {
	shop, err := p.row(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(shop.IanaTimezone)
	if err != nil {
		return nil, fault.Wrap(fault.MeasurementBroken, err, "the shop's time zone is unknown here")
	}
	return zone, nil
}

func (p *Shop) row(ctx context.Context) (store.Store, error) {
	shop, err := p.queries.StoreByDomain(ctx, p.domain)
	if err != nil {
		return store.Store{}, store.Classify(err, "read the store %s", p.domain)
	}
	return shop, nil
}

// Rules reads the classification and the overrides. Faults: NotFound where the spec is missing, InvalidInput where it
// is not one.
func (p *Shop) Rules(ctx context.Context) (measurement.Rules, error) {
	spec, err := p.Spec(ctx)
	if err != nil {
		return measurement.Rules{}, err
	}
	return p.RulesWith(ctx, spec)
}

// RulesWith is the rules with another spec in place of the one that holds. Fault: NotFound before the first sync.
func (p *Shop) RulesWith(ctx context.Context, spec classification.Spec) (measurement.Rules, error) {
	zone, err := p.Zone(ctx)
	if err != nil {
		return measurement.Rules{}, err
	}
	set, err := p.Overrides(ctx)
	if err != nil {
		return measurement.Rules{}, err
	}
	var overrides []classification.Override
	for _, o := range set {
		overrides = append(overrides, classification.Override{ID: o.ID, ProductID: o.ProductID, Class: o.Class, From: o.From, To: o.To})
	}
	rules := measurement.Rules{Spec: spec, Overrides: classification.Days(overrides, zone)}
	if spec.Scoped() {
		rules.InScope, err = p.InScope(ctx, spec.Scope)
	}
	return rules, err
}

// Spec reads the classification spec that holds.
func (p *Shop) Spec(ctx context.Context) (classification.Spec, error) {
	found, err := p.artifacts.ByName(ctx, artifact.ClassificationSpecKind, SpecName)
	if err != nil {
		return classification.Spec{}, err
	}
	parsed, err := p.schemas.ParseClassification(found.Spec)
	if err != nil {
		return classification.Spec{}, err
	}
	return classification.Spec{ClassificationSpec: parsed, Name: found.Name, Generation: found.Generation}, nil
}

// InScope lists the products that a scope names.
func (p *Shop) InScope(ctx context.Context, scope artifact.Scope) ([]string, error) {
	return pages(ctx, p.db, productsInScope, func(row pgx.Rows, id *string) (string, error) {
		err := row.Scan(id)
		return *id, err
	}, list(scope.Vendors), list(scope.ProductTypes), list(scope.Tags))
}

// list is never NULL, which would match nothing.
func list(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

// Recorded adds up the orders, refunds and edits by shop day and currency.
func (p *Shop) Recorded(ctx context.Context, zone *time.Location, from, to measurement.Day) (measurement.Totals, error) {
	shop, err := p.row(ctx)
	if err != nil {
		return nil, err
	}
	first, err := p.firstDay(ctx, shop.ID, zone)
	if err != nil {
		return nil, err
	}
	totals := measurement.Totals{}
	for from = max(from, first); from <= to; from += comparedDays {
		begin, end := from.Begins(zone), min(from+comparedDays, to+1).Begins(zone)
		if err := p.recordedSales(ctx, totals, shop.ID, zone, begin, end); err != nil {
			return nil, store.Classify(err, "add up the orders")
		}
		refunded, err := p.queries.RefundsByDay(ctx, store.RefundsByDayParams{IanaTimezone: zone.String(), StoreID: shop.ID, FromTs: begin, ToTs: end})
		if err != nil {
			return nil, store.Classify(err, "add up the refunds")
		}
		for _, r := range refunded {
			key := measurement.TotalKey{Day: measurement.DayOf(r.Day.Time, time.UTC), Currency: r.CurrencyCode}
			t := totals[key]
			t.UnitsRefunded, t.Refund = r.UnitsRefunded, r.RefundAmount
			totals[key] = t
		}
		if err := p.recordedEdits(ctx, totals, shop.ID, zone, begin, end); err != nil {
			return nil, store.Classify(err, "add up the edits")
		}
	}
	return totals, nil
}

//go:embed sql/recorded_sales.sql
var recordedSales string

func (p *Shop) recordedSales(ctx context.Context, totals measurement.Totals, storeID string, zone *time.Location, begin, end time.Time) error {
	var day time.Time
	var currency string
	var sold measurement.Total
	rows, _ := p.db.Query(ctx, recordedSales, zone.String(), storeID, begin, end) // ForEachRow returns its error
	_, err := pgx.ForEachRow(rows, []any{&day, &currency, &sold.UnitsOrdered, &sold.Gross, &sold.Discount}, func() error {
		totals[measurement.TotalKey{Day: measurement.DayOf(day, time.UTC), Currency: currency}] = sold
		return nil
	})
	return err
}

//go:embed sql/recorded_edits.sql
var recordedEdits string

// recordedEdits moves what edits did to the days on which they did it.
func (p *Shop) recordedEdits(ctx context.Context, totals measurement.Totals, storeID string, zone *time.Location, begin, end time.Time) error {
	var day time.Time
	var currency string
	var edits measurement.Total
	rows, _ := p.db.Query(ctx, recordedEdits, zone.String(), storeID, begin, end) // ForEachRow returns its error
	_, err := pgx.ForEachRow(rows, []any{&day, &currency, &edits.UnitsOrdered, &edits.Gross, &edits.UnitsRefunded, &edits.Refund}, func() error {
		key := measurement.TotalKey{Day: measurement.DayOf(day, time.UTC), Currency: currency}
		t := totals[key]
		t.UnitsOrdered, t.Gross = t.UnitsOrdered+edits.UnitsOrdered, t.Gross.Add(edits.Gross)
		t.UnitsRefunded, t.Refund = t.UnitsRefunded+edits.UnitsRefunded, t.Refund.Add(edits.Refund)
		t.Edited = true
		totals[key] = t
		return nil
	})
	return err
}

//go:embed sql/first_order.sql
var firstOrder string

// firstDay is the day of the shop's first order; today where it has none.
func (p *Shop) firstDay(ctx context.Context, storeID string, zone *time.Location) (measurement.Day, error) {
	var first time.Time
	if err := p.db.QueryRow(ctx, firstOrder, storeID).Scan(&first); err != nil {
		return 0, store.Classify(err, "find the first order")
	}
	return measurement.DayOf(first, zone), nil
}
