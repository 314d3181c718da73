package shopify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// topicFinish is the topic that says that a bulk operation has ended.
const topicFinish = "bulk_operations/finish"

// subscription is a webhook that the app asked for.
type subscription struct {
	ID      int64         `json:"id"`
	Topic   string        `json:"topic"` // as in the API: BULK_OPERATIONS_FINISH
	URI     string        `json:"uri"`
	Created store.Instant `json:"created"`
}

// webhooks delivers what happens. Deliveries that a crash interrupts are lost,
// as the real ones can be.
type webhooks struct {
	config Config
	path   string
	domain func() string // of the shop

	mu            sync.Mutex
	subscriptions []*subscription
	ctx           context.Context
	stop          context.CancelFunc
	wait          sync.WaitGroup
}

func openWebhooks(config Config, domain func() string) (*webhooks, error) {
	w := &webhooks{config: config, domain: domain, path: filepath.Join(config.Dir, "webhooks.json")}
	w.ctx, w.stop = context.WithCancel(context.Background())
	text, err := os.ReadFile(w.path)
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, err
	}
	return w, json.Unmarshal(text, &w.subscriptions)
}

func (w *webhooks) close() {
	w.stop()
	w.wait.Wait()
}

func (w *webhooks) subscribe(topic, uri string, at store.Instant) (*subscription, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.subscriptions {
		if s.Topic == topic && s.URI == uri {
			return nil, errors.New("address for this topic has already been taken")
		}
	}
	s := &subscription{ID: 1_100_001 + int64(len(w.subscriptions)), Topic: topic, URI: uri, Created: at}
	all := append(w.subscriptions, s)
	text, err := json.Marshal(all)
	if err == nil {
		err = store.WriteFile(w.path, text)
	}
	if err != nil {
		return nil, err
	}
	w.subscriptions = all
	return s, nil
}

// send delivers to all who want the topic ("orders/create").
func (w *webhooks) send(topic string, payload any) {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err) // our own payloads can be marshalled
	}
	name := strings.ToUpper(strings.ReplaceAll(topic, "/", "_"))
	w.mu.Lock()
	defer w.mu.Unlock()
	var targets []string
	if topic == topicFinish && w.config.WebhookURL != "" {
		targets = append(targets, w.config.WebhookURL)
	}
	for _, s := range w.subscriptions {
		if s.Topic == name {
			targets = append(targets, s.URI)
		}
	}
	event := identifier()
	for _, target := range targets {
		w.wait.Add(1)
		go func() {
			defer w.wait.Done()
			w.deliver(target, topic, event, body)
		}()
	}
}

// deliver tries until the receiver takes it, or the attempts are used up. The
// payload and the ids stay the same.
func (w *webhooks) deliver(target, topic, event string, body []byte) {
	id, triggered := identifier(), w.config.Clock().UTC().Format(time.RFC3339Nano)
	for attempt := 0; ; attempt++ {
		if w.attempt(target, topic, id, event, triggered, body) {
			return
		}
		if attempt >= len(w.config.WebhookRetries) {
			w.config.Log.Warn("webhook given up", "topic", topic)
			return
		}
		if !sleep(w.ctx, w.config.WebhookRetries[attempt]) {
			return
		}
	}
}

func (w *webhooks) attempt(target, topic, id, event, triggered string, body []byte) bool {
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Shopify-Topic", topic)
	r.Header.Set("X-Shopify-Hmac-Sha256", SignWebhook(w.config.ClientSecret, body))
	r.Header.Set("X-Shopify-Shop-Domain", w.domain())
	r.Header.Set("X-Shopify-API-Version", w.config.Version)
	r.Header.Set("X-Shopify-Webhook-Id", id)
	r.Header.Set("X-Shopify-Event-Id", event)
	r.Header.Set("X-Shopify-Triggered-At", triggered)
	answer, err := w.config.Client.Do(r)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode >= 200 && answer.StatusCode < 300
}

// SignWebhook gives the X-Shopify-Hmac-Sha256 of a body.
func SignWebhook(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func identifier() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// finished says that a bulk operation has ended.
func (s *Server) finished(o *operation) {
	if o.fault(FaultNoWebhook) != nil {
		return
	}
	var code any
	if o.ErrorCode != "" {
		code = strings.ToLower(o.ErrorCode)
	}
	s.webhooks.send(topicFinish, map[string]any{
		"admin_graphql_api_id": store.GID("BulkOperation", o.ID), "created_at": o.Created, "completed_at": o.Completed,
		"status": strings.ToLower(o.Status), "error_code": code, "type": "query",
	})
}

func defineSubscriptions(r *graph.Registry) {
	r.Define("WebhookSubscription", []string{"Node"},
		graph.Scalar("id", func(s *subscription) any { return store.GID("WebhookSubscription", s.ID) }),
		graph.Scalar("topic", func(s *subscription) any { return s.Topic }),
		graph.Scalar("uri", func(s *subscription) any { return s.URI }),
		graph.Scalar("callbackUrl", func(s *subscription) any { return s.URI }),
		graph.Scalar("format", func(*subscription) any { return "JSON" }),
		graph.Scalar("createdAt", func(s *subscription) any { return s.Created }),
	)
}
