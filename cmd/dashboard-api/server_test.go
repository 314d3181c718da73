package main

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/access"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/testenv"
	simulator "bluntcases.com/platform/simulators/access"
)

// settings are a whole environment over the local stack; ingest is what is served in the ingest process's place.
func settings(t *testing.T, ingest http.HandlerFunc) (config.Dashboard, string) {
	t.Helper()
	staff, err := simulator.New(simulator.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	team := httptest.NewServer(staff)
	t.Cleanup(team.Close)
	beside := httptest.NewServer(ingest)
	t.Cleanup(beside.Close)
	token, err := staff.Mint(simulator.Subject{CommonName: "nightly.access"}, team.URL, "")
	require.NoError(t, err)

	environ := maps.Clone(map[string]string(testenv.Stack(t)))
	environ["DATABASE_URL"] = testenv.Postgres(t)
	environ["CF_ACCESS_TEAM_URL"], environ["CF_ACCESS_AUD"] = team.URL, staff.Audience()
	environ["INGEST_URL"], environ["DASHBOARD_LISTEN"] = beside.URL, "127.0.0.1:0"
	cfg, err := config.Load[config.Dashboard](environ)
	require.NoError(t, err)
	cfg.Objects = testenv.S3(t)
	return cfg, token
}

// running is the process, stopped when the test ends.
func running(t *testing.T, cfg config.Dashboard) string {
	t.Helper()
	server, err := newServer(t.Context(), cfg, io.Discard)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
		server.close()
	})
	return "http://" + server.listener.Addr().String()
}

func get(t *testing.T, url, token string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	req.Header.Set(access.Header, token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, body
}

func TestTheProcessServesTheAPIAndItsHealth(t *testing.T) {
	cfg, token := settings(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"ok":true,"checks":[{"name":"postgres","ok":true}],"measurement":{"days_compared":45,"days_differing":2}}`))
	})
	url := running(t, cfg)

	var health struct {
		Status string
		Parts  []struct{ Name, Status, Detail string }
	}
	status, body := get(t, url+"/api/health", token)
	require.Equal(t, http.StatusOK, status, "%s", body)
	require.NoError(t, json.Unmarshal(body, &health))
	require.Equal(t, "ok", health.Status)
	var names []string
	for _, part := range health.Parts {
		names = append(names, part.Name)
	}
	require.Equal(t, []string{"postgres", "temporal", "ingest", "nats", "s3"}, names)
	require.Equal(t, "1 parts are well; 2 of 45 measured days differ from the orders", health.Parts[2].Detail)

	for _, path := range []string{"/healthz", "/readyz", "/metrics"} { // what a cluster asks stands outside Access
		status, body := get(t, url+path, "")
		require.Equal(t, http.StatusOK, status, "%s: %s", path, body)
	}
	status, _ = get(t, url+"/api/health", "")
	require.Equal(t, http.StatusUnauthorized, status)
}

func TestAPartThatIsIllIsNamed(t *testing.T) {
	cfg, token := settings(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"ok":false,"checks":[{"name":"postgres","ok":true},{"name":"nats","ok":false}]}`))
	})
	cfg.Streams.URL = "nats://127.0.0.1:1"
	cfg.Objects.ArchiveBucket = "no-such-bucket"
	status, body := get(t, running(t, cfg)+"/api/health", token)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, string(body), "is missing nats")
	var health struct {
		Parts []struct{ Name, Status string }
	}
	require.NoError(t, json.Unmarshal(body, &health))
	ill := map[string]bool{}
	for _, part := range health.Parts {
		ill[part.Name] = part.Status == "failing"
	}
	require.Equal(t, map[string]bool{"postgres": false, "temporal": false, "ingest": true, "nats": true, "s3": true}, ill)
}

func TestAProcessThatCannotServeSaysWhy(t *testing.T) {
	cfg, _ := settings(t, http.NotFound)
	for name, change := range map[string]func(*config.Dashboard){
		"connect to the database": func(c *config.Dashboard) { c.Database.URL = "postgres://nobody:secret@127.0.0.1:1/x" },
		"DASHBOARD_LISTEN":        func(c *config.Dashboard) { c.Listen = "127.0.0.1:http-no-port" },
		"LOG_LEVEL":               func(c *config.Dashboard) { c.LogLevel = "loud" },
	} {
		t.Run(name, func(t *testing.T) {
			broken := cfg
			change(&broken)
			_, err := newServer(t.Context(), broken, io.Discard)
			require.ErrorContains(t, err, name)
			require.NotContains(t, err.Error(), "secret")
		})
	}
	t.Run("Temporal", func(t *testing.T) {
		broken := cfg
		broken.Temporal.Address = "127.0.0.1:1"
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := newServer(ctx, broken, io.Discard)
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		require.ErrorContains(t, err, "Temporal at 127.0.0.1:1")
	})
}
