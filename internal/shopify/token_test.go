package shopify_test

import (
	"fmt"
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

// grants is a shop that hands out tokens and takes the last one only.
type grants struct {
	mu     sync.Mutex
	issued int
	fail   int // status that the token endpoint answers with; 0 grants
	now    time.Time
}

func (g *grants) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/oauth/access_token") {
		if g.fail != 0 {
			w.WriteHeader(g.fail)
			return
		}
		if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "client_credentials" || r.PostForm.Get("client_secret") != "secret" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		g.issued++
		_, _ = fmt.Fprintf(w, `{"access_token":"shpat_%d","scope":"read_orders","expires_in":86399}`, g.issued)
		return
	}
	if r.Header.Get("X-Shopify-Access-Token") != fmt.Sprintf("shpat_%d", g.issued) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, _ = w.Write([]byte(scopesOK))
}

func (g *grants) set(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
}

func credentialed(t *testing.T, g *grants, secret string) *shopify.Client {
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	return client(t, server.URL, func(cfg *shopify.Config) {
		cfg.AccessToken, cfg.ClientID, cfg.ClientSecret = "", "id", secret
		cfg.Now = func() time.Time { g.mu.Lock(); defer g.mu.Unlock(); return g.now }
	})
}

func TestATokenIsKeptUntilShortlyBeforeItExpires(t *testing.T) {
	t.Parallel()
	g := &grants{now: time.Now()}
	c := credentialed(t, g, "secret")
	ask := func() {
		t.Helper()
		_, err := c.Scopes(t.Context())
		require.NoError(t, err)
	}
	ask()
	ask()
	require.Equal(t, 1, g.issued)

	g.set(func() { g.now = g.now.Add(23*time.Hour + 55*time.Minute) })
	ask()
	require.Equal(t, 2, g.issued)
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	g := &grants{now: time.Now()}
	c := credentialed(t, g, "secret")
	_, err := c.Scopes(t.Context())
	require.NoError(t, err)

	g.set(func() { g.issued = 7 }) // Shopify has forgotten shpat_1
	_, err = c.Scopes(t.Context())
	require.NoError(t, err)
	require.Equal(t, 8, g.issued)
}

func TestATokenThatStillHoldsIsUsedWhileNoNewOneIsToBeHad(t *testing.T) {
	t.Parallel()
	g := &grants{now: time.Now()}
	c := credentialed(t, g, "secret")
	_, err := c.Scopes(t.Context())
	require.NoError(t, err)

	g.set(func() { g.now = g.now.Add(23*time.Hour + 55*time.Minute); g.fail = http.StatusServiceUnavailable })
	_, err = c.Scopes(t.Context())
	require.NoError(t, err)

	g.set(func() { g.now = g.now.Add(time.Hour) })
	_, err = c.Scopes(t.Context())
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
}

func TestAWrongClientSecretIsTheOperatorsToMend(t *testing.T) {
	t.Parallel()
	c := credentialed(t, &grants{now: time.Now()}, "wrong-secret-value")
	_, err := c.Scopes(t.Context())
	require.True(t, fault.Is(err, fault.ShopifyDenied), "%v", err)
	require.NotContains(t, err.Error(), "wrong-secret-value")
}
