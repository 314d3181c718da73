package webhooks

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"bluntcases.com/platform/api/problem"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
)

// Path is where Shopify sends its webhooks.
const Path = "/webhooks/shopify"

const (
	maxBody   = 8 << 20         // bytes; the largest order stays far below
	patience  = 4 * time.Second // Shopify gives five in all, the way here and back among them
	maxHeader = 255
)

// Delivery is one webhook whose signature held.
type Delivery struct {
	ID          string // the same at each repetition
	EventID     string // the same for every subscription to one event
	Topic       string
	Shop        string
	TriggeredAt time.Time // zero where Shopify did not say
	Body        []byte
}

// Handler does what a delivery asks for: it starts or wakes a workflow, and returns. After an error the delivery comes
// again, so a handler may be called more than once for one delivery.
type Handler func(context.Context, Delivery) error

// Config says whose webhooks are received.
type Config struct {
	Shop string
	// Secrets are what a webhook may be signed with: two during a rotation.
	Secrets []string
	// Topics are the topics that mean something to the platform. Others are acknowledged, remembered and counted.
	Topics map[string]Handler
}

// Receiver is the endpoint.
type Receiver struct {
	config     Config
	pool       *pgxpool.Pool
	log        *slog.Logger
	deliveries *prometheus.CounterVec
}

// New makes the receiver. It refuses to be without a secret: an endpoint that cannot verify anything must not be open.
func New(config Config, pool *pgxpool.Pool, log *slog.Logger, metrics prometheus.Registerer) (*Receiver, error) {
	for _, secret := range config.Secrets {
		if secret == "" {
			return nil, fault.New(fault.InvalidInput, "a webhook secret is empty")
		}
	}
	if len(config.Secrets) == 0 {
		return nil, fault.New(fault.InvalidInput, "webhooks cannot be verified: neither SHOPIFY_WEBHOOK_SECRETS nor SHOPIFY_CLIENT_SECRET is set")
	}
	deliveries := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "blunt_webhook_deliveries_total", Help: "Webhooks of Shopify, by topic and by what became of them.",
	}, []string{"topic", "outcome"})
	if err := metrics.Register(deliveries); err != nil {
		return nil, err
	}
	return &Receiver{config: config, pool: pool, log: log, deliveries: deliveries}, nil
}

// What became of a delivery.
const (
	handled     = "handled"
	unsupported = "unsupported"
	repeated    = "repeated"
	refused     = "refused"
	failed      = "failed"
)

// Mount adds the endpoint to the routes.
func (r *Receiver) Mount(routes gin.IRoutes) { routes.POST(Path, r.receive) }

func (r *Receiver) receive(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), patience)
	defer cancel()
	delivery, err := r.verify(c)
	if err != nil {
		r.deliveries.WithLabelValues("", refused).Inc()
		problem.Write(c, err)
		return
	}
	outcome, err := r.handle(ctx, delivery)
	topic := delivery.Topic
	if _, known := r.config.Topics[topic]; !known {
		topic = "other" // anyone's words would make anyone's metrics
	}
	r.deliveries.WithLabelValues(topic, outcome).Inc()
	if err != nil {
		problem.Write(c, again(err))
		return
	}
	r.log.InfoContext(ctx, "webhook", "topic", delivery.Topic, "id", delivery.ID, "outcome", outcome)
	c.Status(http.StatusOK)
}

// again makes any failure one that Shopify repeats the delivery after.
func again(err error) error {
	if fault.Of(err).Code.Status() >= http.StatusInternalServerError && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fault.Wrap(fault.Unavailable, err, "the webhook could not be handled in time")
}

// handle runs the delivery's handler unless it ran before. Remembering and running are one transaction: a delivery that
// comes twice at once waits for the other, and one whose handler failed, or whose process died, is not remembered.
func (r *Receiver) handle(ctx context.Context, delivery Delivery) (outcome string, err error) {
	outcome = failed
	err = store.InTx(ctx, r.pool, func(tx pgx.Tx) error {
		fresh, err := store.New(tx).RecordWebhook(ctx, record(delivery))
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "remember the webhook")
		}
		if fresh == 0 {
			outcome = repeated
			return nil
		}
		handler, known := r.config.Topics[delivery.Topic]
		if !known {
			outcome = unsupported
			return nil
		}
		if err := handler(ctx, delivery); err != nil {
			return err
		}
		outcome = handled
		return nil
	})
	if err != nil {
		return failed, err
	}
	return outcome, nil
}

func record(d Delivery) store.RecordWebhookParams {
	params := store.RecordWebhookParams{ID: d.ID, Topic: d.Topic, ShopDomain: d.Shop}
	if d.EventID != "" {
		params.EventID = &d.EventID
	}
	if !d.TriggeredAt.IsZero() {
		params.TriggerTs = &d.TriggeredAt
	}
	return params
}

// verify reads the delivery and proves that Shopify sent it, before anything in it is believed.
func (r *Receiver) verify(c *gin.Context) (Delivery, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return Delivery{}, fault.New(fault.TooLarge, "the webhook is larger than %d bytes", maxBody)
	}
	if err != nil {
		return Delivery{}, fault.New(fault.InvalidInput, "the webhook's body broke off")
	}
	signature, err := base64.StdEncoding.DecodeString(c.GetHeader("X-Shopify-Hmac-Sha256"))
	if err != nil || !r.signed(body, signature) {
		return Delivery{}, fault.New(fault.Unauthorized, "the webhook's signature does not hold")
	}
	delivery := Delivery{
		ID: c.GetHeader("X-Shopify-Webhook-Id"), EventID: c.GetHeader("X-Shopify-Event-Id"), Topic: c.GetHeader("X-Shopify-Topic"),
		Shop: strings.ToLower(c.GetHeader("X-Shopify-Shop-Domain")), Body: body,
	}
	var fields []fault.Field
	for name, value := range map[string]string{"X-Shopify-Webhook-Id": delivery.ID, "X-Shopify-Topic": delivery.Topic} {
		if value == "" || len(value) > maxHeader {
			fields = append(fields, fault.Field{Name: name, Detail: "is missing or too long"})
		}
	}
	if len(fields) > 0 {
		return Delivery{}, fault.Invalid("webhook", fields...)
	}
	if delivery.Shop != r.config.Shop {
		return Delivery{}, fault.New(fault.Forbidden, "the webhook is of another shop")
	}
	if at, err := time.Parse(time.RFC3339Nano, c.GetHeader("X-Shopify-Triggered-At")); err == nil {
		delivery.TriggeredAt = at.UTC()
	}
	return delivery, nil
}

// signed compares in constant time, and with every secret: which one holds is not to be told from how long it took.
func (r *Receiver) signed(body, signature []byte) bool {
	holds := false
	for _, secret := range r.config.Secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), signature) {
			holds = true
		}
	}
	return holds
}
