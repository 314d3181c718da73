package measurement_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/duck"
)

func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	return zone
}

func dec(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// defaultSpec has a condition of every kind.
func defaultSpec() classification.Spec {
	at := func(metric string, op artifact.Op, value string) artifact.Condition {
		return artifact.Condition{Metric: metric, Op: op, Value: dec(value)}
	}
	return classification.Spec{Name: "sales-performance", Generation: 3, ClassificationSpec: artifact.ClassificationSpec{
		Windows: []int{7, 14, 30}, DefaultClass: "dormant", Classes: []artifact.Class{
			{Name: "hot", Rank: 1, Conditions: []artifact.Condition{at("units_7d", artifact.GreaterOrEqual, "6")}},
			{Name: "rising", Rank: 2, Conditions: []artifact.Condition{at("units_7d", artifact.Greater, "1"), at("trend_7d", artifact.GreaterOrEqual, "1.5")}},
			{Name: "returned", Rank: 3, Conditions: []artifact.Condition{at("net_14d", artifact.Less, "0")}},
			{Name: "new", Rank: 4, Conditions: []artifact.Condition{at("days_since_first_sale", artifact.LessOrEqual, "14")}},
			{Name: "steady", Rank: 5, Conditions: []artifact.Condition{at("orders_30d", artifact.NotEqual, "0")}},
			{Name: "dormant", Rank: 6, Conditions: []artifact.Condition{at("days_since_last_sale", artifact.Greater, "30"), at("gross_30d", artifact.Equal, "0")}},
		},
	}}
}

// randomRows makes a shop's history: few products, so that windows overlap; pauses, so that products retire and come
// back; odd prices, test orders, custom items, two currencies, refunds above sales, and times around midnight.
func randomRows(random *rand.Rand, n int, from time.Time, days int) []row {
	prices := []string{"0", "0.0001", "2.55", "19.99", "1000000.1234"}
	var rows []row
	for i := range n {
		at := from.AddDate(0, 0, random.IntN(days)).Add(time.Duration(random.IntN(24*3600)) * time.Second)
		if random.IntN(5) == 0 {
			at = at.Truncate(24 * time.Hour).Add(time.Duration(random.IntN(3)-1) * time.Second)
		}
		units := int64(1 + random.IntN(4))
		gross := dec(prices[random.IntN(len(prices))]).Mul(decimal.NewFromInt(units))
		discount := gross.Div(decimal.NewFromInt(int64(2 + random.IntN(9)))).Truncate(4)
		r := row{
			at: at, order: fmt.Sprintf("ord_%d", random.IntN(n/2+1)), line: fmt.Sprintf("oli_%d", i),
			product: fmt.Sprintf("prod_%d", random.IntN(6)), currency: "GBP", units: units, gross: gross, discount: discount,
			net: gross.Sub(discount), test: random.IntN(20) == 0, refund: random.IntN(6) == 0,
		}
		if random.IntN(15) == 0 {
			r.product = ""
		}
		if random.IntN(8) == 0 {
			r.currency = "EUR"
		}
		if r.refund && random.IntN(3) == 0 {
			r.net = r.net.Mul(decimal.NewFromInt(3))
		}
		rows = append(rows, r)
	}
	return rows
}

// telemetryFile writes rows of commerce.telemetry as Parquet: the given ones, and beside them events that must not count.
func telemetryFile(t testing.TB, db *duck.DB, path string, rows []row) {
	t.Helper()
	require.NoError(t, db.Run(context.Background(), fmt.Sprintf(`COPY (%s) TO %s (FORMAT parquet)`, telemetryQuery(t, rows), duck.Text(path))))
}

// telemetryQuery is the same as a query, with all of the table's columns that matter to anyone here.
func telemetryQuery(t testing.TB, rows []row) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events.ndjson")
	require.NoError(t, os.WriteFile(path, events(t, rows), 0o600))
	return `SELECT event_id, event_type, event_ts::TIMESTAMPTZ AS event_ts, order_id, line_item_id, product_id, quantity::BIGINT AS quantity,
		gross_amount::DECIMAL(18, 4) AS gross_amount, discount_amount::DECIMAL(18, 4) AS discount_amount,
		net_amount::DECIMAL(18, 4) AS net_amount, currency_code, is_test
		FROM read_json(` + duck.Text(path) + `, format = 'newline_delimited', columns = {event_id: 'VARCHAR', event_type: 'VARCHAR',
		event_ts: 'VARCHAR', order_id: 'VARCHAR', line_item_id: 'VARCHAR', product_id: 'VARCHAR', quantity: 'VARCHAR', gross_amount: 'VARCHAR',
		discount_amount: 'VARCHAR', net_amount: 'VARCHAR', currency_code: 'VARCHAR', is_test: 'BOOLEAN'})`
}

// events are the rows as the stream carries them: two events each, of which one does not count.
func events(t testing.TB, rows []row) []byte {
	t.Helper()
	type event struct {
		ID       string          `json:"event_id"`
		Type     string          `json:"event_type"`
		At       time.Time       `json:"event_ts"`
		Order    string          `json:"order_id"`
		Line     *string         `json:"line_item_id"`
		Product  *string         `json:"product_id"`
		Units    *int64          `json:"quantity"`
		Gross    decimal.Decimal `json:"gross_amount"`
		Discount decimal.Decimal `json:"discount_amount"`
		Net      decimal.Decimal `json:"net_amount"`
		Currency string          `json:"currency_code"`
		Test     bool            `json:"is_test"`
		Shop     string          `json:"shop_domain"`
		Schema   int             `json:"schema_version"`
	}
	var text bytes.Buffer
	write := func(e event) { require.NoError(t, json.NewEncoder(&text).Encode(e)) }
	for _, r := range rows {
		e := event{"evt_" + r.line, "order_created", r.at, r.order, &r.line, &r.product, &r.units, r.gross, r.discount, r.net, r.currency, r.test, "shop.example", 1}
		if r.product == "" {
			e.Product = nil
		}
		if r.refund {
			e.Type = "payment_refunded"
			whole := e // shipping, refunded with the line: no product's
			whole.ID, whole.Line, whole.Product, whole.Units = e.ID+"_shipping", nil, nil, nil
			write(whole)
		} else {
			shipped := e
			shipped.ID, shipped.Type = e.ID+"_shipped", "fulfillment_shipped"
			write(shipped)
		}
		write(e)
	}
	return text.Bytes()
}

// textLines runs a query of one text column and sorts what it yields.
func textLines(t testing.TB, db *duck.DB, query string) []string {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	require.NoError(t, err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	require.NoError(t, rows.Err())
	slices.Sort(lines)
	return lines
}

// sameLines compares without printing thousands of lines.
func sameLines(t testing.TB, want, got []string) {
	t.Helper()
	if slices.Equal(want, got) {
		return
	}
	show := func(have, other []string) (missing []string) {
		for _, line := range have {
			if _, found := slices.BinarySearch(other, line); !found && len(missing) < 5 {
				missing = append(missing, line)
			}
		}
		return missing
	}
	require.Fail(t, "rows differ", "%d wanted, %d got\nonly wanted:\n%v\nonly got:\n%v", len(want), len(got), show(want, got), show(got, want))
}
