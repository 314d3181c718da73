package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

// firstProduct is of the generated shop.
const firstProduct = 7_100_000_001

// healing are the simulator's faults that a sync gets over by itself. What no repetition mends is in wrong_test.go.
var healing = []shopify.Fault{
	{Kind: shopify.FaultHTTP429, Times: 3},
	{Kind: shopify.FaultThrottled, Times: 3},
	{Kind: shopify.FaultHTTP5xx, Times: 3},
	{Kind: shopify.FaultHTTP5xx, Status: 502, Operation: "bulkOperationRunQuery", Times: 2},
	{Kind: shopify.FaultSlow, DelayMS: 5000, Times: 2}, // longer than a call may take
	{Kind: shopify.FaultReset, Times: 3},
	{Kind: shopify.FaultAnswerLost, Operation: "bulkOperationRunQuery", Times: 2},
	{Kind: shopify.FaultAnswerLost, Times: 4},
	{Kind: shopify.FaultInProgress, Times: 2},
	{Kind: shopify.FaultLimitReached, Times: 2},

	{Kind: shopify.FaultBulkFailed, Operation: "orders", After: 1, Times: 2},
	{Kind: shopify.FaultBulkTimeout, Operation: "orders", After: 1, Times: 1},
	{Kind: shopify.FaultBulkCanceled, Operation: "orders", After: 1, Times: 1},
	{Kind: shopify.FaultBulkExpired, Operation: "orders", Times: 1},
	{Kind: shopify.FaultBulkSlow, DelayMS: 3000, Times: 1},
	{Kind: shopify.FaultDuplicateLines, Every: 2},
	{Kind: shopify.FaultNoWebhook},

	{Kind: shopify.FaultDownloadReset, After: 100, Times: 2},
	{Kind: shopify.FaultDownloadTruncated, After: 100, Times: 1},
	{Kind: shopify.FaultDownloadSlow, DelayMS: 6000, Times: 1}, // longer than a step may be silent
	{Kind: shopify.FaultDownload5xx, Times: 2},
	{Kind: shopify.FaultURLExpired, Times: 1},
}

func TestASyncGetsOverEveryFaultThatHeals(t *testing.T) {
	p := start(t)
	p.serve()
	requireCompleted(t, p, p.dispatch(contract.JobBackfill, contract.BackfillInput{}))
	requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
	for _, f := range healing {
		t.Run(strings.TrimSpace(f.Kind+" "+f.Operation), func(t *testing.T) {
			p := p.on(t)
			p.newOrder()
			p.newOrder()
			p.shop("POST", "faults", fmt.Sprintf(
				`{"kind":%q,"operation":%q,"times":%d,"status":%d,"delay_ms":%d,"after":%d,"every":%d}`,
				f.Kind, f.Operation, f.Times, f.Status, f.DelayMS, f.After, f.Every), nil)
			began := time.Now()
			run := p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
			last := p.end(run, 2*time.Minute)
			require.Equal(t, "completed", last.Status, "%+v", last.Failure)
			require.Equal(t, run.RunID, last.RunID, "the run had to be started again")
			var rules []shopify.Fault
			p.shop("GET", "faults", "", &rules)
			require.Positive(t, rules[0].Hits, "the fault has never struck")
			p.shop("DELETE", "faults", "", nil)
			p.requireExact()
			t.Logf("struck %d times, over after %s", rules[0].Hits, time.Since(began).Round(100*time.Millisecond))
		})
	}
}

// on is the platform in a part of its test.
func (p *platform) on(t *testing.T) *platform {
	part := *p
	part.t = t
	return &part
}

// edit changes the shop, a moment ago: Shopify's search index lags, and so does the end of a window.
func (p *platform) edit(format string, values ...any) {
	p.t.Helper()
	at := time.Now().Add(-5 * time.Second).UTC().Format(time.RFC3339)
	body := fmt.Sprintf(format, values...)
	p.shop("POST", "edits", fmt.Sprintf(`{"at":%q,%s`, at, body[1:]), nil)
}

// newOrder lets a customer order a thing.
func (p *platform) newOrder() {
	p.t.Helper()
	p.edit(`{"do":"create_order","lines":[{"variant":%d,"quantity":2}]}`, store.Child(firstProduct, 0))
}
