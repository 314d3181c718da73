package measurement_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

type catalogue struct {
	products []measurement.Product
	groups   []measurement.TagGroup
}

func (c catalogue) Products(context.Context) ([]measurement.Product, error) { return c.products, nil }

func (c catalogue) TagGroups(context.Context) ([]measurement.TagGroup, error) { return c.groups, nil }

// shopWithReader has three products that sell 3, 2 and 1 a day for forty days, and one that never sold.
func shopWithReader(t *testing.T) (*lake, *measurement.Reader, time.Time) {
	t.Helper()
	l := newLake(t)
	var rows []row
	for i := range 40 {
		for units := int64(1); units <= 3; units++ {
			rows = append(rows, row{
				at: date("2026-05-01").AddDate(0, 0, i).Add(12 * time.Hour), order: fmt.Sprint("o", i, units), line: fmt.Sprint("l", i, units),
				product: fmt.Sprint("prod_", units), currency: "GBP", units: units, gross: dec("1.5"), net: dec("1.5"),
			})
		}
	}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	now := date("2026-06-09").Add(13 * time.Hour)
	l.refresh(t, now, measurement.Rules{Spec: defaultSpec()}, false)
	r := measurement.NewReader(l.Lake, l.cache, catalogue{
		products: []measurement.Product{
			{ID: "prod_1", Title: "Amber", Vendor: "A", Tags: []string{"red", "summer"}},
			{ID: "prod_2", Title: "Birch's 100%", Vendor: "B", Tags: []string{"red"}},
			{ID: "prod_3", Title: "amethyst", Vendor: "A", Tags: []string{"blue"}},
			{ID: "prod_4", Title: "Never", Vendor: "A", Tags: []string{"blue", "summer"}},
		},
		groups: []measurement.TagGroup{{Name: "colours", Tags: []string{"red", "blue"}}, {Name: "seasons", Tags: []string{"summer"}}},
	}, "128MB")
	t.Cleanup(r.Close)
	return l, r, now
}

func ids(p measurement.Page) []string {
	var all []string
	for _, s := range p.Items {
		all = append(all, s.ProductID)
	}
	return all
}

func TestThePageIsFilteredSortedAndCutBySQL(t *testing.T) {
	_, r, _ := shopWithReader(t)
	early := day(t, "2026-05-03")
	tests := map[string]struct {
		query measurement.Query
		ids   []string
		total int64
	}{
		"best sellers first by default": {measurement.Query{}, []string{"prod_3", "prod_2", "prod_1", "prod_4"}, 4},
		"a page of two, then the rest":  {measurement.Query{Offset: 2, Limit: 2}, []string{"prod_1", "prod_4"}, 4},
		"by class":                      {measurement.Query{Classes: []string{"unsold"}}, []string{"prod_4"}, 1},
		"by currency":                   {measurement.Query{Currency: "EUR"}, nil, 0},
		"by part of the title":          {measurement.Query{Search: "AM", Sort: "title", Descending: true}, []string{"prod_3", "prod_1"}, 2},
		"a wildcard is a letter":        {measurement.Query{Search: "%"}, []string{"prod_2"}, 1},
		"a quote is a letter":           {measurement.Query{Search: "ch's"}, []string{"prod_2"}, 1},
		"by tag":                        {measurement.Query{Tag: "red"}, []string{"prod_2", "prod_1"}, 2},
		"by tag group":                  {measurement.Query{TagGroup: "seasons"}, []string{"prod_1", "prod_4"}, 2},
		"by metric":                     {measurement.Query{Where: []artifact.Condition{{Metric: "units_7d", Op: artifact.Greater, Value: dec("7.5")}}}, []string{"prod_3", "prod_2"}, 2},
		"nothing known sorts last":      {measurement.Query{Sort: "last_sale_day"}, []string{"prod_1", "prod_2", "prod_3", "prod_4"}, 4},
		"an earlier day":                {measurement.Query{Day: &early, Sort: "product_id"}, []string{"prod_1", "prod_2", "prod_3", "prod_4"}, 4},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			page, err := r.List(t.Context(), test.query)
			require.NoError(t, err)
			require.Equal(t, test.ids, ids(page))
			require.Equal(t, test.total, page.Total)
		})
	}
	page, err := r.List(t.Context(), measurement.Query{ProductIDs: []string{"prod_3"}})
	require.NoError(t, err)
	best := page.Items[0]
	require.Equal(t, "2026-06-09", best.Day)
	require.EqualValues(t, 90, best.Windows[30].Units)
	require.Equal(t, "10.5000", best.Windows[7].Gross.StringFixed(4))
	require.Equal(t, "1.0000", best.Trend7d.Decimal.StringFixed(4))
	require.EqualValues(t, 39, *best.DaysSinceFirstSale)
	require.Equal(t, "hot", best.Classification)
	page, err = r.List(t.Context(), measurement.Query{Day: &early, ProductIDs: []string{"prod_3"}})
	require.NoError(t, err)
	require.EqualValues(t, 9, page.Items[0].Windows[30].Units)
}

func TestABadQueryIsRefusedWithEveryFault(t *testing.T) {
	_, r, _ := shopWithReader(t)
	_, err := r.List(t.Context(), measurement.Query{
		Sort: "units_30d; DROP TABLE standing", Limit: 501, Offset: -1, Where: []artifact.Condition{{Metric: "title", Op: "like"}},
	})
	require.True(t, fault.Is(err, fault.InvalidInput))
	require.Len(t, fault.Of(err).Fields, 5)
	later := day(t, "2030-01-01")
	_, err = r.List(t.Context(), measurement.Query{Day: &later})
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = r.Series(t.Context(), "prod_1", day(t, "2026-05-02"), day(t, "2026-05-01"))
	require.True(t, fault.Is(err, fault.InvalidInput))
}

func TestNothingMeasuredIsNotFound(t *testing.T) {
	l := newLake(t)
	r := measurement.NewReader(l.Lake, l.cache, catalogue{}, "64MB")
	defer r.Close()
	_, err := r.List(t.Context(), measurement.Query{})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

func TestANewSnapshotIsSwappedInWhileQuestionsAreAnswered(t *testing.T) {
	l, r, now := shopWithReader(t)
	_, before, err := r.Latest(t.Context())
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for ctx.Err() == nil {
				page, err := r.List(context.Background(), measurement.Query{})
				if err != nil || page.Total != 4 {
					t.Errorf("%v: %v", page.Total, err)
					return
				}
			}
		})
	}
	for i := range 3 {
		now = now.AddDate(0, 0, 1)
		l.refresh(t, now, measurement.Rules{Spec: defaultSpec()}, false)
		require.NoError(t, r.Refresh(t.Context()), i)
	}
	stop()
	wait.Wait()
	latest, after, err := r.Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, "2026-06-12", latest.String())
	require.NotEqual(t, before, after)
}

func TestSeriesAndDistributions(t *testing.T) {
	_, r, _ := shopWithReader(t)
	series, err := r.Series(t.Context(), "prod_2", day(t, "2026-06-08"), day(t, "2026-06-20"))
	require.NoError(t, err)
	require.Len(t, series, 2)
	require.Equal(t, "2026-06-08", series[0].Day)
	require.EqualValues(t, 2, series[0].UnitsOrdered)
	require.Equal(t, "1.5000", series[0].Net.StringFixed(4))

	tags, err := r.ByTag(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, []measurement.Share{
		{"blue", "hot", 1, 90}, {"blue", "unsold", 1, 0}, {"red", "hot", 2, 90}, {"summer", "hot", 1, 30}, {"summer", "unsold", 1, 0},
	}, tags)
	groups, err := r.ByTagGroup(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, []measurement.Share{{"colours", "hot", 3, 180}, {"colours", "unsold", 1, 0}, {"seasons", "hot", 1, 30}, {"seasons", "unsold", 1, 0}}, groups)
}
