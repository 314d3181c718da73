package shopdb_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

const (
	product = "prd_00000000000000000000000001"
	other   = "prd_00000000000000000000000002"
)

func open(t *testing.T) (*pgxpool.Pool, *artifact.Schemas, *shopdb.Shop) {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	schemas, err := artifact.LoadSchemas()
	require.NoError(t, err)
	return pool, schemas, shopdb.New(pool, schemas, "test.myshopify.com")
}

func run(t *testing.T, pool *pgxpool.Pool, statement string) {
	t.Helper()
	_, err := pool.Exec(t.Context(), statement)
	require.NoError(t, err)
}

const aStore = `INSERT INTO store (id, name, shop_domain, default_currency_code, iana_timezone) VALUES ('sto_1', 'Test', 'test.myshopify.com', 'GBP', 'Europe/London')`

func TestAShopThatWasNeverSyncedIsNotFound(t *testing.T) {
	_, _, shop := open(t)
	_, err := shop.Zone(t.Context())
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

func TestRulesAreTheSpecAndTheOverridesThatStaffLeftStanding(t *testing.T) {
	pool, schemas, shop := open(t)
	run(t, pool, aStore)
	service := artifact.New(pool, schemas)
	from, to := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC), time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	var kept artifact.Artifact
	for name, id := range map[string]string{"kept": product, "withdrawn": other} {
		made, err := service.Create(t.Context(), artifact.Draft{
			Kind: artifact.ClassificationOverride, Name: name, EffectiveTS: &from, ExpireTS: &to, Phase: artifact.Active,
			Spec: json.RawMessage(`{"product_id": "` + id + `", "class_name": "hot", "reason": "a fair"}`),
		})
		require.NoError(t, err)
		if name == "withdrawn" {
			_, err = service.Archive(t.Context(), made.ID, made.ResourceVersion, nil)
			require.NoError(t, err)
		} else {
			kept = made
		}
	}
	rules, err := shop.Rules(t.Context())
	require.NoError(t, err)
	require.Equal(t, "sales-performance", rules.Spec.Name)
	require.EqualValues(t, 1, rules.Spec.Generation)
	require.NotEmpty(t, rules.Spec.Classes)
	require.Len(t, rules.Overrides, 1, kept.ID)
	require.Equal(t, "2026-06-01", rules.Overrides[0].From)
	require.Equal(t, "2026-07-01", rules.Overrides[0].To)
	require.Empty(t, rules.InScope)
}

func TestTheCatalogueHasTagsAndAScopeNamesItsProducts(t *testing.T) {
	pool, _, shop := open(t)
	run(t, pool, aStore)
	run(t, pool, `INSERT INTO product (id, store_id, title, handle, vendor, tag_values) VALUES
		('`+product+`', 'sto_1', 'One', 'one', 'A', '{red}'), ('`+other+`', 'sto_1', 'Two', 'two', 'B', '{blue}')`)
	run(t, pool, `INSERT INTO product_tag (id, value, normalized_value) VALUES ('ptag_1', 'Red', 'red')`)
	run(t, pool, `INSERT INTO link_product_product_tag (id, product_id, product_tag_id) VALUES ('lppt_1', '`+product+`', 'ptag_1')`)
	products, err := shop.Products(t.Context())
	require.NoError(t, err)
	require.Equal(t, []measurement.Product{{ID: product, Title: "One", Vendor: "A", Tags: []string{"Red"}}, {ID: other, Title: "Two", Vendor: "B", Tags: []string{}}}, products)
	for _, test := range []struct {
		scope artifact.Scope
		ids   []string
	}{
		{artifact.Scope{Vendors: []string{"A"}}, []string{product}},
		{artifact.Scope{Tags: []string{"blue", "green"}}, []string{other}},
		{artifact.Scope{Vendors: []string{"A"}, Tags: []string{"blue"}}, nil},
		{artifact.Scope{ProductTypes: []string{"case"}}, nil},
	} {
		ids, err := shop.InScope(t.Context(), test.scope)
		require.NoError(t, err)
		require.Equal(t, test.ids, ids)
	}
}

func TestOrdersAddUpByTheShopsDayWithAllDiscounts(t *testing.T) {
	pool, _, shop := open(t)
	run(t, pool, aStore)
	run(t, pool, `INSERT INTO order_header (id, store_id, order_name, currency_code, total_price, raw_total_price, process_ts, is_test) VALUES
		('ord_1', 'sto_1', '1', 'GBP', 0, '{"value":"0"}', '2026-06-01 23:30:00+00', false), ('ord_2', 'sto_1', '2', 'GBP', 0, '{"value":"0"}', '2026-06-01 10:00:00+00', true)`)
	run(t, pool, `INSERT INTO order_line_item (id, order_header_id, title, currency_code, quantity, unit_price, raw_unit_price, order_process_ts) VALUES
		('oli_1', 'ord_1', 'x', 'GBP', 3, 2.5, '{"value":"2.5"}', '2026-06-01 23:30:00+00'), ('oli_2', 'ord_2', 'x', 'GBP', 9, 1, '{"value":"1"}', '2026-06-01 10:00:00+00')`)
	run(t, pool, `INSERT INTO order_line_item_adjustment (id, order_line_item_id, position, currency_code, amount, raw_amount) VALUES
		('olia_1', 'oli_1', 1, 'GBP', 1, '{"value":"1"}'), ('olia_2', 'oli_1', 2, 'GBP', 0.5, '{"value":"0.5"}')`)
	zone, err := shop.Zone(t.Context())
	require.NoError(t, err)
	second, err := measurement.ParseDay("2026-06-02")
	require.NoError(t, err)
	totals, err := shop.Recorded(t.Context(), zone, 0, second+300)
	require.NoError(t, err)
	require.Len(t, totals, 1, "the test order is left out")
	got := totals[measurement.TotalKey{Day: second, Currency: "GBP"}]
	require.EqualValues(t, 3, got.UnitsOrdered)
	require.True(t, got.Gross.Equal(decimal.RequireFromString("7.5")))
	require.True(t, got.Discount.Equal(decimal.RequireFromString("1.5")))

	run(t, pool, `UPDATE order_line_item_adjustment SET delete_ts = '2026-07-01' WHERE id = 'olia_2'`)
	run(t, pool, `UPDATE order_line_item_adjustment SET delete_ts = '2026-07-02' WHERE id = 'olia_1'`)
	run(t, pool, `UPDATE order_line_item SET delete_ts = '2026-07-02' WHERE id = 'oli_1'`)
	run(t, pool, `UPDATE order_header SET delete_ts = '2026-07-02' WHERE id = 'ord_1'`)
	totals, err = shop.Recorded(t.Context(), zone, 0, second+300)
	require.NoError(t, err)
	got = totals[measurement.TotalKey{Day: second, Currency: "GBP"}]
	require.EqualValues(t, 3, got.UnitsOrdered, "an order that was deleted was sold all the same")
	require.True(t, got.Discount.Equal(decimal.NewFromInt(1)), "what was taken away before counts no more")
}

// An order of three units: an edit two days later adds two of a new line and one of the old, another takes one away.
func TestEditsCountOnTheDaysOnWhichTheyWereMade(t *testing.T) {
	pool, _, shop := open(t)
	run(t, pool, aStore)
	run(t, pool, `INSERT INTO order_header (id, store_id, order_name, currency_code, total_price, raw_total_price, process_ts) VALUES
		('ord_1', 'sto_1', '1', 'GBP', 0, '{"value":"0"}', '2026-06-01 10:00:00+00')`)
	run(t, pool, `INSERT INTO order_line_item (id, order_header_id, title, currency_code, quantity, unit_price, raw_unit_price, order_process_ts) VALUES
		('oli_1', 'ord_1', 'x', 'GBP', 4, 2.5, '{"value":"2.5"}', '2026-06-01 10:00:00+00'),
		('oli_2', 'ord_1', 'y', 'GBP', 2, 10, '{"value":"10"}', '2026-06-01 10:00:00+00')`)
	run(t, pool, `INSERT INTO order_change (id, order_header_id, change_kind, confirm_ts) VALUES
		('och_1', 'ord_1', 'edit', '2026-06-03 10:00:00+00'), ('och_2', 'ord_1', 'edit', '2026-06-04 23:30:00+00'),
		('och_3', 'ord_1', 'refund', '2026-06-06 10:00:00+00')`)
	run(t, pool, `INSERT INTO order_change_action (id, order_change_id, order_header_id, order_line_item_id, ordering, action, quantity) VALUES
		('ocha_1', 'och_1', 'ord_1', 'oli_2', 1, 'item_add', 2), ('ocha_2', 'och_1', 'ord_1', 'oli_1', 2, 'item_add', 1),
		('ocha_3', 'och_2', 'ord_1', 'oli_1', 1, 'item_remove', 1), ('ocha_4', 'och_2', 'ord_1', NULL, 2, 'shipping_add', 1),
		('ocha_5', 'och_3', 'ord_1', 'oli_1', 1, 'refund_item', 1)`)
	zone, err := shop.Zone(t.Context())
	require.NoError(t, err)
	first, err := measurement.ParseDay("2026-06-01")
	require.NoError(t, err)
	totals, err := shop.Recorded(t.Context(), zone, first, first+100)
	require.NoError(t, err)
	type figures struct {
		units, refunded int64
		gross           string
	}
	got := map[string]figures{}
	for key, total := range totals {
		require.True(t, total.Edited, key)
		got[key.Day.String()] = figures{total.UnitsOrdered, total.UnitsRefunded, total.Gross.StringFixed(2)}
	}
	require.Equal(t, map[string]figures{
		"2026-06-01": {3, 0, "7.50"},
		"2026-06-03": {3, 0, "22.50"},
		"2026-06-05": {0, 1, "0.00"}, // in London it was past midnight
	}, got)
}
