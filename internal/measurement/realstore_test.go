package measurement_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

var (
	realStore = flag.String("store", "../../../shared/data/online-retail.csv.gz", "real orders, as a gzipped CSV")
	withReal  = flag.Bool("real", false, "measure the real orders, which takes minutes")
)

// TestTheRealStoreAddsUp measures a year of a real shop's orders. The figures are those of the data's own description;
// sampled products agree with the second implementation, which reads PostgreSQL's rows, in every cell of every day.
func TestTheRealStoreAddsUp(t *testing.T) {
	if !*withReal {
		t.Skip("takes minutes: run with -args -real")
	}
	rows := readStore(t)
	db := storeInPostgres(t, rows)
	l := newLake(t)
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	rules := measurement.Rules{Spec: defaultSpec()}
	now := date("2011-12-09").Add(23 * time.Hour)
	l.refresh(t, now, rules, false)

	sales := "read_parquet(" + duck.List(l.local(t, lakehouse.MeasurementSales)) + ")"
	one := func(query string) string { return textLines(t, l.db, strings.ReplaceAll(query, "@sales", sales))[0] }
	require.Equal(t, "10655622.4840", one("SELECT sum(gross_amount)::VARCHAR FROM @sales"))
	require.Equal(t, "5660978", one("SELECT sum(units_ordered)::VARCHAR FROM @sales"))
	require.Equal(t, "249575", one("SELECT sum(units_refunded)::VARCHAR FROM @sales"))
	require.Equal(t, "505319.0000", one("SELECT sum(refund_amount)::VARCHAR FROM @sales"))
	require.Equal(t, "305", one("SELECT count(DISTINCT day)::VARCHAR FROM @sales WHERE orders > 0"))
	require.Equal(t, "2011-12-09 200920.6000", one("SELECT day || ' ' || sum(gross_amount) FROM @sales GROUP BY day ORDER BY sum(gross_amount) DESC LIMIT 1"))
	require.Equal(t, "23843 80995, 23166 78033, 22197 56921", one(`SELECT string_agg(p || ' ' || u, ', ' ORDER BY u DESC) FROM (
		SELECT product_id[6:] AS p, sum(units_ordered) AS u FROM @sales GROUP BY p ORDER BY u DESC LIMIT 3)`))

	shop := shopdb.New(db, schemas(t), "real.myshopify.com")
	zone, err := shop.Zone(t.Context())
	require.NoError(t, err)
	measured, err := l.refresher.Totals(t.Context(), day(t, "2010-01-01"), day(t, "2012-01-01"))
	require.NoError(t, err)
	recorded, err := shop.Recorded(t.Context(), zone, day(t, "2010-01-01"), day(t, "2012-01-01"))
	require.NoError(t, err)
	require.Len(t, measured, len(recorded))
	for key, want := range recorded {
		got := measured[key]
		require.Equal(t, want.UnitsOrdered, got.UnitsOrdered, key)
		require.Equal(t, want.UnitsRefunded, got.UnitsRefunded, key)
		require.True(t, want.Gross.Equal(got.Gross) && want.Refund.Equal(got.Refund) && want.Discount.Equal(got.Discount), key)
	}

	sample := []string{"prod_23843", "prod_22197", "prod_85123A", "prod_POST", "prod_21535", "prod_84406B", "prod_47566B"}
	reference := referenceSales(rowsInPostgres(t, db, sample), zone)
	in := " WHERE product_id IN ('" + strings.Join(sample, "', '") + "')"
	sameLines(t, salesLines(reference), textLines(t, l.db, strings.ReplaceAll(salesText, "%s", sales)+in))
	performance := "read_parquet(" + duck.List(l.local(t, lakehouse.MeasurementPerform)) + ")"
	sameLines(t, referencePerformance(reference, rules.Spec, nil, "2011-12-09"), textLines(t, l.db, strings.ReplaceAll(performanceText, "%s", performance)+in))
}

func schemas(t *testing.T) *artifact.Schemas {
	t.Helper()
	s, err := artifact.LoadSchemas()
	require.NoError(t, err)
	return s
}

// readStore turns the CSV into order lines and refunds, by the rules that stand beside the data: an invoice is an order;
// a credit note's line refunds the latest line before it of the same customer and product that still has the units.
func readStore(t *testing.T) []row {
	t.Helper()
	file, err := os.Open(*realStore)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not there", *realStore)
	}
	require.NoError(t, err)
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	require.NoError(t, err)
	reader := csv.NewReader(unzipped)
	type line struct {
		row
		customer string
		left     int64
		price    decimal.Decimal
	}
	var lines, credits []*line
	ordered := map[string]time.Time{} // an order's time is its first line's
	for n := 0; ; n++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		invoice, units := record[0], number(t, record[3])
		if n == 0 || invoice[0] == 'A' || units <= 0 && invoice[0] != 'C' {
			continue
		}
		at, err := time.Parse(time.DateTime, record[4])
		require.NoError(t, err)
		price := dec(record[5])
		l := &line{customer: record[6], left: units, price: price, row: row{
			at: at, order: "ord_" + invoice, line: "oli_" + strconv.Itoa(n), product: "prod_" + record[1], currency: "GBP",
			units: units, gross: price.Mul(decimal.NewFromInt(units)), net: price.Mul(decimal.NewFromInt(units)),
		}}
		if invoice[0] == 'C' {
			credits = append(credits, l)
			continue
		}
		if first, known := ordered[l.order]; known {
			l.at = first
		} else {
			ordered[l.order] = l.at
		}
		lines = append(lines, l)
	}
	byCustomer := map[[2]string][]*line{}
	var rows []row
	for _, l := range lines {
		rows = append(rows, l.row)
		if l.customer != "" {
			key := [2]string{l.customer, l.product}
			byCustomer[key] = append(byCustomer[key], l)
		}
	}
	slices.SortStableFunc(credits, func(a, b *line) int { return a.at.Compare(b.at) })
	for _, c := range credits {
		var best *line
		for _, l := range byCustomer[[2]string{c.customer, c.product}] {
			if c.customer != "" && !l.at.After(c.at) && l.left >= -c.units && (best == nil || !l.at.Before(best.at)) {
				best = l
			}
		}
		if best == nil {
			continue
		}
		best.left += c.units
		amount := best.price.Mul(decimal.NewFromInt(-c.units))
		rows = append(rows, row{
			at: c.at, order: best.order, line: "rfdi" + c.line[3:] + "@" + best.line, product: c.product, currency: "GBP", units: -c.units,
			gross: amount, net: amount, refund: true,
		})
	}
	return rows
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	if text == "Quantity" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	require.NoError(t, err)
	return n
}

// storeInPostgres writes the same orders where the sync would have.
func storeInPostgres(t *testing.T, rows []row) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{StatementTimeout: 5 * time.Minute})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `INSERT INTO store (id, name, shop_domain, default_currency_code, iana_timezone)
		VALUES ('sto_1', 'Real', 'real.myshopify.com', 'GBP', 'Europe/London')`)
	require.NoError(t, err)
	money := `{"value":"0"}`
	var orders, lines, refunds, items [][]any
	seen := map[string]bool{}
	for _, r := range rows {
		if r.refund {
			id, of, _ := strings.Cut(r.line, "@")
			refund := "rfd" + id[4:]
			refunds = append(refunds, []any{refund, r.order, "GBP", r.net, money, r.at})
			items = append(items, []any{id, refund, of, "GBP", int32(r.units), r.net, money})
			continue
		}
		if !seen[r.order] {
			seen[r.order] = true
			orders = append(orders, []any{r.order, "sto_1", r.order, "GBP", decimal.Zero, money, r.at})
		}
		price := r.gross.Div(decimal.NewFromInt(r.units))
		lines = append(lines, []any{r.line, r.order, r.product, "line", "GBP", int32(r.units), price, money, r.at})
	}
	copyRows(t, pool, "order_header", orders, "id", "store_id", "order_name", "currency_code", "total_price", "raw_total_price", "process_ts")
	copyRows(t, pool, "order_line_item", lines, "id", "order_header_id", "product_id", "title", "currency_code", "quantity", "unit_price", "raw_unit_price", "order_process_ts")
	copyRows(t, pool, "payment_refund", refunds, "id", "order_header_id", "currency_code", "amount", "raw_amount", "process_ts")
	copyRows(t, pool, "payment_refund_item", items, "id", "payment_refund_id", "order_line_item_id", "currency_code", "quantity", "subtotal", "raw_subtotal")
	return pool
}

func copyRows(t *testing.T, pool *pgxpool.Pool, table string, rows [][]any, columns ...string) {
	t.Helper()
	n, err := pool.CopyFrom(context.Background(), pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	require.NoError(t, err)
	require.EqualValues(t, len(rows), n)
}

// rowsInPostgres reads the lines and refunds of products back.
func rowsInPostgres(t *testing.T, pool *pgxpool.Pool, products []string) []row {
	t.Helper()
	found, err := pool.Query(t.Context(), `
		SELECT order_process_ts, order_header_id, id, product_id, quantity::bigint, unit_price * quantity, false
		FROM order_line_item WHERE product_id = ANY ($1)
		UNION ALL
		SELECT r.process_ts, r.order_header_id, i.id, l.product_id, i.quantity::bigint, i.subtotal, true
		FROM payment_refund_item i JOIN payment_refund r ON r.id = i.payment_refund_id JOIN order_line_item l ON l.id = i.order_line_item_id
		WHERE l.product_id = ANY ($1)`, products)
	require.NoError(t, err)
	defer found.Close()
	var rows []row
	for found.Next() {
		r := row{currency: "GBP"}
		require.NoError(t, found.Scan(&r.at, &r.order, &r.line, &r.product, &r.units, &r.gross, &r.refund))
		r.net = r.gross
		rows = append(rows, r)
	}
	require.NoError(t, found.Err())
	return rows
}
