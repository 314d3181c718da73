package mirror_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/simulators/shopify/store"
)

func TestABadArchiveFailsByNameAndWritesNothing(t *testing.T) {
	w := newWorld(t)
	good := w.fetch(contract.Orders, "run-1")
	text := w.text(good.Operation)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	line := func(n int, change func(string) string) string {
		changed := append([]string(nil), lines...)
		changed[n-1] = change(changed[n-1])
		return strings.Join(changed, "\n") + "\n"
	}
	for _, tc := range []struct {
		name, text string
		code       fault.Code
		says       []string
	}{
		{"a torn line", line(17, func(s string) string { return s[:len(s)/2] }), fault.MalformedArchive, []string{"run-1.orders.jsonl, line 17"}},
		{"no JSON", line(3, func(string) string { return "<html>502</html>" }), fault.MalformedArchive, []string{"line 3", "not a JSON object"}},
		{"an unknown parent", line(1, func(string) string {
			return `{"id":"gid://shopify/ReturnLineItem/1","__parentId":"gid://shopify/Return/99"}`
		}), fault.MalformedArchive, []string{"line 1", "Return/99"}},
		{"too few lines", strings.Join(lines[:len(lines)-1], "\n"), fault.CountMismatch, []string{fmt.Sprint(len(lines) - 1), fmt.Sprint(len(lines))}},
		{"a line too many", text + strings.Replace(lines[0], `Order/`, `Order/9`, 1), fault.CountMismatch, []string{fmt.Sprint(len(lines) + 1), fmt.Sprint(len(lines))}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			load := good
			load.Operation = object(good.Operation.Key, tc.text)
			_, err := w.loader.Load(t.Context(), load)
			require.True(t, fault.Is(err, tc.code), "%v", err)
			require.False(t, fault.Of(err).Retryable())
			for _, part := range tc.says {
				require.ErrorContains(t, err, part)
			}
			require.Equal(t, "0", w.scalar("SELECT count(*) FROM order_header"))
		})
	}
	t.Run("a wrong type", func(t *testing.T) {
		load := good
		load.Operation = object(good.Operation.Key, line(5, func(s string) string { return strings.Replace(s, `"quantity":`, `"quantity":"x`+`","was":`, 1) }))
		_, err := w.loader.Load(t.Context(), load)
		if strings.Contains(lines[4], `"quantity":`) {
			require.True(t, fault.Is(err, fault.MalformedArchive), "%v", err)
			require.ErrorContains(t, err, "line 5")
		}
	})
	t.Run("lines that are missing among the details", func(t *testing.T) {
		load := good
		empty := object("details.jsonl", "")
		load.Details = &empty
		_, err := w.loader.Load(t.Context(), load)
		require.True(t, fault.Is(err, fault.MalformedArchive), "%v", err)
		require.ErrorContains(t, err, "not among the details")
	})
}

func TestDuplicateLinesAreOneObject(t *testing.T) {
	w := newWorld(t)
	load := w.fetch(contract.Orders, "run-1")
	text := w.text(load.Operation)
	load.Operation = object("twice.jsonl", text+text)
	w.load(load)
	require.Equal(t, w.server.Store().Snapshot().Figures().EventsByType, byType(w.events()))
	require.Equal(t, fmt.Sprint(w.server.Store().Snapshot().Figures().LineItems), w.scalar("SELECT count(*) FROM order_line_item"))
}

func TestAnUnknownEnumValueIsKeptAsItCame(t *testing.T) {
	w := newWorld(t)
	load := w.fetch(contract.Orders, "run-1")
	text := w.text(load.Operation)
	text = strings.Replace(text, `"displayFinancialStatus":"PAID"`, `"displayFinancialStatus":"PAID_IN_SHELLS"`, 1)
	text = strings.Replace(text, `"kind":"SALE","status":"SUCCESS"`, `"kind":"BARTER","status":"PONDERING"`, 1)
	strange := load
	strange.Operation = object("strange.jsonl", text)
	w.load(strange)
	require.Equal(t, "PAID_IN_SHELLS", w.scalar("SELECT annotations ->> 'shopify/displayFinancialStatus' FROM order_header WHERE financial_status = 'unknown'"))
	require.Equal(t, "BARTER PONDERING", w.scalar("SELECT concat_ws(' ', annotations ->> 'shopify/kind', annotations ->> 'shopify/status') FROM order_transaction WHERE transaction_kind = 'unknown' AND status ->> 'phase' = 'Unknown'"))
	w.load(load)
	require.Equal(t, "0", w.scalar("SELECT count(*) FROM order_header WHERE annotations ? 'shopify/displayFinancialStatus'"), "once it is known, the note goes")
	require.Equal(t, "0", w.scalar("SELECT count(*) FROM order_transaction WHERE annotations <> '{}'"))
}

func TestAChildThatIsGoneIsRemovedAndComesBack(t *testing.T) {
	w := newWorld(t)
	load := w.fetch(contract.Products, "run-1")
	w.load(load)
	product := w.scalar("SELECT shopify_gid FROM product ORDER BY id LIMIT 1")
	variants := "SELECT count(*) FROM product_variant v JOIN product p ON p.id = v.product_id WHERE p.shopify_gid = $1 AND v.delete_ts IS NULL"
	links := "SELECT count(*) FROM link_product_product_tag l JOIN product p ON p.id = l.product_id WHERE p.shopify_gid = $1 AND l.delete_ts IS NULL"
	all, tags := w.scalar(variants, product), w.scalar(links, product)

	root := w.lineOf(load, product)
	bare := strings.Replace(strings.Replace(root, `"updatedAt":"2`, `"updatedAt":"3`, 1), `"tags":[`, `"tags":["New tag"],"before":[`, 1)
	without := load
	without.Operation, without.Objects, without.RootObjects = object("bare.jsonl", bare), -1, -1
	result := w.load(without)
	require.Positive(t, result.Removed)
	require.Equal(t, "0", w.scalar(variants, product))
	require.Equal(t, "1", w.scalar(links, product))
	require.Equal(t, "1", w.scalar("SELECT product_count FROM product_tag WHERE normalized_value = 'new tag'"))

	text := strings.Replace(w.text(load.Operation), root, strings.Replace(root, `"updatedAt":"2`, `"updatedAt":"4`, 1), 1)
	again := load
	again.Operation = object("again.jsonl", text)
	w.load(again)
	require.Equal(t, all, w.scalar(variants, product))
	require.Equal(t, tags, w.scalar(links, product))
	require.Equal(t, "0", w.scalar("SELECT product_count FROM product_tag WHERE normalized_value = 'new tag'"))
}

func TestStaffsWorkOnTagsSurvivesASync(t *testing.T) {
	w := newWorld(t)
	load := w.fetch(contract.Products, "run-1")
	_, err := w.pool.Exec(t.Context(), `INSERT INTO product_tag (id, value, normalized_value, classification, classification_source)
		VALUES ('ptag_01hzzzzzzzzzzzzzzzzzzzzzzz', 'Theme:Floral', 'theme:floral', 'theme', 'manual')`)
	require.NoError(t, err)
	w.load(load)
	require.Equal(t, "1", w.scalar("SELECT count(*) FROM product_tag WHERE normalized_value = 'theme:floral'"))
	require.NotEqual(t, "0", w.scalar("SELECT product_count FROM product_tag WHERE id = 'ptag_01hzzzzzzzzzzzzzzzzzzzzzzz' AND classification = 'theme' AND classification_source = 'manual'"))
	require.Equal(t, "0", w.scalar("SELECT count(*) FROM link_product_product_tag l WHERE NOT EXISTS (SELECT FROM product_tag t WHERE t.id = l.product_tag_id)"))
}

func TestWhateverOrderStatesArriveInTheRowsEndTheSame(t *testing.T) {
	w := newWorld(t)
	order := w.paidOrder()
	states := []mirror.Load{w.only(w.fetch(contract.Orders, "run-0"), gid("Order", order))}
	keep := func() {
		states = append(states, w.only(w.fetch(contract.Orders, fmt.Sprint("run-", len(states))), gid("Order", order)))
	}
	w.edit(store.Edition{Do: "edit_order", ID: order, Lines: []store.LineEdit{{Variant: w.server.Store().Snapshot().Products[0].Variants[0].ID, Quantity: 2}}})
	keep()
	w.edit(store.Edition{Do: "refund_order", ID: order, Lines: []store.LineEdit{{Line: 0, Quantity: 1}}})
	keep()
	w.edit(store.Edition{Do: "return_order", ID: order, Lines: []store.LineEdit{{Line: 0, Quantity: 1}}})
	keep()
	last := len(states) - 1

	var want map[string][]string
	r := rand.New(rand.NewPCG(3, 4))
	for range 4 {
		pool := database(t)
		loader := mirror.New(pool, mirror.Options{ScratchDir: t.TempDir()})
		loadShop(t, loader, "USD")
		sequence := append(r.Perm(len(states)), r.Perm(len(states))...)
		for _, i := range sequence {
			_, err := loader.Load(t.Context(), states[i])
			require.NoError(t, err)
		}
		got := snapshot(t, pool)
		if want == nil {
			want = got
		}
		for table := range want {
			require.Equal(t, want[table], got[table], "%s after %v", table, sequence)
		}
		require.Equal(t, "Completed", scalar(t, pool, "SELECT status ->> 'phase' FROM order_header"))
		counts := byType(eventsOf(t, pool))
		require.Positive(t, counts[event.ReturnRequested], "after %v", sequence)
	}
	require.Positive(t, last)
}
