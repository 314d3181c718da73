package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/schema"
)

// Schema measures what the APIs ask of PostgreSQL all day, at a million orders with three million lines (a tenth of it
// by default): keyset pages, order lookups, artifact lists. Each statement has to use its index, and a page's time must
// not grow with its depth. The floor of each is a read of as many rows by primary key.
func Schema(ctx context.Context, b *B) error {
	bench := schemaBench{b: b, orders: 100_000}
	if b.Full {
		bench.orders = 1_000_000
	}
	drop, err := bench.setup(ctx)
	if err != nil {
		return err
	}
	defer drop()
	return bench.run(ctx)
}

const (
	schemaRuns      = 200 // of each statement; the median counts
	schemaPage      = 50
	schemaArtifacts = 100_000
	linesPerOrder   = 3
)

type schemaBench struct {
	b      *B
	orders int
	pool   *pgxpool.Pool
}

// setup makes and fills a database of the benchmark's own on the stack's server.
func (s *schemaBench) setup(ctx context.Context) (drop func(), err error) {
	target, err := url.Parse(os.Getenv("DATABASE_URL"))
	if err != nil || target.Scheme == "" {
		return nil, errors.New("DATABASE_URL is not set: run ./task bench")
	}
	server := target.String()
	name := fmt.Sprintf("bench_schema_%d", time.Now().UnixNano())
	target.Path = "/" + name
	began := time.Now()
	if err := schema.Migrate(ctx, target.String()); err != nil {
		return nil, err
	}
	s.b.Single("migrate an empty database", time.Since(began).Seconds(), "s", "10")
	s.pool, err = store.Open(ctx, target.String(), store.Options{StatementTimeout: time.Hour})
	if err != nil {
		return nil, err
	}
	drop = func() {
		s.pool.Close()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if conn, err := pgx.Connect(ctx, server); err == nil {
			_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") // the stack ends after the benchmarks anyway
			_ = conn.Close(ctx)
		}
	}
	if err := s.fill(ctx); err != nil {
		drop()
		return nil, err
	}
	return drop, nil
}

// fill inserts in chunks, so that the time shows as progress and no statement is huge.
func (s *schemaBench) fill(ctx context.Context) error {
	const chunk = 50_000
	for from := 1; from <= s.orders; from += chunk {
		to := min(from+chunk-1, s.orders)
		for _, sql := range []string{fillOrders, fillLines} {
			if _, err := s.pool.Exec(ctx, sql, from, to); err != nil {
				return fmt.Errorf("fill orders %d to %d: %w", from, to, err)
			}
		}
	}
	if _, err := s.pool.Exec(ctx, fillArtifacts, schemaArtifacts); err != nil {
		return fmt.Errorf("fill artifacts: %w", err)
	}
	_, err := s.pool.Exec(ctx, "VACUUM (ANALYZE) order_header, order_line_item, macrodata_artifact")
	return err
}

const fillOrders = `
INSERT INTO order_header (id, shopify_gid, store_id, customer_id, order_number, order_name, email, currency_code, total_price, raw_total_price, process_ts, source_update_ts)
SELECT 'ord_' || lpad(n::text, 26, '0'), 'gid://shopify/Order/' || n, 'sto_1', 'cus_' || n % 200000, n, '#' || n, 'buyer' || n % 200000 || '@example.com', 'USD',
       29.90, '{"amount":"29.90","currency":"USD"}', '2020-01-01'::timestamptz + n * interval '3 minutes', now()
FROM generate_series($1::int, $2::int) n`

const fillLines = `
INSERT INTO order_line_item (id, shopify_gid, order_header_id, product_id, title, sku, quantity, currency_code, unit_price, raw_unit_price, order_process_ts, position)
SELECT 'oli_' || lpad(n::text, 24, '0') || lpad(p::text, 2, '0'), 'gid://shopify/LineItem/' || n * 10 + p, 'ord_' || lpad(n::text, 26, '0'), 'prd_' || n * p % 5000, 'Case', 'SKU-' || n * p % 5000, 1, 'USD',
       29.90, '{"amount":"29.90","currency":"USD"}', '2020-01-01'::timestamptz + n * interval '3 minutes', p
FROM generate_series($1::int, $2::int) n, generate_series(1, 3) p`

const fillArtifacts = `
INSERT INTO macrodata_artifact (id, macrodata_catalog_id, kind, name, status, update_ts)
SELECT 'mda_' || lpad(n::text, 26, '0'), 'mdc_1', (ARRAY['combo_report', 'combo_suggestion', 'combo_template'])[n % 3 + 1], n::text,
       CASE WHEN n % 10 = 0 THEN '{"phase":"Accepted","conditions":[]}'::jsonb ELSE '{"phase":"Pending","conditions":[]}' END, now() - n * interval '1 minute'
FROM generate_series(1, $1::int) n`

type schemaCase struct {
	what  string
	index string
	rows  int // rows that the floor reads
	run   func(q *store.Queries, i int) error
}

func (s *schemaBench) run(ctx context.Context) error {
	at := func(share float64) store.Cursor { // the cursor at that share of the list
		n := int(float64(s.orders) * (1 - share))
		return store.Cursor{TS: time.Date(2020, 1, 1, 0, 3*n, 0, 0, time.UTC), ID: "ord_"}
	}
	page := func(share float64) func(*store.Queries, int) error {
		from := at(share)
		return func(q *store.Queries, _ int) error {
			return expect(schemaPage)(q.ListOrders(ctx, store.ListOrdersParams{BeforeTs: from.TS, AfterID: from.ID, PageSize: schemaPage}))
		}
	}
	order := func(i int) int { return 1 + i*7919%s.orders }
	cases := []schemaCase{
		{"page of orders, first", "ord_process_ts_id_idx", schemaPage, page(0)},
		{"page of orders, in the middle", "ord_process_ts_id_idx", schemaPage, page(0.5)},
		{"page of orders, near the end", "ord_process_ts_id_idx", schemaPage, page(0.99)},
		{"order by name", "ord_order_name_idx", 1, func(q *store.Queries, i int) error {
			return expect(1)(q.OrdersByName(ctx, store.OrdersByNameParams{OrderName: fmt.Sprintf("#%d", order(i)), PageSize: 10}))
		}},
		{"orders by email", "ord_lower_email_idx", 5, func(q *store.Queries, i int) error {
			_, err := q.OrdersByEmail(ctx, store.OrdersByEmailParams{Email: fmt.Sprintf("Buyer%d@example.com", order(i)%200_000), BeforeTs: store.Newest().TS, PageSize: 10})
			return err
		}},
		{"an order's lines", "oli_order_header_id_position_idx", linesPerOrder, func(q *store.Queries, i int) error {
			return expect(linesPerOrder)(q.OrderLines(ctx, store.OrderLinesParams{OrderHeaderID: fmt.Sprintf("ord_%026d", order(i)), PageSize: 50}))
		}},
		{"artifacts by kind and phase", "mda_kind_phase_update_ts_idx", schemaPage, func(q *store.Queries, _ int) error {
			return expect(schemaPage)(q.ListArtifactsByPhase(ctx, store.ListArtifactsByPhaseParams{Kind: "combo_suggestion", Phase: "Accepted", BeforeTs: store.Newest().TS, PageSize: schemaPage}))
		}},
	}
	medians := make([]float64, len(cases))
	for i, c := range cases {
		if err := s.planned(c); err != nil {
			return err
		}
		var err error
		if medians[i], err = median(func(n int) error { return c.run(store.New(s.pool), n) }); err != nil {
			return fmt.Errorf("%s: %w", c.what, err)
		}
		floor, err := median(func(n int) error { return s.byKey(ctx, c.index, order(n), c.rows) })
		if err != nil {
			return fmt.Errorf("floor of %s: %w", c.what, err)
		}
		s.b.Pair(c.what, medians[i], floor, "ms", "3")
	}
	s.b.Pair("the last page against the first", medians[2], medians[0], "ms", "1.5")
	return nil
}

// planned fails where the statement does not use its index.
func (s *schemaBench) planned(c schemaCase) error {
	plan := &planOf{DBTX: s.pool}
	if err := c.run(store.New(plan), 1); err != nil {
		return fmt.Errorf("%s: %w", c.what, err)
	}
	if !strings.Contains(plan.text, c.index) || strings.Contains(plan.text, "Seq Scan") {
		return fmt.Errorf("%s does not use %s:\n%s", c.what, c.index, plan.text)
	}
	return nil
}

// byKey reads rows by primary key: nothing finds rows faster.
func (s *schemaBench) byKey(ctx context.Context, index string, first, n int) error {
	table, prefix, digits := "order_header", "ord_", "%026d"
	switch {
	case strings.HasPrefix(index, "oli_"):
		table, prefix, digits = "order_line_item", "oli_", "%024d01"
	case strings.HasPrefix(index, "mda_"):
		table, prefix, first = "macrodata_artifact", "mda_", 1+first%(schemaArtifacts-n)
	}
	ids := make([]string, n)
	for i := range ids {
		ids[i] = prefix + fmt.Sprintf(digits, max(first-i, 1))
	}
	rows, err := s.pool.Query(ctx, "SELECT * FROM "+table+" WHERE id = ANY ($1)", ids)
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// median is the middle time of a run, in milliseconds.
func median(run func(n int) error) (float64, error) {
	times := make([]float64, schemaRuns)
	for i := range times {
		began := time.Now()
		if err := run(i); err != nil {
			return 0, err
		}
		times[i] = float64(time.Since(began).Microseconds()) / 1000
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

func expect(rows int) func(found any, err error) error {
	return func(found any, err error) error {
		n := -1
		switch found := found.(type) {
		case []store.OrderHeader:
			n = len(found)
		case []store.OrderLineItem:
			n = len(found)
		case []store.MacrodataArtifact:
			n = len(found)
		}
		if err == nil && n != rows {
			return fmt.Errorf("found %d rows, not %d", n, rows)
		}
		return err
	}
}

// planOf asks for a statement's plan before it runs it.
type planOf struct {
	store.DBTX
	text string
}

func (p *planOf) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := p.DBTX.Query(ctx, "EXPLAIN "+sql, args...)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	p.text = strings.Join(lines, "\n")
	return p.DBTX.Query(ctx, sql, args...)
}
