package integrity_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/integrity"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/internal/uid"
)

func TestEveryDeclaredReferenceIsFoundWhenItBreaks(t *testing.T) {
	pool := open(t)
	c, err := catalog.Read(t.Context(), pool, "public")
	require.NoError(t, err)
	planted := map[string]string{} // table.column → id of the row that refers
	for i := range c.Tables {
		for _, ref := range c.Tables[i].References() {
			planted[c.Tables[i].Name+"."+ref.Column] = plant(t, pool, &c.Tables[i], ref)
		}
	}
	require.Greater(t, len(planted), 400)

	for _, finding := range audit(t, pool, 100) {
		if planted[finding.Table+"."+finding.Column] == finding.ID {
			delete(planted, finding.Table+"."+finding.Column)
		}
	}
	require.Empty(t, planted, "not found: %v", slices.Sorted(maps.Keys(planted)))
}

func TestBrokenReferencesAreNamedByKind(t *testing.T) {
	pool := open(t)
	order := uid.New(uid.OrderHeader)
	store, customer, cart := uid.New(uid.Store), uid.New(uid.Customer), uid.New(uid.Cart)
	exec(t, pool, `INSERT INTO order_header (id, store_id, customer_id, region_id, order_name, currency_code, total_price, raw_total_price, process_ts)
		VALUES ($1, $2, $3, $4, '#1', 'ZZY', 1, '{"amount":"1","currency":"ZZY"}', now())`, order, store, customer, cart)

	require.ElementsMatch(t, []integrity.Finding{
		{Table: "order_header", Column: "store_id", ID: order, Value: store, RefersTo: "store.id", Kind: integrity.Missing},
		{Table: "order_header", Column: "customer_id", ID: order, Value: customer, RefersTo: "customer.id", Kind: integrity.Missing},
		{Table: "order_header", Column: "region_id", ID: order, Value: cart, RefersTo: "region.id", Kind: integrity.Foreign},
		{Table: "order_header", Column: "currency_code", ID: order, Value: "ZZY", RefersTo: "currency.code", Kind: integrity.Missing},
	}, audit(t, pool, integrity.PageRows))
}

func TestWhatIsSoundIsNotReported(t *testing.T) {
	pool := open(t)
	tag, product, gone := uid.New(uid.ProductTag), uid.New(uid.Product), uid.New(uid.Product)
	shop := uid.New(uid.Store)
	exec(t, pool, `INSERT INTO store (id, name, shop_domain, default_currency_code, country_code) VALUES ($1, 'Shop', 'shop.myshopify.com', 'USD', 'US')`, shop)
	exec(t, pool, `INSERT INTO product_tag (id, value, normalized_value) VALUES ($1, 'Floral', 'floral')`, tag)
	exec(t, pool, `INSERT INTO product (id, store_id, title, handle) VALUES ($1, $2, 'Case', 'case')`, product, shop)
	exec(t, pool, `INSERT INTO link_product_product_tag (id, product_id, product_tag_id) VALUES ($1, $2, $3)`, uid.New(uid.LinkProductProductTag), product, tag)
	t.Run("a reference to a deleted row", func(t *testing.T) {
		exec(t, pool, `UPDATE product_tag SET delete_ts = now() WHERE id = $1`, tag)
		require.Empty(t, audit(t, pool, integrity.PageRows))
	})
	t.Run("a broken reference of a deleted row", func(t *testing.T) {
		exec(t, pool, `INSERT INTO link_product_product_tag (id, product_id, product_tag_id, delete_ts) VALUES ($1, $2, $3, now())`, uid.New(uid.LinkProductProductTag), gone, tag)
		require.Empty(t, audit(t, pool, integrity.PageRows))
	})
}

func TestPagesOfAnySizeFindTheSame(t *testing.T) {
	pool := open(t)
	exec(t, pool, `INSERT INTO product_image (id, product_id, url)
		SELECT 'pimg_' || lpad(n::text, 26, '0'), 'prd_' || lpad(n::text, 26, '0'), 'https://example.com/' || n FROM generate_series(1, 500) n`)
	all := audit(t, pool, integrity.PageRows)
	require.Len(t, all, 500)
	for _, rows := range []int{1, 7, 250, 500} {
		require.ElementsMatch(t, all, audit(t, pool, rows), "pages of %d rows", rows)
	}
}

func TestAnUnknownTableIsRefusedByName(t *testing.T) {
	_, err := integrity.Plan(t.Context(), open(t), []string{"order_header", "orders"})
	require.True(t, fault.Is(err, fault.InvalidInput))
	require.ErrorContains(t, err, `/tables/1: "orders"`)
}

func audit(t *testing.T, pool *pgxpool.Pool, rows int) []integrity.Finding {
	t.Helper()
	walks, err := integrity.Plan(t.Context(), pool, nil)
	require.NoError(t, err)
	var findings []integrity.Finding
	for _, walk := range walks {
		after := ""
		for {
			page, err := walk.Next(t.Context(), pool, after, rows)
			require.NoError(t, err)
			require.LessOrEqual(t, page.Rows, rows)
			findings = append(findings, page.Findings...)
			if page.Rows < rows {
				break
			}
			after = page.Last
		}
	}
	return findings
}

// plant inserts the smallest row that the table admits, with the reference broken, and returns its id.
func plant(t *testing.T, pool *pgxpool.Pool, table *catalog.Table, ref catalog.Reference) string {
	t.Helper()
	id := uid.New(uid.Prefix(table.Prefix()))
	row := map[string]any{"id": id}
	for _, column := range table.Columns {
		if column.NotNull && column.Default == "" && column.Name != "id" {
			row[column.Name] = some(table, column)
		}
	}
	maps.Copy(row, alternatives(table.Name, ref.Column))
	row[ref.Column] = "nowhere_" + ref.Column
	columns := slices.Sorted(maps.Keys(row))
	values, marks := make([]any, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		values[i], marks[i] = row[column], fmt.Sprintf("$%d", i+1)
	}
	exec(t, pool, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", pgx.Identifier{table.Name}.Sanitize(), strings.Join(columns, ", "), strings.Join(marks, ", ")), values...)
	return id
}

// some is a value that the column's type and CHECK admit, different in each row where it may have to be.
func some(table *catalog.Table, column catalog.Column) any {
	if values := table.Values(column.Name); len(values) > 0 {
		return values[0]
	}
	switch column.Type {
	case "text":
		return "X" + uid.New(uid.Cart)[5:]
	case "jsonb":
		return `{"amount":"1","currency":"USD"}`
	case "timestamp with time zone", "date":
		return "2026-01-01"
	default:
		return "1"
	}
}

// alternatives fills what a row's CHECK over several columns asks for: the column that is tested, or else the first.
func alternatives(table, column string) map[string]any {
	switch table {
	case "promotion_application_method", "commission_rule":
		return map[string]any{"rate": "1"}
	case "tax_rate_rule":
		if column == "tax_rate_id" {
			return map[string]any{"product_id": "nowhere"}
		}
	case "dispute_item":
		if column == "dispute_id" || column == "currency_code" {
			return map[string]any{"invoice_id": "nowhere"}
		}
	case "api_key", "policy_acceptance":
		if column != "publisher_id" {
			return map[string]any{"publisher_id": "nowhere"}
		}
	case "currency":
		return map[string]any{"code": strings.ToUpper(uid.New(uid.Currency))}
	}
	return nil
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	_, err := pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err, sql)
}

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}
