// Package config reads a process's settings from its environment: one struct per process, made of the parts below,
// checked at start with every fault at once. A setting's documentation is its `doc` tag; `--help` and
// docs/reference/configuration.md are made from it.
package config

import (
	"time"
)

// Database is the domain store. Use a direct connection for provision, a pooled one elsewhere.
type Database struct {
	URL             string `env:"DATABASE_URL,required,notEmpty" secret:"true" doc:"PostgreSQL, postgres://user:password@host:port/name?sslmode=verify-full"`
	MaxConns        int32  `env:"DATABASE_MAX_CONNS" envDefault:"16" doc:"connections this process may hold"`
	TransactionPool bool   `env:"DATABASE_TRANSACTION_POOL" envDefault:"false" doc:"true behind PgBouncer in transaction mode (PlanetScale's port 6432)"`
}

// Temporal is the cluster or the Temporal Cloud namespace.
type Temporal struct {
	Address   string `env:"TEMPORAL_ADDRESS" envDefault:"localhost:7233" doc:"host:port of the frontend"`
	Namespace string `env:"TEMPORAL_NAMESPACE" envDefault:"default" doc:"namespace; provision creates it where the server allows"`
	APIKey    string `env:"TEMPORAL_API_KEY" secret:"true" doc:"Temporal Cloud API key; switches TLS on"`
	TLS       bool   `env:"TEMPORAL_TLS" envDefault:"false" doc:"TLS without an API key"`
	UI        string `env:"TEMPORAL_UI" envDefault:"http://localhost:8233" doc:"address of the web UI, for links"`
}

// Objects is the S3 API: R2 in production.
type Objects struct {
	Endpoint      string `env:"S3_ENDPOINT" doc:"for R2 https://<account>.r2.cloudflarestorage.com; empty for AWS"`
	Region        string `env:"S3_REGION" envDefault:"auto" doc:"auto for R2"`
	AccessKeyID   string `env:"S3_ACCESS_KEY_ID,required,notEmpty" secret:"true" doc:"access key"`
	SecretKey     string `env:"S3_SECRET_ACCESS_KEY,required,notEmpty" secret:"true" doc:"secret key"`
	ArchiveBucket string `env:"S3_ARCHIVE_BUCKET" envDefault:"archive" doc:"JSONL archive and CSV exports"`
	AssetsBucket  string `env:"S3_ASSETS_BUCKET" envDefault:"assets" doc:"design assets"`
}

// Streams is JetStream.
type Streams struct {
	URL         string `env:"NATS_URL" envDefault:"nats://localhost:4222" secret:"true" doc:"NATS servers, comma-separated"`
	Credentials string `env:"NATS_CREDENTIALS" doc:"path of a credentials file"`
	Replicas    int    `env:"NATS_REPLICAS" envDefault:"1" doc:"replicas of each stream on a cluster"`
	MaxBytes    int64  `env:"NATS_STREAM_MAX_BYTES" envDefault:"21474836480" doc:"size at which a stream answers: try later"`
}

// Lake is the Iceberg REST catalog: R2 Data Catalog in production. Its files are read and written through Objects.
type Lake struct {
	URI       string        `env:"ICEBERG_URI" envDefault:"http://localhost:8181" doc:"REST catalog; for R2 https://catalog.cloudflarestorage.com/<account>/<bucket>"`
	Warehouse string        `env:"ICEBERG_WAREHOUSE" envDefault:"lake" doc:"warehouse; for R2 <account>_<bucket>"`
	Token     string        `env:"ICEBERG_TOKEN" secret:"true" doc:"bearer token; for R2 it needs catalog and storage permission"`
	RollAge   time.Duration `env:"LAKE_ROLL_AGE" envDefault:"60s" doc:"longest time an event waits for its table, 1s or more; below 5s the tables get many small files"`
	RollBytes int64         `env:"LAKE_ROLL_BYTES" envDefault:"100663296" doc:"size of waiting events at which a roll starts at once, and of a backlog's batches but the first two, which are smaller; 1 MiB or more"`
	// PublicationShards is read by `blunt provision`, which starts the roll.
	PublicationShards int    `env:"LAKE_PUBLICATION_SHARDS" envDefault:"1" doc:"rolls that land publication events side by side, 1 to 64; blunt provision applies a change"`
	Maintain          bool   `env:"LAKE_MAINTAIN" envDefault:"true" doc:"false where the catalog compacts and expires by itself; manifests and orphans are kept in any case"`
	Dir               string `env:"LAKE_DIR" envDefault:".local/lake" doc:"scratch files and the cache of data files"`
	CacheSize         int64  `env:"LAKE_CACHE_BYTES" envDefault:"10737418240" doc:"size of the cache of data files"`
	Memory            string `env:"DUCKDB_MEMORY_LIMIT" envDefault:"1GB" doc:"DuckDB's memory_limit for measurement and queries; the roll has fixed ones, which keep it below 1 GB"`
	Threads           int    `env:"DUCKDB_THREADS" envDefault:"0" doc:"DuckDB's threads; 0 means one per core, and half of the cores for each of the two batches that a roll stages at once"`
}

// Shopify is one shop's Admin API. Either a token of an existing custom app, or a client id and secret.
type Shopify struct {
	Shop           string   `env:"SHOPIFY_SHOP,required,notEmpty" doc:"the shop's myshopify.com domain"`
	URL            string   `env:"SHOPIFY_URL" doc:"base address in place of https://<shop>, for the simulator"`
	APIVersion     string   `env:"SHOPIFY_API_VERSION" envDefault:"2026-07" doc:"Admin API version"`
	AccessToken    string   `env:"SHOPIFY_ACCESS_TOKEN" secret:"true" doc:"shpat_… of a custom app"`
	ClientID       string   `env:"SHOPIFY_CLIENT_ID" doc:"client id, where there is no access token"`
	ClientSecret   string   `env:"SHOPIFY_CLIENT_SECRET" secret:"true" doc:"client secret, for tokens and webhooks"`
	WebhookSecrets []string `env:"SHOPIFY_WEBHOOK_SECRETS" secret:"true" doc:"secrets that webhooks are signed with, comma-separated; two during a rotation"`
}

// Access is Cloudflare Access in front of the dashboard. It cannot be switched off.
type Access struct {
	TeamURL  string `env:"CF_ACCESS_TEAM_URL,required,notEmpty" doc:"https://<team>.cloudflareaccess.com"`
	Audience string `env:"CF_ACCESS_AUD,required,notEmpty" doc:"audience tag of the Access application"`
}

// Sync is how the mirror of the store is kept.
type Sync struct {
	Overlap    time.Duration `env:"SYNC_OVERLAP" envDefault:"10m" doc:"how far before its watermark a window begins"`
	SearchLag  time.Duration `env:"SYNC_SEARCH_LAG" envDefault:"30s" doc:"how far before now a window ends: Shopify's search index lags"`
	SpillDir   string        `env:"SYNC_SPILL_DIR" envDefault:".local/spill" doc:"scratch files of a load"`
	LoadConns  int           `env:"SYNC_LOAD_CONNS" envDefault:"2" doc:"database connections of one load"`
	SlotLimit  int           `env:"SYNC_BULK_SLOTS" envDefault:"4" doc:"bulk operations at once, of Shopify's five"`
	PollPeriod time.Duration `env:"SYNC_POLL_PERIOD" envDefault:"5s" doc:"pause between two looks at a bulk operation"`
}

// Service is what every process serves and says.
type Service struct {
	LogLevel  string `env:"LOG_LEVEL" envDefault:"info" doc:"debug, info, warn or error"`
	LogFormat string `env:"LOG_FORMAT" envDefault:"json" doc:"json or text"`
	OTLP      string `env:"OTEL_EXPORTER_OTLP_ENDPOINT" doc:"where traces go, by OTLP over gRPC, as http://collector:4317; empty for none"`
}

// Retention is how long rows are kept that only guard against repetition. Housekeeping deletes them nightly.
type Retention struct {
	Webhooks        time.Duration `env:"WEBHOOK_DEDUPE_TTL" envDefault:"168h" doc:"how long a webhook's id is remembered, 24h or more"`
	IdempotencyKeys time.Duration `env:"IDEMPOTENCY_KEY_TTL" envDefault:"168h" doc:"how long an Idempotency-Key is remembered, 24h or more"`
}

// Ingest configures cmd/ingest.
type Ingest struct {
	Service
	Listen    string `env:"INGEST_LISTEN" envDefault:":8082" doc:"webhooks, health, status and metrics"`
	Retention Retention
	Database  Database
	Temporal  Temporal
	Objects   Objects
	Streams   Streams
	Lake      Lake
	Shopify   Shopify
	Sync      Sync
}

// Dashboard configures cmd/dashboard-api.
type Dashboard struct {
	Service
	Listen   string `env:"DASHBOARD_LISTEN" envDefault:":8080" doc:"staff API"`
	Ingest   string `env:"INGEST_URL" envDefault:"http://localhost:8082" doc:"ingest's status endpoint, read by /api/health"`
	Database Database
	Temporal Temporal
	Objects  Objects
	Streams  Streams
	Access   Access
}

// Operator configures cmd/blunt.
type Operator struct {
	Service
	Database Database
	Temporal Temporal
	Objects  Objects
	Streams  Streams
	Lake     Lake
	Shopify  Shopify
	Sync     Sync
}
