package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// history is the shop that is measured: so many order lines a day, over so many days.
type history struct{ days, linesPerDay, products int }

// measuredMemory is DuckDB's limit in this benchmark.
const measuredMemory = "1GB"

// Measurement measures the refresh and the reader against plain DuckDB over the same files.
func Measurement(ctx context.Context, b *B) error {
	long := history{days: 120, linesPerDay: 20_000, products: 20_000}
	if b.Full {
		long = history{days: 400, linesPerDay: 50_000, products: 20_000}
	}
	short := long
	short.days = 60
	shop, err := openShop(ctx, b, "long", long)
	if err != nil {
		return err
	}
	defer shop.close()
	full, err := shop.full(ctx, b)
	if err != nil {
		return err
	}
	hourly, err := shop.hourly(ctx)
	if err != nil {
		return err
	}
	b.Pair("refresh of one changed day, against the full one", hourly.Seconds(), full.Seconds(), "s", "≤ 0.03")
	small, err := openShop(ctx, b, "short", short)
	if err != nil {
		return err
	}
	defer small.close()
	if _, err := small.refresh(ctx, true); err != nil {
		return err
	}
	fewer, err := small.hourly(ctx)
	if err != nil {
		return err
	}
	b.Pair(fmt.Sprintf("refresh of one changed day, %d days against 60", long.days), hourly.Seconds(), fewer.Seconds(), "s", "≤ 1.2")
	return shop.pages(ctx, b)
}

// benchShop is a shop in a warehouse of its own.
type benchShop struct {
	history
	lake      *lakehouse.Lake
	cache     *datacache.Cache
	refresher *measurement.Refresher
	zone      *time.Location
	rules     measurement.Rules
	now       time.Time
	dir       string
}

func openShop(ctx context.Context, b *B, name string, h history) (*benchShop, error) {
	cfg, err := config.Load[struct {
		Objects config.Objects
		Lake    config.Lake
	}](nil)
	if err != nil {
		return nil, err
	}
	cfg.Lake.Warehouse = fmt.Sprintf("bench-%s-%d", name, time.Now().UnixNano())
	cfg.Lake.Dir, cfg.Lake.Memory = filepath.Join(b.Dir, name), measuredMemory
	s := &benchShop{history: h, lake: lakehouse.New(cfg.Lake, cfg.Objects), now: time.Date(2026, 11, 1, 22, 0, 0, 0, time.UTC), dir: cfg.Lake.Dir}
	if s.zone, err = time.LoadLocation("Europe/London"); err != nil {
		return nil, err
	}
	if _, err := s.lake.Provision(ctx); err != nil {
		return nil, err
	}
	if s.cache, err = datacache.New(filepath.Join(cfg.Lake.Dir, "cache"), 20<<30); err != nil {
		return nil, err
	}
	s.refresher = measurement.NewRefresher(s.lake, s.cache)
	if s.rules, err = benchRules(); err != nil {
		return nil, err
	}
	for from := 0; from < h.days; from += 20 {
		if err := s.land(ctx, from, min(from+20, h.days), h.linesPerDay); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *benchShop) close() {
	_ = s.cache.Close()
	_ = s.lake.Close()
}

func benchRules() (measurement.Rules, error) {
	schemas, err := artifact.LoadSchemas()
	if err != nil {
		return measurement.Rules{}, err
	}
	spec, err := schemas.ParseClassification(json.RawMessage(`{"windows": [7, 14, 30], "default_class": "dormant", "classes": [
		{"name": "hot", "rank": 1, "conditions": [{"metric": "units_7d", "op": "gte", "value": 20}]},
		{"name": "rising", "rank": 2, "conditions": [{"metric": "units_7d", "op": "gte", "value": 3}, {"metric": "trend_7d", "op": "gte", "value": "1.5"}]},
		{"name": "steady", "rank": 3, "conditions": [{"metric": "units_30d", "op": "gte", "value": 8}]},
		{"name": "dormant", "rank": 4, "conditions": [{"metric": "units_30d", "op": "lte", "value": 0}]}]}`))
	return measurement.Rules{Spec: classification.Spec{ClassificationSpec: spec, Name: "sales-performance", Generation: 1}}, err
}

// generated makes order lines, three an order, a few products selling most, one line in seventy refunded.
const generated = `
SELECT 'evt_' || hex(hash(i, 0)) AS event_id, CASE WHEN hash(i, 9) %% 70 = 0 THEN 'payment_refunded' ELSE 'order_created' END AS event_type,
  (TIMESTAMPTZ '%s' + to_days((i // %[2]d)::INTEGER) + to_microseconds((hash(i // 3, 1) %% 86399000000)::BIGINT)) AS event_ts,
  now() AS ingest_ts, 'shop' AS shop_domain, 'ord_' || hex(hash(i // 3, 2)) || hex(hash(i // 3, 3))[1:10] AS order_id, '#' || (i // 3) AS order_name,
  'oli_' || hex(hash(i, 4)) AS line_item_id, 'prd_' || hex(hash(p, 5)) || hex(hash(p, 6))[1:10] AS product_id,
  'pvar_' || hex(hash(p, 7)) AS product_variant_id, 'SKU-' || p AS sku, 'Product ' || p AS title, (1 + hash(i, 8) %% 5)::BIGINT AS quantity,
  (5 + p %% 40)::DECIMAL(18, 4) AS unit_price, ((1 + hash(i, 8) %% 5) * (5 + p %% 40))::DECIMAL(18, 4) AS gross_amount,
  (hash(i, 10) %% 200 / 100)::DECIMAL(18, 4) AS discount_amount, 0::DECIMAL(18, 4) AS tax_amount,
  ((1 + hash(i, 8) %% 5) * (5 + p %% 40) - (hash(i, 10) %% 200 / 100))::DECIMAL(18, 4) AS net_amount, 'GBP' AS currency_code,
  'cus_' || hash(i // 3, 11) %% 500000 AS customer_id, 'web' AS channel, 'GB' AS country_code, ['tag' || p %% 50]::VARCHAR[] AS product_tags,
  NULL::DECIMAL(18, 4) AS presentment_amount, NULL::VARCHAR AS presentment_currency_code, false AS is_test, 'run' AS run_id, 1::INTEGER AS schema_version
FROM (SELECT i, (power((hash(i, 12) %% 1000003) / 1000003.0, 2) * %[3]d)::INTEGER AS p FROM range(%[4]d, %[5]d) AS r (i))`

// land puts days of order lines into commerce.telemetry; from and to count from the history's first day.
func (s *benchShop) land(ctx context.Context, from, to, linesPerDay int) error {
	db, err := duck.Open(ctx, duck.Options{Memory: measuredMemory, Dir: s.dir})
	if err != nil {
		return err
	}
	defer db.Close()
	table, err := s.lake.Table(ctx, lakehouse.CommerceTelemetry)
	if err != nil {
		return err
	}
	first := s.now.Truncate(24*time.Hour).AddDate(0, 0, 1-s.days)
	query := fmt.Sprintf(generated, first.Format(time.RFC3339), s.linesPerDay, s.products, from*s.linesPerDay, (to-1)*s.linesPerDay+linesPerDay)
	dir := filepath.Join(s.dir, "generated")
	files, err := s.lake.Export(ctx, db, table, query, dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	added, err := s.lake.Upload(ctx, table, files)
	if err != nil {
		return err
	}
	_, err = s.lake.Commit(ctx, lakehouse.CommerceTelemetry, lakehouse.Commit{Add: added})
	return err
}

// refresh brings both tables up to date.
func (s *benchShop) refresh(ctx context.Context, full bool) (time.Duration, error) {
	request := measurement.Request{Full: full, Now: s.now, RunID: "bench", Zone: s.zone}
	began, cpu := time.Now(), processorTime()
	sales, err := s.refresher.Sales(ctx, request)
	if err != nil {
		return 0, err
	}
	half := time.Since(began)
	performance, err := s.refresher.Performance(ctx, request, s.rules)
	took := time.Since(began)
	if err == nil && !full && (sales.Days != 1 || performance.Days != 1 || performance.Mode != contract.RefreshIncremental) {
		err = fmt.Errorf("a changed day was refreshed as %d and %d days", sales.Days, performance.Days)
	}
	fmt.Printf("    sales %.2f s (%d rows read, %d written), performance %.2f s (%d rows read, %d written); %.1f s of processor time\n", half.Seconds(), sales.RowsRead,
		sales.RowsWritten, (took - half).Seconds(), performance.RowsRead, performance.RowsWritten, (processorTime() - cpu).Seconds())
	return took, err
}

// full is a full recompute beside plain DuckDB, with the files local to both.
func (s *benchShop) full(ctx context.Context, b *B) (time.Duration, error) {
	if _, err := s.refresh(ctx, true); err != nil { // fills the cache
		return 0, err
	}
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
		return 0, err
	}
	ours, err := s.refresh(ctx, true)
	if err != nil {
		return 0, err
	}
	peak, err := residentPeak()
	if err != nil {
		return 0, err
	}
	whole, err := s.plain(ctx, s.days)
	if err != nil {
		return 0, err
	}
	blocks, err := s.plain(ctx, 60)
	if err != nil {
		return 0, err
	}
	lines := fmt.Sprintf("%.1fM lines, %d days", float64(s.days*s.linesPerDay)/1e6, s.days)
	b.Pair("full recompute, "+lines+", against plain DuckDB at once", ours.Seconds(), whole.Seconds(), "s", "≤ 1.15")
	b.Pair("full recompute, "+lines+", against plain DuckDB in blocks", ours.Seconds(), blocks.Seconds(), "s", "≤ 1.15")
	b.Pair("resident memory of it, against DuckDB's limit", peak, 1000, "MB", "≤ 1.2")
	return ours, nil
}

// plain runs the same SQL over the same files and writes the same rows as Parquet, with no lake around it.
func (s *benchShop) plain(ctx context.Context, blockDays int) (time.Duration, error) {
	files, err := s.localTelemetry(ctx)
	if err != nil {
		return 0, err
	}
	db, err := duck.Open(ctx, duck.Options{Memory: measuredMemory, Dir: s.dir})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	out := filepath.Join(s.dir, "plain")
	defer os.RemoveAll(out)
	if err := os.MkdirAll(out, 0o755); err != nil {
		return 0, err
	}
	began, cpu := time.Now(), processorTime()
	sheet, err := measurement.NewSheet(ctx, db, s.zone)
	if err != nil {
		return 0, err
	}
	if err := sheet.Classify(ctx, s.rules); err != nil {
		return 0, err
	}
	write := func(table, day string) error {
		return db.Run(ctx, fmt.Sprintf("COPY (SELECT *, now() AS computed_ts FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (%s), OVERWRITE_OR_IGNORE, FILENAME_PATTERN '{uuid}')",
			table, duck.Text(filepath.Join(out, table)), day))
	}
	last := measurement.DayOf(s.now, s.zone)
	first := last - measurement.Day(s.days) + 1
	for from := first; from <= last; from += measurement.Day(blockDays) {
		to := min(from+measurement.Day(blockDays)-1, last)
		if err := sheet.Sales(ctx, between(files, from-1, to+1), from, to); err != nil {
			return 0, err
		}
		if err := write("sales_new", "day"); err != nil {
			return 0, err
		}
	}
	for from := first; from <= last; from += measurement.Day(blockDays) {
		to := min(from+measurement.Day(blockDays)-1, last)
		// Hive paths hold the day, which the files then lack.
		sales := fmt.Sprintf("CREATE OR REPLACE TEMP VIEW sales AS FROM read_parquet(%s, hive_partitioning = true, hive_types = {'day': DATE}) WHERE day BETWEEN DATE '%s' AND DATE '%s'",
			duck.Text(filepath.Join(out, "sales_new", "*", "*.parquet")), from-29, to)
		if err := sheet.PerformanceOf(ctx, sales, from, to); err != nil {
			return 0, err
		}
		if err := write("performance_new", "as_of_day"); err != nil {
			return 0, err
		}
	}
	fmt.Printf("    plain DuckDB, %d days at once: %.2f s, %.1f s of processor time\n", blockDays, time.Since(began).Seconds(), (processorTime() - cpu).Seconds())
	return time.Since(began), nil
}

// localTelemetry lists local copies of the telemetry files by day.
func (s *benchShop) localTelemetry(ctx context.Context) (map[measurement.Day][]string, error) {
	table, err := s.lake.Table(ctx, lakehouse.CommerceTelemetry)
	if err != nil {
		return nil, err
	}
	return s.refresher.LocalFiles(ctx, table)
}

func between(files map[measurement.Day][]string, from, to measurement.Day) []string {
	var all []string
	for day := from; day <= to; day++ {
		all = append(all, files[day]...)
	}
	return all
}

// hourly is the middle of seven refreshes, each of one more batch of the newest day.
func (s *benchShop) hourly(ctx context.Context) (time.Duration, error) {
	var took []time.Duration
	for range 7 {
		if err := s.land(ctx, s.days-1, s.days, s.linesPerDay/100); err != nil {
			return 0, err
		}
		one, err := s.refresh(ctx, false)
		if err != nil {
			return 0, err
		}
		took = append(took, one)
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// benchCatalogue has a title and two tags for every product.
type benchCatalogue struct{ products []measurement.Product }

func (c benchCatalogue) Products(context.Context) ([]measurement.Product, error) {
	return c.products, nil
}

func (c benchCatalogue) TagGroups(context.Context) ([]measurement.TagGroup, error) {
	return []measurement.TagGroup{{Name: "group", Tags: []string{"tag1", "tag2"}}}, nil
}

// pages asks the reader for filtered, sorted pages.
func (s *benchShop) pages(ctx context.Context, b *B) error {
	db, err := duck.Open(ctx, duck.Options{Dir: s.dir})
	if err != nil {
		return err
	}
	defer db.Close()
	var c benchCatalogue
	rows, err := db.QueryContext(ctx, fmt.Sprintf("SELECT 'prd_' || hex(hash(p::INTEGER, 5)) || hex(hash(p::INTEGER, 6))[1:10] FROM range(%d) AS r (p)", s.products+1))
	if err != nil {
		return err
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		p := measurement.Product{Title: fmt.Sprintf("Case number %d", i), Vendor: "Blunt", Tags: []string{fmt.Sprintf("tag%d", i%50), "all"}}
		if err := rows.Scan(&p.ID); err != nil {
			return err
		}
		c.products = append(c.products, p)
	}
	reader := measurement.NewReader(s.lake, s.cache, c, "256MB")
	defer reader.Close()
	columns := measurement.SortColumns()
	random := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	for range 1000 {
		q := measurement.Query{Sort: columns[random.IntN(len(columns))], Descending: random.IntN(2) == 0, Offset: random.IntN(200), Limit: 50}
		switch random.IntN(5) {
		case 0:
			q.Classes = []string{"hot", "rising"}
		case 1:
			q.Search = fmt.Sprint(random.IntN(100))
		case 2:
			q.Tag = fmt.Sprintf("tag%d", random.IntN(50))
		case 3:
			q.Where = []artifact.Condition{{Metric: "gross_30d", Op: artifact.Greater, Value: decimal.NewFromInt(int64(random.IntN(3000)))}}
		}
		began := time.Now()
		page, err := reader.List(ctx, q)
		if err != nil {
			return err
		}
		took = append(took, time.Since(began))
		if q.Sort == "" && page.Total == 0 {
			return fmt.Errorf("an empty page")
		}
	}
	took = took[10:] // the first ones load the day
	slices.Sort(took)
	b.Single("reader: median page", float64(took[len(took)/2].Microseconds())/1000, "ms", "")
	b.Single("reader: p99 of a filtered, sorted page, 20,000 products", float64(took[len(took)*99/100].Microseconds())/1000, "ms", "< 10")
	return nil
}

// processorTime is what this process has used of the processors.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// residentPeak is the largest resident size since it was last cleared, in MB.
func residentPeak() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			var kilobytes float64
			_, err := fmt.Sscan(rest, &kilobytes)
			return kilobytes / 1000, err
		}
	}
	return 0, fmt.Errorf("no VmHWM in /proc/self/status")
}
