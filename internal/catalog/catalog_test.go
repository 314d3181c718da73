package catalog_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/internal/uid"
)

func TestReferencesAreReadFromComments(t *testing.T) {
	for comment, want := range map[string]catalog.Reference{
		"ref: customer.id":                {Column: "c", Table: "customer", ToColumn: "id"},
		"ref: currency.code — as placed":  {Column: "c", Table: "currency", ToColumn: "code", Prose: "as placed"},
		"ref: customer":                   {},
		"ref: customer.id, the buyer":     {},
		"ref:customer.id":                 {},
		"Refers to nothing: plain prose.": {},
	} {
		ref, ok, malformed := (&catalog.Column{Name: "c", Comment: comment}).Reference()
		require.Equal(t, want, ref, comment)
		require.Equal(t, want != catalog.Reference{}, ok, comment)
		require.Equal(t, !ok && comment[:4] == "ref:", malformed, comment)
	}
}

func TestTableCommentsHoldFacts(t *testing.T) {
	table := catalog.Table{Comment: "A buyer.\nmodule: 04 Customer\nnote: one line\n  and the next."}
	require.Equal(t, map[string]string{"purpose": "A buyer.", "module": "04 Customer", "note": "one line and the next."}, table.Facts())
}

func TestTheCatalogKnowsWhatTheMigrationsSay(t *testing.T) {
	c := read(t)
	order, found := c.Table("order_header")
	require.True(t, found)
	require.Equal(t, "ord_", order.Prefix())
	require.True(t, order.IsMirror())
	require.Equal(t, []string{"Pending", "Completed", "Draft", "RequiresAction", "Canceled", "Archived", "Unknown"}, order.Phases())
	require.Equal(t, []string{"customer", "declined", "fraud", "inventory", "staff", "other", "unknown"}, order.Values("cancel_reason"))
	require.Nil(t, order.Values("email"))
	require.Contains(t, order.References(), catalog.Reference{Column: "customer_id", Table: "customer", ToColumn: "id"})

	providers, _ := c.Table("payment_provider")
	require.Equal(t, []string{"authorize", "capture", "refund", "void", "tokenize"}, providers.Values("capabilities"))
	assignment, _ := c.Table("link_publisher_principal")
	require.Equal(t, []string{"Invited", "Active", "Revoked"}, assignment.Phases())
	_, found = c.Table("schema_migrations")
	require.False(t, found)
}

// The database refuses each of these too: TestTheDatabaseRefuses in internal/store.
func TestBadRowsAreNamedByTableColumnAndValue(t *testing.T) {
	c := read(t)
	cases := map[string]struct {
		table string
		row   map[string]any
		want  []string // parts of the message; none means the row is good
	}{
		"good row": {"order_header", map[string]any{
			"id": uid.New(uid.OrderHeader), "store_id": uid.New(uid.Store), "cart_id": nil, "status": store.Phase("Pending"), "financial_status": "paid",
			"currency_code": "USD", "total_price": decimal.RequireFromString("1.50"), "raw_total_price": store.MoneyAmount{Amount: "1.5", Currency: "USD"},
		}, nil},
		"wrong prefix":           {"order_header", map[string]any{"id": "prd_00000000000000000000000000"}, []string{"order_header.id", "prd_0000", "ord_"}},
		"reference to elsewhere": {"order_header", map[string]any{"customer_id": uid.New(uid.Cart)}, []string{"order_header.customer_id", "cart_", "cus_"}},
		"unknown enum value":     {"order_header", map[string]any{"financial_status": "PAID"}, []string{"order_header.financial_status", `"PAID"`, "partially_paid"}},
		"unknown set member":     {"payment_provider", map[string]any{"capabilities": []string{"refund", "dance"}}, []string{"payment_provider.capabilities", `"dance"`}},
		"phase it has not":       {"order_header", map[string]any{"status": store.Phase("Paid")}, []string{"order_header.status", `"Paid"`, "Completed"}},
		"null where none may be": {"order_header", map[string]any{"order_name": nil}, []string{"order_header.order_name", "null"}},
		"money without raw half": {"order_header", map[string]any{"currency_code": "USD", "total_tax": decimal.RequireFromString("3"), "raw_total_tax": store.MoneyAmount{}}, []string{"order_header.raw_total_tax", "3"}},
		"raw half alone":         {"order_header", map[string]any{"currency_code": "USD", "total_tax": nil, "raw_total_tax": store.MoneyAmount{Amount: "3", Currency: "USD"}}, []string{"order_header.total_tax", "3 USD"}},
		"halves that differ":     {"order_header", map[string]any{"currency_code": "USD", "total_tax": decimal.RequireFromString("3"), "raw_total_tax": store.MoneyAmount{Amount: "4", Currency: "USD"}}, []string{"order_header.total_tax", "3", "4"}},
		"another currency":       {"order_header", map[string]any{"currency_code": "USD", "total_tax": decimal.RequireFromString("3"), "raw_total_tax": store.MoneyAmount{Amount: "3", Currency: "EUR"}}, []string{"order_header.raw_total_tax", "EUR", "USD"}},
		"no such column":         {"order_header", map[string]any{"colour": "red"}, []string{"order_header.colour"}},
		"no such table":          {"orders", map[string]any{}, []string{"orders"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			faults := c.Faults(test.table, test.row)
			if test.want == nil {
				require.Empty(t, faults)
				return
			}
			require.Len(t, faults, 1)
			for _, part := range test.want {
				require.Contains(t, faults[0].Name+": "+faults[0].Detail, part)
			}
		})
	}
}

func read(t *testing.T) *catalog.Catalog {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	c, err := catalog.Read(t.Context(), pool, "public")
	require.NoError(t, err)
	return c
}
