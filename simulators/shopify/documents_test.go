package shopify_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify"
)

// TestEveryDocumentOfThePlatformIsAnswered sends each operation that the
// platform has: what it asks for, the simulator must know.
func TestEveryDocumentOfThePlatformIsAnswered(t *testing.T) {
	s := start(t, shopify.Config{Schema: installed})
	paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "shopify", "operations", "*.graphql"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".graphql")
		t.Run(name, func(t *testing.T) {
			text := operation(t, name)
			if strings.Contains(text, "{{") {
				t.Fatal("a placeholder that the test does not know")
			}
			if strings.HasPrefix(name, "bulk_") && !strings.Contains(text, "query Bulk") && !strings.Contains(text, "mutation") {
				rows, op := s.bulk(text)
				require.NotEmpty(t, rows)
				require.Equal(t, fmt.Sprint(len(rows)), op["objectCount"])
				return
			}
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			a, err := s.try(string(raw), variables(s, name))
			require.NoError(t, err)
			require.Empty(t, a.Errors)
			require.NotEmpty(t, a.Data)
		})
	}
}

func variables(s *sim, name string) map[string]any {
	order := s.find("return_status:returned")
	v := map[string]any{"first": 5, "salesFirst": 5, "query": operation(s.t, "bulk_order_ids"), "id": "gid://shopify/BulkOperation/4400001"}
	switch name {
	case "bulk_operations":
		v["query"] = "status:running operation_type:query"
	case "details_refunds":
		v["ids"] = []any{order["refunds"].([]any)[0].(map[string]any)["id"]}
	case "details_fulfillments":
		v["ids"] = []any{order["fulfillments"].([]any)[0].(map[string]any)["id"]}
	case "details_order_agreements":
		v["ids"] = []any{order["id"]}
	case "metafields_set":
		v["metafields"] = []any{map[string]any{
			"ownerId": "gid://shopify/Product/7100000001", "namespace": "blunt", "key": "asset", "type": "url", "value": "https://r2.example/a.png",
		}}
	}
	return v
}

// find gives an order that a search finds.
func (s *sim) find(query string) map[string]any {
	s.t.Helper()
	orders := s.ask(`query($q: String) { orders(first: 1, query: $q) { nodes {
		id name refunds { id } fulfillments { id } lineItems(first: 50) { nodes { id } } } } }`, map[string]any{"q": query})["orders"]
	nodes := orders.(map[string]any)["nodes"].([]any)
	require.NotEmpty(s.t, nodes, "no order with %s", query)
	return nodes[0].(map[string]any)
}

func TestDetailQueriesGiveWhatABulkOperationCannot(t *testing.T) {
	s := start(t, shopify.Config{})
	order := s.find("return_status:returned")
	refund := s.ask(operation(t, "details_refunds"), map[string]any{
		"ids": []any{order["refunds"].([]any)[0].(map[string]any)["id"]}, "first": 50,
	})["nodes"].([]any)[0].(map[string]any)
	require.Equal(t, "Refund", refund["__typename"])
	require.Equal(t, order["id"], refund["order"].(map[string]any)["id"])
	line := refund["refundLineItems"].(map[string]any)["nodes"].([]any)[0].(map[string]any)
	require.Equal(t, "RETURN", line["restockType"])
	require.NotEmpty(t, line["subtotalSet"].(map[string]any)["shopMoney"].(map[string]any)["amount"])

	parcel := s.ask(operation(t, "details_fulfillments"), map[string]any{
		"ids": []any{order["fulfillments"].([]any)[0].(map[string]any)["id"]}, "first": 50,
	})["nodes"].([]any)[0].(map[string]any)
	require.Equal(t, "Fulfillment", parcel["__typename"])
	require.NotEmpty(t, parcel["fulfillmentLineItems"].(map[string]any)["nodes"])
}

func TestAnEditShowsInTheAgreements(t *testing.T) {
	s := start(t, shopify.Config{})
	text, err := json.Marshal(s.ask(operation(t, "details_order_agreements"), map[string]any{
		"ids": s.edited(), "first": 5, "salesFirst": 10,
	}))
	require.NoError(t, err)
	require.Contains(t, string(text), `"OrderEditAgreement"`)
	require.Contains(t, string(text), `"ORDER_EDIT"`)
}

func (s *sim) edited() []any {
	var ids []any
	rows, _ := s.bulk(`{ orders { edges { node { id edited } } } }`)
	for _, row := range rows {
		if row["edited"] == true {
			ids = append(ids, row["id"])
		}
	}
	require.NotEmpty(s.t, ids)
	return ids[:min(len(ids), 5)]
}
