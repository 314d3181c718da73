package shopify_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify"
)

func TestWhatIsNotSupportedIsAnErrorThatNamesIt(t *testing.T) {
	s := start(t, shopify.Config{Schema: "none"})
	for query, named := range map[string]string{
		`{ shop { name currencyFormats { moneyFormat } } }`: "currencyFormats",
		`{ shop { naem } }`:        "naem",
		`{ shop(id: 1) { name } }`: "id",
		`{ orders(first: 1, savedSearchId: "x") { nodes { id } } }`:                                 "savedSearchId",
		`{ orders(first: 1, sortKey: TOTAL_PRICE) { nodes { id } } }`:                               "TOTAL_PRICE",
		`{ orders(first: 1, query: "risk_level:high") { nodes { id } } }`:                           "risk_level",
		`{ orders(first: 1) { totalCount } }`:                                                       "totalCount",
		`{ orders { nodes { id } } }`:                                                               "first or last",
		`{ orders(first: 251) { nodes { id } } }`:                                                   "250",
		`{ orders(first: 1, after: "nonsense") { nodes { id } } }`:                                  "cursor",
		`{ nodes(ids: ["gid://shopify/DraftOrder/1"]) { id } }`:                                     "DraftOrder",
		`{ order(id: "17") { id } }`:                                                                "17",
		`{ shop { name @defer } }`:                                                                  "defer",
		`{ shop }`:                                                                                  "selection",
		`{ shop { name { x } } }`:                                                                   "scalar",
		`mutation { orderUpdate(input: {id: "gid://shopify/Order/1"}) { userErrors { message } } }`: "orderUpdate",
		`{ shop { ...missing } }`:                                                                   "missing",
		`{ nodes(ids: [` + strings.Repeat(`"gid://shopify/Order/1",`, 251) + `]) { id } }`:          "250",
	} {
		require.Contains(t, s.refused(query), named, query)
	}
}

func TestPagesFollowEachOtherToTheEnd(t *testing.T) {
	s := start(t, shopify.Config{})
	total := s.server.Store().Snapshot().Figures().Orders
	for _, order := range []string{"sortKey: UPDATED_AT", "sortKey: CREATED_AT, reverse: true", "sortKey: ID", ""} {
		var seen []string
		cursor := any(nil)
		for {
			page := s.ask(fmt.Sprintf(`query($after: String) { orders(first: 47, after: $after, %s) {
				edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`, order), map[string]any{"after": cursor})
			orders := page["orders"].(map[string]any)
			for _, edge := range orders["edges"].([]any) {
				seen = append(seen, edge.(map[string]any)["node"].(map[string]any)["id"].(string))
			}
			info := orders["pageInfo"].(map[string]any)
			require.Equal(t, cursor != nil, info["hasPreviousPage"])
			if info["hasNextPage"] == false {
				break
			}
			cursor = info["endCursor"]
		}
		slices.Sort(seen)
		require.Len(t, slices.Compact(seen), total, order)
	}
}

func TestNestedConnectionsArePaged(t *testing.T) {
	s := start(t, shopify.Config{})
	query := `query($after: String) { product(id: "gid://shopify/Product/7100000001") { variantsCount { count }
		variants(first: 5, after: $after) { nodes { id position } pageInfo { hasNextPage endCursor } } } }`
	positions, cursor, want := []float64{}, any(nil), 0.0
	for {
		product := s.ask(query, map[string]any{"after": cursor})["product"].(map[string]any)
		want = product["variantsCount"].(map[string]any)["count"].(float64)
		variants := product["variants"].(map[string]any)
		for _, v := range variants["nodes"].([]any) {
			positions = append(positions, v.(map[string]any)["position"].(float64))
		}
		if info := variants["pageInfo"].(map[string]any); info["hasNextPage"] == false {
			break
		} else {
			cursor = info["endCursor"]
		}
	}
	require.Len(t, positions, int(want))
	require.True(t, slices.IsSorted(positions))
}

func TestSearchTerms(t *testing.T) {
	s := start(t, shopify.Config{})
	count := func(query string) float64 {
		return s.ask(`query($q: String) { ordersCount(query: $q) { count } }`, map[string]any{"q": query})["ordersCount"].(map[string]any)["count"].(float64)
	}
	all := count("")
	require.Equal(t, all, count("created_at:>='2025-09-01T00:00:00Z'")+count("created_at:<'2025-09-01T00:00:00Z'"))
	require.Equal(t, all, count("status:open")+count("status:closed")+count("status:cancelled"))
	require.Equal(t, all, count("test:true")+count("NOT test:true"))
	require.Equal(t, count("status:closed"), count("(status:closed OR status:cancelled) AND -status:cancelled"))
	require.Equal(t, 1.0, count("id:6000000007"))
	require.Equal(t, 2.0, count("id:>=6000000007 id:<=6000000008"))
	require.Equal(t, count("id:>=6000000007"), count("id:>6000000007"), "> behaves as >=")
	require.Equal(t, all, count("status:any"))
}

func TestFragmentsAliasesAndDirectives(t *testing.T) {
	s := start(t, shopify.Config{})
	data := s.ask(`query($no: Boolean = false, $yes: Boolean!) {
		a: shop { ...names url @include(if: $no) }
		b: shop { name @skip(if: $yes) ... on Shop { domain: myshopifyDomain } }
		node(id: "gid://shopify/Product/7100000001") { __typename id ... on Product { title } ... on Order { name } }
	} fragment names on Shop { name currencyCode }`, map[string]any{"yes": true})
	require.Equal(t, map[string]any{"name": "Blunt Cases", "currencyCode": "USD"}, data["a"])
	require.Equal(t, map[string]any{"domain": "bluntcases.myshopify.com"}, data["b"])
	node := data["node"].(map[string]any)
	require.Equal(t, "Product", node["__typename"])
	require.NotEmpty(t, node["title"])
	require.NotContains(t, node, "name")
}

func TestAMissingScopeNamesTheField(t *testing.T) {
	s := start(t, shopify.Config{})
	fault, err := s.server.AddFault(shopify.Fault{Kind: shopify.FaultMissingScope, Value: "read_customers"})
	require.NoError(t, err)
	a, err := s.try(`{ orders(first: 1) { nodes { id customer { id } } } }`, nil)
	require.NoError(t, err)
	require.Equal(t, "ACCESS_DENIED", a.Errors[0].Extensions["code"])
	require.Equal(t, []string{"orders", "customer"}, a.Errors[0].Path)
	require.Contains(t, a.Errors[0].Message, "read_customers")

	op := s.await(s.submit(`{ orders { edges { node { id customer { id } } } } }`), "FAILED")
	require.Equal(t, "ACCESS_DENIED", op["errorCode"])
	s.server.RemoveFault(fault.ID)
	s.ask(`{ orders(first: 1) { nodes { id customer { id } } } }`, nil)
}

func TestWithoutReadAllOrdersOnlySixtyDaysAreVisible(t *testing.T) {
	s := start(t, shopify.Config{})
	first := s.find("id:6000000001")["id"]
	all, _ := s.bulk(`{ orders { edges { node { id createdAt } } } }`)
	_, err := s.server.AddFault(shopify.Fault{Kind: shopify.FaultMissingScope, Value: "read_all_orders"})
	require.NoError(t, err)
	some, _ := s.bulk(`{ orders { edges { node { id createdAt } } } }`)
	require.Less(t, len(some), len(all))
	require.NotEmpty(t, some)
	limit := now.AddDate(0, 0, -60).Format("2006-01-02T15:04:05Z")
	for _, row := range some {
		require.GreaterOrEqual(t, row["createdAt"].(string), limit)
	}
	require.Nil(t, s.ask(`query($id: ID!) { order(id: $id) { id } }`, map[string]any{"id": first})["order"])
	scopes := fmt.Sprint(s.ask(operation(t, "access_scopes"), nil))
	require.NotContains(t, scopes, "read_all_orders")
	require.Contains(t, scopes, "read_orders")
}

func TestTheVersionAndTheTokenAreChecked(t *testing.T) {
	s := start(t, shopify.Config{})
	for path, want := range map[string]int{"/admin/api/2019-01/graphql.json": http.StatusNotFound, "/admin/api/2026-07/graphql.json": http.StatusUnauthorized} {
		w, err := http.Post(s.url+path, "application/json", strings.NewReader(`{"query":"{shop{name}}"}`))
		require.NoError(t, err)
		w.Body.Close()
		require.Equal(t, want, w.StatusCode)
	}
}
