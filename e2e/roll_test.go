package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/lakehouse/independent"
	"bluntcases.com/platform/internal/streams"
)

// landing is a platform whose ingest lands the streams, through gates before the catalog and S3, and what was published
// to it.
type landing struct {
	*platform
	catalog, s3 *gate
	publisher   *streams.Client
	reader      *independent.Reader
	messages    int
	events      int // distinct ids
	refused     int
}

func startLanding(t *testing.T, shop ...string) *landing {
	t.Helper()
	l := &landing{platform: start(t, shop...)}
	l.own.Start("catalog")
	env := l.own.Env()
	l.s3 = newGate(t, env["S3_ENDPOINT"])
	l.catalog = newGate(t, env["ICEBERG_URI"])
	l.catalog.say(env["S3_ENDPOINT"], l.s3.url) // a catalog tells its clients where the files are
	l.environ = append(append(l.environ, env.Environ()...), "LAKE_ROLL_AGE=1s", "DUCKDB_MEMORY_LIMIT=512MB")
	l.blunt("provision", "--only", "lake,rolls")
	l.reader = independent.New(env.Lake(t.TempDir()), env.Objects(), t.TempDir())
	var err error
	l.publisher, err = streams.Connect(env.Streams(), t.Name())
	require.NoError(t, err)
	t.Cleanup(l.publisher.Close)
	return l
}

// land starts ingest for the streams, in place of one that runs. It kills itself at the first of the marks that it comes
// to.
func (l *landing) land(marks ...string) (ended <-chan struct{}) {
	l.t.Helper()
	return l.run("streams", "BLUNT_DIE_AT="+strings.Join(marks, ","), "ICEBERG_URI="+l.catalog.url, "S3_ENDPOINT="+l.s3.url)
}

// run starts ingest for some queues.
func (l *landing) run(queues string, settings ...string) (ended <-chan struct{}) {
	l.t.Helper()
	l.stop()
	_ = os.Remove(l.died)
	l.ingest = exec.Command(filepath.Join(l.bin, "ingest"), "--queues", queues)
	l.ingest.Env = append(append([]string{}, l.environ...), settings...)
	l.ingest.Stdout, l.ingest.Stderr = l.log, l.log
	l.ingest.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(l.t, l.ingest.Start())
	l.gone = make(chan struct{})
	go func(command *exec.Cmd, gone chan<- struct{}) {
		_ = command.Wait()
		close(gone)
	}(l.ingest, l.gone)
	return l.gone
}

// Each message has new events of several days, some that were sent before, and one that no transform takes.
const (
	newEvents   = 40
	againEvents = 10
)

var firstSale = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// publish sends a message.
func (l *landing) publish() {
	l.t.Helper()
	var lines strings.Builder
	for i := max(0, l.events-againEvents); i < l.events+newEvents; i++ {
		line, err := streams.Line(sold(i))
		require.NoError(l.t, err)
		lines.Write(line)
		lines.WriteByte('\n')
	}
	lines.WriteString("{\"event_id\": \"cut off\n")
	_, err := l.publisher.Publish(l.t.Context(), streams.Message{
		Subject: event.SubjectCommerce, ID: fmt.Sprint("message", l.messages), Payload: []byte(lines.String()), Events: newEvents,
	})
	require.NoError(l.t, err)
	l.messages++
	l.events += newEvents
	l.refused++
}

// sold is the i-th line of a shop that sells one every two hours, for a month, and then of the same month again: the
// partitions stay few however long an outage lasts.
func sold(i int) event.Commerce {
	quantity, price := int64(1), decimal.New(255, -2)
	return event.Commerce{
		EventID: fmt.Sprintf("evt_%06d", i), EventType: event.OrderCreated, EventTS: firstSale.Add(time.Duration(i) * 2 * time.Hour % (30 * 24 * time.Hour)),
		IngestTS: firstSale, ShopDomain: "test.myshopify.com", OrderID: fmt.Sprint("ord_", i), OrderName: fmt.Sprint("#", i),
		Quantity: &quantity, UnitPrice: &price, GrossAmount: &price, CurrencyCode: "GBP", RunID: "run", SchemaVersion: event.SchemaVersion,
	}
}

// requireLanded waits until everything that was published is in its table, and there once.
func (l *landing) requireLanded(within time.Duration) {
	l.t.Helper()
	for table, want := range map[string]int{lakehouse.CommerceTelemetry: l.events, lakehouse.DeadLetter: l.refused} {
		var rows, distinct int
		l.eventually(within, fmt.Sprintf("%s to hold %d events", table, want), func() bool {
			err := l.reader.Query(l.t.Context(), table, "SELECT count(*), count(DISTINCT event_id) FROM t", &rows, &distinct)
			return err == nil && distinct >= want
		})
		require.Equal(l.t, want, distinct, table)
		require.Equal(l.t, want, rows, "%s holds events twice", table)
	}
	var expected int
	require.NoError(l.t, l.reader.Query(l.t.Context(), lakehouse.CommerceTelemetry, fmt.Sprintf(
		"SELECT count(*) FROM t JOIN (SELECT format('evt_{:06d}', i) AS event_id FROM range(%d) r(i)) USING (event_id)", l.events), &expected))
	require.Equal(l.t, l.events, expected, "the ids are those that were published")
}

// state is what the roll's workflow says of the commerce stream.
func (l *landing) state() (contract.RollState, error) {
	value, err := l.temporal.QueryWorkflow(l.t.Context(), contract.StreamRollID(event.StreamCommerce), "", contract.QueryRoll)
	if err != nil {
		return contract.RollState{}, err
	}
	var shards map[string]contract.RollState
	return shards["p0"], value.Get(&shards)
}

// gate stands before a server: it lets requests through, refuses them, or does something at one of them.
type gate struct {
	url     string
	forward *httputil.ReverseProxy

	mu     sync.Mutex
	meddle func(*http.Request, http.Handler, http.ResponseWriter) bool // true: the request is dealt with
}

func newGate(t *testing.T, server string) *gate {
	t.Helper()
	target, err := url.Parse(server)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	g := &gate{forward: proxy}
	front := httptest.NewServer(g)
	t.Cleanup(front.Close)
	g.url = front.URL
	return g
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	meddle := g.meddle
	g.mu.Unlock()
	if meddle == nil || !meddle(r, g.forward, w) {
		g.forward.ServeHTTP(w, r)
	}
}

// say puts one text for another in the server's answers.
func (g *gate) say(instead, text string) {
	g.forward.ModifyResponse = func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		body = bytes.ReplaceAll(body, []byte(instead), []byte(text))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}
}

// set changes what the gate does; nil lets everything through.
func (g *gate) set(meddle func(*http.Request, http.Handler, http.ResponseWriter) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.meddle = meddle
}

// refuse answers every request with an error of the server's.
func (g *gate) refuse() {
	g.set(func(_ *http.Request, _ http.Handler, w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
}
