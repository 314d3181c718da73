package classification_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/duck"
)

func open(t *testing.T) *duck.DB {
	t.Helper()
	db, err := duck.Open(t.Context(), duck.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func spec(classes ...artifact.Class) classification.Spec {
	return classification.Spec{ClassificationSpec: artifact.ClassificationSpec{Windows: []int{7, 14, 30}, Classes: classes, DefaultClass: "rest"}}
}

func when(metric string, op artifact.Op, value string) artifact.Condition {
	return artifact.Condition{Metric: metric, Op: op, Value: decimal.RequireFromString(value)}
}

func TestTheFirstClassByRankWhoseConditionsAllHoldWins(t *testing.T) {
	s := spec(
		artifact.Class{Name: "second", Rank: 2, Conditions: []artifact.Condition{when("units_7d", artifact.GreaterOrEqual, "1")}},
		artifact.Class{Name: "it's first", Rank: 1, Conditions: []artifact.Condition{when("units_7d", artifact.Greater, "5"), when("net_7d", artifact.LessOrEqual, "10.0001")}},
		artifact.Class{Name: "third", Rank: 3, Conditions: []artifact.Condition{when("trend_7d", artifact.NotEqual, "7")}},
	)
	tests := map[string]struct{ row, class string }{
		"all hold":                         {"6 AS units_7d, 10.0001 AS net_7d, 0.5 AS trend_7d", "it's first"},
		"one does not":                     {"6 AS units_7d, 10.0002 AS net_7d, 0.5 AS trend_7d", "second"},
		"a later class":                    {"0 AS units_7d, 0 AS net_7d, 0.5 AS trend_7d", "third"},
		"a missing metric meets nothing":   {"0 AS units_7d, 0 AS net_7d, NULL::DECIMAL(18, 4) AS trend_7d", "rest"},
		"none holds":                       {"0 AS units_7d, 0 AS net_7d, 7 AS trend_7d", "rest"},
		"equal is exact and not a float's": {"0 AS units_7d, 0 AS net_7d, 7.0001 AS trend_7d", "third"},
	}
	db := open(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var class string
			require.NoError(t, db.QueryRowContext(context.Background(), fmt.Sprintf("SELECT %s FROM (SELECT %s) AS m", s.SQL("m"), test.row)).Scan(&class))
			require.Equal(t, test.class, class)
		})
	}
	require.Equal(t, []string{"it's first", "second", "third"}, s.ClassNames())
}

func TestValuesOfAnySizeCompareExactly(t *testing.T) {
	db := open(t)
	random := rand.New(rand.NewPCG(1, 1))
	values := []string{"0", "-0.0001", "99999999999999.9999", "-99999999999999.9999", "123456789012345678901234567890123456789012345", "-1e50", "0.00000000000000000000000001"}
	for range 60 {
		metric := decimal.New(random.Int64N(2_000_000)-1_000_000, -4)
		value := decimal.RequireFromString(values[random.IntN(len(values))])
		if random.IntN(2) == 0 {
			value = metric
		}
		for op, want := range map[artifact.Op]bool{
			artifact.Greater: metric.GreaterThan(value), artifact.GreaterOrEqual: metric.GreaterThanOrEqual(value), artifact.Less: metric.LessThan(value),
			artifact.LessOrEqual: metric.LessThanOrEqual(value), artifact.Equal: metric.Equal(value), artifact.NotEqual: !metric.Equal(value),
		} {
			if value.Exponent() < -18 && metric.IsZero() {
				continue // closer than any two metrics
			}
			var got bool
			condition := classification.Condition("m", artifact.Condition{Metric: "gross_7d", Op: op, Value: value})
			require.NoError(t, db.QueryRowContext(context.Background(), fmt.Sprintf("SELECT %s FROM (SELECT %s::DECIMAL(18, 4) AS gross_7d) AS m", condition, metric)).Scan(&got))
			require.Equal(t, want, got, "%s %s %s", metric, op, value)
		}
	}
}

func TestAnOverrideHoldsOnTheDaysAtWhoseEndItHolds(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	at := func(text string) time.Time {
		v, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return v
	}
	until := func(text string) *time.Time { v := at(text); return &v }
	days := classification.Days([]classification.Override{
		{ID: "mda_1", ProductID: "prd_a", Class: "hot", From: at("2026-06-01T23:30:00Z"), To: until("2026-06-10T12:00:00Z")}, // London is already on the 2nd
		{ID: "mda_2", ProductID: "prd_a", Class: "slow", From: at("2026-06-05T10:00:00Z")},
		{ID: "mda_3", ProductID: "prd_b", Class: "gone", From: at("2026-06-05T10:00:00Z"), To: until("2026-06-05T20:00:00Z")},
	}, zone)
	require.Equal(t, []classification.DayOverride{
		{ProductID: "prd_a", Class: "slow", From: "2026-06-05", Priority: 0},
		{ProductID: "prd_a", Class: "hot", From: "2026-06-02", To: "2026-06-10", Priority: 1},
	}, days)
	require.False(t, slices.ContainsFunc(days, func(d classification.DayOverride) bool { return d.ProductID == "prd_b" }), "it ended on the day it began")
}
