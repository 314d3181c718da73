package housekeeping_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/activities/housekeeping"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

var (
	now  = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	keep = config.Retention{Webhooks: 7 * 24 * time.Hour, IdempotencyKeys: 24 * time.Hour}
)

// More old rows than one statement deletes, one row on the cut-off, one younger: only the old ones go.
func TestWebhooksOlderThanTheirTimeAreForgotten(t *testing.T) {
	pool := open(t)
	const old = 10_001
	exec(t, pool, `INSERT INTO runtime.webhook_delivery (id, topic, shop_domain, receive_ts)
		SELECT 'old-' || n, 'orders/create', 'blunt.myshopify.com', $1::timestamptz - interval '7 days' - n * interval '1 second' FROM generate_series(1, $2) n`, now, old)
	exec(t, pool, `INSERT INTO runtime.webhook_delivery (id, topic, shop_domain, receive_ts)
		VALUES ('edge', 'orders/create', 'blunt.myshopify.com', $1::timestamptz - interval '7 days'), ('young', 'orders/create', 'blunt.myshopify.com', $1)`, now)

	a := housekeeping.New(pool, keep, clock)
	require.EqualValues(t, old, purge(t, contract.PurgeWebhooks, a.PurgeWebhooks, nil))
	require.Equal(t, []string{"edge", "young"}, column(t, pool, `SELECT id FROM runtime.webhook_delivery ORDER BY id`))
	require.Zero(t, purge(t, contract.PurgeWebhooks, a.PurgeWebhooks, nil), "a second time there is nothing to do")
}

// A key whose first request never answered is as old as any other.
func TestIdempotencyKeysOlderThanTheirTimeAreForgotten(t *testing.T) {
	pool := open(t)
	exec(t, pool, `INSERT INTO runtime.idempotency_key (principal, route, key, request_digest, response_status, create_ts) VALUES
		('ann', 'POST /x', 'answered', 'd', 202, $1::timestamptz - interval '25 hours'),
		('ann', 'POST /x', 'abandoned', 'd', NULL, $1::timestamptz - interval '25 hours'),
		('ben', 'POST /x', 'answered', 'd', 202, $1::timestamptz - interval '23 hours')`, now)

	a := housekeeping.New(pool, keep, clock)
	require.EqualValues(t, 2, purge(t, contract.PurgeIdempotencyKeys, a.PurgeIdempotencyKeys, nil))
	require.Equal(t, []string{"ben"}, column(t, pool, `SELECT principal FROM runtime.idempotency_key`))
}

func TestARetryCountsOnFromTheHeartbeat(t *testing.T) {
	pool := open(t)
	exec(t, pool, `INSERT INTO runtime.webhook_delivery (id, topic, shop_domain, receive_ts)
		VALUES ('old', 'orders/create', 'blunt.myshopify.com', $1::timestamptz - interval '8 days')`, now)
	a := housekeeping.New(pool, keep, clock)
	require.EqualValues(t, 10_001, purge(t, contract.PurgeWebhooks, a.PurgeWebhooks, &contract.Heartbeat[struct{}]{Done: 10_000}))
}

func clock() time.Time { return now }

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// purge runs the activity as a worker would.
func purge(t *testing.T, ref contract.Activity[contract.PurgeInput, contract.Purged],
	code func(context.Context, contract.PurgeInput) (contract.Purged, error), from *contract.Heartbeat[struct{}],
) int64 {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	if from != nil {
		env.SetHeartbeatDetails(*from)
	}
	env.RegisterActivityWithOptions(code, activity.RegisterOptions{Name: ref.Name})
	value, err := env.ExecuteActivity(ref.Name, contract.PurgeInput{})
	require.NoError(t, err)
	var purged contract.Purged
	require.NoError(t, value.Get(&purged))
	return purged.Rows
}

func exec(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	_, err := pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func column(t *testing.T, pool *pgxpool.Pool, sql string) (all []string) {
	t.Helper()
	rows, err := pool.Query(t.Context(), sql)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var one string
		require.NoError(t, rows.Scan(&one))
		all = append(all, one)
	}
	require.NoError(t, rows.Err())
	return all
}
