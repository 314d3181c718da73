package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/simulators/shopify/store"
)

// TestTheRealOrdersComeToTheirTotals holds the store against the figures that
// the data's README gives.
func TestTheRealOrdersComeToTheirTotals(t *testing.T) {
	s := open(t, t.TempDir(), &store.Recipe{Kind: store.KindCSV, Path: testenv.RealOrders(t)})
	snap := s.Snapshot()
	f := snap.Figures()
	gross, err := store.ParseAmount("10655622.484")
	require.NoError(t, err)
	require.Equal(t, store.Figures{
		Orders: 20_725, LineItems: 531_282, Units: 5_660_978, Gross: gross,
		RefundLines: 7_471, RefundUnits: 249_575, Refunded: 505_319 * store.Unit, RefundedTotal: 505_319 * store.Unit,
		Products: 3_940, Variants: 3_940, Customers: 4_339, Refunds: 7_471, Fulfillments: 20_725, Transactions: 20_725 + 7_471, Days: 305,
		EventsByType: map[string]int{
			"order_created": 531_282, "order_completed": 20_725, "payment_captured": 20_725,
			"payment_refunded": 7_471, "fulfillment_shipped": 531_282, "return_requested": 0,
		},
		Skipped: &store.Skipped{WriteOffs: 1_336, Adjustments: 3, CreditsWithoutCustomer: 383, CreditsWithoutLine: 1_434},
	}, f)

	moved := open(t, t.TempDir(), &store.Recipe{Kind: store.KindCSV, Path: testenv.RealOrders(t), Shift: true}).Snapshot()
	require.Equal(t, f, moved.Figures(), "a shift moves only the days")
	var newest store.Instant
	for o := range moved.Orders() {
		newest = max(newest, o.Created)
		require.Equal(t, snap.Order(o.ID).Created%86400, o.Created%86400)
	}
	require.Equal(t, now.AddDate(0, 0, -1).Format("2006-01-02"), newest.String()[:10])

	days, units := map[string]store.Amount{}, map[string]int32{}
	for o := range snap.Orders() {
		for i := range o.Lines {
			l := &o.Lines[i]
			days[o.Processed.String()[:10]] += l.UnitPrice.Times(int(l.Quantity)).Shop
			units[l.SKU] += l.Quantity
		}
	}
	require.Equal(t, "200920.6", days["2011-12-09"].String())
	for day, amount := range days {
		require.LessOrEqual(t, amount, days["2011-12-09"], day)
	}
	for sku, n := range map[string]int32{"23843": 80_995, "23166": 78_033, "22197": 56_921} {
		require.Equal(t, n, units[sku])
	}
}
