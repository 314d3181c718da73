package mirror_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/simulators/shopify/store"
)

func TestAWholeStoreHasTheTotalsThatItStates(t *testing.T) {
	w := newWorld(t)
	w.loadAll("run-1")
	want := w.server.Store().Snapshot().Figures()

	require.Equal(t, fmt.Sprint(want.Orders), w.scalar("SELECT count(*) FROM order_header"))
	require.Equal(t, fmt.Sprint(want.LineItems), w.scalar("SELECT count(*) FROM order_line_item"))
	require.Equal(t, fmt.Sprint(want.Units), w.scalar("SELECT sum(quantity) FROM order_line_item"))
	require.Equal(t, fmt.Sprint(want.RefundLines), w.scalar("SELECT count(*) FROM payment_refund_item"))
	require.Equal(t, fmt.Sprint(want.RefundUnits), w.scalar("SELECT sum(quantity) FROM payment_refund_item"))
	require.Equal(t, fmt.Sprint(want.Products), w.scalar("SELECT count(*) FROM product"))
	require.Equal(t, fmt.Sprint(want.Variants), w.scalar("SELECT count(*) FROM product_variant"))
	require.Equal(t, fmt.Sprint(want.Customers), w.scalar("SELECT count(*) FROM customer"))
	require.Equal(t, fmt.Sprint(want.Returns), w.scalar("SELECT count(*) FROM return_header"))
	require.Equal(t, fmt.Sprint(want.Transactions), w.scalar("SELECT count(*) FROM order_transaction"))
	equalMoney(t, want.Gross, w.scalar("SELECT sum(quantity * unit_price) FROM order_line_item"))
	equalMoney(t, want.Refunded, w.scalar("SELECT sum(subtotal) FROM payment_refund_item"))
	equalMoney(t, want.RefundedTotal, w.scalar("SELECT sum(amount) FROM payment_refund"))

	events := w.events()
	require.Equal(t, want.EventsByType, byType(events))
	var gross decimal.Decimal
	var units int64
	for _, e := range events {
		require.Equal(t, "run-1", e.RunID)
		require.Equal(t, shop, e.ShopDomain)
		if e.EventType == event.OrderCreated {
			gross, units = gross.Add(*e.GrossAmount), units+*e.Quantity
			require.True(t, e.NetAmount.Equal(e.GrossAmount.Sub(*e.DiscountAmount)))
		}
	}
	equalMoney(t, want.Gross, gross.String())
	require.EqualValues(t, want.Units, units)
}

func equalMoney(t *testing.T, want fmt.Stringer, got string) {
	t.Helper()
	require.True(t, decimal.RequireFromString(want.String()).Equal(decimal.RequireFromString(got)), "want %s, got %s", want, got)
}

func TestLoadingAgainWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.loadAll("run-1")
	before, events := versions(t, w.pool), w.events()
	for _, force := range []bool{false, true} {
		for _, entity := range []contract.Entity{contract.Products, contract.Customers, contract.Orders} {
			load := w.fetch(entity, "run-2")
			load.Force = force
			result := w.load(load)
			require.Zero(t, result.Rows, "%s, force %v", entity, force)
			require.Zero(t, result.Events)
			require.Zero(t, result.Removed)
			if !force {
				require.Equal(t, result.Roots, result.Unchanged)
				require.Equal(t, before, versions(t, w.pool), "no row is touched, not even locked")
			}
		}
	}
	require.Len(t, w.events(), len(events))
}

func TestARefundWritesWhatItChangesAndTellsItOnce(t *testing.T) {
	w := newWorld(t)
	w.loadAll("run-1")
	events := w.events()
	order := w.paidOrder()
	stale := w.fetch(contract.Orders, "old")
	lines := w.scalar("SELECT string_agg(xmin::text, ',' ORDER BY id) FROM order_line_item WHERE order_header_id <> (SELECT id FROM order_header WHERE shopify_gid = $1)", gid("Order", order))

	w.edit(store.Edition{Do: "refund_order", ID: order, Lines: []store.LineEdit{{Line: 0, Quantity: 1}}, Shipping: false})
	result := w.load(w.fetch(contract.Orders, "run-2"))
	require.EqualValues(t, 1, result.Written)
	require.Equal(t, lines, w.scalar("SELECT string_agg(xmin::text, ',' ORDER BY id) FROM order_line_item WHERE order_header_id <> (SELECT id FROM order_header WHERE shopify_gid = $1)", gid("Order", order)))
	require.Equal(t, "1", w.scalar("SELECT refunded_quantity FROM order_line_item WHERE order_header_id = (SELECT id FROM order_header WHERE shopify_gid = $1) AND position = 1", gid("Order", order)))

	after := w.events()
	require.Len(t, after, len(events)+1)
	for id, e := range after {
		if _, known := events[id]; !known {
			require.Equal(t, event.PaymentRefunded, e.EventType)
			require.EqualValues(t, 1, *e.Quantity)
			require.Equal(t, "run-2", e.RunID)
		}
	}

	written := snapshot(t, w.pool)
	result = w.load(stale)
	require.EqualValues(t, 1, result.Stale)
	require.Equal(t, written, snapshot(t, w.pool), "an older state never overwrites a newer one")
	require.Len(t, w.events(), len(after))
}

// A refund may be there before its money is: what it gives back beside its lines is told when it is paid.
func TestARefundThatIsPaidOutLaterIsToldThen(t *testing.T) {
	w := newWorld(t)
	w.loadAll("run-1")
	before := w.events()
	order := w.paidOrder()
	w.edit(store.Edition{Do: "refund_order", ID: order, Lines: []store.LineEdit{{Line: 0, Quantity: 1}}, Beyond: store.Cents(250)})
	paid := w.only(w.fetch(contract.Orders, "run-2"), gid("Order", order))
	text := w.text(paid.Operation)
	pending := paid
	pending.Operation = object("pending.jsonl", totalRefunded.ReplaceAllString(text, `${1}0.00${2}0.00`))
	w.load(pending)
	require.Len(t, w.events(), len(before)+1, "the units, and nothing of money that was not paid")

	paid.Operation = object("paid.jsonl", strings.Replace(text, `"updatedAt":"2`, `"updatedAt":"3`, 1))
	w.load(paid)
	after := w.events()
	require.Len(t, after, len(before)+2)
	rest := 0
	for id, e := range after {
		if _, known := before[id]; !known && e.LineItemID == nil {
			require.Equal(t, "2.5", e.NetAmount.String())
			rest++
		}
	}
	require.Equal(t, 1, rest)
}

// totalRefunded is what a refund, or all of an order's, have paid out in the currencies of the shop and of the buyer.
var totalRefunded = regexp.MustCompile(`("totalRefundedSet":\{"shopMoney":\{"amount":")[^"]*(".*?"amount":")[^"]*`)

// paidOrder is an order with a paid, unrefunded line.
func (w *world) paidOrder() int64 {
	for o := range w.server.Store().Snapshot().Orders() {
		if len(o.Refunds) == 0 && len(o.Returns) == 0 && len(o.Edits) == 0 && o.Cancelled == 0 && o.Closed != 0 && len(o.Transactions) > 0 {
			return o.ID
		}
	}
	w.Fatal("the store has no plain order")
	return 0
}

func gid(kind string, id int64) string { return fmt.Sprintf("gid://shopify/%s/%d", kind, id) }

func TestADeletedOrderGoesAndComesBackOnlyWhenItIsNewer(t *testing.T) {
	w := newWorld(t)
	w.loadAll("run-1")
	order := w.paidOrder()
	old := w.fetch(contract.Orders, "old")
	live := "SELECT count(*) FROM order_line_item l JOIN order_header o ON o.id = l.order_header_id WHERE o.shopify_gid = $1 AND l.delete_ts IS NULL AND o.delete_ts IS NULL"
	require.NotEqual(t, "0", w.scalar(live, gid("Order", order)))

	w.edit(store.Edition{Do: "delete_order", ID: order})
	began := made.AddDate(1, 0, 0) // after the rows were written
	file, err := w.client.Bulk(t.Context(), "bulk_order_ids", "", t.TempDir()+"/ids.jsonl")
	require.NoError(t, err)
	sweep := mirror.Sweep{
		Entity: contract.Orders, Shop: shop, IDs: object("ids.jsonl", w.read(file.Path)), Objects: file.RootObjects,
		Window: contract.Window{To: made.AddDate(0, 0, 1)}, Began: began,
	}
	for _, deleted := range []int64{1, 0} {
		result, err := w.loader.Sweep(t.Context(), sweep)
		require.NoError(t, err)
		require.Equal(t, deleted, result.Deleted)
	}
	require.Equal(t, "0", w.scalar(live, gid("Order", order)))
	require.Equal(t, "299", w.scalar("SELECT count(*) FROM order_header WHERE delete_ts IS NULL"))

	gone := snapshot(t, w.pool)
	for _, force := range []bool{false, true} {
		old.Force = force
		w.load(old)
		require.Equal(t, gone, snapshot(t, w.pool), "a replay revives nothing")
	}

	newer := strings.ReplaceAll(w.lineOf(old, gid("Order", order)), `"updatedAt":"2`, `"updatedAt":"3`)
	load := w.only(old, gid("Order", order))
	load.Operation = object("newer.jsonl", strings.Replace(w.text(load.Operation), w.lineOf(old, gid("Order", order)), newer, 1))
	load.Force = false
	w.load(load)
	require.NotEqual(t, "0", w.scalar(live, gid("Order", order)), "a newer state brings it back with all that it has")
	require.Equal(t, "0", w.scalar("SELECT count(*) FROM order_line_item WHERE delete_ts IS NOT NULL"))
}

func TestASweepThatHasNotSeenTheStoreDeletesNothing(t *testing.T) {
	w := newWorld(t)
	w.loadAll("run-1")
	_, err := w.loader.Sweep(t.Context(), mirror.Sweep{
		Entity: contract.Orders, Shop: shop, IDs: object("ids.jsonl", ""), Objects: 0,
		Window: contract.Window{To: made.AddDate(0, 0, 1)}, Began: made.AddDate(1, 0, 0),
	})
	require.True(t, fault.Is(err, fault.CountMismatch), "%v", err)
	require.Equal(t, "0", w.scalar("SELECT count(*) FROM order_header WHERE delete_ts IS NOT NULL"))
}

func (w *world) text(o mirror.Object) string {
	w.Helper()
	body, err := o.Open(w.Context())
	require.NoError(w, err)
	text, err := io.ReadAll(body)
	require.NoError(w, err)
	return string(text)
}

// lineOf is the line of an object in a load's operation.
func (w *world) lineOf(load mirror.Load, id string) string {
	w.Helper()
	for line := range strings.Lines(w.text(load.Operation)) {
		if strings.HasPrefix(line, `{"id":"`+id+`"`) {
			return line
		}
	}
	w.Fatalf("%s is not in the archive", id)
	return ""
}

// only is a load cut down to one order.
func (w *world) only(load mirror.Load, order string) mirror.Load {
	w.Helper()
	keep := map[string]bool{order: true}
	pick := func(text string) string {
		var out strings.Builder
		for line := range strings.Lines(text) {
			id := line[len(`{"id":"`):][:strings.Index(line[len(`{"id":"`):], `"`)]
			if id == order || strings.Contains(line, `"__parentId":"`+order+`"`) || strings.Contains(line, `"order":{"id":"`+order+`"`) {
				keep[id] = true
				out.WriteString(line)
			} else if at := strings.Index(line, `"__parentId":"`); at > 0 && keep[strings.SplitN(line[at+len(`"__parentId":"`):], `"`, 2)[0]] {
				out.WriteString(line)
			} else if strings.HasPrefix(line, `{"__typename":"Order","id":"`+order+`"`) {
				out.WriteString(line)
			}
		}
		return out.String()
	}
	load.Operation = object("one.jsonl", pick(w.text(load.Operation)))
	details := object("one.details.jsonl", pick(w.text(*load.Details)))
	load.Details, load.Objects, load.RootObjects = &details, -1, -1
	return load
}

func TestTwoLoadersOfTheSameOrdersTellEachEventOnce(t *testing.T) {
	w := newWorld(t)
	w.load(w.fetch(contract.Products, "run-1"))
	load := w.fetch(contract.Orders, "run-1")
	want := w.server.Store().Snapshot().Figures().EventsByType
	together(t, 4, func(i int) error {
		one := load
		one.RunID = fmt.Sprint("run-", i)
		_, err := w.loader.Load(t.Context(), one)
		return err
	})
	require.Equal(t, want, byType(w.events()))

	order := w.paidOrder()
	w.edit(store.Edition{Do: "refund_order", ID: order, Lines: []store.LineEdit{{Line: 0, Quantity: 1}}})
	changed := w.fetch(contract.Orders, "run-9")
	together(t, 4, func(i int) error {
		_, err := w.loader.Load(t.Context(), changed)
		return err
	})
	want[event.PaymentRefunded]++
	require.Equal(t, want, byType(w.events()))
}

func together(t *testing.T, n int, do func(i int) error) {
	t.Helper()
	var wait sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		wait.Go(func() { errs[i] = do(i) })
	}
	wait.Wait()
	require.NoError(t, errors.Join(errs...))
}

func TestALoadThatDiesAnywhereIsFinishedByTheNext(t *testing.T) {
	w := newWorld(t)
	w.load(w.fetch(contract.Products, "run-1"))
	load := w.fetch(contract.Orders, "run-1")
	want := w.server.Store().Snapshot().Figures().EventsByType
	died := 0
	for after := 1; ; after++ {
		ctx, cancel := context.WithCancel(t.Context())
		reports := 0
		one := load
		one.Progress = func(mirror.Progress) {
			if reports++; reports == after {
				cancel() // committed, and the heartbeat never arrives
			}
		}
		_, err := w.loader.Load(ctx, one)
		cancel()
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		died++
		require.Less(t, died, 100)
	}
	require.NotZero(t, died)
	require.Equal(t, want, byType(w.events()))
	require.Equal(t, "300", w.scalar("SELECT count(*) FROM order_header"))
}
