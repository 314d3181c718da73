package shopify_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
)

const (
	testShop  = "bluntcases.myshopify.com"
	testToken = "shpat_0123456789abcdef"
	scopesOK  = `{"data":{"currentAppInstallation":{"accessScopes":[{"handle":"read_products"},{"handle":"read_orders"}]}}}`
)

// wire answers each request with the next of its handlers, the last one again and again. It stands for what lies
// between the platform and Shopify: what the simulator does not do, because Shopify does not.
type wire struct {
	*httptest.Server
	mu       sync.Mutex
	handlers []http.HandlerFunc
	requests []*http.Request
	bodies   []string
}

func newWire(t *testing.T, handlers ...http.HandlerFunc) *wire {
	w := &wire{handlers: handlers}
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.mu.Lock()
		w.requests, w.bodies = append(w.requests, r), append(w.bodies, string(body))
		next := w.handlers[0]
		if len(w.handlers) > 1 {
			w.handlers = w.handlers[1:]
		}
		w.mu.Unlock()
		next(rw, r)
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *wire) seen() []*http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.requests
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func withCost(body string, requested, available, restore float64) string {
	return strings.TrimSuffix(body, "}") + fmt.Sprintf(
		`,"extensions":{"cost":{"requestedQueryCost":%g,"actualQueryCost":1,"throttleStatus":{"maximumAvailable":1000,"currentlyAvailable":%g,"restoreRate":%g}}}}`,
		requested, available, restore)
}

func client(t *testing.T, url string, change ...func(*shopify.Config)) *shopify.Client {
	cfg := shopify.Config{Shop: testShop, URL: url, AccessToken: testToken}
	for _, c := range change {
		c(&cfg)
	}
	c, err := shopify.New(cfg)
	require.NoError(t, err)
	return c
}

func TestRequestsCarryTheTokenAndThePinnedVersion(t *testing.T) {
	t.Parallel()
	w := newWire(t, answer(200, scopesOK))
	scopes, err := client(t, w.URL).Scopes(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"read_orders", "read_products"}, scopes)
	require.Equal(t, "/admin/api/2026-07/graphql.json", w.seen()[0].URL.Path)
	require.Equal(t, testToken, w.seen()[0].Header.Get("X-Shopify-Access-Token"))
}

func TestErrorsHaveTheirMeaning(t *testing.T) {
	t.Parallel()
	graphql := func(code, message string) string {
		return fmt.Sprintf(`{"data":null,"errors":[{"message":%q,"path":["orders",0,"customer"],"extensions":{"code":%q,"requiredAccess":"`+"`read_customers` access scope."+`"}}]}`, message, code)
	}
	for name, c := range map[string]struct {
		status int
		body   string
		code   fault.Code
		says   string
	}{
		"wrong token":               {401, `{"errors":"[API] Invalid API key"}`, fault.ShopifyDenied, "401"},
		"frozen shop":               {402, ``, fault.ShopifyDenied, "402"},
		"no such shop":              {404, ``, fault.ShopifyDenied, "404"},
		"a redirect":                {302, ``, fault.ShopifyRejected, "302"},
		"denied field":              {200, graphql("ACCESS_DENIED", "Access denied"), fault.MissingScope, "orders.customer: it takes `read_customers` access scope"},
		"unknown field":             {200, graphql("undefinedField", "Field 'x' doesn't exist on type 'Order'"), fault.ShopifyRejected, "Field 'x' doesn't exist"},
		"too costly":                {200, graphql("MAX_COST_EXCEEDED", "too much"), fault.ShopifyRejected, "costs more"},
		"inactive shop":             {200, graphql("SHOP_INACTIVE", ""), fault.ShopifyDenied, "not active"},
		"data of another shape":     {200, `{"data":{"currentAppInstallation":[]}}`, fault.ShopifyRejected, "another shape"},
		"errors beside the data":    {200, strings.TrimSuffix(scopesOK, "}") + `,"errors":[{"message":"half of it"}]}`, fault.ShopifyRejected, "half of it"},
		"a failure that stays":      {503, ``, fault.Unavailable, "503"},
		"not JSON, again and again": {200, `<html>`, fault.Unavailable, "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client(t, newWire(t, answer(c.status, c.body)).URL).Scopes(t.Context())
			require.Equal(t, c.code, fault.Of(err).Code, "%v", err)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), testToken)
		})
	}
}

func TestAQueryThatFoundNoAnswerIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]http.HandlerFunc{
		"5xx": answer(502, ""), "connection closed": hangUp, "cut JSON": answer(200, scopesOK[:30]),
		"internal error": answer(200, `{"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}`),
		"neither":        answer(200, `{"data":null}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWire(t, first, answer(200, scopesOK))
			_, err := client(t, w.URL).Scopes(t.Context())
			require.NoError(t, err)
			require.Len(t, w.seen(), 2)
		})
	}
}

func TestAMutationThatFoundNoAnswerIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWire(t, hangUp)
	_, err := client(t, w.URL).RunBulkQuery(t.Context(), "{ }")
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.Len(t, w.seen(), 1)
}

func TestThrottledRequestsWaitForTheTimeThatShopifySays(t *testing.T) {
	t.Parallel()
	throttled := `{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}`
	for name, c := range map[string]struct {
		first http.HandlerFunc
		least time.Duration
	}{
		"429 with Retry-After":             {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "0.3"); w.WriteHeader(429) }, 300 * time.Millisecond},
		"200 with THROTTLED":               {answer(200, withCost(throttled, 130, 100, 100)), 300 * time.Millisecond},
		"200 with THROTTLED and no status": {answer(200, throttled), time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWire(t, c.first, answer(200, scopesOK))
			began := time.Now()
			_, err := client(t, w.URL).Scopes(t.Context())
			require.NoError(t, err)
			require.GreaterOrEqual(t, time.Since(began), c.least-10*time.Millisecond)
			require.Len(t, w.seen(), 2)
		})
	}
}

func TestAMutationThatWasThrottledIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWire(t, answer(200, withCost(`{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}`, 10, 5, 100)),
		answer(200, `{"data":{"bulkOperationRunQuery":{"bulkOperation":{"id":"gid://shopify/BulkOperation/1","status":"CREATED","createdAt":"2026-01-01T00:00:00Z"},"userErrors":[]}}}`))
	o, err := client(t, w.URL).RunBulkQuery(t.Context(), "{ }")
	require.NoError(t, err)
	require.Equal(t, shopify.StatusCreated, o.Status)
}

func TestAWaitThatOutlastsTheDeadlineIsNotBegun(t *testing.T) {
	t.Parallel()
	w := newWire(t, answer(200, withCost(scopesOK, 500, 0, 10)))
	c := client(t, w.URL)
	_, err := c.Scopes(t.Context())
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = c.Scopes(ctx)
	require.True(t, fault.Is(err, fault.ShopifyThrottled), "%v", err)
	require.InDelta(t, 50, fault.Of(err).RetryAfter.Seconds(), 1)
	require.Len(t, w.seen(), 1)
	require.NoError(t, ctx.Err())
}

func TestRequestsSideBySideShareTheBudget(t *testing.T) {
	t.Parallel()
	w := newWire(t, answer(200, withCost(scopesOK, 400, 1000, 2000)))
	c := client(t, w.URL)
	_, err := c.Scopes(t.Context()) // from now on the cost is known: two fit at once
	require.NoError(t, err)

	var under, most int
	var mu sync.Mutex
	w.mu.Lock()
	w.handlers = []http.HandlerFunc{func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		under++
		most = max(most, under)
		mu.Unlock()
		<-time.After(50 * time.Millisecond) // how long Shopify takes
		mu.Lock()
		under--
		mu.Unlock()
		answer(200, withCost(scopesOK, 400, 1000, 2000))(rw, r)
	}}
	w.mu.Unlock()
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			_, err := c.Scopes(t.Context())
			require.NoError(t, err)
		})
	}
	group.Wait()
	require.Equal(t, 2, most)
	require.Equal(t, 1000.0, c.Budget().Maximum)
}

func TestAnotherVersionThanAskedForIsSaidOnce(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w := newWire(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Shopify-API-Version", "2026-10")
		answer(200, scopesOK)(w, r)
	})
	c := client(t, w.URL, func(cfg *shopify.Config) { cfg.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	for range 2 {
		_, err := c.Scopes(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, 1, strings.Count(log.String(), "2026-10"))
	require.NotContains(t, log.String(), testToken)
}

func TestAnotherShopThanConfiguredIsRefused(t *testing.T) {
	t.Parallel()
	w := newWire(t, answer(200, `{"data":{"shop":{"id":"gid://shopify/Shop/1","myshopifyDomain":"other.myshopify.com"}}}`))
	_, err := client(t, w.URL).ReadShop(t.Context())
	require.True(t, fault.Is(err, fault.ShopifyDenied))
	require.ErrorContains(t, err, "other.myshopify.com")
}

func TestNewRefusesHalfAConfiguration(t *testing.T) {
	t.Parallel()
	for _, cfg := range []shopify.Config{{}, {Shop: testShop}, {Shop: testShop, ClientID: "id"}, {Shop: testShop, AccessToken: "t", URL: "::"}} {
		_, err := shopify.New(cfg)
		require.True(t, fault.Is(err, fault.InvalidInput), "%+v", cfg)
	}
}
