package mirror_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/dump"
	"bluntcases.com/platform/simulators/shopify/store"
)

const shop = store.DefaultDomain

var made = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// world is a simulated store, a database, and a loader between them.
type world struct {
	*testing.T
	server *shopify.Server
	client dump.Client
	pool   *pgxpool.Pool
	loader *mirror.Loader
	clock  time.Time // of the simulator
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: made, pool: database(t)}
	server, err := shopify.New(shopify.Config{
		Dir: t.TempDir(), RestoreRate: 1e9,
		Store: &store.Recipe{Kind: store.KindGenerated, Size: "small", Seed: 7, Now: made},
		Clock: func() time.Time { return w.clock },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	w.server = server
	w.client = dump.Client{Server: server, Operations: "../shopify/operations"}
	w.loader = mirror.New(w.pool, mirror.Options{Workers: 2, ChunkRoots: 40, ScratchDir: t.TempDir()})
	loadShop(t, w.loader, "USD")
	return w
}

func database(t *testing.T) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(testenv.Postgres(t))
	require.NoError(t, err)
	config.MaxConns = 8
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func loadShop(t *testing.T, loader *mirror.Loader, currency string) {
	t.Helper()
	lines := fmt.Sprintf(`{"id":"gid://shopify/Shop/1","name":"Blunt","myshopifyDomain":%q,"currencyCode":%q,"enabledPresentmentCurrencies":[%q],"ianaTimezone":"Europe/London","createdAt":"2020-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}
{"id":"gid://shopify/Location/65000001","name":"Main","address":{"countryCode":"GB"},"isActive":true,"createdAt":"2020-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}
`, shop, currency, currency)
	_, err := loader.LoadShop(t.Context(), mirror.Load{Entity: contract.Shop, Shop: shop, RunID: "shop", Operation: object("shop.jsonl", lines)})
	require.NoError(t, err)
}

func object(key, text string) mirror.Object {
	return mirror.Object{Key: key, Size: int64(len(text)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

// fetch makes the load of an entity as the store is now.
func (w *world) fetch(entity contract.Entity, runID string) mirror.Load {
	w.Helper()
	dir := w.TempDir()
	file, err := w.client.Bulk(w.Context(), "bulk_"+string(entity), "", filepath.Join(dir, "bulk.jsonl"))
	require.NoError(w, err)
	load := mirror.Load{
		Entity: entity, Shop: shop, RunID: runID, Objects: file.Objects, RootObjects: file.RootObjects,
		Operation: object(runID+"."+string(entity)+".jsonl", w.read(file.Path)),
	}
	if entity == contract.Orders {
		details, err := w.client.Details(w.Context(), file.Path, filepath.Join(dir, "details.jsonl"))
		require.NoError(w, err)
		o := object(runID+".details.jsonl", w.read(details.Path))
		load.Details = &o
	}
	return load
}

func (w *world) read(path string) string {
	w.Helper()
	text, err := os.ReadFile(path)
	require.NoError(w, err)
	return string(text)
}

func (w *world) load(load mirror.Load) contract.LoadResult {
	w.Helper()
	result, err := w.loader.Load(w.Context(), load)
	require.NoError(w, err)
	return result
}

func (w *world) loadAll(runID string) {
	w.Helper()
	for _, entity := range []contract.Entity{contract.Products, contract.Customers, contract.Orders} {
		w.load(w.fetch(entity, runID))
	}
}

// edit changes the store a minute later.
func (w *world) edit(e store.Edition) int64 {
	w.Helper()
	w.clock = w.clock.Add(time.Minute)
	e.At = store.InstantOf(w.clock)
	id, err := w.server.Edit(e)
	require.NoError(w, err)
	return id
}

// events reads the outbox: every event by its id. An id that stands twice fails the test.
func (w *world) events() map[string]event.Commerce {
	w.Helper()
	return eventsOf(w.T, w.pool)
}

func eventsOf(t *testing.T, pool *pgxpool.Pool) map[string]event.Commerce {
	t.Helper()
	rows, err := pool.Query(t.Context(), "SELECT payload, event_count FROM runtime.telemetry_outbox ORDER BY id")
	require.NoError(t, err)
	found := map[string]event.Commerce{}
	var payload []byte
	var count int
	_, err = pgx.ForEachRow(rows, []any{&payload, &count}, func() error {
		text, err := streams.Decompress(nil, payload)
		require.NoError(t, err)
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		n := 0
		for decoder.More() {
			var e event.Commerce
			require.NoError(t, decoder.Decode(&e))
			require.NotContains(t, found, e.EventID, "an event stands twice: %s of %s", e.EventType, e.OrderName)
			found[e.EventID] = e
			n++
		}
		require.Equal(t, count, n)
		return nil
	})
	require.NoError(t, err)
	return found
}

func byType(events map[string]event.Commerce) map[string]int {
	counts := map[string]int{
		event.OrderCreated: 0, event.OrderCompleted: 0, event.PaymentCaptured: 0,
		event.PaymentRefunded: 0, event.FulfillmentShipped: 0, event.ReturnRequested: 0,
	}
	for _, e := range events {
		counts[e.EventType]++
	}
	return counts
}

func (w *world) scalar(sql string, args ...any) string {
	w.Helper()
	return scalar(w.T, w.pool, sql, args...)
}

func scalar(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) string {
	t.Helper()
	var text *string
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT ("+sql+")::text", args...).Scan(&text))
	if text == nil {
		return "NULL"
	}
	return *text
}

// versions is the physical version of every row of the mirror: it changes with every write.
func versions(t *testing.T, pool *pgxpool.Pool) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range tables(t, pool) {
		out[table] = scalar(t, pool, "SELECT md5(coalesce(string_agg(ctid::text || xmin::text || coalesce(nullif(xmax::text, '0'), ''), ',' ORDER BY id), '')) FROM "+table)
	}
	return out
}

// snapshot is what every row of the mirror says, without the times of its writing.
func snapshot(t *testing.T, pool *pgxpool.Pool) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range tables(t, pool) {
		rows, err := pool.Query(t.Context(), `SELECT (to_jsonb(t) - ARRAY['create_ts', 'update_ts', 'sync_ts', 'source_update_ts', 'source_create_ts', 'observe_ts', 'delete_ts', 'first_seen_ts', 'last_seen_ts']
			|| jsonb_build_object('live', t.delete_ts IS NULL))::text FROM `+table+` t ORDER BY id`)
		require.NoError(t, err)
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		out[table] = list
	}
	return out
}

func tables(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
		AND table_name ~ '^(order_|payment|fulfillment|return_|product|customer|link_order|link_product|inventory_item|sales_channel|stock_location|store)' ORDER BY 1`)
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return list
}
