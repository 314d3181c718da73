package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/temporal"
)

// atMeasurement is an operator at a shop that has been measured through 2026-06-09: prd_1 sells one a day for £2 and
// prd_2 two, since 2026-05-01; prd_3 sold once in 2025; prd_4 never.
func atMeasurement(t *testing.T) *atLake {
	o := atShop(t,
		`INSERT INTO product (id, store_id, title, handle, vendor) VALUES ('prd_1', 'sto_1', 'One', '1', 'A'), ('prd_2', 'sto_1', 'Two', '2', 'B'), ('prd_3', 'sto_1', 'Three', '3', 'A'), ('prd_4', 'sto_1', 'Four', '4', 'B')`,
		`INSERT INTO product_tag (id, value, normalized_value) VALUES ('ptag_1', 'Red', 'red'), ('ptag_2', 'Blue', 'blue')`,
		`INSERT INTO link_product_product_tag (id, product_id, product_tag_id) VALUES ('lppt_1', 'prd_1', 'ptag_1'), ('lppt_2', 'prd_2', 'ptag_1'), ('lppt_3', 'prd_4', 'ptag_2')`,
		`INSERT INTO product_category (id, name, handle, path, category_kind) VALUES ('pcat_1', 'colours', 'colours', 'colours', 'tag_group')`,
		`INSERT INTO link_product_category_product_tag (id, product_category_id, product_tag_id) VALUES ('lpct_1', 'pcat_1', 'ptag_1')`,
	)
	measure(t, o.cfg)
	return o
}

// atShop is an operator at a shop in London, with what the statements put into its database.
func atShop(t *testing.T, statements ...string) *atLake {
	o := newAtLake(t)
	o.cfg.Shopify.Shop = "test.myshopify.com"
	o.cfg.Database = config.Database{URL: testenv.Postgres(t)}
	pool, err := store.Open(t.Context(), o.cfg.Database.URL, store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, statement := range append([]string{
		`INSERT INTO store (id, name, shop_domain, default_currency_code, iana_timezone) VALUES ('sto_1', 'Test', 'test.myshopify.com', 'GBP', 'Europe/London')`,
	}, statements...) {
		_, err := pool.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	return o
}

func measure(t *testing.T, cfg config.Operator) {
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	t.Cleanup(func() { require.NoError(t, lake.Close()) })
	cache, err := datacache.New(filepath.Join(t.TempDir(), "cache"), 1<<30)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cache.Close()) })
	db, err := lake.Duck(t.Context())
	require.NoError(t, err)
	defer db.Close()
	sales, err := lake.Table(t.Context(), lakehouse.MeasurementSales)
	require.NoError(t, err)
	files, err := lake.Export(t.Context(), db, sales, `
		SELECT day, 'prd_' || n AS product_id, 'GBP' AS currency_code, 1::BIGINT AS orders, n AS units_ordered, 2 * n AS gross_amount,
		       0 AS discount_amount, 0::BIGINT AS units_refunded, 0 AS refund_amount, 2 * n AS net_amount, now() AS computed_ts
		FROM (SELECT (DATE '2026-05-01' + d::INTEGER) AS day, n FROM range(40) AS r (d), range(1, 3) AS p (n)
		      UNION ALL SELECT DATE '2025-03-01', 3)`, filepath.Join(t.TempDir(), "sales"))
	require.NoError(t, err)
	added, err := lake.Upload(t.Context(), sales, files)
	require.NoError(t, err)
	_, err = lake.Commit(t.Context(), lakehouse.MeasurementSales, lakehouse.Commit{Add: added})
	require.NoError(t, err)
	spec := classification.Spec{Name: "test", Generation: 1, ClassificationSpec: artifact.ClassificationSpec{
		Windows: []int{7, 14, 30}, DefaultClass: "slow", Classes: []artifact.Class{{Name: "hot", Rank: 1, Conditions: []artifact.Condition{{Metric: "units_7d", Op: artifact.Greater}}}},
	}}
	_, err = measurement.NewRefresher(lake, cache).Performance(t.Context(), measurement.Request{
		Now: time.Date(2026, 6, 9, 12, 0, 0, 0, time.UTC), RunID: "run", Zone: time.UTC,
	}, measurement.Rules{Spec: spec})
	require.NoError(t, err)
}

func TestStaffFindProductsByAllThatTheReaderKnows(t *testing.T) {
	o := atMeasurement(t)
	for args, want := range map[string]string{
		"":                                 "prd_2 prd_1 prd_3 prd_4",
		"--vendor A":                       "prd_1 prd_3",
		"--tag Red":                        "prd_2 prd_1",
		"--tag-group colours":              "prd_2 prd_1",
		"--currency GBP":                   "prd_2 prd_1 prd_3",
		"--currency EUR":                   "",
		"--product prd_1,prd_4":            "prd_1 prd_4",
		"--class resting,unsold":           "prd_3 prd_4",
		"--search t --sort title":          "prd_3 prd_2",
		"--where units_7d>7":               "prd_2",
		"--where units_7d>=7":              "prd_2 prd_1",
		"--where units_7d>=7,units_7d<=13": "prd_1",
		"--where units_7d!=0 --where net_30d=60.0": "prd_1",
		"--day 2026-05-01 --where units_7d<2":      "prd_1 prd_3 prd_4",
		"--limit 1 --offset 1":                     "prd_1",
	} {
		var found []string
		for _, s := range decode[measurement.Page](o, append([]string{"measurement", "show"}, strings.Fields(args)...)...).Items {
			found = append(found, s.ProductID)
		}
		require.Equal(t, want, strings.Join(found, " "), args)
	}
	text := o.must("measurement", "show", "--limit", "1", "--offset", "1")
	require.Contains(t, text, "1 of 4 products at the end of 2026-06-09")
	require.Contains(t, text, "more: --offset 2")
	require.NotContains(t, o.must("measurement", "show"), "more:")

	var page map[string]any
	require.NoError(t, json.Unmarshal([]byte(o.must("measurement", "show", "--json")), &page))
	require.Equal(t, "2026-06-09", page["day"])
	require.IsType(t, "", page["snapshot"])
	require.Equal(t, "prd_2", page["items"].([]any)[0].(map[string]any)["product_id"])

	require.Contains(t, o.refused(fault.NotFound, "measurement", "show", "--day", "2024-01-01"), "from 2025-03-01 to 2026-06-09")
	for flag, args := range map[string][]string{
		"--sort": {"--sort", "nonsense"}, "--limit": {"--limit", "501"}, "--offset": {"--offset=-1"}, "--where": {"--where", "units_1d>3"}, "--day": {"--day", "today"},
	} {
		require.Contains(t, o.refused(fault.InvalidInput, append([]string{"measurement", "show"}, args...)...), flag+": ")
	}
}

func TestStaffReadAProductsDays(t *testing.T) {
	o := atMeasurement(t)
	days := decode[dailySales](o, "measurement", "series", "prd_2")
	require.Equal(t, "2026-05-11", days.From.String())
	require.Equal(t, "2026-06-09", days.To.String())
	require.Len(t, days.Items, 30)
	require.Equal(t, "4", days.Items[0].Gross.String())
	require.Len(t, decode[dailySales](o, "measurement", "series", "prd_2", "--from", "2026-04-01", "--to", "2026-05-02").Items, 2)
	require.Contains(t, o.must("measurement", "series", "prd_2", "--from", "2026-06-09"), "2026-06-09  1       2      0         4.00   0.00      0.00    4.00  GBP")

	require.Contains(t, o.must("measurement", "series", "prd_4", "--json"), `"items": []`)
	require.Contains(t, o.refused(fault.NotFound, "measurement", "series", "prd_9"), "prd_9")
	require.Contains(t, o.refused(fault.InvalidInput, "measurement", "series", "prd_2", "--from", "2020-01-01"), "--to: ")
	both := o.refused(fault.InvalidInput, "measurement", "series", "prd_2", "--from", "1", "--to", "2")
	require.Contains(t, both, "--from: ")
	require.Contains(t, both, "--to: ")
}

func TestStaffSeeHowTagsSpreadOverTheClasses(t *testing.T) {
	o := atMeasurement(t)
	groups := decode[distribution](o, "measurement", "distribution")
	require.Equal(t, []measurement.Share{{Name: "colours", Classification: "hot", Products: 2, Units30d: 90}}, groups.Shares)
	require.Equal(t, "2026-06-09", groups.Day.String())
	tags := decode[distribution](o, "measurement", "distribution", "--by", "tag", "--day", "2026-05-01")
	require.Equal(t, []measurement.Share{
		{Name: "Blue", Classification: "unsold", Products: 1}, {Name: "Red", Classification: "hot", Products: 2, Units30d: 3},
	}, tags.Shares)
	require.Contains(t, o.must("measurement", "distribution"), "colours    hot    2         90")
	require.Contains(t, o.refused(fault.InvalidInput, "measurement", "distribution", "--day", "today"), "--day: ")
	o.refused(fault.NotFound, "measurement", "distribution", "--day", "2020-01-01")
}

func TestBeforeTheFirstMeasurementItIsSaidHowToMakeOne(t *testing.T) {
	o := newAtLake(t)
	o.cfg.Database = config.Database{URL: testenv.Postgres(t)}
	for _, args := range [][]string{{"show"}, {"series", "prd_1"}, {"series", "prd_1", "--to", "2026-01-01"}, {"distribution"}} {
		require.Contains(t, o.refused(fault.NotFound, append([]string{"measurement"}, args...)...), "blunt measurement refresh", args)
	}
}

func TestAConditionIsAMetricAComparisonAndANumber(t *testing.T) {
	for written, want := range map[string]string{
		"units_7d>=10": "units_7d gte 10", "units_7d <= 1.5": "units_7d lte 1.5", "trend_7d!=-1": "trend_7d ne -1",
		"units_7d>10": "units_7d gt 10", "units_7d<10": "units_7d lt 10", "units_7d=10": "units_7d eq 10",
	} {
		c, err := parseCondition(written)
		require.NoError(t, err, written)
		require.Equal(t, want, c.Metric+" "+string(c.Op)+" "+c.Value.String())
	}
	for _, written := range []string{"", "units_7d", "units_7d>", "units_7d>ten", "units_7d>1>2"} {
		_, err := parseCondition(written)
		require.True(t, fault.Is(err, fault.InvalidInput), written)
		require.ErrorContains(t, err, "--where: ")
	}
}

// Nobody serves the queue here: a run is under way until it is ended.
func TestAFullRefreshIsNotSwallowedByOneThatIsUnderWay(t *testing.T) {
	settings := testenv.Temporal(t)
	c, err := temporal.Dial(t.Context(), settings, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	hourly, err := temporal.NewDispatcher(c, settings.Namespace, "").Dispatch(t.Context(), contract.Job{Type: contract.JobMeasurementRefresh, Input: contract.MeasurementRefreshInput{Reason: "hourly"}})
	require.NoError(t, err)
	o := &atLake{t: t, cfg: config.Operator{Temporal: settings}}

	found := decode[contract.Dispatched](o, "measurement", "refresh")
	require.True(t, found.UnderWay, "what has changed is in the run under way, or in the next")
	require.Equal(t, hourly.RunID, found.RunID)
	refused := o.refused(fault.NotYet, "measurement", "refresh", "--full")
	require.Contains(t, refused, hourly.RunID)
	require.Contains(t, refused, "--follow")

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := false
	o.heard = func(complaint string) { // the run under way ends when it is said to be waited for; nobody ends the full one
		if !ended && strings.Contains(complaint, hourly.RunID) {
			ended = true
			require.NoError(t, c.TerminateWorkflow(t.Context(), hourly.WorkflowID, hourly.RunID, "it has ended"))
			go stopAtAnother(ctx, c, hourly, stop)
		}
	}
	answer := o.tryWithin(ctx, "measurement", "refresh", "--full", "--follow")
	require.True(t, errors.Is(answer.fault, context.Canceled), "%v", answer.fault)
	require.Contains(t, answer.err, "the full refresh begins when it has ended")
	require.Contains(t, answer.err, "no longer followed; the run goes on")
	o.heard = nil

	full := decode[contract.Dispatched](o, "measurement", "refresh", "--full")
	require.True(t, full.UnderWay, "a full refresh that is under way will do")
	require.NotEqual(t, hourly.RunID, full.RunID)
	run, err := temporal.Look(t.Context(), c, full.WorkflowID, full.RunID)
	require.NoError(t, err)
	require.True(t, bytes.Contains(run.Job, []byte(`"full":true`)), "%s", run.Job)
}

// stopAtAnother waits until another run is under way.
func stopAtAnother(ctx context.Context, c client.Client, than contract.Dispatched, stop func()) {
	for ctx.Err() == nil {
		run, err := temporal.Look(ctx, c, than.WorkflowID, "")
		if err == nil && run.RunID != than.RunID {
			stop()
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}
