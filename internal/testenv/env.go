package testenv

import (
	"maps"
	"slices"

	"bluntcases.com/platform/internal/config"
)

// Env is the addresses of a stack, by the names of internal/config.
type Env map[string]string

// names are the variables that make up an Env.
var names = []string{
	"DATABASE_URL", "TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_UI",
	"S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY",
	"NATS_URL", "ICEBERG_URI", "ICEBERG_WAREHOUSE",
	"SHOPIFY_SHOP", "SHOPIFY_URL", "SHOPIFY_ACCESS_TOKEN", "SHOPIFY_CLIENT_SECRET", "SHOPIFY_WEBHOOK_SECRETS",
	"DROPBOX_URL", "ACCESS_URL", "CF_ACCESS_TEAM_URL", "CF_ACCESS_AUD",
}

// Environ is the addresses as a process's environment has them.
func (e Env) Environ() []string {
	var environ []string
	for _, name := range slices.Sorted(maps.Keys(e)) {
		environ = append(environ, name+"="+e[name])
	}
	return environ
}

// Database is the stack's database.
func (e Env) Database() config.Database {
	return config.Database{URL: e["DATABASE_URL"], MaxConns: 8}
}

// Temporal is the stack's server and its default namespace.
func (e Env) Temporal() config.Temporal {
	return config.Temporal{Address: e["TEMPORAL_ADDRESS"], Namespace: e["TEMPORAL_NAMESPACE"], UI: e["TEMPORAL_UI"]}
}

// Objects is the stack's S3, with the platform's usual buckets.
func (e Env) Objects() config.Objects {
	return config.Objects{
		Endpoint: e["S3_ENDPOINT"], Region: e["S3_REGION"], AccessKeyID: e["S3_ACCESS_KEY_ID"],
		SecretKey: e["S3_SECRET_ACCESS_KEY"], ArchiveBucket: "archive", AssetsBucket: "assets",
	}
}

// Streams is the stack's JetStream.
func (e Env) Streams() config.Streams {
	return config.Streams{URL: e["NATS_URL"], Replicas: 1, MaxBytes: 1 << 30}
}

// Lake is the stack's Iceberg catalog; scratch is a directory for spill files and the cache.
func (e Env) Lake(scratch string) config.Lake {
	return config.Lake{
		URI: e["ICEBERG_URI"], Warehouse: e["ICEBERG_WAREHOUSE"], Maintain: true,
		RollAge: defaultRollAge, RollBytes: 256 << 20, Dir: scratch, CacheSize: 1 << 30, Memory: "512MB",
	}
}
