package webhooks_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/api/webhooks"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

const (
	shop   = "bluntcases.myshopify.com"
	secret = "the-current-secret"
	next   = "the-next-secret"
	topic  = "orders/updated"
	body   = `{"id": 1, "note": "ä"}`
)

// receiver is the endpoint over a real database, with one topic that counts its deliveries.
type receiver struct {
	http.Handler
	pool    *pgxpool.Pool
	metrics *prometheus.Registry
	handled atomic.Int64
	fail    error // what the topic's handler answers
	hold    chan struct{}
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	r := &receiver{pool: pool, metrics: prometheus.NewRegistry()}
	endpoint, err := webhooks.New(webhooks.Config{
		Shop: shop, Secrets: []string{secret, next},
		Topics: map[string]webhooks.Handler{topic: func(context.Context, webhooks.Delivery) error {
			if r.hold != nil {
				<-r.hold
			}
			if r.fail != nil {
				return r.fail
			}
			r.handled.Add(1)
			return nil
		}},
	}, pool, slog.New(slog.DiscardHandler), r.metrics)
	require.NoError(t, err)
	engine := rest.NewEngine()
	endpoint.Mount(engine)
	r.Handler = engine
	return r
}

func sign(key, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// send delivers the body as Shopify would; headers change what it would send.
func (r *receiver) send(t *testing.T, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), "POST", webhooks.Path, strings.NewReader(body))
	for _, pair := range [][2]string{
		{"X-Shopify-Hmac-Sha256", sign(secret, body)},
		{"X-Shopify-Topic", topic},
		{"X-Shopify-Shop-Domain", shop},
		{"X-Shopify-Webhook-Id", "delivery-1"},
		{"X-Shopify-Event-Id", "event-1"},
		{"X-Shopify-Triggered-At", "2026-03-02T09:30:00.123456789Z"},
	} {
		req.Header.Set(pair[0], pair[1])
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w
}

func (r *receiver) remembered(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, r.pool.QueryRow(t.Context(), "SELECT count(*) FROM runtime.webhook_delivery").Scan(&n))
	return n
}

func TestADeliveryIsHandledOnceAndRemembered(t *testing.T) {
	r := newReceiver(t)
	for range 3 {
		require.Equal(t, http.StatusOK, r.send(t, body).Code)
	}
	require.EqualValues(t, 1, r.handled.Load())

	var id, event, stored, domain string
	var at time.Time
	require.NoError(t, r.pool.QueryRow(t.Context(), "SELECT id, event_id, topic, shop_domain, trigger_ts FROM runtime.webhook_delivery").
		Scan(&id, &event, &stored, &domain, &at))
	require.Equal(t, []string{"delivery-1", "event-1", topic, shop}, []string{id, event, stored, domain})
	require.Equal(t, "2026-03-02T09:30:00.123456Z", at.UTC().Format(time.RFC3339Nano))
	require.Equal(t, map[string]float64{"orders/updated handled": 1, "orders/updated repeated": 2}, counted(t, r.metrics))
}

func TestASignatureOfEitherSecretHoldsAndNoOther(t *testing.T) {
	r := newReceiver(t)
	require.Equal(t, http.StatusOK, r.send(t, body, "X-Shopify-Hmac-Sha256", sign(next, body)).Code)
	for name, signature := range map[string]string{
		"missing": "", "of an old secret": sign("the-old-secret", body), "of another body": sign(secret, body+" "), "no base64": "%%%",
	} {
		t.Run(name, func(t *testing.T) {
			w := r.send(t, body, "X-Shopify-Hmac-Sha256", signature, "X-Shopify-Webhook-Id", "forged")
			require.Equal(t, http.StatusUnauthorized, w.Code)
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
		})
	}
	require.EqualValues(t, 1, r.handled.Load())
	require.Equal(t, 1, r.remembered(t), "a forged delivery was remembered")
}

func TestADeliveryWhoseHandlerFailedComesAgain(t *testing.T) {
	r := newReceiver(t)
	for _, failure := range []error{errors.New("anything"), fault.New(fault.NotFound, "no such run"), context.DeadlineExceeded} {
		r.fail = failure
		w := r.send(t, body)
		require.GreaterOrEqual(t, w.Code, 500, "Shopify repeats a delivery after a 5xx: %v", failure)
		require.Zero(t, r.remembered(t))
	}
	r.fail = nil
	require.Equal(t, http.StatusOK, r.send(t, body).Code)
	require.EqualValues(t, 1, r.handled.Load())
}

func TestTwoDeliveriesAtOnceAreHandledOnce(t *testing.T) {
	r := newReceiver(t)
	r.hold = make(chan struct{})
	codes := make(chan int, 2)
	for range 2 {
		go func() { codes <- r.send(t, body).Code }()
	}
	require.Eventually(t, func() bool { // one runs, the other waits for it
		var waiting int
		err := r.pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting)
		return err == nil && waiting == 1
	}, 3*time.Second, 10*time.Millisecond)
	close(r.hold)
	require.Equal(t, http.StatusOK, <-codes)
	require.Equal(t, http.StatusOK, <-codes)
	require.EqualValues(t, 1, r.handled.Load())
}

func TestATopicWithoutAHandlerIsAcknowledged(t *testing.T) {
	r := newReceiver(t)
	require.Equal(t, http.StatusOK, r.send(t, body, "X-Shopify-Topic", "carts/update").Code)
	require.Zero(t, r.handled.Load())
	require.Equal(t, 1, r.remembered(t))
	require.Equal(t, map[string]float64{"other unsupported": 1}, counted(t, r.metrics))
}

func TestWhatIsNotADeliveryOfOursIsRefused(t *testing.T) {
	r := newReceiver(t)
	for name, c := range map[string]struct {
		headers []string
		body    string
		status  int
	}{
		"another shop":      {[]string{"X-Shopify-Shop-Domain", "other.myshopify.com"}, body, http.StatusForbidden},
		"without an id":     {[]string{"X-Shopify-Webhook-Id", ""}, body, http.StatusUnprocessableEntity},
		"without a topic":   {[]string{"X-Shopify-Topic", ""}, body, http.StatusUnprocessableEntity},
		"with a huge topic": {[]string{"X-Shopify-Topic", strings.Repeat("t", 300)}, body, http.StatusUnprocessableEntity},
		"too large":         {nil, strings.Repeat("x", 9<<20), http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.status, r.send(t, c.body, c.headers...).Code) })
	}
	require.Zero(t, r.remembered(t))
}

func TestWithoutASecretThereIsNoReceiver(t *testing.T) {
	for _, secrets := range [][]string{nil, {""}, {secret, ""}} {
		_, err := webhooks.New(webhooks.Config{Shop: shop, Secrets: secrets}, nil, nil, prometheus.NewRegistry())
		require.True(t, fault.Is(err, fault.InvalidInput))
	}
}

// counted are the deliveries by topic and outcome.
func counted(t *testing.T, metrics *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := metrics.Gather()
	require.NoError(t, err)
	require.Len(t, families, 1)
	all := map[string]float64{}
	for _, series := range families[0].GetMetric() {
		labels := map[string]string{}
		for _, label := range series.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		all[labels["topic"]+" "+labels["outcome"]] = series.GetCounter().GetValue()
	}
	return all
}
