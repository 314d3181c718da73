package commerce_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/activities/commerce"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/internal/testenv"
)

const shop = "bluntcases.myshopify.com"

// rig is a database, a bucket, a stream, and the activities between them.
type rig struct {
	*testing.T
	pool    *pgxpool.Pool
	bucket  *objects.Bucket
	streams *streams.Client
	env     *testsuite.TestActivityEnvironment
}

func newRig(t *testing.T, wrap func(commerce.Publisher) commerce.Publisher) *rig {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), testenv.Postgres(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	client, bucket := stack(t)
	publisher := commerce.Publisher(client)
	if wrap != nil {
		publisher = wrap(publisher)
	}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	a := commerce.New(pool, mirror.Options{ScratchDir: t.TempDir()}, bucket, publisher)
	env.RegisterActivity(a)
	r := &rig{T: t, pool: pool, bucket: bucket, streams: client, env: env}
	_, err = env.ExecuteActivity(a.LoadShop, contract.LoadInput{RunID: "run", Shop: shop, Archive: r.put("shop", "shop",
		`{"id":"gid://shopify/Shop/1","name":"Blunt","myshopifyDomain":"`+shop+`","currencyCode":"GBP","enabledPresentmentCurrencies":["GBP"],"ianaTimezone":"Europe/London"}`)})
	require.NoError(t, err)
	return r
}

func (r *rig) put(entity contract.Entity, key string, lines ...string) contract.Archive {
	r.Helper()
	text := strings.Join(lines, "\n") + "\n"
	roots := int64(len(lines) - strings.Count(text, "__parentId"))
	archive := contract.Archive{
		ObjectKey: "archives/ingest/" + key + ".jsonl", Entity: entity, Lines: int64(len(lines)), Bytes: int64(len(text)),
		Objects: int64(len(lines)), RootObjects: roots,
	}
	_, err := r.bucket.Put(r.Context(), archive.ObjectKey, strings.NewReader(text), objects.PutOptions{Metadata: archive.Metadata()})
	require.NoError(r, err)
	return archive
}

func order(n int) []string {
	money := `{"shopMoney":{"amount":"12.50"},"presentmentMoney":{"amount":"12.50"}}`
	return []string{
		fmt.Sprintf(`{"id":"gid://shopify/Order/%[1]d","name":"#%[1]d","currencyCode":"GBP","totalPriceSet":%[2]s,"processedAt":"2026-11-01T00:00:00Z","createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z","transactions":[],"refunds":[],"fulfillments":[]}`, n, money),
		fmt.Sprintf(`{"id":"gid://shopify/LineItem/%[1]d","title":"Case","quantity":2,"originalUnitPriceSet":%[2]s,"__parentId":"gid://shopify/Order/%[1]d"}`, n, money),
	}
}

func (r *rig) loadOrders(run string, from, to int) {
	r.Helper()
	var lines []string
	for n := from; n < to; n++ {
		lines = append(lines, order(n)...)
	}
	var a *commerce.Activities
	value, err := r.env.ExecuteActivity(a.LoadArchive, contract.LoadInput{RunID: run, Shop: shop, Archive: r.put(contract.Orders, run+".orders.0001", lines...)})
	require.NoError(r, err)
	var result contract.LoadResult
	require.NoError(r, value.Get(&result))
	require.EqualValues(r, to-from, result.Written)
	require.EqualValues(r, to-from, result.Events)
}

func (r *rig) left() (n int) {
	r.Helper()
	require.NoError(r, r.pool.QueryRow(r.Context(), "SELECT count(*) FROM runtime.telemetry_outbox").Scan(&n))
	return n
}

func (r *rig) publish(run string) (contract.PublishResult, error) {
	var a *commerce.Activities
	value, err := r.env.ExecuteActivity(a.PublishOutbox, contract.PublishInput{RunID: run})
	var result contract.PublishResult
	if err == nil {
		require.NoError(r, value.Get(&result))
	}
	return result, err
}

func TestEveryOrdersEventsAreStoredOnceAndTheOutboxIsEmpty(t *testing.T) {
	r := newRig(t, nil)
	r.loadOrders("run-1", 1, 400)
	result, err := r.publish("run-1")
	require.NoError(t, err)
	require.EqualValues(t, 399, result.Messages)
	require.EqualValues(t, 399, result.Events)
	require.Zero(t, r.left())
	require.EqualValues(t, 399, r.stored())
}

func TestTwoPublishersAtOnceStoreEachMessageOnce(t *testing.T) {
	r := newRig(t, nil)
	r.loadOrders("run-1", 1, 400)
	var wait sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wait.Go(func() { _, errs[i] = r.publish("run-1") })
	}
	wait.Wait()
	require.NoError(t, errors.Join(errs...))
	require.Zero(t, r.left())
	require.EqualValues(t, 399, r.stored())
}

// flaky loses every acknowledgement after the first few: the message is stored, and the caller does not learn it.
type flaky struct {
	commerce.Publisher
	mu   sync.Mutex
	left int
}

func (f *flaky) Send(ctx context.Context, m streams.Message) (*streams.Pending, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left--; f.left < 0 {
		f.left = 50
		pending, err := f.Publisher.Send(ctx, m)
		if err == nil {
			_, err = pending.Wait(ctx)
		}
		return nil, errors.Join(err, fault.New(fault.Unavailable, "the acknowledgement was lost"))
	}
	return f.Publisher.Send(ctx, m)
}

func TestALostAcknowledgementIsRetriedWithoutADouble(t *testing.T) {
	r := newRig(t, func(p commerce.Publisher) commerce.Publisher { return &flaky{Publisher: p, left: 50} })
	r.loadOrders("run-1", 1, 400)
	failed := 0
	for {
		if _, err := r.publish("run-1"); err == nil {
			break
		}
		failed++
		require.Less(t, failed, 50)
	}
	require.Positive(t, failed)
	require.Zero(t, r.left())
	require.EqualValues(t, 399, r.stored())
}

func TestWhatAFailedRunLeftBehindIsPublishedByTheNext(t *testing.T) {
	r := newRig(t, nil)
	r.loadOrders("run-1", 1, 20)
	_, err := r.pool.Exec(t.Context(), "UPDATE runtime.telemetry_outbox SET create_ts = now() - interval '1 hour'")
	require.NoError(t, err)
	r.loadOrders("run-2", 20, 30)
	result, err := r.publish("run-2")
	require.NoError(t, err)
	require.EqualValues(t, 29, result.Messages)
	require.Zero(t, r.left())
}

func TestAnArchiveThatDoesNotAddUpIsRefusedForGood(t *testing.T) {
	r := newRig(t, nil)
	archive := r.put(contract.Orders, "bad", order(1)...)
	archive.Objects++
	var a *commerce.Activities
	_, err := r.env.ExecuteActivity(a.LoadArchive, contract.LoadInput{RunID: "bad", Shop: shop, Archive: archive})
	require.ErrorContains(t, err, "holds 2 objects, and Shopify counted 3")
	body, _, err := r.bucket.Get(t.Context(), archive.ObjectKey)
	require.NoError(t, err, "the archive stays")
	_, err = io.Copy(io.Discard, body)
	require.NoError(t, err)
	require.Zero(t, r.left())
}

// stack is a bucket and a stream of the test's own.
func stack(t *testing.T) (*streams.Client, *objects.Bucket) {
	t.Helper()
	settings := testenv.S3(t)
	client, err := streams.Connect(testenv.NATS(t), t.Name())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	_, err = client.Provision(t.Context())
	require.NoError(t, err)
	return client, objects.New(settings).Bucket(settings.ArchiveBucket)
}

// stored is how many messages the stream holds.
func (r *rig) stored() uint64 {
	r.Helper()
	state, err := r.streams.State(r.Context(), event.StreamCommerce)
	require.NoError(r, err)
	return state.Messages
}
