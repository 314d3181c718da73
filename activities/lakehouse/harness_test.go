package lakehouse_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/lakehouse/independent"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/internal/testenv"
)

// harness is a stream server of the test's own, and a warehouse of its own in the shared catalog.
type harness struct {
	t       testing.TB
	nats    *testenv.OwnStack
	streams *streams.Client
	lake    *lakehouse.Lake
	cfg     config.Lake
	objects config.Objects
	reader  *independent.Reader
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	return provisioned(t, &harness{t: t, cfg: testenv.Catalog(t), objects: testenv.S3(t), nats: testenv.Own(t, "nats")})
}

func provisioned(t testing.TB, h *harness) *harness {
	t.Helper()
	h.reader = independent.New(h.cfg, h.objects, t.TempDir())
	var err error
	h.streams, err = streams.Connect(h.nats.Env().Streams(), t.Name())
	require.NoError(t, err)
	t.Cleanup(h.streams.Close)
	_, err = h.streams.Provision(t.Context())
	require.NoError(t, err)
	h.lake = h.newLake()
	_, err = h.lake.Provision(t.Context())
	require.NoError(t, err)
	return h
}

// newLake is a lake as another process has it: with a catalog client and scratch folder of its own.
func (h *harness) newLake() *lakehouse.Lake {
	cfg := h.cfg
	cfg.Dir = h.t.TempDir()
	lake := lakehouse.New(cfg, h.objects)
	h.t.Cleanup(func() { _ = lake.Close() })
	return lake
}

func (h *harness) activities() *activities.Activities {
	return &activities.Activities{
		Lake: h.lake, Streams: h.streams, Age: time.Millisecond, Bytes: 64 << 20, Idle: time.Millisecond, Maintain: true,
	}
}

// roll lands what waits.
func (h *harness) roll(stream string) contract.Rolled {
	h.t.Helper()
	rolled, err := h.activities().RollStream(h.t.Context(), contract.RollInput{Stream: stream, Shards: 1, Now: true})
	require.NoError(h.t, err)
	return rolled
}

func (h *harness) publish(subject, id string, events ...event.Commerce) {
	h.t.Helper()
	m, err := streams.NewMessage(subject, id, events)
	require.NoError(h.t, err)
	_, err = h.streams.Publish(h.t.Context(), m)
	require.NoError(h.t, err)
}

// publishRaw publishes text as it stands, as a producer with a fault would.
func (h *harness) publishRaw(subject, id, text string) {
	h.t.Helper()
	_, err := h.streams.Publish(h.t.Context(), streams.Message{Subject: subject, ID: id, Payload: []byte(text), Events: 1})
	require.NoError(h.t, err)
}

// rows counts what the table holds, read by the independent reader: rows, and distinct events.
func (h *harness) rows(table string) (rows, events int64) {
	h.t.Helper()
	require.NoError(h.t, h.reader.Query(context.Background(), table, "SELECT count(*), count(DISTINCT event_id) FROM t", &rows, &events))
	return rows, events
}

var firstDay = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

// sale is the i-th order line of a shop that sells one every seven minutes.
func sale(i int) event.Commerce {
	text := func(format string) *string { s := fmt.Sprintf(format, i); return &s }
	money := func(cents int64) *decimal.Decimal { d := decimal.New(cents, -2); return &d }
	quantity := int64(i%5 + 1)
	return event.Commerce{
		EventID: fmt.Sprintf("evt_%08d", i), EventType: event.OrderCreated, EventTS: firstDay.Add(time.Duration(i) * 7 * time.Minute),
		IngestTS: firstDay.Add(30 * 24 * time.Hour), ShopDomain: "test.myshopify.com", OrderID: fmt.Sprintf("ord_%08d", i), OrderName: fmt.Sprintf("#%d", i),
		LineItemID: text("oli_%08d"), ProductID: text("prd_%d"), Quantity: &quantity, UnitPrice: money(255), GrossAmount: money(255 * quantity),
		CurrencyCode: "GBP", ProductTags: []string{"home", "light"}, RunID: "run", SchemaVersion: event.SchemaVersion,
	}
}

func sales(from, to int) []event.Commerce {
	var all []event.Commerce
	for i := from; i < to; i++ {
		all = append(all, sale(i))
	}
	return all
}

func (h *harness) deleteStreams() {
	h.t.Helper()
	conn, err := nats.Connect(h.nats.Env()["NATS_URL"])
	require.NoError(h.t, err)
	defer conn.Close()
	js, err := jetstream.New(conn)
	require.NoError(h.t, err)
	for _, name := range streams.Names() {
		require.NoError(h.t, js.DeleteStream(h.t.Context(), name))
	}
}
