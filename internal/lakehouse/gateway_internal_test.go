package lakehouse

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/testenv"
)

// hosted puts the catalog behind an address like that of R2 Data Catalog: below a path of the account and the bucket, and
// for nobody who does not bear the token.
func hosted(t *testing.T, catalog, token string) (address string, answered *atomic.Int64) {
	t.Helper()
	const below = "/account/bucket"
	target, err := url.Parse(catalog)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, below)
		r.Out.URL.RawPath = strings.TrimPrefix(r.In.URL.RawPath, below)
	}}
	answered = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.HasPrefix(r.URL.Path, below+"/v1/"):
			http.Error(w, `{"error":{"message":"no such bucket","type":"NotFoundException","code":404}}`, http.StatusNotFound)
		case r.Header.Get("Authorization") != "Bearer "+token:
			http.Error(w, `{"error":{"message":"not authorized","type":"NotAuthorizedException","code":401}}`, http.StatusUnauthorized)
		default:
			answered.Add(1)
			proxy.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + below, answered
}

func TestTheSameCodeWorksWithAHostedCatalog(t *testing.T) {
	cfg := testenv.Catalog(t)
	var answered *atomic.Int64
	cfg.URI, answered = hosted(t, cfg.URI, "r2-token")
	cfg.Token = "r2-token"
	l := New(cfg, testenv.S3(t))
	t.Cleanup(func() { _ = l.Close() })
	c := provisionedComparer(t, l)
	c.land(1, "a", "b")
	c.held(1, 1, "b", "c")
	files, err := c.table().DataFiles(t.Context())
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.EqualValues(t, 2, files[0].Count())
	require.Positive(t, answered.Load())
}

func TestACatalogThatRefusesTheTokenIsSaidToDoSo(t *testing.T) {
	cfg := testenv.Catalog(t)
	cfg.URI, _ = hosted(t, cfg.URI, "r2-token")
	cfg.Token = "of yesterday"
	l := New(cfg, testenv.S3(t))
	t.Cleanup(func() { _ = l.Close() })
	_, err := l.Table(t.Context(), CommerceTelemetry)
	require.ErrorContains(t, err, "ICEBERG_TOKEN")
	require.True(t, fault.Is(err, fault.Unavailable), err)
}
