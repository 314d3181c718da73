package measurement_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

const shopDomain = "sampled.myshopify.com"

func schemas(t *testing.T) *artifact.Schemas {
	t.Helper()
	s, err := artifact.LoadSchemas()
	require.NoError(t, err)
	return s
}

// storeInPostgres writes orders and refunds where the sync would have. The id of a refunded line is its own, "@", and
// that of the order's line.
func storeInPostgres(t *testing.T, rows []row) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{StatementTimeout: 5 * time.Minute})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `INSERT INTO store (id, name, shop_domain, default_currency_code, iana_timezone)
		VALUES ('sto_1', 'Sampled', $1, 'GBP', 'Europe/London')`, shopDomain)
	require.NoError(t, err)
	money := `{"value":"0"}`
	var orders, lines, discounts, refunds, items [][]any
	seen := map[string]bool{}
	for _, r := range rows {
		if r.refund {
			id, of, _ := strings.Cut(r.line, "@")
			refund := "rfd_" + id
			refunds = append(refunds, []any{refund, r.order, r.currency, r.net, money, r.at})
			items = append(items, []any{id, refund, of, r.currency, int32(r.units), r.net, money})
			continue
		}
		if !seen[r.order] {
			seen[r.order] = true
			orders = append(orders, []any{r.order, "sto_1", r.order, r.currency, decimal.Zero, money, r.at, r.test})
		}
		var product *string
		if r.product != "" {
			product = &r.product
		}
		lines = append(lines, []any{r.line, r.order, product, "line", r.currency, int32(r.units), r.gross.Div(decimal.NewFromInt(r.units)), money, r.gross, money, r.at})
		if !r.discount.IsZero() {
			discounts = append(discounts, []any{"olia_" + r.line, r.line, r.currency, r.discount, money})
		}
	}
	copyRows(t, pool, "order_header", orders, "id", "store_id", "order_name", "currency_code", "total_price", "raw_total_price", "process_ts", "is_test")
	copyRows(t, pool, "order_line_item", lines, "id", "order_header_id", "product_id", "title", "currency_code", "quantity", "unit_price", "raw_unit_price",
		"original_total", "raw_original_total", "order_process_ts")
	copyRows(t, pool, "order_line_item_adjustment", discounts, "id", "order_line_item_id", "currency_code", "amount", "raw_amount")
	copyRows(t, pool, "payment_refund", refunds, "id", "order_header_id", "currency_code", "amount", "raw_amount", "process_ts")
	copyRows(t, pool, "payment_refund_item", items, "id", "payment_refund_id", "order_line_item_id", "currency_code", "quantity", "subtotal", "raw_subtotal")
	return pool
}

func copyRows(t *testing.T, pool *pgxpool.Pool, table string, rows [][]any, columns ...string) {
	t.Helper()
	n, err := pool.CopyFrom(context.Background(), pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	require.NoError(t, err)
	require.EqualValues(t, len(rows), n)
}

// productsInPostgres lists the products that were ever ordered.
func productsInPostgres(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	found, err := pool.Query(t.Context(), "SELECT DISTINCT product_id FROM order_line_item WHERE product_id IS NOT NULL ORDER BY product_id")
	require.NoError(t, err)
	products, err := pgx.CollectRows(found, pgx.RowTo[string])
	require.NoError(t, err)
	return products
}

// rowsInPostgres reads the lines and refunds of products back.
func rowsInPostgres(t *testing.T, pool *pgxpool.Pool, products []string) []row {
	t.Helper()
	found, err := pool.Query(t.Context(), `
		SELECT l.order_process_ts, l.order_header_id, l.id, l.product_id, l.currency_code, l.quantity::bigint, l.original_total,
		       coalesce((SELECT sum(a.amount) FROM order_line_item_adjustment a WHERE a.order_line_item_id = l.id), 0), false, o.is_test
		FROM order_line_item l JOIN order_header o ON o.id = l.order_header_id WHERE l.product_id = ANY ($1)
		UNION ALL
		SELECT r.process_ts, r.order_header_id, i.id, l.product_id, i.currency_code, i.quantity::bigint, i.subtotal, 0, true, o.is_test
		FROM payment_refund_item i JOIN payment_refund r ON r.id = i.payment_refund_id JOIN order_line_item l ON l.id = i.order_line_item_id
		JOIN order_header o ON o.id = r.order_header_id
		WHERE l.product_id = ANY ($1)`, products)
	require.NoError(t, err)
	defer found.Close()
	var rows []row
	for found.Next() {
		var r row
		require.NoError(t, found.Scan(&r.at, &r.order, &r.line, &r.product, &r.currency, &r.units, &r.gross, &r.discount, &r.refund, &r.test))
		r.net = r.gross.Sub(r.discount)
		rows = append(rows, r)
	}
	require.NoError(t, found.Err())
	return rows
}
