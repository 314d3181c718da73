package measurement_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// clockChanges are days at whose midnight the clock changes, or near it.
var clockChanges = map[string]struct{ zone, day, begins string }{
	"midnight comes twice, west of Greenwich":    {"Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"},
	"midnight comes twice, in America":           {"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
	"midnight comes twice, east of Greenwich":    {"Asia/Amman", "2021-10-29", "2021-10-28T21:00:00Z"},
	"no midnight, west of Greenwich":             {"Atlantic/Azores", "2026-03-29", "2026-03-29T01:00:00Z"},
	"no midnight, in America":                    {"America/Havana", "2026-03-08", "2026-03-08T05:00:00Z"},
	"no midnight, south of the equator":          {"America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"},
	"the hour before midnight comes twice":       {"America/Santiago", "2026-04-05", "2026-04-05T04:00:00Z"},
	"no such day":                                {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
	"half an hour, far ahead":                    {"Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z"},
	"no change, three quarters of an hour":       {"Asia/Kathmandu", "2026-10-25", "2026-10-24T18:15:00Z"},
	"no change, as far ahead as there is":        {"Pacific/Kiritimati", "2026-10-25", "2026-10-24T10:00:00Z"},
	"no change, as far behind as there is":       {"Etc/GMT+12", "2026-10-25", "2026-10-25T12:00:00Z"},
	"the clock changes in the middle of a night": {"Europe/London", "2026-10-25", "2026-10-24T23:00:00Z"},
}

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func moment(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at
}

func TestADayBeginsWithItsFirstMoment(t *testing.T) {
	for name, test := range clockChanges {
		t.Run(name, func(t *testing.T) {
			zone, d := zoneOf(t, test.zone), day(t, test.day)
			require.Equal(t, test.begins, d.Begins(zone).UTC().Format(time.RFC3339))
			require.Less(t, measurement.DayOf(d.Begins(zone).Add(-time.Microsecond), zone), d)
		})
	}
}

// Which day a line belongs to does not depend on the days that it is computed with: of lines at every quarter of an hour
// around a clock change, and just before it, each run of days yields those of its days.
func TestALineBelongsToOneDayWhateverDaysAreComputed(t *testing.T) {
	for name, test := range clockChanges {
		t.Run(name, func(t *testing.T) {
			zone, d := zoneOf(t, test.zone), day(t, test.day)
			rows := linesAround(moment(t, test.begins), 60*time.Hour)
			b := newBench(t, zone)
			telemetry := filepath.Join(t.TempDir(), "telemetry.parquet")
			telemetryFile(t, b.db, telemetry, rows)
			all := salesLines(referenceSales(rows, zone))
			for from := d - 2; from <= d+2; from++ {
				for to := from; to <= d+2; to++ {
					require.NoError(t, b.Sales(t.Context(), []string{telemetry}, from, to))
					var want []string
					for _, line := range all {
						if at := line[:len(time.DateOnly)]; at >= from.String() && at <= to.String() {
							want = append(want, line)
						}
					}
					sameLines(t, want, textLines(t, b.db, fmt.Sprintf(salesText, "sales_new")))
				}
			}
		})
	}
}

// linesAround are sales at every quarter of an hour before and after a moment, and in the last microsecond before each.
func linesAround(at time.Time, reach time.Duration) []row {
	var rows []row
	for when := at.Add(-reach); when.Before(at.Add(reach)); when = when.Add(15 * time.Minute) {
		for _, r := range []row{aSale("2026-01-01", fmt.Sprint("o", len(rows))), aSale("2026-01-01", fmt.Sprint("p", len(rows)))} {
			r.at = when.Add(-time.Duration(len(rows)%2) * time.Microsecond)
			rows = append(rows, r)
		}
	}
	return rows
}

// Where midnight comes twice, or not at all, what came late is added once to the day that it is of.
func TestLateLinesAroundAClockChangeAreIncremental(t *testing.T) {
	for _, name := range []string{"midnight comes twice, west of Greenwich", "midnight comes twice, in America", "no midnight, south of the equator"} {
		t.Run(name, func(t *testing.T) {
			test := clockChanges[name]
			zone, begins := zoneOf(t, test.zone), moment(t, test.begins)
			l := newLake(t)
			l.zone = zone
			rules, now := measurement.Rules{Spec: defaultSpec()}, begins.Add(40*time.Hour)
			landed := linesAround(begins, 30*time.Hour)
			l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, landed))
			l.refresh(t, now, rules, false)
			l.agrees(t, landed, rules, now)
			for i, after := range []time.Duration{-20 * time.Hour, -30 * time.Minute, 30 * time.Minute, 90 * time.Minute, 20 * time.Hour} {
				late := aSale("2026-01-01", fmt.Sprint("late", i))
				late.at = begins.Add(after)
				landed = append(landed, late)
				l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{late}))
				sales, _ := l.refresh(t, now, rules, false)
				require.Equal(t, contract.RefreshIncremental, sales.Mode)
				require.Equal(t, 1, sales.Days, after)
				l.agrees(t, landed, rules, now)
			}
			incremental := slices.Concat(l.lines(t, lakehouse.MeasurementSales, salesText), l.lines(t, lakehouse.MeasurementPerform, performanceText))
			l.refresh(t, now, rules, true)
			sameLines(t, incremental, slices.Concat(l.lines(t, lakehouse.MeasurementSales, salesText), l.lines(t, lakehouse.MeasurementPerform, performanceText)))
			l.agrees(t, landed, rules, now)
		})
	}
}
