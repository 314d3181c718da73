package main

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/api/webhooks"
	"bluntcases.com/platform/internal/observe"
)

// routes are the webhooks, and what a cluster and dashboard-api ask a process. Shopify cannot sign in, so they stand
// outside Access: a webhook proves itself by its signature, and the rest tells nothing of the store.
func (s *server) routes() (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	receiver, err := s.webhooks()
	if err != nil {
		return nil, err
	}
	receiver.Mount(engine)
	health := s.health()
	engine.GET("/healthz", gin.WrapF(health.Alive))
	engine.GET("/readyz", gin.WrapF(health.Ready))
	engine.GET("/status", gin.WrapF(s.status(health)))
	engine.GET("/metrics", gin.WrapH(observe.MetricsHandler(s.metrics)))
	return engine, nil
}

func (s *server) webhooks() (*webhooks.Receiver, error) {
	secrets := s.cfg.Shopify.WebhookSecrets
	if len(secrets) == 0 && s.cfg.Shopify.ClientSecret != "" {
		secrets = []string{s.cfg.Shopify.ClientSecret}
	}
	return webhooks.New(webhooks.Config{
		Shop:    s.cfg.Shopify.Shop,
		Secrets: secrets,
		Topics:  map[string]webhooks.Handler{webhooks.TopicBulkFinish: webhooks.BulkFinish(s.shopify, s.temporal)},
	}, s.pool, s.log, s.metrics)
}

func (s *server) health() *observe.Health {
	health := &observe.Health{}
	health.Add("postgres", s.pool.Ping)
	health.Add("temporal", func(ctx context.Context) error {
		_, err := s.temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
		return err
	})
	health.Add("nats", s.streams.Ping)
	health.Add("s3", s.objects.Bucket(s.cfg.Objects.ArchiveBucket).Reach)
	return health
}

// status says what this process is, beside how it is. Of the measurement it says when and how much, and no figure of the
// store's: anyone who reaches the process may read it.
func (s *server) status(health *observe.Health) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		states, ok := health.Look(r.Context())
		said := map[string]any{
			"process": process, "revision": observe.Revision(), "queues": s.queues, "namespace": s.cfg.Temporal.Namespace,
			"started": s.began.UTC().Format(time.RFC3339), "ok": ok, "checks": states,
		}
		if s.measurement != nil {
			said["measurement"] = s.measurement.Health()
		}
		observe.WriteJSON(w, http.StatusOK, said)
	}
}
