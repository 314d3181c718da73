package measurement_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/temporal"
	"bluntcases.com/platform/workers"
)

const domain = "test.myshopify.com"

// stack is the measurement's queue on real servers: a shop in PostgreSQL, its events in the lake, and Temporal.
type stack struct {
	t          *testing.T
	pool       *pgxpool.Pool
	shop       *shopdb.Shop
	cfg        config.Lake
	lake       *lakehouse.Lake
	temporal   client.Client
	dispatcher *temporal.Dispatcher
	told       *recorder
	lines      int
}

// recorder keeps what sync.telemetry is told.
type recorder struct {
	mu     sync.Mutex
	events []event.Sync
}

func (r *recorder) Tell(_ context.Context, e event.Sync) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return nil
}

// differences are the events that name one.
func (r *recorder) differences() (found []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if e.Step == "reconcile" && e.ErrorCode != "" {
			found = append(found, e.ErrorMessage)
		}
	}
	return found
}

func newStack(t *testing.T) *stack {
	t.Helper()
	s := &stack{t: t, cfg: testenv.Catalog(t), told: &recorder{}}
	var err error
	s.pool, err = store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(s.pool.Close)
	schemas, err := artifact.LoadSchemas()
	require.NoError(t, err)
	s.shop = shopdb.New(s.pool, schemas, domain)
	s.lake = s.newLake()
	_, err = s.lake.Provision(t.Context())
	require.NoError(t, err)

	settings := testenv.Temporal(t)
	s.temporal, err = temporal.Dial(t.Context(), settings, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(s.temporal.Close)
	s.dispatcher = temporal.NewDispatcher(s.temporal, settings.Namespace, domain)
	telling := worker.New(s.temporal, contract.QueueSync, worker.Options{})
	telling.RegisterActivityWithOptions(func(ctx context.Context, e event.Sync) (contract.EmitResult, error) {
		return contract.EmitResult{}, s.told.Tell(ctx, e)
	}, activity.RegisterOptions{Name: contract.EmitSync.Name})
	require.NoError(t, telling.Start())
	t.Cleanup(telling.Stop)
	return s
}

// open makes the store known, as a first sync does.
func (s *stack) open() {
	s.exec(`INSERT INTO store (id, name, shop_domain, default_currency_code, iana_timezone) VALUES ('sto_1', 'Test', $1, 'GBP', 'UTC')`, domain)
}

func (s *stack) exec(statement string, args ...any) {
	s.t.Helper()
	_, err := s.pool.Exec(s.t.Context(), statement, args...)
	require.NoError(s.t, err)
}

func (s *stack) newLake() *lakehouse.Lake {
	cfg := s.cfg
	cfg.Dir = s.t.TempDir()
	l := lakehouse.New(cfg, testenv.Stack(s.t).Objects())
	s.t.Cleanup(func() { _ = l.Close() })
	return l
}

// serve is one process's worker of the measurement queue, with a lake, a cache and a health of its own.
func (s *stack) serve(shop activities.Shop) (*activities.Activities, worker.Worker) {
	s.t.Helper()
	cache, err := datacache.New(s.t.TempDir(), 1<<30)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = cache.Close() })
	a := activities.New(measurement.NewRefresher(s.newLake(), cache), shop, s.told)
	interceptors := []interceptor.WorkerInterceptor{temporal.NewInterceptor(s.told, contract.SilentWorkflows()...)}
	w := workers.New(s.temporal, workers.Measurement(a), interceptors, func(err error) { s.t.Errorf("the worker ended: %v", err) })
	require.NoError(s.t, w.Start())
	s.t.Cleanup(w.Stop)
	return a, w
}

// sale is one line of an order of its own, some days ago.
type sale struct {
	daysAgo int
	product string
	units   int
	price   string
}

// today began before any test did.
var today = time.Now().UTC().Truncate(24 * time.Hour)

func (s sale) at() time.Time { return today.AddDate(0, 0, -s.daysAgo) }

// record writes a sale into PostgreSQL, where the sync would.
func (s *stack) record(sales ...sale) {
	s.t.Helper()
	for _, one := range sales {
		s.lines++
		order, line := fmt.Sprintf("ord_%d", s.lines), fmt.Sprintf("oli_%d", s.lines)
		s.exec(`INSERT INTO order_header (id, store_id, order_name, currency_code, total_price, raw_total_price, process_ts)
			VALUES ($1, 'sto_1', $1, 'GBP', 0, '{"value":"0"}', $2)`, order, one.at())
		s.exec(`INSERT INTO order_line_item (id, order_header_id, product_id, title, currency_code, quantity, unit_price, raw_unit_price, order_process_ts)
			VALUES ($1, $2, $3, 'x', 'GBP', $4, $5::numeric, '{"value":"0"}', $6)`, line, order, one.product, one.units, one.price, one.at())
	}
}

// land writes the sales' events into commerce.telemetry, where the roll would.
func (s *stack) land(sales ...sale) {
	s.t.Helper()
	table, err := s.lake.Table(s.t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(s.t, err)
	db, err := s.lake.Duck(s.t.Context())
	require.NoError(s.t, err)
	defer db.Close()
	var rows []string
	for i, one := range sales {
		id := fmt.Sprintf("%d_%d", s.lines, i)
		rows = append(rows, fmt.Sprintf(`('evt_%s', 'order_created', TIMESTAMPTZ '%s', 'ord_%s', 'oli_%s', '%s', %d, %d * %s, 'GBP')`,
			id, one.at().Format("2006-01-02 15:04:05+00"), id, id, one.product, one.units, one.units, one.price))
	}
	given := map[string]string{
		"event_id": "e.id", "event_type": "e.kind", "event_ts": "e.moment", "order_id": "e.ord", "line_item_id": "e.line", "product_id": "e.product",
		"quantity": "e.units", "gross_amount": "e.gross", "net_amount": "e.gross", "currency_code": "e.currency",
	}
	var columns []string
	for _, field := range table.Schema().Fields() {
		value, some := given[field.Name]
		if !some {
			value = "NULL"
		}
		columns = append(columns, value+" AS "+field.Name)
	}
	files, err := s.lake.Export(s.t.Context(), db, table, fmt.Sprintf("SELECT %s FROM (VALUES %s) AS e (id, kind, moment, ord, line, product, units, gross, currency)",
		strings.Join(columns, ", "), strings.Join(rows, ", ")), filepath.Join(s.t.TempDir(), "land"))
	require.NoError(s.t, err)
	added, err := s.lake.Upload(s.t.Context(), table, files)
	require.NoError(s.t, err)
	_, err = s.lake.Commit(s.t.Context(), lakehouse.CommerceTelemetry, lakehouse.Commit{Add: added})
	require.NoError(s.t, err)
}

// sell does both.
func (s *stack) sell(sales ...sale) {
	s.t.Helper()
	s.record(sales...)
	s.land(sales...)
}

// refresh starts a refresh, or finds the one under way.
func (s *stack) refresh(in contract.MeasurementRefreshInput) contract.Dispatched {
	s.t.Helper()
	run, err := s.dispatcher.Dispatch(s.t.Context(), contract.Job{Type: contract.JobMeasurementRefresh, Input: in})
	require.NoError(s.t, err)
	return run
}

// end waits for a run and reads its result.
func (s *stack) end(workflowID, runID string) (result contract.MeasurementRefreshResult, err error) {
	ctx, stop := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer stop()
	err = s.temporal.GetWorkflow(ctx, workflowID, runID).Get(ctx, &result)
	return result, err
}

func (s *stack) refreshed(in contract.MeasurementRefreshInput) contract.MeasurementRefreshResult {
	s.t.Helper()
	run := s.refresh(in)
	result, err := s.end(run.WorkflowID, run.RunID)
	require.NoError(s.t, err)
	return result
}

// rows reads a measurement table as text, without the time at which a row was computed.
func (s *stack) rows(table string) (all []string) {
	s.t.Helper()
	result, err := s.lake.Query(s.t.Context(), "SELECT t::VARCHAR FROM (SELECT * EXCLUDE (computed_ts) FROM "+table+") AS t", time.Time{})
	require.NoError(s.t, err)
	defer result.Close()
	for {
		row, err := result.Next()
		require.NoError(s.t, err)
		if row == nil {
			slices.Sort(all)
			return all
		}
		all = append(all, fmt.Sprint(row[0]))
	}
}

// snapshot is a table's current one.
func (s *stack) snapshot(table string) int64 {
	s.t.Helper()
	t, err := s.lake.Table(s.t.Context(), table)
	require.NoError(s.t, err)
	return t.Snapshot()
}

// requireWhole holds the tables to what computing every day anew gives.
func (s *stack) requireWhole() {
	s.t.Helper()
	sales, performance := s.rows(lakehouse.MeasurementSales), s.rows(lakehouse.MeasurementPerform)
	require.NotEmpty(s.t, performance)
	full := s.refreshed(contract.MeasurementRefreshInput{Full: true})
	require.Equal(s.t, contract.RefreshFull, full.Performance.Mode)
	require.Equal(s.t, s.rows(lakehouse.MeasurementSales), sales)
	require.Equal(s.t, s.rows(lakehouse.MeasurementPerform), performance)
	require.Zero(s.t, full.Reconciliation.Differing, "%v", full.Reconciliation.Examples)
}
