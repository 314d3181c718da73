package dashboard_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/api/dashboard"
	"bluntcases.com/platform/api/dashboard/health"
	"bluntcases.com/platform/internal/access"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/temporalfault"
	"bluntcases.com/platform/internal/testenv"
	simulator "bluntcases.com/platform/simulators/access"
	"bluntcases.com/platform/temporal"
)

// office is the staff API on a real server, with a real database and a real Temporal, and a token to get in.
type office struct {
	url    string
	token  string
	team   *simulator.Server
	teamAt string
	runs   client.Client
	log    *strings.Builder
}

func newOffice(t *testing.T, checks ...health.Check) *office {
	t.Helper()
	settings := testenv.Temporal(t)
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	runs, err := temporal.Dial(t.Context(), settings, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(runs.Close)

	o := &office{runs: runs, log: &strings.Builder{}}
	o.team, err = simulator.New(simulator.Config{Dir: t.TempDir()})
	require.NoError(t, err)
	team := httptest.NewServer(o.team)
	t.Cleanup(team.Close)
	o.teamAt = team.URL
	o.token, err = o.team.Mint(simulator.Subject{Email: "mara@bluntcases.com"}, team.URL, "")
	require.NoError(t, err)
	verifier, err := access.New(t.Context(), team.URL, o.team.Audience(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)

	server := httptest.NewServer(dashboard.New(dashboard.Dependencies{
		Pool: pool, Verifier: verifier, Checks: checks, Log: slog.New(slog.NewJSONHandler(o.log, nil)),
		Runs:       dashboard.Runs{Dispatcher: temporal.NewDispatcher(runs, settings.Namespace, ""), Client: runs},
		TemporalUI: "http://localhost:8233", Namespace: "default",
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// work runs the sync's workflow type with a stand-in, which shows two steps and ends as the signal "end" says.
func (o *office) work(t *testing.T) {
	t.Helper()
	w := worker.New(o.runs, contract.QueueSync, worker.Options{})
	w.RegisterWorkflowWithOptions(func(ctx workflow.Context, _ contract.BulkSyncInput) error {
		err := workflow.SetQueryHandler(ctx, contract.QueryProgress, func() (contract.Progress, error) {
			return contract.Progress{Phase: "orders", Steps: []contract.Step{
				{Name: "load orders", State: contract.StepRunning, Done: 3, Total: 7, Unit: "lines"},
			}}, nil
		})
		if err != nil {
			return err
		}
		var how string
		workflow.GetSignalChannel(ctx, "end").Receive(ctx, &how)
		if how == "fail" {
			return temporalfault.EncodeFinal(fault.New(fault.CountMismatch, "7 objects were announced and 6 came"))
		}
		return nil
	}, workflow.RegisterOptions{Name: contract.BulkSyncWorkflow})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}

func (o *office) end(t *testing.T, how string) {
	t.Helper()
	require.NoError(t, o.runs.SignalWorkflow(t.Context(), contract.BulkSyncID, "", "end", how))
}

type reply struct {
	status int
	header http.Header
	raw    string
}

func (r reply) body(t *testing.T) map[string]any {
	t.Helper()
	var body map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.raw), &body), "%s", r.raw)
	return body
}

func (o *office) send(t *testing.T, method, path, body string, headers ...string) reply {
	t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, o.url+path, content)
	require.NoError(t, err)
	req.Header.Set(access.Header, o.token)
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return reply{res.StatusCode, res.Header, string(raw)}
}

const syncs = "/api/performance-metrics/sync"

func TestASyncIsStartedOnceAndFollowedToItsEnd(t *testing.T) {
	o := newOffice(t)
	o.work(t)

	started := o.send(t, "POST", syncs, "")
	require.Equal(t, http.StatusAccepted, started.status, started.raw)
	run := started.body(t)["run_id"].(string)
	require.Equal(t, false, started.body(t)["under_way"])
	require.Equal(t, syncs+"/"+run, started.header.Get("Location"))
	require.Contains(t, started.raw, "http://localhost:8233/namespaces/default/workflows/"+contract.BulkSyncID+"/"+run)

	second := o.send(t, "POST", syncs, `{"entities":["orders"]}`)
	require.Equal(t, http.StatusAccepted, second.status, second.raw)
	require.Equal(t, run, second.body(t)["run_id"])
	require.Equal(t, true, second.body(t)["under_way"])

	followed := o.send(t, "GET", started.header.Get("Location"), "")
	require.Equal(t, http.StatusOK, followed.status, followed.raw)
	progress := followed.body(t)
	require.Equal(t, "running", progress["status"])
	require.Equal(t, "orders", progress["phase"])
	require.Equal(t, []any{map[string]any{"name": "load orders", "state": "running", "done": 3.0, "total": 7.0, "unit": "lines"}}, progress["steps"])

	o.end(t, "well")
	require.Eventually(t, func() bool {
		return o.send(t, "GET", syncs+"/"+run, "").body(t)["status"] == "completed"
	}, 20*time.Second, 50*time.Millisecond)
}

func TestAFailedSyncSaysWhyAndWhatToDo(t *testing.T) {
	o := newOffice(t)
	o.work(t)
	run := o.send(t, "POST", syncs, "").body(t)["run_id"].(string)
	o.end(t, "fail")

	var progress map[string]any
	require.Eventually(t, func() bool {
		progress = o.send(t, "GET", syncs+"/"+run, "").body(t)
		return progress["status"] == "failed"
	}, 20*time.Second, 50*time.Millisecond)
	failure := progress["failure"].(map[string]any)
	require.Equal(t, string(fault.CountMismatch), failure["code"])
	require.Equal(t, "operator", failure["actor"])
	require.Contains(t, failure["message"], "6 came")
	require.NotEmpty(t, failure["advice"])
}

func TestSyncsAreListedPageByPage(t *testing.T) {
	o := newOffice(t)
	o.work(t)
	var started []string
	for range 3 {
		started = append(started, o.send(t, "POST", syncs, "").body(t)["run_id"].(string))
		o.end(t, "well")
		require.NoError(t, o.runs.GetWorkflow(t.Context(), contract.BulkSyncID, "").Get(t.Context(), nil))
	}
	read := func() []string {
		var ids []string
		token := ""
		for {
			page := o.send(t, "GET", syncs+"?status=completed&page_size=2&page_token="+token, "")
			require.Equal(t, http.StatusOK, page.status, page.raw)
			items := page.body(t)["items"].([]any)
			require.LessOrEqual(t, len(items), 2)
			for _, item := range items {
				ids = append([]string{item.(map[string]any)["run_id"].(string)}, ids...)
			}
			next, more := page.body(t)["next_page_token"].(string)
			if !more {
				return ids
			}
			token = next
		}
	}
	require.Eventually(t, func() bool { return len(read()) == 3 }, 20*time.Second, 100*time.Millisecond)
	require.Equal(t, started, read())

	none := o.send(t, "GET", syncs+"?status=failed", "")
	require.JSONEq(t, `{"items":[]}`, none.raw)
}

func TestARepeatedRequestWithAKeyGetsTheSameRun(t *testing.T) {
	o := newOffice(t)
	o.work(t)
	first := o.send(t, "POST", syncs, "{}", "Idempotency-Key", "evening-sync-1")
	require.Equal(t, http.StatusAccepted, first.status, first.raw)
	o.end(t, "well")
	require.NoError(t, o.runs.GetWorkflow(t.Context(), contract.BulkSyncID, "").Get(t.Context(), nil))

	again := o.send(t, "POST", syncs, "{}", "Idempotency-Key", "evening-sync-1")
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
	require.JSONEq(t, first.raw, again.raw)
}

func TestEveryRefusalIsAProblemDocument(t *testing.T) {
	o := newOffice(t)
	stranger, err := o.team.Mint(simulator.Subject{Email: "mara@bluntcases.com"}, o.teamAt, simulator.BrokenAudience)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		code               fault.Code
		says               string
	}{
		"no token":            {"GET", syncs, "", []string{access.Header, ""}, 401, fault.Unauthorized, "carries no"},
		"someone else's":      {"GET", syncs, "", []string{access.Header, stranger}, 401, fault.Unauthorized, "another application"},
		"the document too":    {"GET", "/api/openapi.json", "", []string{access.Header, ""}, 401, fault.Unauthorized, "carries no"},
		"no such path":        {"GET", "/api/nothing", "", nil, 404, fault.NotFound, "nothing at this path"},
		"no such method":      {"DELETE", syncs, "", nil, 405, fault.InvalidInput, "does not take DELETE"},
		"no such run":         {"GET", syncs + "/00000000-0000-4000-8000-000000000000", "", nil, 404, fault.NotFound, "no run"},
		"no run id":           {"GET", syncs + "/seven", "", nil, 422, fault.InvalidInput, "uuid"},
		"unknown entity":      {"POST", syncs, `{"entities":["refunds"]}`, nil, 422, fault.InvalidInput, "body.entities[0]"},
		"unknown field":       {"POST", syncs, `{"entitys":[]}`, nil, 422, fault.InvalidInput, "entitys"},
		"another case":        {"POST", syncs, `{"Entities":[]}`, nil, 422, fault.InvalidInput, "Entities"},
		"no JSON":             {"POST", syncs, `{"entities":`, nil, 400, fault.InvalidInput, ""},
		"another media type":  {"POST", syncs, `entities=orders`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, fault.InvalidInput, ""},
		"too large":           {"POST", syncs, strings.Repeat(" ", 2<<20), nil, 413, fault.TooLarge, "larger than"},
		"unknown parameter":   {"GET", syncs + "?page=2", "", nil, 422, fault.InvalidInput, "page"},
		"page size":           {"GET", syncs + "?page_size=1000", "", nil, 422, fault.InvalidInput, "query.page_size"},
		"page token":          {"GET", syncs + "?page_token=%21", "", nil, 422, fault.InvalidInput, "page_token"},
		"someone's page":      {"GET", syncs + "?page_token=AAAA", "", nil, 422, fault.InvalidInput, "page_token"},
		"every fault at once": {"GET", syncs + "?page_size=0&status=odd", "", nil, 422, fault.InvalidInput, "query.status"},
	} {
		t.Run(name, func(t *testing.T) {
			got := o.send(t, c.method, c.path, c.body, c.headers...)
			require.Equal(t, c.status, got.status, got.raw)
			require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
			problem := got.body(t)
			require.Equal(t, string(c.code), problem["code"])
			require.EqualValues(t, c.status, problem["status"])
			require.NotEmpty(t, problem["advice"])
			require.Equal(t, got.header.Get("X-Request-Id"), problem["request_id"])
			require.Contains(t, got.raw, c.says)
		})
	}
	require.NotContains(t, o.log.String(), o.token)
}

func TestHealthAsksEveryPartAndTellsTheNewestRuns(t *testing.T) {
	stuck := make(chan struct{})
	well := health.Check{Name: "postgres", Probe: func(context.Context) (string, error) { return "PostgreSQL 18.1", nil }}
	o := newOffice(t, well)
	o.work(t)
	run := o.send(t, "POST", syncs, "").body(t)["run_id"].(string)
	var body map[string]any
	require.Eventually(t, func() bool {
		got := o.send(t, "GET", "/api/health", "")
		body = got.body(t)
		return got.status == http.StatusOK && len(body["workflows"].([]any)) == 1
	}, 20*time.Second, 100*time.Millisecond)
	require.Equal(t, "ok", body["status"])
	require.Equal(t, run, body["workflows"].([]any)[0].(map[string]any)["run_id"])

	o = newOffice(t, well,
		health.Check{Name: "nats", Probe: func(context.Context) (string, error) {
			return "", fault.Wrap(fault.Unavailable, errors.New("dial tcp: nats://user:secret@nats:4222"), "does not answer")
		}},
		health.Check{Name: "s3", Probe: func(context.Context) (string, error) { // heeds nothing
			<-stuck
			return "", nil
		}})
	got := o.send(t, "GET", "/api/health", "")
	close(stuck)
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Contains(t, got.raw, `"status":"failing"`)
	require.Contains(t, got.raw, "does not answer")
	require.Contains(t, got.raw, "within 2s")
	require.NotContains(t, got.raw, "secret")
}

func TestTheReferencePageLoadsNothingFromOutside(t *testing.T) {
	o := newOffice(t)
	page := o.send(t, "GET", "/api/docs", "")
	require.Equal(t, http.StatusOK, page.status)
	require.NotRegexp(t, `(?i)(src|href)\s*=`, page.raw)
	require.NotContains(t, page.raw, "://")
	policy := page.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.NotContains(t, policy, "unsafe-inline")

	document := o.send(t, "GET", "/api/openapi.json", "")
	require.Equal(t, http.StatusOK, document.status)
	require.Equal(t, "3.1.0", document.body(t)["openapi"])
}
