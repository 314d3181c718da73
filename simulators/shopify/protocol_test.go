package shopify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

func TestTheBudgetRunsOutAndFillsAgain(t *testing.T) {
	at := now
	s := start(t, shopify.Config{RestoreRate: 10, Clock: func() time.Time { return at }})
	query := `{ products(first: 250) { nodes { id priceRangeV2 { minVariantPrice { amount } } } } }`
	a, err := s.try(query, nil)
	require.NoError(t, err)
	cost := a.Extensions.Cost
	require.Equal(t, 200.0, cost.ThrottleStatus.MaximumAvailable)
	require.Equal(t, 10.0, cost.ThrottleStatus.RestoreRate)
	require.NotNil(t, cost.ActualQueryCost)
	require.LessOrEqual(t, *cost.ActualQueryCost, cost.RequestedQueryCost)

	for range 100 {
		if a, err = s.try(query, nil); len(a.Errors) > 0 {
			break
		}
	}
	require.NoError(t, err)
	require.Equal(t, "THROTTLED", a.Errors[0].Extensions["code"])
	require.Nil(t, a.Extensions.Cost.ActualQueryCost)
	require.Less(t, a.Extensions.Cost.ThrottleStatus.CurrentlyAvailable, a.Extensions.Cost.RequestedQueryCost)
	at = at.Add(20 * time.Second)
	s.ask(query, nil)
}

func TestAQueryThatCostsTooMuchIsRefused(t *testing.T) {
	s := start(t, shopify.Config{})
	ids := make([]any, 150)
	for i := range ids {
		ids[i] = store.GID("Order", 6_000_000_001+int64(i))
	}
	a, err := s.try(`query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { lineItems(first: 250) { nodes { id } } } } }`, map[string]any{"ids": ids})
	require.NoError(t, err)
	require.Equal(t, "MAX_COST_EXCEEDED", a.Errors[0].Extensions["code"])
}

func TestClientCredentialsGiveATokenForADay(t *testing.T) {
	at := now
	s := start(t, shopify.Config{Clock: func() time.Time { return at }, ClientID: "id", ClientSecret: "secret"})
	ask := func(secret string) (int, string) {
		w, err := http.PostForm(s.url+"/admin/oauth/access_token", url.Values{
			"grant_type": {"client_credentials"}, "client_id": {"id"}, "client_secret": {secret},
		})
		require.NoError(t, err)
		defer w.Body.Close()
		var answer struct {
			Token string `json:"access_token"`
			In    int    `json:"expires_in"`
		}
		require.NoError(t, json.NewDecoder(w.Body).Decode(&answer))
		return w.StatusCode, answer.Token
	}
	use := func(token string) int {
		r, err := http.NewRequest(http.MethodPost, s.url+"/admin/api/2026-07/graphql.json", strings.NewReader(`{"query":"{shop{name}}"}`))
		require.NoError(t, err)
		r.Header.Set("X-Shopify-Access-Token", token)
		w, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		w.Body.Close()
		return w.StatusCode
	}
	status, _ := ask("wrong")
	require.Equal(t, http.StatusUnauthorized, status)
	status, token := ask("secret")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, http.StatusOK, use(token))
	require.Equal(t, http.StatusUnauthorized, use(token[:len(token)-1]+"x"))
	at = at.Add(25 * time.Hour)
	require.Equal(t, http.StatusUnauthorized, use(token))
}

// receiver takes webhooks, and refuses the first few.
type receiver struct {
	mu      sync.Mutex
	refuse  int
	seen    []*http.Request
	bodies  [][]byte
	arrived chan struct{}
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen, r.bodies = append(r.seen, q), append(r.bodies, body)
	if len(r.seen) <= r.refuse {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	r.arrived <- struct{}{}
}

func TestTheFinishWebhookIsSignedAndTriedAgain(t *testing.T) {
	hook := &receiver{refuse: 2, arrived: make(chan struct{}, 9)}
	s := start(t, shopify.Config{WebhookURL: serve(t, hook), WebhookRetries: []time.Duration{1, 1, 1}})
	id := s.submit(products)
	<-hook.arrived
	hook.mu.Lock()
	defer hook.mu.Unlock()
	require.Len(t, hook.seen, 3)
	for i, r := range hook.seen {
		require.Equal(t, "bulk_operations/finish", r.Header.Get("X-Shopify-Topic"))
		require.Equal(t, shopify.SignWebhook("simulator-secret", hook.bodies[i]), r.Header.Get("X-Shopify-Hmac-Sha256"))
		require.Equal(t, hook.seen[0].Header.Get("X-Shopify-Webhook-Id"), r.Header.Get("X-Shopify-Webhook-Id"))
		require.Equal(t, "bluntcases.myshopify.com", r.Header.Get("X-Shopify-Shop-Domain"))
		require.NotEmpty(t, r.Header.Get("X-Shopify-Event-Id"))
		require.NotEmpty(t, r.Header.Get("X-Shopify-Triggered-At"))
		require.Equal(t, hook.bodies[0], hook.bodies[i])
	}
	var payload map[string]any
	require.NoError(t, json.Unmarshal(hook.bodies[0], &payload))
	require.Equal(t, id, payload["admin_graphql_api_id"])
	require.Equal(t, "completed", payload["status"])
}

func TestASubscriptionReceivesItsTopic(t *testing.T) {
	hook := &receiver{arrived: make(chan struct{}, 9)}
	s := start(t, shopify.Config{})
	target := serve(t, hook)
	create := `mutation($url: String!) { webhookSubscriptionCreate(topic: ORDERS_DELETE, webhookSubscription: {uri: $url}) {
		webhookSubscription { id topic uri } userErrors { field message } } }`
	made := s.ask(create, map[string]any{"url": target})["webhookSubscriptionCreate"].(map[string]any)
	require.Empty(t, made["userErrors"])
	again := s.ask(create, map[string]any{"url": target})["webhookSubscriptionCreate"].(map[string]any)
	require.NotEmpty(t, again["userErrors"])
	_, err := s.server.Edit(store.Edition{Do: "delete_order", ID: 6_000_000_003})
	require.NoError(t, err)
	<-hook.arrived
	require.Contains(t, string(hook.bodies[0]), "gid://shopify/Order/6000000003")
	events := s.ask(`{ events(first: 5, query: "action:destroy subject_type:ORDER") { nodes { action ... on BasicEvent { subjectId } } } }`, nil)
	require.Equal(t, "gid://shopify/Order/6000000003",
		events["events"].(map[string]any)["nodes"].([]any)[0].(map[string]any)["subjectId"])
}

func TestMetafieldsAreSetTogetherOrNotAtAll(t *testing.T) {
	s := start(t, shopify.Config{})
	owner := "gid://shopify/Product/7100000001"
	field := func(key string, more map[string]any) map[string]any {
		m := map[string]any{"ownerId": owner, "namespace": "blunt", "key": key, "type": "url", "value": "https://r2.example/" + key}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	set := func(fields ...any) map[string]any {
		return s.ask(operation(t, "metafields_set"), map[string]any{"metafields": fields})["metafieldsSet"].(map[string]any)
	}
	code := func(p map[string]any) any {
		require.Nil(t, p["metafields"])
		return p["userErrors"].([]any)[0].(map[string]any)["code"]
	}
	first := set(field("a", map[string]any{"compareDigest": nil}))
	require.Empty(t, first["userErrors"])
	digest := first["metafields"].([]any)[0].(map[string]any)["compareDigest"]

	require.Equal(t, "STALE_OBJECT", code(set(field("b", nil), field("a", map[string]any{"compareDigest": nil}))), "null creates only")
	require.Equal(t, "STALE_OBJECT", code(set(field("a", map[string]any{"compareDigest": "old"}))))
	require.Equal(t, "INVALID", code(set(field("a", map[string]any{"ownerId": "gid://shopify/Product/1"}))))
	require.Equal(t, "INVALID_VALUE", code(set(field("a", map[string]any{"value": "no url"}))))
	many := make([]any, 26)
	for i := range many {
		many[i] = field("x", nil)
	}
	require.Equal(t, "LESS_THAN_OR_EQUAL_TO", code(set(many...)))
	kept := s.ask(`{ product(id: "`+owner+`") { metafields(first: 9, namespace: "blunt") { nodes { key value } } } }`, nil)
	require.Len(t, kept["product"].(map[string]any)["metafields"].(map[string]any)["nodes"], 1, "nothing was half done")

	second := set(field("a", map[string]any{"compareDigest": digest, "value": "https://r2.example/new"}), field("b", nil))
	require.Empty(t, second["userErrors"])
	require.Len(t, second["metafields"], 2)
}

func TestASearchLagsBehindAnEdit(t *testing.T) {
	at := now
	s := start(t, shopify.Config{Clock: func() time.Time { return at }, SearchLag: 10 * time.Second})
	id, err := s.server.Edit(store.Edition{Do: "create_order", Lines: []store.LineEdit{{Variant: store.Child(7_100_000_001, 0), Quantity: 2}}})
	require.NoError(t, err)
	gid := store.GID("Order", id)
	recent := func() []map[string]any {
		rows, _ := s.bulk(`{ orders(query: "updated_at:>='2026-03-02T09:00:00Z'") { edges { node { id } } } }`)
		return rows
	}
	require.Empty(t, recent())
	require.NotNil(t, s.ask(`query($id: ID!) { order(id: $id) { id } }`, map[string]any{"id": gid})["order"], "but it is there")
	at = at.Add(11 * time.Second)
	require.Equal(t, []map[string]any{{"id": gid}}, recent())
}
