package measurement_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
	"bluntcases.com/platform/internal/testenv"
)

// TestTheRealStoreAddsUp measures a year of a real shop's orders. The figures are those of the data's own description;
// sampled products and days agree with the second implementation, which reads PostgreSQL's rows, in every cell.
func TestTheRealStoreAddsUp(t *testing.T) {
	path := testenv.RealOrders(t)
	testenv.Long(t, "minutes")
	rows := readStore(t, path)
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

	shop := shopdb.New(db, schemas(t), shopDomain)
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

	l.samplesAgree(t, db, rules, now, sampledProducts, sampledDays)
}

// readStore turns the CSV into order lines and refunds, by the rules that stand beside the data: an invoice is an order;
// a credit note's line refunds the latest line before it of the same customer and product that still has the units.
func readStore(t *testing.T, path string) []row {
	t.Helper()
	file, err := os.Open(path)
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
