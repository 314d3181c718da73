package webhooks_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/api/webhooks"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	simulator "bluntcases.com/platform/simulators/shopify"
	simulated "bluntcases.com/platform/simulators/shopify/store"
	"bluntcases.com/platform/temporal"
)

// The whole way: a bulk operation ends, the simulated shop sends its signed webhook, and the workflow that submitted the
// operation has the signal in its history.
func TestTheEndOfABulkOperationWakesItsWorkflow(t *testing.T) {
	workflows, err := temporal.Dial(t.Context(), testenv.Temporal(t), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(workflows.Close)
	_, err = workflows.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "the-sync", TaskQueue: "nobody"}, "Sync")
	require.NoError(t, err)

	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	engine := rest.NewEngine()
	ingest := httptest.NewServer(engine)
	t.Cleanup(ingest.Close)
	shopServer, err := simulator.New(simulator.Config{
		Dir: t.TempDir(), Store: &simulated.Recipe{Size: "small"}, ClientSecret: secret, WebhookURL: ingest.URL + webhooks.Path,
	})
	require.NoError(t, err)
	admin := httptest.NewServer(shopServer)
	t.Cleanup(func() {
		admin.Close()
		require.NoError(t, shopServer.Close())
	})
	api, err := shopify.New(shopify.Config{Shop: shop, URL: admin.URL, AccessToken: "shpat_simulator"})
	require.NoError(t, err)
	endpoint, err := webhooks.New(webhooks.Config{
		Shop: shop, Secrets: []string{secret}, Topics: map[string]webhooks.Handler{webhooks.TopicBulkFinish: webhooks.BulkFinish(api, workflows)},
	}, pool, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	require.NoError(t, err)
	endpoint.Mount(engine)

	query, err := shopify.BulkQuery(shopify.BulkProducts, shopify.Search{}, shopify.Tag{Key: "key", WorkflowID: "the-sync"})
	require.NoError(t, err)
	operation, err := api.RunBulkQuery(t.Context(), query)
	require.NoError(t, err)

	var signaled contract.OperationFinished
	require.Eventually(t, func() bool { return signalOf(t, workflows, "the-sync", &signaled) }, 30*time.Second, 50*time.Millisecond)
	require.Equal(t, contract.OperationFinished{GID: operation.ID, Status: "COMPLETED"}, signaled)
}

func signalOf(t *testing.T, c client.Client, id string, into any) bool {
	t.Helper()
	history := c.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for history.HasNext() {
		event, err := history.Next()
		require.NoError(t, err)
		if signal := event.GetWorkflowExecutionSignaledEventAttributes(); signal != nil {
			require.Equal(t, contract.SignalOperationFinished, signal.GetSignalName())
			require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(signal.GetInput(), into))
			return true
		}
	}
	return false
}

// shops answers for operations as Shopify would.
type shops map[string]string

func (s shops) BulkOperation(_ context.Context, id string) (shopify.BulkOperation, error) {
	switch query, known := s[id]; {
	case !known:
		return shopify.BulkOperation{}, fault.New(fault.BulkLost, "unknown")
	case query == "":
		return shopify.BulkOperation{}, fault.New(fault.Unavailable, "Shopify did not answer")
	default:
		return shopify.BulkOperation{ID: id, Query: query}, nil
	}
}

func TestWhatIsNotOursToWakeIsPassedOver(t *testing.T) {
	workflows, err := temporal.Dial(t.Context(), testenv.Temporal(t), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(workflows.Close)
	const gid = "gid://shopify/BulkOperation/"
	ours, err := shopify.BulkQuery(shopify.BulkProducts, shopify.Search{}, shopify.Tag{Key: "k", WorkflowID: "long-gone"})
	require.NoError(t, err)
	handle := webhooks.BulkFinish(shops{gid + "1": "{ shop { id } }", gid + "2": ours, gid + "3": ""}, workflows)

	for name, text := range map[string]string{
		"someone else's operation": fmt.Sprintf(`{"admin_graphql_api_id":%q,"status":"completed","type":"query"}`, gid+"1"),
		"a workflow that is gone":  fmt.Sprintf(`{"admin_graphql_api_id":%q,"status":"completed","type":"query"}`, gid+"2"),
		"an unknown operation":     fmt.Sprintf(`{"admin_graphql_api_id":%q,"status":"completed","type":"query"}`, gid+"9"),
		"a mutation":               fmt.Sprintf(`{"admin_graphql_api_id":%q,"status":"completed","type":"mutation"}`, gid+"3"),
		"no operation at all":      `{"admin_graphql_api_id":"gid://shopify/Order/1"}`,
		"no JSON":                  `completed`,
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, handle(t.Context(), webhooks.Delivery{Topic: webhooks.TopicBulkFinish, Body: []byte(text)}))
		})
	}
	t.Run("Shopify away: again later", func(t *testing.T) {
		err := handle(t.Context(), webhooks.Delivery{Body: []byte(fmt.Sprintf(`{"admin_graphql_api_id":%q,"type":"query"}`, gid+"3"))})
		require.True(t, fault.Is(err, fault.Unavailable))
	})
}
