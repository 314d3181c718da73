package measurement_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/measurement"
)

type bench struct {
	*measurement.Sheet
	db *duck.DB
}

func newBench(t testing.TB, zone *time.Location) bench {
	t.Helper()
	db, err := duck.Open(t.Context(), duck.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	sheet, err := measurement.NewSheet(t.Context(), db, zone)
	require.NoError(t, err)
	return bench{sheet, db}
}

func day(t testing.TB, text string) measurement.Day {
	t.Helper()
	d, err := measurement.ParseDay(text)
	require.NoError(t, err)
	return d
}

// copied writes a table of the session to a file, as a refresh would to the lake.
func (b bench) copied(t testing.TB, table, path string) string {
	t.Helper()
	require.NoError(t, b.db.Run(t.Context(), fmt.Sprintf("COPY (SELECT *, now() AS computed_ts FROM %s) TO %s (FORMAT parquet)", table, duck.Text(path))))
	return path
}

func overridesFor(random *rand.Rand, from string) []classification.DayOverride {
	var all []classification.DayOverride
	for i := range 4 {
		start := plus(from, random.IntN(60))
		o := classification.DayOverride{ProductID: fmt.Sprintf("prod_%d", random.IntN(3)), Class: fmt.Sprintf("by_staff_%d", i), From: start, Priority: i}
		if random.IntN(2) == 0 {
			o.To = plus(start, 1+random.IntN(20))
		}
		all = append(all, o)
	}
	return all
}

// Random histories, cut into blocks of random length, agree with the second implementation in every cell.
func TestEveryCellAgreesWithTheSecondImplementation(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 5))
			zone := london(t)
			start, days := "2026-02-20", 60
			if seed%4 == 0 {
				start, days = "2024-09-01", 800 // long enough to retire and to come back
			}
			rows := randomRows(random, 40+random.IntN(200), date(start), days)
			rules := measurement.Rules{Spec: defaultSpec(), Overrides: overridesFor(random, start)}
			b := newBench(t, zone)
			dir := t.TempDir()
			telemetry := filepath.Join(dir, "telemetry.parquet")
			telemetryFile(t, b.db, telemetry, rows)
			first, today := day(t, plus(start, -1)), day(t, plus(start, days+random.IntN(10)))

			require.NoError(t, b.Classify(t.Context(), rules))
			var sales []string
			var gotSales, got []string
			for from := first; from <= today; {
				to := min(from+measurement.Day(random.IntN(40)), today)
				require.NoError(t, b.Sales(t.Context(), []string{telemetry}, from, to))
				gotSales = append(gotSales, textLines(t, b.db, fmt.Sprintf(salesText, "sales_new"))...)
				sales = append(sales, b.copied(t, "sales_new", filepath.Join(dir, "sales-"+from.String()+".parquet")))
				from = to + 1
			}
			reference := referenceSales(rows, zone)
			sameLines(t, salesLines(reference), gotSales)

			for from := first; from <= today; {
				to := min(from+measurement.Day(random.IntN(70)), today)
				require.NoError(t, b.Performance(t.Context(), sales, from, to, func(measurement.Day) error {
					got = append(got, textLines(t, b.db, fmt.Sprintf(performanceText, "performance_new"))...)
					return nil
				}))
				from = to + 1
			}
			sameLines(t, referencePerformance(reference, rules.Spec, rules.Overrides, today.String()), sortedLines(got))
		})
	}
}

func sortedLines(lines []string) []string {
	sorted := strings.Split(strings.Join(lines, "\n"), "\n")
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(sorted)
	return sorted
}

func TestOddInputGivesRightNumbers(t *testing.T) {
	at := date("2026-03-10").Add(12 * time.Hour)
	sale := row{at: at, order: "o1", line: "l1", product: "p", currency: "GBP", units: 2, gross: dec("10"), discount: dec("1"), net: dec("9")}
	tests := map[string]struct {
		rows        []row
		sales       []string
		performance []string
	}{
		"an empty table": {},
		"a zero price": {
			rows:        []row{{at: at, order: "o1", line: "l1", product: "p", currency: "GBP", units: 1}},
			sales:       []string{"2026-03-10|p|GBP|1|1|0.0000|0.0000|0|0.0000|0.0000"},
			performance: []string{"2026-03-10|p|GBP|1|1|0.0000|0.0000|0|1|1|0.0000|0.0000|0|1|1|0.0000|0.0000|0|none|2026-03-10|2026-03-10|0|new|sales-performance|3"},
		},
		"refunds above sales": {
			rows:        []row{sale, {at: at, order: "o1", line: "l2", product: "p", currency: "GBP", units: 5, net: dec("25"), refund: true}},
			sales:       []string{"2026-03-10|p|GBP|1|2|10.0000|1.0000|5|25.0000|-16.0000"},
			performance: []string{"2026-03-10|p|GBP|2|1|10.0000|-16.0000|5|2|1|10.0000|-16.0000|5|2|1|10.0000|-16.0000|5|none|2026-03-10|2026-03-10|0|returned|sales-performance|3"},
		},
		"a refund without a sale has no standing": {
			rows:  []row{{at: at, order: "o1", line: "l2", product: "p", currency: "GBP", units: 1, net: dec("5"), refund: true}},
			sales: []string{"2026-03-10|p|GBP|0|0|0.0000|0.0000|1|5.0000|-5.0000"},
		},
		"a test order": {rows: []row{{at: at, order: "o1", line: "l1", product: "p", currency: "GBP", units: 1, gross: dec("5"), test: true}}},
		"one order twice the same product, and two currencies": {
			rows: []row{
				sale,
				{at: at, order: "o1", line: "l3", product: "p", currency: "GBP", units: 1, gross: dec("5")},
				{at: at, order: "o2", line: "l4", product: "p", currency: "EUR", units: 1, gross: dec("7")},
			},
			sales: []string{"2026-03-10|p|EUR|1|1|7.0000|0.0000|0|0.0000|7.0000", "2026-03-10|p|GBP|1|3|15.0000|1.0000|0|0.0000|14.0000"},
			performance: []string{
				"2026-03-10|p|EUR|1|1|7.0000|7.0000|0|1|1|7.0000|7.0000|0|1|1|7.0000|7.0000|0|none|2026-03-10|2026-03-10|0|new|sales-performance|3",
				"2026-03-10|p|GBP|3|1|15.0000|14.0000|0|3|1|15.0000|14.0000|0|3|1|15.0000|14.0000|0|none|2026-03-10|2026-03-10|0|new|sales-performance|3",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, london(t))
			dir := t.TempDir()
			telemetry := filepath.Join(dir, "t.parquet")
			telemetryFile(t, b.db, telemetry, test.rows)
			d := day(t, "2026-03-10")
			require.NoError(t, b.Classify(t.Context(), measurement.Rules{Spec: defaultSpec()}))
			require.NoError(t, b.Sales(t.Context(), []string{telemetry}, d, d))
			sameLines(t, test.sales, textLines(t, b.db, fmt.Sprintf(salesText, "sales_new")))
			sales := b.copied(t, "sales_new", filepath.Join(dir, "s.parquet"))
			require.NoError(t, b.Performance(t.Context(), []string{sales}, d, d, func(measurement.Day) error {
				sameLines(t, test.performance, textLines(t, b.db, fmt.Sprintf(performanceText, "performance_new")))
				return nil
			}))
		})
	}
}

// On 2026-03-29 London's day has 23 hours, and on 2026-10-25 it has 25.
func TestDaysAreTheShopsAlsoAcrossAChangeOfClocks(t *testing.T) {
	zone := london(t)
	moments := map[string]string{
		"2026-03-28T23:59:59Z": "2026-03-28", "2026-03-29T00:00:00Z": "2026-03-29", "2026-03-29T22:59:59Z": "2026-03-29",
		"2026-03-29T23:00:00Z": "2026-03-30", "2026-10-24T22:59:59Z": "2026-10-24", "2026-10-24T23:00:00Z": "2026-10-25",
		"2026-10-25T23:59:59Z": "2026-10-25", "2026-10-26T00:00:00Z": "2026-10-26",
	}
	var rows []row
	for text := range moments {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		rows = append(rows, row{at: at, order: text, line: text, product: text, currency: "GBP", units: 1})
	}
	b := newBench(t, zone)
	telemetry := filepath.Join(t.TempDir(), "t.parquet")
	telemetryFile(t, b.db, telemetry, rows)
	found := map[string]string{}
	for d := day(t, "2026-03-27"); d <= day(t, "2026-10-27"); d++ {
		if d > day(t, "2026-03-31") && d < day(t, "2026-10-23") {
			continue
		} // one at a time: each must take its own and no other
		require.NoError(t, b.Sales(t.Context(), []string{telemetry}, d, d))
		for _, product := range textLines(t, b.db, "SELECT product_id FROM sales_new") {
			require.Empty(t, found[product])
			found[product] = d.String()
		}
	}
	require.Equal(t, moments, found)
}
