package store_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify/store"
)

var now = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func open(t *testing.T, dir string, r *store.Recipe) *store.Store {
	t.Helper()
	if r != nil && r.Now.IsZero() {
		r.Now = now
	}
	s, err := store.Open(dir, r, func() time.Time { return now })
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() }) //nolint:errcheck // a test
	return s
}

func small(t *testing.T) *store.Store {
	return open(t, t.TempDir(), &store.Recipe{Size: "small", Seed: 7})
}

func TestTheSameRecipeGivesTheSameStore(t *testing.T) {
	for _, r := range []store.Recipe{{Size: "small", Seed: 1}, {Kind: store.KindStream, Orders: 50, Lines: 7}} {
		one, two := open(t, t.TempDir(), &r), open(t, t.TempDir(), &r)
		require.Equal(t, one.Snapshot().Figures(), two.Snapshot().Figures())
		id := int64(6_000_000_011)
		require.True(t, reflect.DeepEqual(one.Snapshot().Order(id), two.Snapshot().Order(id)))
	}
	other := open(t, t.TempDir(), &store.Recipe{Size: "small", Seed: 2})
	require.NotEqual(t, small(t).Snapshot().Figures(), other.Snapshot().Figures())
}

func TestAStoreKeepsItsRecipeUntilAnotherIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir, &store.Recipe{Size: "small", Seed: 3}).Snapshot().Figures()
	later := func() time.Time { return now.AddDate(0, 0, 9) }
	for _, again := range []*store.Recipe{nil, {Size: "small", Seed: 3}} {
		s, err := store.Open(dir, again, later)
		require.NoError(t, err)
		require.Equal(t, first, s.Snapshot().Figures(), "the days do not move")
		require.NoError(t, s.Close())
	}
	require.NotEqual(t, first, open(t, dir, &store.Recipe{Size: "small", Seed: 4}).Snapshot().Figures())
}

func TestABadRecipeIsRefused(t *testing.T) {
	for _, r := range []store.Recipe{
		{Kind: "nonsense"}, {Size: "huge"}, {Kind: store.KindCSV}, {Kind: store.KindStream}, {Kind: store.KindCSV, Path: "/nowhere.csv.gz"},
	} {
		_, err := store.Open(t.TempDir(), &r, time.Now)
		require.Error(t, err, "%+v", r)
	}
}

func TestTheGeneratedShopHasEverythingThatCanHappen(t *testing.T) {
	for seed := range uint64(4) {
		snap := open(t, t.TempDir(), &store.Recipe{Size: "small", Seed: seed}).Snapshot()
		f := snap.Figures()
		for name, n := range map[string]int{
			"refund lines": f.RefundLines, "returns": f.Returns, "removed units": f.RemovedUnits, "test orders": f.TestOrders,
			"refunded shipping": int(f.RefundedShipping), "refunded beyond lines": int(f.RefundedBeyond),
		} {
			require.Positive(t, n, "%s with seed %d", name, seed)
		}
		kinds := map[string]int{}
		for o := range snap.Orders() {
			count(kinds, o)
		}
		for _, kind := range []string{
			"PAID", "PENDING", "REFUNDED", "PARTIALLY_REFUNDED", "FULFILLED", "UNFULFILLED", "NO_RETURN", "RETURNED",
			"currency USD", "currency GBP", "currency EUR", "guest", "cancelled", "two parcels", "line added", "line reduced",
			"discount", "taxes included", "several transactions", "journey",
		} {
			require.Positive(t, kinds[kind], "%s with seed %d in %v", kind, seed, kinds)
		}
	}
}

func count(kinds map[string]int, o *store.Order) {
	kinds[o.Totals.Financial]++
	kinds[o.Totals.Fulfillment]++
	kinds[o.Totals.Return]++
	kinds["currency "+o.Presentment]++
	for _, e := range o.Edits {
		kinds["line added"] += len(e.Added)
		kinds["line reduced"] += len(e.Removed)
	}
	for name, is := range map[string]bool{
		"guest": o.Customer == 0, "cancelled": o.Cancelled != 0, "two parcels": len(o.Fulfillments) > 1,
		"discount": len(o.Discounts) > 0, "taxes included": o.TaxesIncluded,
		"several transactions": len(o.Transactions) > 1, "journey": o.Journey != nil,
	} {
		if is {
			kinds[name]++
		}
	}
}

func TestOrdersAreConsistent(t *testing.T) {
	snap := open(t, t.TempDir(), &store.Recipe{Size: "medium", Seed: 5}).Snapshot()
	horizon := store.InstantOf(now.Truncate(24 * time.Hour))
	newest, before := store.Instant(0), store.Instant(0)
	for o := range snap.Orders() {
		require.GreaterOrEqual(t, o.Created, before, "ids follow time")
		before = o.Created
		newest = max(newest, o.Created)
		check(t, o, horizon)
	}
	require.Equal(t, horizon/86400-1, newest/86400, "the newest day is yesterday")
}

// check holds an order against itself.
func check(t *testing.T, o *store.Order, horizon store.Instant) {
	t.Helper()
	var lines, current store.Bag
	for i := range o.Lines {
		l := &o.Lines[i]
		lines = lines.Plus(l.DiscountedUnit(true).Times(int(l.Quantity)))
		current = current.Plus(l.DiscountedUnit(true).Times(l.Current()))
		require.GreaterOrEqual(t, l.Current(), 0, o.Name)
		require.GreaterOrEqual(t, l.NonFulfillable(), 0, o.Name)
		require.LessOrEqual(t, int(l.Fulfilled), int(l.Quantity), o.Name)
		require.GreaterOrEqual(t, l.DiscountedUnit(true).Shop, store.Amount(0), o.Name)
		require.False(t, l.DiscountedUnit(false).Shop < l.DiscountedUnit(true).Shop, o.Name)
	}
	require.Equal(t, lines, o.Totals.Subtotal, o.Name)
	require.Equal(t, current, o.Totals.CurrentSubtotal, o.Name)
	if o.Presentment == o.Currency {
		require.Equal(t, o.Totals.Total.Shop, o.Totals.Total.Presentment, o.Name)
	}
	var paidBack store.Bag
	for i := range o.Refunds {
		r := &o.Refunds[i]
		var moved store.Bag
		for _, x := range r.Transactions {
			moved = moved.Plus(o.Transactions[x].Amount)
		}
		require.Equal(t, r.Total(), moved, o.Name)
		paidBack = paidBack.Plus(moved)
		require.LessOrEqual(t, r.Created, o.Updated, o.Name)
	}
	require.Equal(t, paidBack, o.Totals.Refunded, o.Name)
	for i := range o.Fulfillments {
		require.NotEmpty(t, o.Fulfillments[i].Lines, o.Name)
		require.LessOrEqual(t, o.Fulfillments[i].Created, o.Updated, o.Name)
	}
	if o.Totals.Financial == "PAID" && len(o.Edits) == 0 {
		require.Equal(t, o.Totals.Total, o.Totals.Received, o.Name)
		require.Equal(t, store.Bag{}, o.Totals.Outstanding, o.Name)
	}
	for _, at := range []store.Instant{o.Created, o.Updated, o.Closed, o.Cancelled} {
		require.Less(t, at, horizon, o.Name)
	}
	require.GreaterOrEqual(t, o.Updated, max(o.Created, o.Closed, o.Cancelled), o.Name)
}

func TestEditsAreConsistentAndSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, &store.Recipe{Size: "small", Seed: 7})
	variant := store.Child(7_100_000_002, 1)
	id, err := s.Edit(store.Edition{Do: "create_order", Customer: 5_200_000_003, Lines: []store.LineEdit{{Variant: variant, Quantity: 5}}})
	require.NoError(t, err)
	before := s.Snapshot().Order(id).Updated
	for _, e := range []store.Edition{
		{Do: "edit_order", Lines: []store.LineEdit{{Line: 0, Quantity: 1}, {Variant: variant, Quantity: 2}}},
		{Do: "fulfil_order", Lines: []store.LineEdit{{Line: 0, Quantity: 3}}},
		{Do: "fulfil_order"},
		{Do: "refund_order", Lines: []store.LineEdit{{Line: 0, Quantity: 2}}},
		{Do: "refund_order", Beyond: store.Cents(300)},
		{Do: "return_order", Lines: []store.LineEdit{{Line: 1, Quantity: 1}}},
		{Do: "touch_order", Note: "hello"},
	} {
		e.ID = id
		_, err := s.Edit(e)
		require.NoError(t, err, e.Do)
		o := s.Snapshot().Order(id)
		require.Greater(t, o.Updated, before, "%s moves the update time, however quickly edits follow", e.Do)
		before = o.Updated
		check(t, o, store.InstantOf(now)+3600)
	}
	for _, e := range []store.Edition{
		{Do: "cancel_order", ID: 6_000_000_009},
		{Do: "delete_order", ID: 6_000_000_010},
		{Do: "delete_product", ID: 7_100_000_001},
		{Do: "edit_product", ID: 7_100_000_003, Title: "New", Tags: []string{"x"}, Price: store.Cents(100)},
	} {
		if o := s.Snapshot().Order(e.ID); e.Do == "cancel_order" && o.Cancelled != 0 {
			continue
		}
		_, err := s.Edit(e)
		require.NoError(t, err, e.Do)
	}
	want, err := json.Marshal(s.Snapshot().Figures())
	require.NoError(t, err)
	require.Nil(t, s.Snapshot().Order(6_000_000_010))

	again := open(t, dir, nil)
	got, err := json.Marshal(again.Snapshot().Figures())
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))
	require.True(t, reflect.DeepEqual(s.Snapshot().Order(id), again.Snapshot().Order(id)))
}

func TestImpossibleEditsAreRefusedAndChangeNothing(t *testing.T) {
	s := small(t)
	before := s.Snapshot()
	for _, e := range []store.Edition{
		{Do: "nonsense", ID: 6_000_000_001},
		{Do: "touch_order", ID: 1},
		{Do: "delete_order", ID: 1},
		{Do: "edit_product", ID: 1},
		{Do: "create_order"},
		{Do: "create_order", Lines: []store.LineEdit{{Variant: 1, Quantity: 1}}},
		{Do: "refund_order", ID: 6_000_000_001},
		{Do: "refund_order", ID: 6_000_000_001, Lines: []store.LineEdit{{Line: 0, Quantity: 99}}},
		{Do: "refund_order", ID: 6_000_000_001, Lines: []store.LineEdit{{Line: 99, Quantity: 1}}},
		{Do: "fulfil_order", ID: 6_000_000_001, Lines: []store.LineEdit{{Line: 0, Quantity: 99}}},
		{Do: "return_order", ID: 6_000_000_001, Lines: []store.LineEdit{{Line: 0, Quantity: 99}}},
		{Do: "edit_order", ID: 6_000_000_001},
	} {
		_, err := s.Edit(e)
		require.Error(t, err, "%+v", e)
	}
	require.Same(t, before, s.Snapshot())
	stream := open(t, t.TempDir(), &store.Recipe{Kind: store.KindStream, Orders: 5, Lines: 1})
	_, err := stream.Edit(store.Edition{Do: "touch_order", ID: 6_000_000_001})
	require.Error(t, err)
}

func TestATornEditIsDropped(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, &store.Recipe{Size: "small", Seed: 7})
	_, err := s.Edit(store.Edition{Do: "touch_order", ID: 6_000_000_001, Note: "whole"})
	require.NoError(t, err)
	path := filepath.Join(dir, "edits.jsonl")
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString(`{"do":"touch_order","id":60000`)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	again := open(t, dir, nil)
	require.Equal(t, "whole", again.Snapshot().Order(6_000_000_001).Note)
	_, err = again.Edit(store.Edition{Do: "touch_order", ID: 6_000_000_002, Note: "after"})
	require.NoError(t, err)
	require.Equal(t, "after", open(t, dir, nil).Snapshot().Order(6_000_000_002).Note)
}

func TestAmounts(t *testing.T) {
	for text, want := range map[string]string{"10": "10.0", "29.95": "29.95", "0.995": "0.995", "-5.5": "-5.5", "0.0001": "0.0001", "1.10": "1.1", "0": "0.0"} {
		a, err := store.ParseAmount(text)
		require.NoError(t, err)
		require.Equal(t, want, a.String())
	}
	for _, bad := range []string{"", "x", "1.23456", "1,5", "--1", ".5"} {
		_, err := store.ParseAmount(bad)
		require.Error(t, err, bad)
	}
}
