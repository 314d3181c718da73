package demo

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func figures() Figures {
	return Figures{
		Orders: 20725, LineItems: 531282, Units: 5660978, Gross: decimal.RequireFromString("10655622.484"),
		Refunded: decimal.RequireFromString("505319.00"), EventsByType: map[string]int64{"order_created": 531282},
	}
}

func TestALoadThatBroughtEverythingHasNoDifferences(t *testing.T) {
	r := Report{Figures: figures(), Shop: figures()}
	r.Refunded = decimal.RequireFromString("505319.0000")
	require.Empty(t, r.differences(), "the scale of an amount is no difference")
}

func TestEveryDifferenceIsNamedWithBothFigures(t *testing.T) {
	r := Report{Figures: figures(), Shop: figures()}
	r.Orders--
	r.Gross = r.Gross.Add(decimal.RequireFromString("0.001"))
	r.EventsByType = map[string]int64{"order_completed": 1}
	differ := r.differences()
	require.Len(t, differ, 4)
	require.EqualError(t, differ[0], "orders: 20724 arrived, the shop holds 20725")
	require.EqualError(t, differ[1], "gross: 10655622.485 arrived, the shop holds 10655622.484")
}

func TestTheSummaryGroupsDigits(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Report{Figures: figures(), Shop: figures()}.print(&out))
	require.Contains(t, out.String(), "10,655,622.484")
	require.Contains(t, out.String(), "505,319.00")
	for amount, written := range map[string]string{"0": "0.00", "7057.1": "7057.10", "7057.1000": "7057.10", "0.125": "0.125"} {
		require.Equal(t, written, money(decimal.RequireFromString(amount)))
	}
	for number, grouped := range map[string]string{"0": "0", "999": "999", "1000": "1,000", "-1000": "-1,000", "-100": "-100"} {
		require.Equal(t, grouped, thousands(number))
	}
}

func TestTheReportHasTheNamedFigures(t *testing.T) {
	path := filepath.Join(t.TempDir(), "below", "r.json")
	require.NoError(t, Report{Figures: figures()}.write(path))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(content, &fields))
	for _, name := range []string{
		"orders", "line_items", "units", "gross", "refund_lines", "refund_units", "refunded", "products", "customers",
		"events_by_type", "seconds",
	} {
		require.Contains(t, fields, name)
	}
}
