package shopify_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	simulator "bluntcases.com/platform/simulators/shopify"
)

const submitted = "bulkOperationRunQuery"

func TestAnOperationWhoseAnswerWasLostIsAttachedTo(t *testing.T) {
	b := newBench(t)
	b.fault(t, simulator.Fault{Kind: simulator.FaultAnswerLost, Operation: submitted, Times: 1})
	in := submission(contract.Products, 1)

	_, _, err := attempt(t, b.SubmitOperation, in, nil)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	require.True(t, fault.Of(err).Retryable())

	operation := must(t, b.SubmitOperation, in)
	require.Equal(t, in.Key, operation.Key)
	require.Equal(t, 1, b.shop.Calls()[submitted], "it was submitted twice")
}

func TestARunThatComesBackAttachesToItsOperation(t *testing.T) {
	b := newBench(t)
	first, heartbeats, err := attempt(t, b.SubmitOperation, submission(contract.Products, 1), nil)
	require.NoError(t, err)

	t.Run("by its heartbeat", func(t *testing.T) {
		asked := b.shop.Calls()["bulkOperations"]
		again, _, err := attempt(t, b.SubmitOperation, submission(contract.Products, 1), heartbeats)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, asked, b.shop.Calls()["bulkOperations"])
	})
	t.Run("by the key in the query", func(t *testing.T) {
		require.Equal(t, first, must(t, b.SubmitOperation, submission(contract.Products, 1)))
	})
	require.Equal(t, 1, b.shop.Calls()[submitted])

	next := must(t, b.SubmitOperation, submission(contract.Products, 2))
	require.NotEqual(t, first.GID, next.GID, "another try is another operation")
}

func TestAKeyIsFoundAmongManyOperations(t *testing.T) {
	b := newBench(t)
	first := must(t, b.SubmitOperation, submission(contract.Customers, 1))
	for i := range 60 { // more than one page
		_, err := b.finished(t, submission(contract.Customers, i+2))
		require.NoError(t, err)
	}
	require.Equal(t, first, must(t, b.SubmitOperation, submission(contract.Customers, 1)))
}

func TestTheShopsSlotsAreNotExhausted(t *testing.T) {
	b := newBench(t, func(cfg *simulator.Config) { cfg.BulkRunDelay = time.Hour })
	for i := range 4 {
		must(t, b.SubmitOperation, submission(contract.Products, i+1))
	}
	_, _, err := attempt(t, b.SubmitOperation, submission(contract.Products, 5), nil)
	require.True(t, fault.Is(err, fault.BulkSlots), "%v", err)
	require.Positive(t, fault.Of(err).RetryAfter)
	require.Equal(t, 4, b.shop.Calls()[submitted], "the fifth slot is left to others")
}

func TestShopifysRefusalsForWantOfASlotAreTriedAgain(t *testing.T) {
	for _, kind := range []string{simulator.FaultInProgress, simulator.FaultLimitReached} {
		t.Run(kind, func(t *testing.T) {
			b := newBench(t)
			b.fault(t, simulator.Fault{Kind: kind, Times: 1})
			_, _, err := attempt(t, b.SubmitOperation, submission(contract.Orders, 1), nil)
			require.True(t, fault.Is(err, fault.BulkSlots), "%v", err)
			require.True(t, fault.Of(err).Retryable())
			must(t, b.SubmitOperation, submission(contract.Orders, 1))
		})
	}
}

func TestWhatHasNoBulkQueryIsRefusedByName(t *testing.T) {
	b := newBench(t)
	in := submission(contract.Customers, 1)
	in.Selection = contract.IDsOnly
	_, _, err := attempt(t, b.SubmitOperation, in, nil)
	require.True(t, fault.Is(err, fault.Unsupported))
	require.ErrorContains(t, err, "customers (ids)")
}

func TestEverySelectionRuns(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		entity    contract.Entity
		selection contract.Selection
		fields    []contract.WindowField
	}{
		{contract.Orders, contract.Whole, []contract.WindowField{contract.ByUpdate, contract.ByCreate}},
		{contract.Products, contract.Whole, []contract.WindowField{contract.ByUpdate, contract.ByCreate}},
		{contract.Customers, contract.Whole, []contract.WindowField{contract.ByUpdate, contract.ByCreate}},
		{contract.Orders, contract.IDsOnly, []contract.WindowField{contract.ByCreate}},
		{contract.Products, contract.IDsOnly, []contract.WindowField{contract.ByCreate}},
	} {
		for i, field := range c.fields {
			t.Run(fmt.Sprintf("%s %s by %s", c.entity, c.selection, field), func(t *testing.T) {
				result, err := b.finished(t, contract.SubmitInput{
					Entity: c.entity, Selection: c.selection, Field: field, Window: everything,
					Key: contract.OperationKey(runID, c.entity, c.selection, i, 1),
				})
				require.NoError(t, err)
				require.Positive(t, result.RootObjects)
			})
		}
	}
}
