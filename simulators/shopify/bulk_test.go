package shopify_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

func TestABulkResultHoldsTheWholeStore(t *testing.T) {
	s := start(t, shopify.Config{})
	want := s.server.Store().Snapshot().Figures()
	rows, op := s.bulk(operation(t, "bulk_orders"))
	require.Equal(t, fmt.Sprint(len(rows)), op["objectCount"])
	require.Equal(t, fmt.Sprint(want.Orders), op["rootObjectCount"])

	seen, lines, apart := map[string]bool{}, 0, 0
	units, gross, refunds := 0, store.Amount(0), 0
	before := ""
	for _, row := range rows {
		id, _ := row["id"].(string)
		parent, isChild := row["__parentId"].(string)
		if isChild {
			require.True(t, seen[parent], "%s comes before its parent", id)
			if before != parent {
				apart++
			}
		}
		if strings.HasPrefix(id, "gid://shopify/LineItem/") {
			lines++
			quantity := int(row["quantity"].(float64))
			price, err := store.ParseAmount(row["originalUnitPriceSet"].(map[string]any)["shopMoney"].(map[string]any)["amount"].(string))
			require.NoError(t, err)
			units += quantity
			gross += price * store.Amount(quantity)
		}
		if list, ok := row["refunds"].([]any); ok {
			refunds += len(list)
		}
		seen[id] = true
		before = id
		require.NotContains(t, row, "lineItems", "a connection gives lines of its own")
	}
	require.Equal(t, want.LineItems, lines)
	require.Equal(t, want.Units, units)
	require.Equal(t, want.Gross, gross)
	require.Equal(t, want.Refunds, refunds)
	require.Greater(t, apart, len(rows)/4, "children do not follow their parents")
}

func TestGroupedResultsKeepChildrenWithTheirParent(t *testing.T) {
	s := start(t, shopify.Config{})
	run := s.ask(`mutation($q: String!) { bulkOperationRunQuery(query: $q, groupObjects: true) { bulkOperation { id } userErrors { message } } }`,
		map[string]any{"q": `{ orders { edges { node { id lineItems { edges { node { id } } } } } } }`})
	id := run["bulkOperationRunQuery"].(map[string]any)["bulkOperation"].(map[string]any)["id"].(string)
	root := ""
	for _, row := range s.lines(s.await(id, "COMPLETED")["url"].(string)) {
		if parent, ok := row["__parentId"]; ok {
			require.Equal(t, root, parent)
		} else {
			root = row["id"].(string)
		}
	}
}

func TestNestedChildrenNameTheirOwnParent(t *testing.T) {
	s := start(t, shopify.Config{})
	rows, _ := s.bulk(operation(t, "bulk_orders"))
	items := 0
	for _, row := range rows {
		if id, _ := row["id"].(string); strings.HasPrefix(id, "gid://shopify/ReturnLineItem/") {
			require.Contains(t, row["__parentId"], "gid://shopify/Return/")
			items++
		}
	}
	require.Equal(t, s.server.Store().Snapshot().Figures().EventsByType["return_requested"], items)
}

func TestTheSameQueryGivesTheSameFile(t *testing.T) {
	s := start(t, shopify.Config{})
	first, _ := s.bulk(operation(t, "bulk_orders"))
	second, _ := s.bulk(operation(t, "bulk_orders"))
	require.Equal(t, first, second)
}

func TestNoRowsMeanNoURL(t *testing.T) {
	s := start(t, shopify.Config{})
	op := s.await(s.submit(`{ orders(query: "created_at:<'2001-01-01'") { edges { node { id } } } }`), "COMPLETED")
	require.Nil(t, op["url"])
	require.Equal(t, "0", op["objectCount"])
	require.Nil(t, op["fileSize"])
}

func TestBulkRestrictions(t *testing.T) {
	for _, schema := range []string{"none", installed} {
		s := start(t, shopify.Config{Schema: schema})
		for query, why := range map[string]string{
			`{ shop { name } }`:                            "connection",
			`{ node(id: "gid://shopify/Order/1") { id } }`: "node",
			`{ orders { edges { node { id refunds { id refundLineItems { edges { node { id } } } } } } } }`: "list",
			`{ orders { edges { node { name lineItems { edges { node { id } } } } } } }`:                    "id",
			`{ orders { edges { node { key: id lineItems { edges { node { id } } } } } } }`:                 "id",
			`query($q: String) { orders(query: $q) { edges { node { id } } } }`:                             "variables",
			`mutation { bulkOperationCancel(id: "x") { userErrors { message } } }`:                          "query",
			`{ orders { edges { node { id nonsense } } } }`:                                                 "nonsense",
			`{ orders { edges { node { id `:                                                                 "",
			`{ products { edges { node { id a: variants { edges { node { id } } } b: variants { edges { node { id } } }
				c: variants { edges { node { id } } } d: variants { edges { node { id } } } media { edges { node { id } } } } } } }`: "5",
			`{ collections { edges { node { id products { edges { node { id variants { edges { node { id
				metafields { edges { node { id } } } } } } } } } } } } }`: "deeper",
		} {
			run := s.ask(runBulk, map[string]any{"query": query})["bulkOperationRunQuery"].(map[string]any)
			require.Nil(t, run["bulkOperation"], query)
			refusal := run["userErrors"].([]any)[0].(map[string]any)
			require.Equal(t, "INVALID", refusal["code"])
			require.Contains(t, refusal["message"], why, query)
		}
	}
}

func TestFiveOperationsAtOnceAndNotMore(t *testing.T) {
	s := start(t, shopify.Config{BulkRunDelay: time.Hour})
	query := `{ products { edges { node { id } } } }`
	var ids []string
	for range 5 {
		ids = append(ids, s.submit(query))
	}
	run := s.ask(runBulk, map[string]any{"query": query})["bulkOperationRunQuery"].(map[string]any)
	require.Equal(t, "LIMIT_REACHED", run["userErrors"].([]any)[0].(map[string]any)["code"])
	s.await(ids[0], "RUNNING")
	s.ask(operation(t, "bulk_cancel"), map[string]any{"id": ids[0]})
	require.Equal(t, "CANCELING", s.poll(ids[0])["status"])
}

func TestACancelPassesThroughCanceling(t *testing.T) {
	s := start(t, shopify.Config{BulkRunDelay: 20 * time.Millisecond})
	id := s.submit(`{ products { edges { node { id } } } }`)
	answer := s.ask(operation(t, "bulk_cancel"), map[string]any{"id": id})["bulkOperationCancel"].(map[string]any)
	require.Empty(t, answer["userErrors"])
	require.Equal(t, "CANCELING", answer["bulkOperation"].(map[string]any)["status"])
	s.await(id, "CANCELED")
	again := s.ask(operation(t, "bulk_cancel"), map[string]any{"id": id})["bulkOperationCancel"].(map[string]any)
	require.NotEmpty(t, again["userErrors"])
}

func TestAResultCanBeReadInRanges(t *testing.T) {
	s := start(t, shopify.Config{})
	_, op := s.bulk(operation(t, "bulk_products"))
	url := op["url"].(string)
	whole := fetch(t, url, "")
	require.Equal(t, op["fileSize"], fmt.Sprint(len(whole)))
	half := len(whole) / 2
	require.Equal(t, whole, fetch(t, url, fmt.Sprintf("bytes=0-%d", half-1))+fetch(t, url, fmt.Sprintf("bytes=%d-", half)))
}

func fetch(t *testing.T, url, span string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, url, nil)
	require.NoError(t, err)
	want := http.StatusOK
	if span != "" {
		r.Header.Set("Range", span)
		want = http.StatusPartialContent
	}
	w, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer w.Body.Close()
	require.Equal(t, want, w.StatusCode)
	text, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	return string(text)
}

func TestAResultNeedsAFreshSignature(t *testing.T) {
	at := now
	s := start(t, shopify.Config{Clock: func() time.Time { return at }})
	_, op := s.bulk(`{ products { edges { node { id } } } }`)
	url := op["url"].(string)
	status := func(url string) int {
		w, err := http.Get(url)
		require.NoError(t, err)
		w.Body.Close()
		return w.StatusCode
	}
	require.Equal(t, http.StatusOK, status(url))
	require.Equal(t, http.StatusForbidden, status(url+"x"))
	at = at.Add(8 * 24 * time.Hour)
	require.Equal(t, http.StatusBadRequest, status(url))
}

func TestOperationsAndEditsSurviveAKill(t *testing.T) {
	dir := t.TempDir()
	config := shopify.Config{
		Dir: dir, Store: &store.Recipe{Size: "small", Seed: 7, Now: now}, Clock: func() time.Time { return now },
		BulkRunDelay: time.Hour,
	}
	// The first simulator is never closed: what it left is all that the second has.
	first, err := shopify.New(config)
	require.NoError(t, err)
	web := serve(t, first)
	s := &sim{t, first, web}
	done := s.submit(`{ products { edges { node { id } } } }`)
	s.await(done, "RUNNING")
	_, err = first.Edit(store.Edition{Do: "touch_order", ID: 6_000_000_005, Note: "changed"})
	require.NoError(t, err)
	figures := first.Store().Snapshot().Figures()

	config.BulkRunDelay = 0
	second := start(t, config)
	require.Equal(t, figures, second.server.Store().Snapshot().Figures())
	require.Equal(t, "changed", second.ask(`{ order(id: "gid://shopify/Order/6000000005") { note } }`, nil)["order"].(map[string]any)["note"])
	require.NotEmpty(t, second.lines(strings.Replace(second.await(done, "COMPLETED")["url"].(string), web, second.url, 1)))
}
