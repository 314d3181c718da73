package measurement_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

func TestAnEmptyTableIsMeasuredAndShowsTheCatalogueAsUnsold(t *testing.T) {
	l := newLake(t)
	now := date("2026-03-05").Add(13 * time.Hour)
	rules := measurement.Rules{Spec: defaultSpec()}
	for _, full := range []bool{false, false, true} {
		sales, performance := l.refresh(t, now, rules, full)
		require.Equal(t, contract.RefreshUnchanged, sales.Mode)
		require.Equal(t, contract.RefreshUnchanged, performance.Mode)
		require.Zero(t, sales.RowsWritten+performance.RowsWritten+sales.FilesWritten+performance.FilesWritten)
	}
	r := measurement.NewReader(l.Lake, l.cache, catalogue{products: []measurement.Product{{ID: "prod_1", Title: "Never"}}}, "64MB")
	defer r.Close()
	page, err := r.List(t.Context(), measurement.Query{})
	require.NoError(t, err)
	require.Equal(t, []string{"prod_1"}, ids(page))
	require.Equal(t, "unsold", page.Items[0].Classification)

	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{aSale("2026-03-04", "o1")})) // the first order at last
	l.refresh(t, now, rules, false)
	l.agrees(t, []row{aSale("2026-03-04", "o1")}, rules, now)
}

func TestDaysWithoutSalesHaveStandingsAndNoSales(t *testing.T) {
	l := newLake(t)
	rows := []row{aSale("2026-03-01", "o1"), aSale("2026-03-09", "o2")}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	rules, now := measurement.Rules{Spec: defaultSpec()}, date("2026-03-12").Add(13*time.Hour)
	l.refresh(t, now, rules, false)
	require.Len(t, l.lines(t, lakehouse.MeasurementSales, salesText), 2)
	require.Equal(t, []string{
		"2026-03-01|1|0", "2026-03-02|1|1", "2026-03-03|1|2", "2026-03-04|1|3", "2026-03-05|1|4", "2026-03-06|1|5", "2026-03-07|1|6",
		"2026-03-08|0|7", "2026-03-09|1|0", "2026-03-10|1|1", "2026-03-11|1|2", "2026-03-12|1|3",
	}, l.lines(t, lakehouse.MeasurementPerform, "SELECT concat_ws('|', as_of_day, units_7d, days_since_last_sale) FROM %s"))
	l.agrees(t, rows, rules, now)
}

// A line may lack its price, its discount, what it comes to, or even its units: what is not known counts as nothing, and
// nothing else is lost for it.
func TestAProductWithoutAPriceCountsItsUnits(t *testing.T) {
	l := newLake(t)
	rows := []row{aSale("2026-03-01", "o1"), aSale("2026-03-02", "o2")}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows[:1]))
	l.land(t, lakehouse.CommerceTelemetry, "SELECT * REPLACE (NULL::DECIMAL(18, 4) AS gross_amount, NULL::DECIMAL(18, 4) AS discount_amount, "+
		"NULL::DECIMAL(18, 4) AS net_amount) FROM ("+telemetryQuery(t, rows[1:])+")")
	without := aSale("2026-03-03", "o3")
	l.land(t, lakehouse.CommerceTelemetry, "SELECT * REPLACE (NULL::BIGINT AS quantity) FROM ("+telemetryQuery(t, []row{without})+")")
	rules, now := measurement.Rules{Spec: defaultSpec()}, date("2026-03-03").Add(13*time.Hour)
	l.refresh(t, now, rules, false)
	require.Equal(t, []string{
		"2026-03-01|prod_a|GBP|1|1|2.0000|0.0000|0|0.0000|2.0000",
		"2026-03-02|prod_a|GBP|1|1|0.0000|0.0000|0|0.0000|0.0000",
		"2026-03-03|prod_a|GBP|1|0|2.0000|0.0000|0|0.0000|2.0000",
	}, l.lines(t, lakehouse.MeasurementSales, salesText))
	require.Equal(t, []string{"2026-03-01 1 2.0000 none", "2026-03-02 2 2.0000 none", "2026-03-03 2 4.0000 none"},
		l.lines(t, lakehouse.MeasurementPerform, "SELECT concat_ws(' ', as_of_day, units_7d, net_7d, coalesce(trend_7d::VARCHAR, 'none')) FROM %s"))
}

// The clocks change on 2026-03-29 in London: that day has 23 hours, and a run just after its midnight makes its rows.
func TestARunAfterMidnightOfADayOfOtherLength(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	var rows []row
	for i, at := range []string{"2026-03-28T23:59:59Z", "2026-03-29T00:00:00Z", "2026-03-29T22:59:59Z", "2026-03-29T23:00:00Z"} {
		moment, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		r := aSale("2026-03-28", fmt.Sprint("o", i))
		r.at = moment
		rows = append(rows, r)
	}
	days := func() (all []string) {
		return l.lines(t, lakehouse.MeasurementPerform, "SELECT as_of_day || ' ' || units_7d FROM %s")
	}
	for _, step := range []struct {
		now   string
		lands int
		days  []string
	}{
		{"2026-03-28T23:59:59Z", 1, []string{"2026-03-28 1"}},
		{"2026-03-29T00:00:01Z", 0, []string{"2026-03-28 1", "2026-03-29 1"}},
		{"2026-03-29T22:59:59Z", 2, []string{"2026-03-28 1", "2026-03-29 3"}},
		{"2026-03-29T23:00:01Z", 1, []string{"2026-03-28 1", "2026-03-29 3", "2026-03-30 4"}},
	} {
		now, err := time.Parse(time.RFC3339, step.now)
		require.NoError(t, err)
		if step.lands > 0 {
			l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows[:step.lands]))
			rows = rows[step.lands:]
		}
		l.refresh(t, now, rules, false)
		require.Equal(t, step.days, days(), step.now)
	}
}
