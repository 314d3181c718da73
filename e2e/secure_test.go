package e2e_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
)

const apiKey = "key-of-the-namespace"

// Temporal Cloud in front of the stack's own server: TLS, and an API key with every call.
func TestASyncRunsOverTLSWithAnAPIKey(t *testing.T) {
	p := start(t)
	var admitted atomic.Int64
	silent := log.New(io.Discard, "", 0)
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: p.own.Env()["TEMPORAL_ADDRESS"]})
		},
		Transport: &http.Transport{Protocols: &h2c}, FlushInterval: -1, ErrorLog: silent,
	}
	cloud := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+apiKey {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		admitted.Add(1)
		forward.ServeHTTP(w, r)
	}))
	cloud.EnableHTTP2, cloud.Config.ErrorLog = true, silent
	cloud.StartTLS()
	t.Cleanup(func() {
		p.stop() // it holds its connection
		cloud.Close()
	})
	authority := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cloud.Certificate().Raw})
	require.NoError(t, os.WriteFile(authority, certificate, 0o600))
	plain := p.environ
	through := func(settings ...string) []string {
		return append(append(plain[:len(plain):len(plain)], "TEMPORAL_ADDRESS="+cloud.Listener.Addr().String()), settings...)
	}

	for why, settings := range map[string][]string{
		"a server that nobody vouches for": {"TEMPORAL_API_KEY=" + apiKey},
		"a wrong key":                      {"TEMPORAL_API_KEY=another-key", "SSL_CERT_FILE=" + authority},
		"no key":                           {"TEMPORAL_TLS=true", "SSL_CERT_FILE=" + authority},
		"no TLS":                           {"SSL_CERT_FILE=" + authority},
	} {
		p.environ = through(settings...)
		out, err := p.try("runs")
		require.Error(t, err, why)
		require.Contains(t, out, "connect to Temporal", why)
		require.NotContains(t, out, "another-key", why)
		require.NotContains(t, out, apiKey, why)
	}
	require.Zero(t, admitted.Load())

	p.environ = through("TEMPORAL_API_KEY="+apiKey, "SSL_CERT_FILE="+authority)
	p.serve()
	p.blunt("sync", "--follow")
	require.Equal(t, "completed", p.end(contract.Dispatched{WorkflowID: contract.BulkSyncID}, time.Minute).Status)
	require.Positive(t, admitted.Load())
}
