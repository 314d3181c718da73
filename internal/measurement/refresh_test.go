package measurement_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/apache/iceberg-go/table"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// refresh runs both steps.
func (l *lake) refresh(t testing.TB, now time.Time, rules measurement.Rules, full bool) (sales, performance contract.TableRefresh) {
	t.Helper()
	request := measurement.Request{Full: full, Now: now, RunID: "run", Zone: l.zone}
	sales, err := l.refresher.Sales(t.Context(), request)
	require.NoError(t, err)
	performance, err = l.refresher.Performance(t.Context(), request, rules)
	require.NoError(t, err)
	return sales, performance
}

// agrees holds both tables to the second implementation, and to one file a day.
func (l *lake) agrees(t testing.TB, rows []row, rules measurement.Rules, now time.Time) {
	t.Helper()
	reference := referenceSales(rows, l.zone)
	sameLines(t, salesLines(reference), l.lines(t, lakehouse.MeasurementSales, salesText))
	today := now.In(l.zone).Format(time.DateOnly)
	sameLines(t, referencePerformance(reference, rules.Spec, rules.Overrides, today), l.lines(t, lakehouse.MeasurementPerform, performanceText))
	for _, name := range []string{lakehouse.MeasurementSales, lakehouse.MeasurementPerform} {
		for partition, files := range l.filesPerDay(t, name) {
			require.Equal(t, 1, files, "%s %s", name, partition)
		}
	}
}

func TestAProductThatComesBackKeepsItsFirstSale(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	sale := func(day, order, product string) row {
		return row{at: date(day).Add(12 * time.Hour), order: order, line: order, product: product, currency: "GBP", units: 1, gross: dec("2"), net: dec("2")}
	}
	rows := []row{sale("2025-01-01", "o1", "prod_a"), sale("2025-02-01", "o2", "prod_b")}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	l.refresh(t, date("2026-01-20").Add(time.Hour), rules, false) // prod_a has had its 365 days
	for _, late := range []row{sale("2026-02-10", "o3", "prod_a"), sale("2024-12-31", "o4", "prod_b")} {
		rows = append(rows, late)
		l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{late}))
		now := date("2026-02-10").Add(13 * time.Hour)
		_, performance := l.refresh(t, now, rules, false)
		require.Equal(t, contract.RefreshIncremental, performance.Mode)
		l.agrees(t, rows, rules, now)
	}
}

func TestOneChangedDayReplacesThatDayAndWhatItReaches(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	var rows []row
	for i := range 60 { // a sale of each of two products on every day
		for _, p := range []string{"prod_a", "prod_b"} {
			rows = append(rows, row{at: date("2026-01-01").AddDate(0, 0, i).Add(12 * time.Hour), order: fmt.Sprintf("o%d%s", i, p), line: fmt.Sprintf("l%d%s", i, p), product: p, currency: "GBP", units: 1, gross: dec("2"), net: dec("2")})
		}
	}
	now := date("2026-03-01").Add(13 * time.Hour)
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	sales, performance := l.refresh(t, now, rules, false)
	require.Equal(t, contract.RefreshFull, sales.Mode)
	require.Equal(t, "first refresh", performance.Reason)
	require.Equal(t, 60, performance.Days)

	t.Run("nothing happened", func(t *testing.T) {
		sales, performance := l.refresh(t, now.Add(time.Hour), rules, false)
		require.Equal(t, contract.RefreshUnchanged, sales.Mode)
		require.Equal(t, contract.RefreshUnchanged, performance.Mode)
		require.Zero(t, performance.FilesRead+performance.FilesWritten+sales.FilesRead)
	})
	t.Run("today changed", func(t *testing.T) {
		late := row{at: date("2026-03-01").Add(13 * time.Hour), order: "x1", line: "x1", product: "prod_a", currency: "GBP", units: 3, gross: dec("9"), net: dec("9")}
		rows = append(rows, late)
		l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{late}))
		sales, performance := l.refresh(t, now, rules, false)
		require.Equal(t, contract.RefreshIncremental, sales.Mode)
		require.EqualValues(t, 1, sales.FilesWritten)
		require.EqualValues(t, 1, sales.FilesReplaced)
		require.Equal(t, 1, performance.Days)
		require.EqualValues(t, 1, performance.FilesReplaced)
		l.agrees(t, rows, rules, now)
	})
	t.Run("a late refund reaches the windows after it", func(t *testing.T) {
		late := row{at: date("2026-01-10").Add(13 * time.Hour), order: "o3prod_a", line: "r1", product: "prod_a", currency: "GBP", units: 1, net: dec("2"), refund: true}
		rows = append(rows, late)
		l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{late}))
		sales, performance := l.refresh(t, now, rules, false)
		require.EqualValues(t, 1, sales.Days)
		require.Equal(t, 30, performance.Days)
		require.Equal(t, "2026-01-10", performance.FirstDay)
		require.Equal(t, "2026-02-08", performance.LastDay)
		l.agrees(t, rows, rules, now)
	})
	t.Run("a first sale further back reaches every later day", func(t *testing.T) {
		late := row{at: date("2025-12-01").Add(13 * time.Hour), order: "x2", line: "x2", product: "prod_b", currency: "GBP", units: 1, gross: dec("2"), net: dec("2")}
		rows = append(rows, late)
		l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{late}))
		_, performance := l.refresh(t, now, rules, false)
		require.Equal(t, contract.RefreshIncremental, performance.Mode)
		require.Equal(t, 91, performance.Days)
		l.agrees(t, rows, rules, now)
	})
	t.Run("midnight makes the new day's rows though no file has changed", func(t *testing.T) {
		now = now.AddDate(0, 0, 2)
		sales, performance := l.refresh(t, now, rules, false)
		require.Equal(t, contract.RefreshUnchanged, sales.Mode)
		require.Equal(t, contract.RefreshIncremental, performance.Mode)
		require.Equal(t, "2026-03-02", performance.FirstDay)
		require.Equal(t, "2026-03-03", performance.LastDay)
		l.agrees(t, rows, rules, now)
	})
	t.Run("an override reaches its days", func(t *testing.T) {
		rules.Overrides = []classification.DayOverride{{ProductID: "prod_b", Class: "kept", From: "2026-02-20", To: "2026-02-25"}}
		_, performance := l.refresh(t, now, rules, false)
		require.Equal(t, 5, performance.Days)
		l.agrees(t, rows, rules, now)
		rules.Overrides = nil
		_, performance = l.refresh(t, now, rules, false)
		require.Equal(t, 5, performance.Days)
		l.agrees(t, rows, rules, now)
	})
	t.Run("another spec recomputes every day", func(t *testing.T) {
		rules.Spec.Generation++
		rules.Spec.Classes = rules.Spec.Classes[:1]
		sales, performance := l.refresh(t, now, rules, false)
		require.Equal(t, contract.RefreshUnchanged, sales.Mode)
		require.Equal(t, contract.RefreshFull, performance.Mode)
		require.Equal(t, "the classification spec has changed", performance.Reason)
		l.agrees(t, rows, rules, now)
	})
}

func aSale(day, id string) row {
	return row{at: date(day).Add(12 * time.Hour), order: id, line: id, product: "prod_a", currency: "GBP", units: 1, gross: dec("2"), net: dec("2")}
}

func TestAnExpiredStartMeansAFullRecompute(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	now := date("2026-03-05").Add(13 * time.Hour)
	rows := []row{aSale("2026-03-01", "o1"), aSale("2026-03-02", "o2"), aSale("2026-03-03", "o3")}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows[:1]))
	l.refresh(t, now, rules, false)
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows[1:2]))
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows[2:]))

	telemetry, err := l.Table(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	tx := telemetry.NewTransaction()
	require.NoError(t, tx.ExpireSnapshots(table.WithOlderThan(0), table.WithRetainLast(1)))
	_, err = tx.Commit(t.Context())
	require.NoError(t, err)

	sales, performance := l.refresh(t, now, rules, false)
	require.Equal(t, contract.RefreshFull, sales.Mode)
	require.Equal(t, "the last processed snapshot has expired", sales.Reason)
	require.Equal(t, contract.RefreshIncremental, performance.Mode)
	l.agrees(t, rows, rules, now)
}

func TestTwoRefreshesAtOnceLeaveWhatOneWould(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	now := date("2026-03-05").Add(13 * time.Hour)
	var rows []row
	for round := range 3 {
		late := []row{aSale(plus("2026-03-01", round), fmt.Sprint("o", round)), aSale("2026-03-04", fmt.Sprint("p", round))}
		rows = append(rows, late...)
		l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, late))
		request := measurement.Request{Now: now, RunID: "run", Zone: london(t)}
		errs := make(chan error, 4)
		for range 2 {
			go func() {
				_, err := l.refresher.Sales(context.Background(), request)
				errs <- err
				_, err = l.refresher.Performance(context.Background(), request, rules)
				errs <- err
			}()
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				require.True(t, fault.Is(err, fault.CommitConflict), "%v", err)
			}
		}
	}
	l.refresh(t, now, rules, false)
	l.agrees(t, rows, rules, now)
}
