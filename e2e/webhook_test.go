package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"bluntcases.com/platform/internal/contract"
)

// The operation ends a moment after a look at it, when the next look is seconds away and the pauses grow.
const (
	slowOperation = `{"kind":"bulk_slow","operation":"orders","delay_ms":4500,"times":1}`
	longPoll      = "SYNC_POLL_PERIOD=10m"
)

func TestTheFinishWebhookWakesThePollAtOnce(t *testing.T) {
	p := start(t)
	p.environ = append(p.environ, longPoll, "INGEST_LISTEN="+p.own.Address("ingest"))
	p.serve()
	p.eventually(time.Minute, "ingest to listen", func() bool { return p.webhook("forged") == http.StatusUnauthorized })
	p.shop("POST", "faults", slowOperation, nil)
	run := p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
	requireCompleted(t, p, run)

	ended := p.operationEnded("orders")
	woken, ok := p.scheduled(run, "orders.0001.poll.woken")
	require.True(t, ok, "no webhook has cut the poll short")
	t.Logf("asked again %s after the end of the operation", woken.Sub(ended))
	require.WithinDuration(t, ended, woken, 2*time.Second)
}

func TestWithoutTheWebhookPollingSuffices(t *testing.T) {
	p := start(t)
	p.environ = append(p.environ, longPoll, "INGEST_LISTEN="+p.own.Address("ingest"))
	p.serve()
	p.shop("POST", "faults", `{"kind":"no_webhook"}`, nil)
	p.shop("POST", "faults", slowOperation, nil)
	run := p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
	requireCompleted(t, p, run)
	_, woken := p.scheduled(run, "orders.0001.poll.woken")
	require.False(t, woken)
}

// webhook sends one that Shopify did not sign, and gives the answer's status; 0 where there is none.
func (p *platform) webhook(signature string) int {
	p.t.Helper()
	body := `{"admin_graphql_api_id":"gid://shopify/BulkOperation/1","status":"completed","type":"query"}`
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, "http://"+p.own.Address("ingest")+"/webhooks/shopify", strings.NewReader(body))
	require.NoError(p.t, err)
	for name, value := range map[string]string{
		"Content-Type": "application/json", "X-Shopify-Topic": "bulk_operations/finish", "X-Shopify-Hmac-Sha256": signature,
		"X-Shopify-Shop-Domain": p.own.Env()["SHOPIFY_SHOP"], "X-Shopify-Webhook-Id": "w", "X-Shopify-Event-Id": "e",
	} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

// operationEnded is when the first operation of a root field ended at the shop.
func (p *platform) operationEnded(root string) time.Time {
	p.t.Helper()
	var operations []struct {
		Root      string    `json:"root"`
		Completed time.Time `json:"completed"`
	}
	p.shop("GET", "operations", "", &operations)
	for _, o := range operations {
		if o.Root == root {
			return o.Completed
		}
	}
	p.t.Fatalf("no operation reads %s", root)
	return time.Time{}
}

// scheduled is when a run's workflow asked for an activity.
func (p *platform) scheduled(run contract.Dispatched, activity string) (time.Time, bool) {
	p.t.Helper()
	events := p.temporal.GetWorkflowHistory(p.t.Context(), run.WorkflowID, run.RunID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(p.t, err)
		if e.GetActivityTaskScheduledEventAttributes().GetActivityId() == activity {
			return e.GetEventTime().AsTime(), true
		}
	}
	return time.Time{}, false
}
