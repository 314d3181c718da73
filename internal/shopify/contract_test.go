package shopify_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/shopify"
	"bluntcases.com/platform/internal/shopify/adminschema"
)

// adminSchema loads Shopify's published schema. In CI its absence is a failure: a contract test that skips proves
// nothing.
func adminSchema(t *testing.T) *adminschema.Schema {
	t.Helper()
	path, err := adminschema.Find()
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	schema, err := adminschema.Load(path)
	require.NoError(t, err)
	return schema
}

var window = shopify.Search{
	Field: shopify.UpdatedAt, From: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), To: time.Date(2026, 2, 2, 3, 4, 5, 0, time.FixedZone("", 3600)),
}

func bulkQuery(t *testing.T, name string) string {
	t.Helper()
	query, err := shopify.BulkQuery(shopify.BulkDocument(name), window, shopify.Tag{Key: "run.orders.whole.0001.1", WorkflowID: "shopify-bulk-sync"})
	require.NoError(t, err)
	return query
}

func isBulkQuery(name string) bool {
	return strings.Contains(shopify.Document(name), "{{filter}}")
}

func TestTheClientIsPinnedToTheSchemaThatItIsHeldAgainst(t *testing.T) {
	require.Equal(t, adminschema.Version, shopify.Version)
}

func TestEveryOperationFitsTheAdminSchema(t *testing.T) {
	schema := adminSchema(t)
	bulk := 0
	for _, name := range shopify.Documents() {
		t.Run(name, func(t *testing.T) {
			if isBulkQuery(name) {
				bulk++
				require.NoError(t, schema.CheckBulk(bulkQuery(t, name)))
				return
			}
			require.NoError(t, schema.Check(shopify.Document(name)))
		})
	}
	require.GreaterOrEqual(t, bulk, 5, "the bulk queries were not recognised")
}

// The scopes that the README tells an operator to grant are those that the documents need.
func TestTheRequiredScopesAreExactlyWhatTheOperationsNeed(t *testing.T) {
	schema := adminSchema(t)
	granted := append(slices.Clone(shopify.RequiredScopes), shopify.ReadAllOrders)
	used := map[string]bool{}
	for _, name := range shopify.Documents() {
		text := shopify.Document(name)
		if isBulkQuery(name) {
			text = bulkQuery(t, name)
		}
		needs, err := schema.Needs(text)
		require.NoError(t, err)
		for _, need := range needs {
			require.True(t, need.Met(granted), "%s: %s needs one of %v", name, need.At, need.AnyOf)
			for _, scope := range shopify.RequiredScopes {
				rest := slices.DeleteFunc(slices.Clone(granted), func(s string) bool { return s == scope })
				used[scope] = used[scope] || !need.Met(rest)
			}
		}
	}
	for _, scope := range shopify.RequiredScopes {
		require.True(t, used[scope], "no operation needs %s", scope)
	}
}

// Controls: a document that drifts from the schema or from the bulk restrictions is seen.
func TestADriftingOperationIsSeen(t *testing.T) {
	schema := adminSchema(t)
	orders := bulkQuery(t, "bulk_orders")

	require.ErrorContains(t, schema.CheckBulk(strings.Replace(orders, "legacyResourceId", "legacyResourceID", 1)), "legacyResourceID")
	require.ErrorContains(t, schema.CheckBulk(strings.Replace(orders, "refunds {", "refunds { refundLineItems { nodes { id } }", 1)), "inside a list")
	require.ErrorContains(t, schema.Check(strings.Replace(shopify.Document("details_refunds"), "$first: Int!", "$first: String!", 1)), "first")
}
