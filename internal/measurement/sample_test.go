package measurement_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
)

// Which products and days are sampled. The seed is always the same one, unless another is asked for:
// go test ./internal/measurement -run Sample -args -sample-seed 7
var sampleSeed = flag.Uint64("sample-seed", 1, "seed of the samples that are held against the second implementation")

const sampledProducts, sampledDays = 60, 60

// samplesAgree holds random products and days, in every cell of both tables, to what the second implementation makes of
// PostgreSQL's rows.
func (l *lake) samplesAgree(t *testing.T, db *pgxpool.Pool, rules measurement.Rules, now time.Time, products, days int) {
	t.Helper()
	zone, err := shopdb.New(db, schemas(t), shopDomain).Zone(t.Context())
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(*sampleSeed, 0))
	known := productsInPostgres(t, db)
	sample := pick(random, known, products)
	var first time.Time
	require.NoError(t, db.QueryRow(t.Context(), "SELECT min(process_ts) FROM order_header").Scan(&first))
	var all []string
	for day := first.In(zone).Format(time.DateOnly); day <= now.In(zone).Format(time.DateOnly); day = plus(day, 1) {
		all = append(all, day)
	}
	on := pick(random, all, days)

	reference := referenceSales(rowsInPostgres(t, db, sample), zone)
	wantSales := slices.DeleteFunc(salesLines(reference), func(line string) bool { return !slices.Contains(on, line[:len(time.DateOnly)]) })
	wantPerformance := referencePerformanceOn(on, reference, rules.Spec, rules.Overrides)
	t.Logf("seed %d: %d of %d products on %d of %d days: %d rows of sales and %d of performance", *sampleSeed,
		len(sample), len(known), len(on), len(all), len(wantSales), len(wantPerformance))
	require.NotEmpty(t, wantSales)
	require.NotEmpty(t, wantPerformance)
	in := func(column string, values []string) string {
		return column + " IN ('" + strings.Join(values, "', '") + "')"
	}
	where := func(text, day string) string {
		return text + " WHERE " + in("product_id", sample) + " AND " + in(day+"::VARCHAR", on)
	}
	sameLines(t, wantSales, l.lines(t, lakehouse.MeasurementSales, where(salesText, "day")))
	sameLines(t, wantPerformance, l.lines(t, lakehouse.MeasurementPerform, where(performanceText, "as_of_day")))
}

// pick takes n of the values, or all.
func pick(random *rand.Rand, values []string, n int) []string {
	shuffled := slices.Clone(values)
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return shuffled[:min(n, len(shuffled))]
}

// TestSamplesOfAGeneratedStoreAgree measures a store that is made up: it needs no data that is not here.
func TestSamplesOfAGeneratedStoreAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(*sampleSeed, 1))
	rows := generatedStore(random, 150, 200, 6_000)
	db := storeInPostgres(t, rows)
	l := newLake(t)
	now := date("2026-04-20").Add(9 * time.Hour)
	rules := measurement.Rules{Spec: defaultSpec(), Overrides: generatedOverrides(random, 150)}
	// In three batches, out of order, so that refreshes of what changed made the tables.
	random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	for batch := range slices.Chunk(rows, len(rows)/3+1) {
		l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, batch))
		l.refresh(t, now, rules, false)
	}
	l.samplesAgree(t, db, rules, now, sampledProducts, sampledDays)
}

// generatedStore is a shop with products that sell well and hardly, two currencies, discounts, test orders, custom items,
// and refunds of what was ordered, over days of which one changes the clocks.
func generatedStore(random *rand.Rand, products, days, lines int) []row {
	start := date("2025-10-03")
	var rows []row
	orders := map[string]row{} // an order has one time, currency and kind
	for i := range lines {
		order := fmt.Sprintf("ord_%d", random.IntN(lines/2))
		head, known := orders[order]
		if !known {
			head = row{order: order, currency: "GBP", at: start.Add(time.Duration(random.IntN(days*86_400)) * time.Second), test: random.IntN(30) == 0}
			if random.IntN(8) == 0 {
				head.currency = "EUR"
			}
			orders[order] = head
		}
		r := head
		popular := random.Float64()
		r.line, r.product = fmt.Sprintf("oli_%d", i), fmt.Sprintf("prd_%d", int(popular*popular*popular*float64(products)))
		if random.IntN(40) == 0 {
			r.product = ""
		}
		r.units = int64(1 + random.IntN(5))
		r.gross = decimal.New(int64(random.IntN(5_000)), -2).Mul(decimal.NewFromInt(r.units))
		if random.IntN(3) == 0 {
			r.discount = r.gross.Div(decimal.NewFromInt(int64(2 + random.IntN(9)))).Truncate(4)
		}
		r.net = r.gross.Sub(r.discount)
		rows = append(rows, r)
		if random.IntN(12) == 0 {
			back := r
			back.refund, back.line = true, fmt.Sprintf("rfdi_%d@%s", i, r.line)
			back.at = r.at.Add(time.Duration(random.IntN(40*24)) * time.Hour)
			back.units = 1 + random.Int64N(r.units)
			back.gross = r.net.Mul(decimal.NewFromInt(back.units)).Div(decimal.NewFromInt(r.units)).Truncate(4)
			back.net, back.discount = back.gross, decimal.Zero
			rows = append(rows, back)
		}
	}
	return rows
}

// generatedOverrides are a word of the staff's on every tenth product, for a week or for good.
func generatedOverrides(random *rand.Rand, products int) []classification.DayOverride {
	var all []classification.DayOverride
	for i := 0; i < products; i += 10 {
		from := plus("2025-10-20", random.IntN(150))
		o := classification.DayOverride{ProductID: fmt.Sprintf("prd_%d", i), Class: "by_staff", From: from}
		if random.IntN(2) == 0 {
			o.To = plus(from, 7)
		}
		all = append(all, o)
	}
	return all
}
