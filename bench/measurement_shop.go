package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// benchShop is a shop in a warehouse of its own.
type benchShop struct {
	history
	Warehouse string
	Dir       string

	lake      *lakehouse.Lake
	cache     *datacache.Cache
	refresher *measurement.Refresher
	zone      *time.Location
	rules     measurement.Rules
	now       time.Time
}

// generateShop makes a shop with its history.
func generateShop(ctx context.Context, b *B, name string, h history) (*benchShop, error) {
	s := &benchShop{history: h, Warehouse: fmt.Sprintf("bench-%s-%d", name, time.Now().UnixNano()), Dir: filepath.Join(b.Dir, name)}
	if err := s.open(); err != nil {
		return nil, err
	}
	if _, err := s.lake.Provision(ctx); err != nil {
		return nil, err
	}
	for from := 0; from < h.Days; from += 20 {
		if err := s.land(ctx, from, min(from+20, h.Days), h.LinesPerDay); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// open reaches the shop's warehouse.
func (s *benchShop) open() error {
	cfg, err := config.Load[struct {
		Objects config.Objects
		Lake    config.Lake
	}](nil)
	if err != nil {
		return err
	}
	cfg.Lake.Warehouse, cfg.Lake.Dir, cfg.Lake.Memory = s.Warehouse, s.Dir, measuredMemory
	s.lake, s.now = lakehouse.New(cfg.Lake, cfg.Objects), time.Date(2026, 11, 1, 22, 0, 0, 0, time.UTC)
	if s.zone, err = time.LoadLocation("Europe/London"); err != nil {
		return err
	}
	s.rules, err = benchRules()
	return err
}

// openCache takes the shop's cache of data files, which one process can hold.
func (s *benchShop) openCache() (err error) {
	if s.cache, err = datacache.New(filepath.Join(s.Dir, "cache"), 20<<30); err != nil {
		return err
	}
	s.refresher = measurement.NewRefresher(s.lake, s.cache)
	return nil
}

func (s *benchShop) close() {
	if s.cache != nil {
		_ = s.cache.Close()
	}
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
	db, err := duck.Open(ctx, duck.Options{Memory: measuredMemory, Dir: s.Dir})
	if err != nil {
		return err
	}
	defer db.Close()
	table, err := s.lake.Table(ctx, lakehouse.CommerceTelemetry)
	if err != nil {
		return err
	}
	first := s.now.Truncate(24*time.Hour).AddDate(0, 0, 1-s.Days)
	query := fmt.Sprintf(generated, first.Format(time.RFC3339), s.LinesPerDay, s.Products, from*s.LinesPerDay, (to-1)*s.LinesPerDay+linesPerDay)
	dir := filepath.Join(s.Dir, "generated")
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
