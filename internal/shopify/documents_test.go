package shopify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
)

func TestBulkQueryPutsTheWindowInQuotedAndInUTC(t *testing.T) {
	query := bulkQuery(t, "bulk_orders")
	require.Contains(t, query, `orders(query: "updated_at:>='2026-01-02T03:04:05Z' AND updated_at:<'2026-02-02T02:04:05Z'", sortKey: UPDATED_AT)`)
	require.NotContains(t, query, "{{")
}

func TestBulkQuerySortsByWhatItSearches(t *testing.T) {
	for _, document := range []shopify.BulkDocument{shopify.BulkOrders, shopify.BulkProducts, shopify.BulkCustomers} {
		t.Run(string(document), func(t *testing.T) {
			field := "created_at"
			if document == shopify.BulkCustomers {
				field = "customer_date" // what the customer search calls it
			}
			query, err := shopify.BulkQuery(document, shopify.Search{Field: shopify.CreatedAt, To: time.Unix(0, 0)}, shopify.Tag{Key: "k"})
			require.NoError(t, err)
			require.Contains(t, query, `(query: "`+field+`:<'1970-01-01T00:00:00Z'", sortKey: CREATED_AT)`)
			require.NotContains(t, query, "UPDATED_AT")
		})
	}
}

func TestAnOpenWindowHasNoFilter(t *testing.T) {
	query, err := shopify.BulkQuery(shopify.BulkProducts, shopify.Search{Field: shopify.UpdatedAt}, shopify.Tag{Key: "k"})
	require.NoError(t, err)
	require.Contains(t, query, `products(query: "", sortKey`)
}

func TestTagIsReadBackFromTheSubmittedQuery(t *testing.T) {
	tag := shopify.Tag{Key: "run.orders.whole.0001.1", WorkflowID: "shopify-bulk-sync"}
	for name, text := range map[string]string{
		"as submitted": bulkQuery(t, "bulk_orders"),
		"with CRLF":    strings.ReplaceAll(bulkQuery(t, "bulk_orders"), "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			read, ours := shopify.ReadTag(text)
			require.True(t, ours)
			require.Equal(t, tag, read)
		})
	}
	for name, text := range map[string]string{
		"anyone else's query":     "# Orders.\n{ orders { edges { node { id } } } }",
		"a comment further below": "{ orders {\n# key: mine\n edges { node { id } } } }",
		"nothing":                 "",
	} {
		t.Run(name, func(t *testing.T) {
			_, ours := shopify.ReadTag(text)
			require.False(t, ours)
		})
	}
}

func TestAKeyCannotBreakOutOfItsComment(t *testing.T) {
	for _, tag := range []shopify.Tag{{}, {Key: "a\n{ evil }"}, {Key: "a", WorkflowID: "b\r# key: c"}} {
		_, err := shopify.BulkQuery(shopify.BulkOrders, window, tag)
		require.True(t, fault.Is(err, fault.InvalidInput), "%q", tag)
	}
}
