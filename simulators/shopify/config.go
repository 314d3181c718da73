package shopify

import (
	"log/slog"
	"net/http"
	"time"

	"bluntcases.com/platform/simulators/shopify/store"
)

// Config says how the simulator behaves. Everything has a default except Dir.
type Config struct {
	// Dir keeps the store's recipe, the edits and the bulk operations: a
	// simulator that is killed comes back from it as it was.
	Dir string
	// Store is the store to serve; nil is the one that Dir holds, or else the
	// medium-sized generated shop. Another store than Dir's replaces it.
	Store *store.Recipe

	// Version is the Admin API version that is served.
	Version string
	// Tokens are the access tokens of existing admin apps.
	Tokens []string
	// ClientID and ClientSecret are exchanged for a token of 24 hours. The
	// secret also signs webhooks and result URLs.
	ClientID, ClientSecret string
	// Scopes are what the app may do.
	Scopes []string

	// Schema is the path of the Admin schema (introspection JSON, gzipped or
	// not), against which each document is validated. "" looks for the npm
	// package above the working directory, and goes without where it is not
	// installed; "none" goes without in any case.
	Schema string

	// RestoreRate is how many points a second the plan gives; the bucket holds
	// twenty seconds of them. Shopify's plans have 100 to 2,000.
	RestoreRate float64
	// SearchLag is how long a search goes on finding what was there before an edit.
	SearchLag time.Duration
	// How long a bulk operation is CREATED, RUNNING (at least) and CANCELING.
	BulkCreateDelay, BulkRunDelay, BulkCancelDelay time.Duration

	// WebhookURL receives bulk_operations/finish, besides what is subscribed.
	WebhookURL string
	// WebhookRetries are the pauses before each new attempt at a delivery.
	WebhookRetries []time.Duration

	Clock  func() time.Time
	Client *http.Client // for webhooks
	Log    *slog.Logger
}

func (c Config) complete() Config {
	if c.Version == "" {
		c.Version = "2026-07"
	}
	if c.Tokens == nil {
		c.Tokens = []string{"shpat_simulator"}
	}
	if c.ClientID == "" {
		c.ClientID = "simulator-client"
	}
	if c.ClientSecret == "" {
		c.ClientSecret = "simulator-secret"
	}
	if c.Scopes == nil {
		c.Scopes = DefaultScopes()
	}
	if c.RestoreRate == 0 {
		c.RestoreRate = 2000
	}
	if c.WebhookRetries == nil {
		c.WebhookRetries = []time.Duration{
			10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
			30 * time.Minute, 40 * time.Minute, 60 * time.Minute, 60 * time.Minute,
		}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 5 * time.Second}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// DefaultScopes are all that the simulator knows.
func DefaultScopes() []string {
	return []string{
		"read_all_orders", "read_customers", "read_fulfillments", "read_inventory", "read_locations", "read_orders",
		"read_products", "read_returns", "write_products",
	}
}
