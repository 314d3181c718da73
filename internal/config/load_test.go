package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
)

func complete() map[string]string {
	return map[string]string{
		"DATABASE_URL": "postgres://localhost/blunt", "S3_ACCESS_KEY_ID": "key", "S3_SECRET_ACCESS_KEY": "secret",
		"SHOPIFY_SHOP": "bluntcases.myshopify.com", "SHOPIFY_ACCESS_TOKEN": "shpat_x",
	}
}

func TestLoadReportsEveryFaultAtOnce(t *testing.T) {
	environ := complete()
	delete(environ, "DATABASE_URL")
	delete(environ, "SHOPIFY_ACCESS_TOKEN")
	environ["DATABASE_MAX_CONNS"] = "many"
	environ["LAKE_ROLL_AGE"] = "5ms"
	_, err := config.Load[config.Ingest](environ)
	require.True(t, fault.Is(err, fault.InvalidInput))
	for _, name := range []string{"DATABASE_URL", "SHOPIFY_ACCESS_TOKEN", "MaxConns", "LAKE_ROLL_AGE"} {
		require.ErrorContains(t, err, name)
	}
}

func TestLoadFillsDefaults(t *testing.T) {
	ingest, err := config.Load[config.Ingest](complete())
	require.NoError(t, err)
	require.Equal(t, "2026-07", ingest.Shopify.APIVersion)
	require.Equal(t, "archive", ingest.Objects.ArchiveBucket)
}

func TestWhatGuardsAgainstRepetitionIsKeptForADayAtLeast(t *testing.T) {
	environ := complete()
	environ["WEBHOOK_DEDUPE_TTL"], environ["IDEMPOTENCY_KEY_TTL"] = "1h", "0s"
	_, err := config.Load[config.Ingest](environ)
	require.True(t, fault.Is(err, fault.InvalidInput))
	require.ErrorContains(t, err, "WEBHOOK_DEDUPE_TTL")
	require.ErrorContains(t, err, "IDEMPOTENCY_KEY_TTL")
}
