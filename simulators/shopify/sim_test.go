package shopify_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

// now is the instant for which the test stores are made.
var now = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// installed asks for the real schema, where it is installed.
const installed = "installed"

// sim is a simulator behind HTTP.
type sim struct {
	t      *testing.T
	server *shopify.Server
	url    string
}

func start(t *testing.T, config shopify.Config) *sim {
	t.Helper()
	if config.Dir == "" {
		config.Dir = t.TempDir()
	}
	if config.Store == nil {
		config.Store = &store.Recipe{Size: "small", Seed: 7, Now: now}
	}
	switch config.Schema {
	case "":
		config.Schema = "none" // reading it takes longer than most tests
	case installed:
		config.Schema = ""
	}
	if config.Clock == nil {
		config.Clock = func() time.Time { return now }
	}
	server, err := shopify.New(config)
	require.NoError(t, err)
	web := httptest.NewServer(server)
	t.Cleanup(func() {
		web.Close()
		require.NoError(t, server.Close())
	})
	return &sim{t, server, web.URL}
}

// answer is a GraphQL answer.
type answer struct {
	Status int
	Header http.Header
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []string
		Extensions map[string]any
	}
	Extensions struct {
		Cost struct {
			RequestedQueryCost float64
			ActualQueryCost    *float64
			ThrottleStatus     struct{ MaximumAvailable, CurrentlyAvailable, RestoreRate float64 }
		}
	}
}

func (s *sim) try(query string, variables map[string]any) (*answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(s.t, err)
	r, err := http.NewRequest(http.MethodPost, s.url+"/admin/api/2026-07/graphql.json", bytes.NewReader(body))
	require.NoError(s.t, err)
	r.Header.Set("X-Shopify-Access-Token", "shpat_simulator")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer w.Body.Close()
	a := &answer{Status: w.StatusCode, Header: w.Header}
	text, err := io.ReadAll(w.Body)
	if err == nil && w.StatusCode == http.StatusOK {
		err = json.Unmarshal(text, a)
	}
	return a, err
}

// ask sends a query that must succeed.
func (s *sim) ask(query string, variables map[string]any) map[string]any {
	s.t.Helper()
	a, err := s.try(query, variables)
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, a.Status)
	require.Empty(s.t, a.Errors)
	return a.Data
}

// refused sends a query that must fail, and gives the message.
func (s *sim) refused(query string) string {
	s.t.Helper()
	a, err := s.try(query, nil)
	require.NoError(s.t, err)
	require.NotEmpty(s.t, a.Errors, "%v", a.Data)
	return a.Errors[0].Message
}

// operation reads one of the platform's own documents.
func operation(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "internal", "shopify", "operations", name+".graphql"))
	require.NoError(t, err)
	return strings.ReplaceAll(string(text), "{{filter}}", "updated_at:>='2000-01-01T00:00:00Z'")
}

const runBulk = `mutation($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) {
	bulkOperation { id status } userErrors { field message code } } }`

// submit starts a bulk query and gives its id.
func (s *sim) submit(query string) string {
	s.t.Helper()
	run := s.ask(runBulk, map[string]any{"query": query})["bulkOperationRunQuery"].(map[string]any)
	require.Empty(s.t, run["userErrors"])
	return run["bulkOperation"].(map[string]any)["id"].(string)
}

func (s *sim) poll(id string) map[string]any {
	s.t.Helper()
	return s.ask(operation(s.t, "bulk_operation"), map[string]any{"id": id})["bulkOperation"].(map[string]any)
}

// await polls until the operation is in one of the states.
func (s *sim) await(id string, states ...string) map[string]any {
	s.t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); ; <-tick.C {
		op := s.poll(id)
		for _, state := range states {
			if op["status"] == state {
				return op
			}
		}
		require.True(s.t, time.Now().Before(deadline), "still %v", op["status"])
	}
}

// bulk runs a query to its end and gives the lines of its result.
func (s *sim) bulk(query string) ([]map[string]any, map[string]any) {
	s.t.Helper()
	op := s.await(s.submit(query), "COMPLETED")
	if op["url"] == nil {
		return nil, op
	}
	return s.lines(op["url"].(string)), op
}

func (s *sim) lines(url string) []map[string]any {
	s.t.Helper()
	w, err := http.Get(url)
	require.NoError(s.t, err)
	defer w.Body.Close()
	require.Equal(s.t, http.StatusOK, w.StatusCode)
	var lines []map[string]any
	for d := json.NewDecoder(w.Body); ; {
		var line map[string]any
		err := d.Decode(&line)
		if err == io.EOF {
			return lines
		}
		require.NoError(s.t, err)
		lines = append(lines, line)
	}
}

// serve puts a server behind HTTP and gives its address.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	return web.URL
}
