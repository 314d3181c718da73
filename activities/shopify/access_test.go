package shopify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	simulator "bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

var all = []contract.Entity{contract.Products, contract.Customers, contract.Orders}

func TestAccessTellsTheShopAndItsScopes(t *testing.T) {
	b := newBench(t)
	access := must(t, b.CheckAccess, contract.CheckAccessInput{Entities: all})
	require.Equal(t, store.DefaultDomain, access.Shop)
	require.NotEmpty(t, access.Timezone)
	require.True(t, access.ReadAllOrders)
	require.Contains(t, access.Scopes, "read_orders")
}

func TestAWindowThatTheTokenCannotSeeIsRefused(t *testing.T) {
	b := newBench(t)
	b.fault(t, simulator.Fault{Kind: simulator.FaultMissingScope, Value: "read_all_orders"})

	recent := contract.CheckAccessInput{Entities: all, Since: time.Now().Add(-59 * 24 * time.Hour)}
	require.False(t, must(t, b.CheckAccess, recent).ReadAllOrders)

	for _, since := range []time.Time{{}, time.Now().Add(-contract.WatermarkFloor)} {
		_, _, err := attempt(t, b.CheckAccess, contract.CheckAccessInput{Entities: all, Since: since}, nil)
		require.True(t, fault.Is(err, fault.MissingScope), "%v", err)
		require.ErrorContains(t, err, "read_all_orders")
		require.ErrorContains(t, err, "last 60 days")
		require.False(t, fault.Of(err).Retryable())
	}
	must(t, b.CheckAccess, contract.CheckAccessInput{Entities: []contract.Entity{contract.Products}})
}

func TestEveryMissingScopeIsNamedAtOnce(t *testing.T) {
	b := newBench(t)
	b.fault(t, simulator.Fault{Kind: simulator.FaultMissingScope, Value: "read_customers"})
	b.fault(t, simulator.Fault{Kind: simulator.FaultMissingScope, Value: "read_returns"})
	_, _, err := attempt(t, b.CheckAccess, contract.CheckAccessInput{Entities: all, Since: time.Now()}, nil)
	require.ErrorContains(t, err, "read_customers")
	require.ErrorContains(t, err, "read_returns")
	require.Len(t, fault.Of(err).Fields, 2)
}

func TestAWriteScopeIncludesTheReadScope(t *testing.T) {
	b := newBench(t) // it has write_products too
	b.fault(t, simulator.Fault{Kind: simulator.FaultMissingScope, Value: "read_products"})
	must(t, b.CheckAccess, contract.CheckAccessInput{Entities: []contract.Entity{contract.Products}})
}

func TestTheShopIsArchivedWithItsLocations(t *testing.T) {
	b := newBench(t)
	archive := must(t, b.FetchShop, contract.FetchShopInput{RunID: runID})
	require.Equal(t, "archives/ingest/"+runID+".shop.jsonl", archive.ObjectKey)

	lines := b.lines(t, archive.ObjectKey)
	require.EqualValues(t, len(lines), archive.Lines)
	require.Contains(t, lines[0], `"gid://shopify/Shop/`)
	require.Contains(t, lines[0], store.DefaultDomain)
	require.Equal(t, len(lines)-1, contains(lines[1:], `"id":"gid://shopify/Location/`))
	require.Greater(t, len(lines), 1)

	info, err := b.bucket.Head(t.Context(), archive.ObjectKey)
	require.NoError(t, err)
	read, err := contract.ReadArchive(archive.ObjectKey, info.Size, info.Metadata)
	require.NoError(t, err)
	require.Equal(t, archive, read)
}
