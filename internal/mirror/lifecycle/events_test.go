package lifecycle_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/mirror/lifecycle"
	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/money"
)

var (
	placed = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	edited = placed.Add(24 * time.Hour)
	repaid = placed.Add(48 * time.Hour)
)

// gbp is an amount in the currency of the shop and of the buyer.
func gbp(value string) money.Amount { return money.Of(value, "GBP") }

func bag(value string) money.Bag { return money.Bag{Shop: value, Presentment: value} }

// order has three units at 10.00 with 3.00 off, and tax of 5.40 on top.
func order() *mapping.Order {
	return &mapping.Order{
		Header: row.OrderHeader{ID: "ord_1", Mirror: row.Mirror{GID: "gid://shopify/Order/1"}, OrderName: "#1", CurrencyCode: "GBP"},
		Lines: []row.OrderLineItem{{
			ID: "oli_1", Part: row.Part{GID: "gid://shopify/LineItem/1"}, Quantity: 3, UnitPrice: gbp("10.00"),
			TotalDiscount: gbp("3.00"), TotalTax: gbp("5.40"), OrderProcessTS: placed,
		}},
	}
}

func known(ids ...string) *lifecycle.Prior {
	prior := &lifecycle.Prior{Known: map[string]struct{}{}}
	for _, id := range ids {
		prior.Known[id] = struct{}{}
	}
	return prior
}

// takenAway is an edit that takes units off the line, worth the total with tax.
func takenAway(units int32, total, discount, tax string) mapping.Edit {
	return mapping.Edit{
		ActionID: fmt.Sprintf("oca_-%d", units), LineID: "oli_1", At: edited, Units: -units,
		Total: bag("-" + total), Discount: bag("-" + discount), Tax: bag("-" + tax),
	}
}

func added(units int32, total, discount, tax string) mapping.Edit {
	return mapping.Edit{
		ActionID: fmt.Sprintf("oca_%d", units), LineID: "oli_1", At: edited, Units: units,
		Total: bag(total), Discount: bag(discount), Tax: bag(tax),
	}
}

// refund pays an amount out, whatever its lines are worth.
func refund(o *mapping.Order, amount, tax string, items ...row.PaymentRefundItem) {
	id := fmt.Sprintf("rfd_%d", len(o.Refunds)+1)
	o.Refunds = append(o.Refunds, row.PaymentRefund{
		ID: id, Mirror: row.Mirror{GID: "gid://shopify/Refund/" + id}, Amount: gbp(amount),
		ProcessTS: repaid.Add(time.Duration(len(o.Refunds)) * time.Hour),
	})
	o.RefundTaxes = append(o.RefundTaxes, bag(tax))
	for i, item := range items {
		item.ID, item.GID = fmt.Sprintf("rfi_%s_%d", id, i), fmt.Sprintf("gid://shopify/RefundLineItem/%s%d", id, i)
		item.PaymentRefundID, item.OrderLineItemID = id, "oli_1"
		o.RefundItems = append(o.RefundItems, item)
	}
}

// units are refunded units of the line: what they cost, less discounts, and the tax on that.
func units(quantity int32, price, subtotal, tax string) row.PaymentRefundItem {
	return row.PaymentRefundItem{Quantity: quantity, UnitPrice: gbp(price), Subtotal: gbp(subtotal), TotalTax: gbp(tax)}
}

// Each event is written as type, units, gross, discount, tax and net, "-" for no line, and the hours since the order.
func TestAmounts(t *testing.T) {
	for name, c := range map[string]struct {
		order func(o *mapping.Order)
		prior *lifecycle.Prior
		want  []string
	}{
		"an order as it was placed": {
			prior: known(),
			want:  []string{"order_created 3 30 3 5.4 27 +0h"},
		},
		"units that an edit takes away are given back at its time, and the order stays as it was placed": {
			order: func(o *mapping.Order) { o.Edits = []mapping.Edit{takenAway(2, "21.60", "2.00", "3.60")} },
			prior: known(),
			want:  []string{"order_created 3 30 3 5.4 27 +0h", "payment_refunded 2 20 2 3.6 18 +24h"},
		},
		"units that an edit adds are created at its time, and not twice": {
			order: func(o *mapping.Order) { o.Edits = []mapping.Edit{added(1, "10.80", "1.00", "1.80")} },
			prior: known(),
			want:  []string{"order_created 2 20 2 3.6 18 +0h", "order_created 1 10 1 1.8 9 +24h"},
		},
		"a line that came by an edit whole": {
			order: func(o *mapping.Order) { o.Edits = []mapping.Edit{added(3, "32.40", "3.00", "5.40")} },
			prior: known(),
			want:  []string{"order_created 3 30 3 5.4 27 +24h"},
		},
		"an edit that is known is not told again": {
			order: func(o *mapping.Order) {
				o.Edits = []mapping.Edit{takenAway(1, "10.80", "1.00", "1.80"), added(2, "21.60", "2.00", "3.60")}
			},
			prior: known("oli_1", "oca_-1"),
			want:  []string{"order_created 2 20 2 3.6 18 +24h"},
		},
		"a refund of units with their tax has no rest": {
			order: func(o *mapping.Order) { refund(o, "10.80", "0", units(1, "10.00", "9.00", "1.80")) },
			prior: known("oli_1"),
			want:  []string{"payment_refunded 1 10 1 1.8 9 +48h"},
		},
		"a refund below its lines' value makes no negative event": {
			order: func(o *mapping.Order) { refund(o, "4.00", "0", units(2, "10.00", "18.00", "3.60")) },
			prior: known("oli_1"),
			want:  []string{"payment_refunded 2 20 2 3.6 18 +48h"},
		},
		"a refund of nothing, after a cancellation before payment": {
			order: func(o *mapping.Order) { refund(o, "0", "0", units(3, "10.00", "27.00", "5.40")) },
			prior: known("oli_1"),
			want:  []string{"payment_refunded 3 30 3 5.4 27 +48h"},
		},
		"lines that were given back dearer than they were sold": {
			order: func(o *mapping.Order) { refund(o, "12.00", "0", units(1, "10.00", "12.00", "0")) },
			prior: known("oli_1"),
			want:  []string{"payment_refunded 1 12 0 0 12 +48h"},
		},
		"shipping that is given back belongs to no line, without its tax": {
			order: func(o *mapping.Order) { refund(o, "16.80", "1.00", units(1, "10.00", "9.00", "1.80")) },
			prior: known("oli_1"),
			want:  []string{"payment_refunded 1 10 1 1.8 9 +48h", "payment_refunded - 5 0 1 5 +48h"},
		},
		"a shop whose prices include tax": {
			order: func(o *mapping.Order) {
				o.Header.IsTaxIncluded = true
				refund(o, "15.00", "1.00", units(1, "10.00", "9.00", "1.50"))
			},
			prior: known("oli_1"),
			want:  []string{"payment_refunded 1 10 1 1.5 9 +48h", "payment_refunded - 6 0 0 6 +48h"},
		},
		"a tax that is no part of what was paid is left out": {
			order: func(o *mapping.Order) { refund(o, "1.00", "1.00") },
			prior: known("oli_1"),
			want:  []string{"payment_refunded - 1 0 0 1 +48h"},
		},
		"what only pays out an edit is no second refund": {
			order: func(o *mapping.Order) {
				o.Edits = []mapping.Edit{takenAway(2, "21.60", "2.00", "3.60")}
				refund(o, "21.60", "0")
			},
			prior: known("oli_1", "oca_-2"),
		},
		"what is paid out beyond an edit is the rest": {
			order: func(o *mapping.Order) {
				o.Edits = []mapping.Edit{takenAway(2, "21.60", "2.00", "3.60")}
				refund(o, "25.00", "0")
			},
			prior: known("oli_1", "oca_-2"),
			want:  []string{"payment_refunded - 3.4 0 0 3.4 +48h"},
		},
		"an edit that is paid out in two parts": {
			order: func(o *mapping.Order) {
				o.Edits = []mapping.Edit{takenAway(2, "21.60", "2.00", "3.60")}
				refund(o, "20.00", "0")
				refund(o, "5.00", "0")
			},
			prior: known("oli_1", "oca_-2", "rfd_1"),
			want:  []string{"payment_refunded - 3.4 0 0 3.4 +49h"},
		},
		"a refund before the edit is not of it": {
			order: func(o *mapping.Order) {
				e := takenAway(2, "21.60", "2.00", "3.60")
				e.At = repaid.Add(time.Minute)
				o.Edits = []mapping.Edit{e}
				refund(o, "21.60", "0")
			},
			prior: known("oli_1", "oca_-2"),
			want:  []string{"payment_refunded - 21.6 0 0 21.6 +48h"},
		},
		"a refund that is known is not told again": {
			order: func(o *mapping.Order) { refund(o, "16.80", "1.00", units(1, "10.00", "9.00", "1.80")) },
			prior: known("oli_1", "rfd_1", "rfi_rfd_1_0"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := order()
			if c.order != nil {
				c.order(o)
			}
			var got []string
			for _, e := range events(t, o, c.prior) {
				got = append(got, short(e))
				for _, amount := range []string{e.GrossAmount.String(), e.DiscountAmount.String(), e.TaxAmount.String(), e.NetAmount.String()} {
					require.False(t, strings.HasPrefix(amount, "-"), "a negative amount: %s", short(e))
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestAnEventIsTheSameWheneverItIsFound(t *testing.T) {
	o := order()
	o.Edits = []mapping.Edit{takenAway(2, "21.60", "2.00", "3.60")}
	refund(o, "40.00", "0", units(1, "10.00", "9.00", "1.80"))
	at := map[string]time.Time{}
	for _, e := range events(t, o, known()) {
		require.NotContains(t, at, e.EventID)
		at[e.EventID] = e.EventTS
	}
	require.Len(t, at, 4)
	for _, e := range events(t, o, known("oli_1", "rfd_1")) {
		require.Equal(t, at[e.EventID], e.EventTS)
	}
}

func TestPresentmentAmountsAreTheBuyers(t *testing.T) {
	o := order()
	o.Header.PresentmentCurrencyCode = "EUR"
	refund(o, "0", "0")
	o.Refunds[0].Amount = money.Amount{Value: "4.00", Currency: "GBP", Presentment: "4.80", PresentmentCurrency: "EUR"}
	told := events(t, o, known("oli_1"))
	require.Len(t, told, 1)
	require.Equal(t, "4", told[0].NetAmount.String())
	require.Equal(t, "4.8", told[0].PresentmentAmount.String())
	require.Equal(t, "EUR", *told[0].PresentmentCurrencyCode)
}

// events are those that an order's change tells.
func events(t *testing.T, o *mapping.Order, prior *lifecycle.Prior) (out []event.Commerce) {
	t.Helper()
	w := lifecycle.Writer{Shop: "sample.myshopify.com", RunID: "run", Tags: func(string) []string { return nil }}
	rows, err := w.Write(nil, o, "digest", prior, repaid.Add(time.Hour))
	require.NoError(t, err)
	decoder, err := zstd.NewReader(nil)
	require.NoError(t, err)
	defer decoder.Close()
	for _, row := range rows {
		lines, err := decoder.DecodeAll(row.Payload, nil)
		require.NoError(t, err)
		for _, line := range bytes.Split(bytes.TrimSpace(lines), []byte("\n")) {
			var e event.Commerce
			require.NoError(t, json.Unmarshal(line, &e))
			out = append(out, e)
		}
	}
	return out
}

func short(e event.Commerce) string {
	units := "-"
	if e.Quantity != nil {
		units = fmt.Sprint(*e.Quantity)
	}
	return fmt.Sprintf("%s %s %s %s %s %s +%.0fh", e.EventType, units, e.GrossAmount, e.DiscountAmount, e.TaxAmount, e.NetAmount, e.EventTS.Sub(placed).Hours())
}
