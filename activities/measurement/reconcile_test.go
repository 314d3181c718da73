package measurement_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/measurement"
)

func total(units int64, gross string) measurement.Total {
	return measurement.Total{UnitsOrdered: units, Gross: decimal.RequireFromString(gross)}
}

func TestDifferencesAreNamedByDayCurrencyAndFigure(t *testing.T) {
	day := func(text string) measurement.Day {
		d, err := measurement.ParseDay(text)
		require.NoError(t, err)
		return d
	}
	gbp := func(text string) measurement.TotalKey { return measurement.TotalKey{Day: day(text), Currency: "GBP"} }
	measured := measurement.Totals{gbp("2026-11-01"): total(3, "7.5"), gbp("2026-11-02"): total(1, "2"), gbp("2026-11-03"): total(1, "2")}
	recorded := measurement.Totals{gbp("2026-11-01"): total(3, "7.50"), gbp("2026-11-02"): total(1, "2.0001"), {Day: day("2026-11-02"), Currency: "EUR"}: total(4, "0")}

	result := activities.Compare(measured, recorded)
	require.Equal(t, contract.SalesReconciliation{
		Days: 3, Differing: 2, Examples: []contract.SalesDifference{
			{Day: "2026-11-03", Currency: "GBP", Figure: "units_ordered", Measured: "1", Recorded: "0"},
			{Day: "2026-11-03", Currency: "GBP", Figure: "gross_amount", Measured: "2.0000", Recorded: "0.0000"},
			{Day: "2026-11-02", Currency: "GBP", Figure: "gross_amount", Measured: "2.0000", Recorded: "2.0001"},
			{Day: "2026-11-02", Currency: "EUR", Figure: "units_ordered", Measured: "0", Recorded: "4"},
		},
	}, result)
}

func TestTheSameFiguresAreNoDifferenceAndExamplesAreFew(t *testing.T) {
	same, other := measurement.Totals{}, measurement.Totals{}
	for d := measurement.Day(20_000); d < 20_100; d++ {
		same[measurement.TotalKey{Day: d, Currency: "GBP"}] = total(1, "1")
		other[measurement.TotalKey{Day: d, Currency: "GBP"}] = total(2, "2")
	}
	require.Equal(t, contract.SalesReconciliation{Days: 100}, activities.Compare(same, same))
	result := activities.Compare(same, other)
	require.Equal(t, 100, result.Differing)
	require.Len(t, result.Examples, 10)
	require.Equal(t, contract.SalesReconciliation{}, activities.Compare(nil, nil))
}

func TestWhatEditsLeaveUnknownIsNotCompared(t *testing.T) {
	key := measurement.TotalKey{Day: 20_000, Currency: "GBP"}
	measured, recorded := total(3, "7.5"), total(3, "7.5")
	measured.Discount, measured.Refund = decimal.NewFromInt(1), decimal.NewFromInt(2)
	compare := func() contract.SalesReconciliation {
		return activities.Compare(measurement.Totals{key: measured}, measurement.Totals{key: recorded})
	}
	require.Equal(t, 1, compare().Differing)
	recorded.Edited = true
	require.Zero(t, compare().Differing)
	recorded.UnitsOrdered = 4
	require.Equal(t, "units_ordered", compare().Examples[0].Figure)
}
