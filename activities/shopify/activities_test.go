package shopify_test

import (
	"bufio"
	"bytes"
	"context"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"

	shopifyactivities "bluntcases.com/platform/activities/shopify"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/shopify"
	"bluntcases.com/platform/internal/temporalfault"
	"bluntcases.com/platform/internal/testenv"
	simulator "bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

const (
	runID      = "01980000-0000-7000-8000-000000000001"
	workflowID = "shopify-bulk-sync"
)

// bench is a simulated shop, the activities that speak to it, and a bucket of their own.
type bench struct {
	*shopifyactivities.Activities
	shop   *simulator.Server
	bucket *objects.Bucket
}

func newBench(t *testing.T, change ...func(*simulator.Config)) *bench {
	t.Helper()
	settings := testenv.S3(t)
	cfg := simulator.Config{Dir: t.TempDir(), Store: &store.Recipe{Size: "small", Seed: 7}, RestoreRate: 100_000}
	for _, c := range change {
		c(&cfg)
	}
	shop, err := simulator.New(cfg)
	require.NoError(t, err)
	server := httptest.NewServer(shop)
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, shop.Close())
	})
	client, err := shopify.New(shopify.Config{Shop: store.DefaultDomain, URL: server.URL, AccessToken: "shpat_simulator"})
	require.NoError(t, err)
	bucket := objects.New(settings).Bucket(settings.ArchiveBucket)
	options := shopifyactivities.Options{SlotLimit: 4, PollPeriod: 100 * time.Millisecond, DetailPart: 64 << 10}
	return &bench{Activities: shopifyactivities.New(client, bucket, options), shop: shop, bucket: bucket}
}

func (b *bench) fault(t *testing.T, f simulator.Fault) {
	t.Helper()
	_, err := b.shop.AddFault(f)
	require.NoError(t, err)
}

// beats are the heartbeats of an attempt, the last of which the next attempt is given.
type beats struct{ all []converter.EncodedValues }

// attempt runs an activity once, as a worker would, and returns its fault as a caller would find it.
func attempt[In, Out any](t *testing.T, run func(context.Context, In) (Out, error), in In, earlier *beats) (out Out, now *beats, err error) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(2 * time.Minute)
	env.RegisterActivityWithOptions(func(ctx context.Context, in In) (Out, error) {
		out, err := run(ctx, in)
		return out, temporalfault.Encode(err)
	}, activity.RegisterOptions{Name: "tried"})
	now = &beats{}
	env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) { now.all = append(now.all, details) })
	if earlier != nil && len(earlier.all) > 0 {
		var last any
		require.NoError(t, earlier.all[len(earlier.all)-1].Get(&last))
		env.SetHeartbeatDetails(last)
	}
	value, err := env.ExecuteActivity("tried", in)
	if err != nil {
		return out, now, temporalfault.Decode(err)
	}
	require.NoError(t, value.Get(&out))
	return out, now, nil
}

func must[In, Out any](t *testing.T, run func(context.Context, In) (Out, error), in In) Out {
	t.Helper()
	out, _, err := attempt(t, run, in, nil)
	require.NoError(t, err)
	return out
}

// everything covers all that the simulated shop holds.
var everything = contract.Window{From: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}

func submission(entity contract.Entity, try int) contract.SubmitInput {
	return contract.SubmitInput{
		Entity: entity, Selection: contract.Whole, Field: contract.ByUpdate, Window: everything,
		Key: contract.OperationKey(runID, entity, contract.Whole, 1, try), WorkflowID: workflowID,
	}
}

// finished submits a bulk query and waits for its end.
func (b *bench) finished(t *testing.T, in contract.SubmitInput) (contract.OperationResult, error) {
	t.Helper()
	operation := must(t, b.SubmitOperation, in)
	var result contract.OperationResult
	var err error
	require.Eventually(t, func() bool {
		result, _, err = attempt(t, b.AwaitOperation, operation, nil)
		return !fault.Is(err, fault.BulkRunning)
	}, 30*time.Second, 10*time.Millisecond)
	return result, err
}

func (b *bench) archive(t *testing.T, entity contract.Entity) contract.Archive {
	t.Helper()
	result, err := b.finished(t, submission(entity, 1))
	require.NoError(t, err)
	return must(t, b.ArchiveResult, contract.ArchiveInput{
		Result: result, Entity: entity, Window: everything, ObjectKey: contract.ArchiveKey(runID, contract.SlicePart(entity, 1)),
	})
}

// lines reads an object, line by line.
func (b *bench) lines(t *testing.T, key string) []string {
	t.Helper()
	body, _, err := b.bucket.Get(t.Context(), key)
	require.NoError(t, err)
	defer body.Close()
	var all []string
	scanner := bufio.NewScanner(body)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		all = append(all, scanner.Text())
	}
	require.NoError(t, scanner.Err())
	return all
}

func (b *bench) bytes(t *testing.T, key string) []byte {
	t.Helper()
	body, _, err := b.bucket.Get(t.Context(), key)
	require.NoError(t, err)
	defer body.Close()
	var all bytes.Buffer
	_, err = all.ReadFrom(body)
	require.NoError(t, err)
	return all.Bytes()
}

func contains(lines []string, part string) int {
	n := 0
	for _, line := range lines {
		n += strings.Count(line, part)
	}
	return n
}

// idOf is the number within a gid.
func idOf(t *testing.T, gid string) int64 {
	t.Helper()
	id, err := strconv.ParseInt(gid[strings.LastIndex(gid, "/")+1:], 10, 64)
	require.NoError(t, err)
	return id
}
