package measurement_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// A product keeps its rows for 365 days after its last sale. What it then is comes from the rows of the days 366, 732, …
// before: by currency, on the first day without a row as years later, and never for what has left the catalogue.
func TestAProductWhoseRowsHaveEndedIsRestingAndNotUnsold(t *testing.T) {
	l := newLake(t)
	sold := func(day, product, currency string) row {
		r := aSale(day, "o"+day+product+currency)
		r.product, r.currency = product, currency
		return r
	}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{
		sold("2023-01-10", "prod_long_ago", "GBP"), sold("2023-02-01", "prod_long_ago", "GBP"),
		sold("2024-05-31", "prod_just_over", "GBP"), sold("2024-06-01", "prod_just_not", "GBP"),
		sold("2023-03-01", "prod_abroad", "EUR"), sold("2025-05-31", "prod_abroad", "GBP"),
		sold("2023-04-01", "prod_deleted", "GBP"),
	}))
	rules := measurement.Rules{Spec: defaultSpec()}
	l.refresh(t, date("2025-06-01").Add(13*time.Hour), rules, false)
	var products []measurement.Product
	for _, id := range []string{"prod_long_ago", "prod_just_over", "prod_just_not", "prod_abroad", "prod_never"} {
		products = append(products, measurement.Product{ID: id, Title: id, Tags: []string{"all"}})
	}
	r := measurement.NewReader(l.Lake, l.cache, catalogue{products: products}, "128MB")
	defer r.Close()
	lines := func(q measurement.Query) (all []string) {
		q.Sort = "product_id"
		page, err := r.List(t.Context(), q)
		require.NoError(t, err)
		for _, s := range page.Items {
			line := s.ProductID + " " + s.Classification
			if s.Currency != nil {
				line += fmt.Sprintf(" %s %s…%s %d", *s.Currency, *s.FirstSaleDay, *s.LastSaleDay, *s.DaysSinceLastSale)
			}
			all = append(all, line)
		}
		return all
	}
	require.Equal(t, []string{
		"prod_abroad resting EUR 2023-03-01…2023-03-01 823",
		"prod_abroad new GBP 2025-05-31…2025-05-31 1",
		"prod_just_not dormant GBP 2024-06-01…2024-06-01 365",
		"prod_just_over resting GBP 2024-05-31…2024-05-31 366",
		"prod_long_ago resting GBP 2023-01-10…2023-02-01 851",
		"prod_never unsold",
	}, lines(measurement.Query{}))
	page, err := r.List(t.Context(), measurement.Query{ProductIDs: []string{"prod_just_over"}})
	require.NoError(t, err)
	require.Equal(t, "0.0000", page.Items[0].Windows[30].Gross.StringFixed(4))
	require.Zero(t, page.Items[0].Windows[30].Units)
	require.Nil(t, page.Items[0].SpecName, "no spec gave the class")
	require.EqualValues(t, 366, *page.Items[0].DaysSinceFirstSale)
	eve := day(t, "2025-05-31")
	require.Equal(t, []string{"prod_just_over dormant GBP 2024-05-31…2024-05-31 365"}, lines(measurement.Query{Day: &eve, ProductIDs: []string{"prod_just_over"}}))
	lasts := day(t, "2023-02-01") // nothing can rest yet
	require.Len(t, lines(measurement.Query{Day: &lasts, Classes: []string{measurement.Unsold}}), 4)

	shares, err := r.ByTag(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, []measurement.Share{{"all", "dormant", 1, 0}, {"all", "new", 1, 1}, {"all", "resting", 3, 0}, {"all", "unsold", 1, 0}}, shares)
	preview, err := r.Preview(t.Context(), measurement.Rules{Spec: classification.Spec{ClassificationSpec: defaultSpec().ClassificationSpec, Name: "preview"}}, measurement.MoveFilter{Limit: 10})
	require.NoError(t, err)
	require.EqualValues(t, 2, preview.Products, "a refresh classifies only what has a row")
	require.Empty(t, preview.Moves)
}

func TestADayThatWasNotMeasuredIsNotFoundAndTheAnswerSaysWhichWere(t *testing.T) {
	_, r, _ := shopWithReader(t)
	for _, text := range []string{"2026-04-30", "1999-01-01", "2026-06-10"} {
		other := day(t, text)
		_, err := r.List(t.Context(), measurement.Query{Day: &other})
		require.True(t, fault.Is(err, fault.NotFound), "%s: %v", text, err)
		require.ErrorContains(t, err, text+" has not been measured: there are the days from 2026-05-01 to 2026-06-09")
	}
	first := day(t, "2026-05-01")
	page, err := r.List(t.Context(), measurement.Query{Day: &first, Classes: []string{"unsold"}})
	require.NoError(t, err)
	require.EqualValues(t, 1, page.Total)
}

// gated is a catalogue that counts how often it is read: once a load. The first read after it was shut waits.
type gated struct {
	catalogue
	read    atomic.Int64
	shut    atomic.Bool
	reached chan struct{}
	pass    chan struct{}
}

func (g *gated) Products(ctx context.Context) ([]measurement.Product, error) {
	g.read.Add(1)
	if g.shut.CompareAndSwap(true, false) {
		close(g.reached)
		select {
		case <-g.pass:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return g.catalogue.Products(ctx)
}

func gatedReader(t *testing.T) (*lake, *gated, *measurement.Reader, time.Time) {
	t.Helper()
	l, _, now := shopWithReader(t)
	g := &gated{catalogue: catalogue{products: []measurement.Product{{ID: "prod_1"}}}, reached: make(chan struct{}), pass: make(chan struct{})}
	r := measurement.NewReader(l.Lake, l.cache, g, "64MB")
	t.Cleanup(r.Close)
	return l, g, r, now
}

func TestADayIsLoadedOnceHoweverManyAskForIt(t *testing.T) {
	_, g, r, _ := gatedReader(t)
	early := day(t, "2026-05-03")
	for loads, q := range []measurement.Query{{}, {Day: &early}} {
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				if _, err := r.List(t.Context(), q); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		require.EqualValues(t, loads+1, g.read.Load())
	}
}

func TestWhoWaitsForALoadLeavesWhenHisTimeIsOver(t *testing.T) {
	_, g, r, _ := gatedReader(t)
	g.shut.Store(true)
	first := make(chan error, 1)
	go func() {
		_, err := r.List(t.Context(), measurement.Query{})
		first <- err
	}()
	<-g.reached
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.List(ctx, measurement.Query{})
	require.ErrorIs(t, err, context.Canceled)
	close(g.pass)
	require.NoError(t, <-first)
}

// A refresh that comes while an earlier day is being loaded leaves nothing of the snapshot before.
func TestADayThatWasBeingLoadedDuringARefreshIsReadAnew(t *testing.T) {
	l, g, r, now := gatedReader(t)
	early := day(t, "2026-05-03")
	units := func() int64 {
		page, err := r.List(t.Context(), measurement.Query{Day: &early, ProductIDs: []string{"prod_1"}})
		if err != nil {
			t.Error(err)
			return -1
		}
		return page.Items[0].Windows[30].Units
	}
	_, _, err := r.Latest(t.Context())
	require.NoError(t, err)
	g.shut.Store(true)
	loaded := make(chan int64, 1)
	go func() { loaded <- units() }()
	<-g.reached

	late := aSale("2026-05-02", "late")
	late.product, late.units = "prod_1", 10
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{late}))
	l.refresh(t, now, measurement.Rules{Spec: defaultSpec()}, false)
	refreshed := make(chan error, 1)
	go func() { refreshed <- r.Refresh(t.Context()) }()
	select { // a refresh that does not wait for the load is let by
	case err := <-refreshed:
		refreshed <- err
	case <-time.After(time.Second):
	}
	close(g.pass)
	require.EqualValues(t, 3, <-loaded)
	require.NoError(t, <-refreshed)
	require.EqualValues(t, 13, units())
}

func TestAnswersAsJSON(t *testing.T) {
	_, r, _ := shopWithReader(t)
	page, err := r.List(t.Context(), measurement.Query{ProductIDs: []string{"prod_3"}})
	require.NoError(t, err)
	page.Snapshot, page.Items[0].Windows = 1<<53+1, map[int]measurement.Window{7: page.Items[0].Windows[7]}
	text, err := json.Marshal(page)
	require.NoError(t, err)
	require.JSONEq(t, `{"day": "2026-06-09", "snapshot": "9007199254740993", "total": 1, "items": [{
		"day": "2026-06-09", "product_id": "prod_3", "title": "amethyst", "vendor": "A", "currency": "GBP",
		"windows": {"7": {"units": 21, "orders": 7, "refunded_units": 0, "gross": "10.5", "net": "10.5"}},
		"trend_7d": "1", "first_sale_day": "2026-05-01", "last_sale_day": "2026-06-09", "days_since_last_sale": 0,
		"days_since_first_sale": 39, "classification": "hot", "spec_name": "sales-performance", "spec_generation": 3}]}`, string(text))
	var back measurement.Page
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, page.Day, back.Day)
	require.Error(t, json.Unmarshal([]byte(`{"day": "tomorrow"}`), &back))

	none, err := r.List(t.Context(), measurement.Query{Currency: "EUR"})
	require.NoError(t, err)
	text, err = json.Marshal(none.Items)
	require.NoError(t, err)
	require.Equal(t, "[]", string(text))

	series, err := r.Series(t.Context(), "prod_2", day(t, "2026-06-09"), day(t, "2026-06-09"))
	require.NoError(t, err)
	text, err = json.Marshal(series)
	require.NoError(t, err)
	require.JSONEq(t, `[{"day": "2026-06-09", "currency": "GBP", "orders": 1, "units_ordered": 2, "units_refunded": 0,
		"gross": "1.5", "discount": "0", "refund": "0", "net": "1.5"}]`, string(text))
}
