package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

// The same rows are refused by the code before: TestBadRowsAreNamedByTableColumnAndValue in internal/catalog.
func TestTheDatabaseRefuses(t *testing.T) {
	pool := open(t, store.Options{})
	cases := map[string]struct{ sql, names string }{
		"a wrong prefix":                       {`INSERT INTO price_set (id) VALUES ('prd_1')`, "price_set.id"},
		"a prefix whose underscore is open":    {`INSERT INTO price_set (id) VALUES ('psetx1')`, "price_set.id"},
		"an unknown enum value":                {`INSERT INTO sales_channel (id, name, code, channel_kind) VALUES ('sch_1', 'n', 'c', 'kiosk')`, "sales_channel.channel_kind"},
		"an enum value in upper case":          {`INSERT INTO sales_channel (id, name, code, channel_kind) VALUES ('sch_1', 'n', 'c', 'POS')`, "sales_channel.channel_kind"},
		"an unknown member of a set":           {`INSERT INTO payment_provider (id, code, name, capabilities) VALUES ('payp_1', 'c', 'n', '{refund,dance}')`, "payment_provider.capabilities"},
		"money without its raw half":           {`INSERT INTO payment_collection (id, currency_code, amount, raw_amount, captured_amount) VALUES ('payc_1', 'USD', 1, '{}', 1)`, "payment_collection.captured_amount"},
		"a raw half without its money":         {`INSERT INTO payment_collection (id, currency_code, amount, raw_amount, raw_captured_amount) VALUES ('payc_1', 'USD', 1, '{}', '{}')`, "payment_collection.captured_amount"},
		"money that is required, half of it":   {`INSERT INTO payment_collection (id, currency_code, amount) VALUES ('payc_1', 'USD', 1)`, "payment_collection.raw_amount"},
		"a phase that the table has not":       {`INSERT INTO price_set (id, status) VALUES ('pset_1', '{"phase":"Draft","conditions":[]}')`, "price_set.status"},
		"a status without phase":               {`INSERT INTO price_set (id, status) VALUES ('pset_1', '{}')`, "price_set.status"},
		"a status that is no object":           {`INSERT INTO price_set (id, status) VALUES ('pset_1', '"Active"')`, "price_set.status"},
		"labels that are no object":            {`INSERT INTO price_set (id, labels) VALUES ('pset_1', '[]')`, "price_set.labels"},
		"annotations that are null":            {`INSERT INTO price_set (id, annotations) VALUES ('pset_1', NULL)`, "price_set.annotations"},
		"a negative count":                     {`INSERT INTO price_set (id, price_count) VALUES ('pset_1', -1)`, "price_set.price_count"},
		"a currency code in lower case":        {`INSERT INTO currency (id, code, name) VALUES ('cur_1', 'usx', 'n')`, "currency."},
		"two of what may be one":               {`INSERT INTO tax_rate_rule (id, tax_rate_id, product_id, product_type_id) VALUES ('txrr_1', 't', 'p', 'p')`, "tax_rate_rule."},
		"a confidence above one":               {`INSERT INTO product_tag (id, value, normalized_value, classification_confidence) VALUES ('ptag_1', 'v', 'v', 1.5)`, "product_tag."},
		"a generation seen before it is there": {`INSERT INTO macrodata_artifact (id, macrodata_catalog_id, kind, name, observed_generation) VALUES ('mda_1', 'mdc_1', 'report', 'n', 2)`, "macrodata_artifact."},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := pool.Exec(t.Context(), c.sql)
			require.Error(t, err)
			refused := store.Classify(err, "write")
			require.True(t, fault.Is(refused, fault.InvalidInput), "%v", refused)
			require.ErrorContains(t, refused, c.names)
			require.NotContains(t, refused.Error(), "Failing row", "the row itself stays out of the message")
		})
	}
}

func TestNaturalKeysAreUniqueAmongNativeRowsAlone(t *testing.T) {
	pool := open(t, store.Options{})
	insert := `INSERT INTO product (id, shopify_gid, store_id, title, handle) VALUES ($1, $2, 'sto_1', 'Case', 'case')`
	_, err := pool.Exec(t.Context(), insert, "prd_1", "gid://shopify/Product/1")
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), insert, "prd_2", "gid://shopify/Product/2")
	require.NoError(t, err, "Shopify reuses a handle before its old owner is seen to go")
	_, err = pool.Exec(t.Context(), insert, "prd_3", nil)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), insert, "prd_4", nil)
	require.True(t, fault.Is(store.Classify(err, "write"), fault.Conflict), "%v", err)
}
