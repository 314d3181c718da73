package shopify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	simulator "bluntcases.com/platform/simulators/shopify"
)

func TestARunningOperationIsLookedAtAgain(t *testing.T) {
	b := newBench(t, func(cfg *simulator.Config) { cfg.BulkRunDelay = time.Hour })
	operation := must(t, b.SubmitOperation, submission(contract.Products, 1))
	_, heartbeats, err := attempt(t, b.AwaitOperation, operation, nil)
	require.True(t, fault.Is(err, fault.BulkRunning), "%v", err)
	require.True(t, fault.Of(err).Retryable())
	require.Positive(t, fault.Of(err).RetryAfter)
	require.LessOrEqual(t, fault.Of(err).RetryAfter, 100*time.Millisecond)

	var beat contract.Heartbeat[contract.Operation]
	require.NotEmpty(t, heartbeats.all)
	require.NoError(t, heartbeats.all[0].Get(&beat))
	require.Equal(t, "objects", beat.Unit)
}

func TestHowAnOperationEndsDecidesWhatIsDoneAboutIt(t *testing.T) {
	for name, c := range map[string]struct {
		fault simulator.Fault
		code  fault.Code
		says  string
	}{
		"timed out": {simulator.Fault{Kind: simulator.FaultBulkTimeout, After: 1}, fault.BulkTimeout, "timed out"},
		"failed":    {simulator.Fault{Kind: simulator.FaultBulkFailed, After: 1}, fault.BulkFailed, "INTERNAL_SERVER_ERROR"},
		"canceled":  {simulator.Fault{Kind: simulator.FaultBulkCanceled, After: 1}, fault.BulkLost, "CANCELED"},
		"expired":   {simulator.Fault{Kind: simulator.FaultBulkExpired}, fault.BulkLost, "EXPIRED"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.fault(t, c.fault)
			_, err := b.finished(t, submission(contract.Orders, 1))
			require.Equal(t, c.code, fault.Of(err).Code, "%v", err)
			require.ErrorContains(t, err, c.says)
			require.False(t, fault.Of(err).Retryable(), "the caller decides, not the activity's retries")
		})
	}
}

func TestADeniedOperationNamesTheField(t *testing.T) {
	b := newBench(t)
	b.fault(t, simulator.Fault{Kind: simulator.FaultMissingScope, Value: "read_returns"})
	_, err := b.finished(t, submission(contract.Orders, 1))
	require.True(t, fault.Is(err, fault.MissingScope), "%v", err)
	require.ErrorContains(t, err, "returns")
	require.ErrorContains(t, err, "read_returns")
	require.False(t, fault.Of(err).Retryable())
}

func TestAnOperationThatShopifyForgotIsLost(t *testing.T) {
	b := newBench(t)
	_, _, err := attempt(t, b.AwaitOperation, contract.Operation{GID: "gid://shopify/BulkOperation/1", Key: "k"}, nil)
	require.True(t, fault.Is(err, fault.BulkLost), "%v", err)
}
