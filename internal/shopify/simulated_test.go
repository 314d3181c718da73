package shopify_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/shopify"
	simulator "bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

// simulated is a client of a simulated shop.
func simulated(t *testing.T, change ...func(*simulator.Config)) (*shopify.Client, *simulator.Server) {
	t.Helper()
	cfg := simulator.Config{Dir: t.TempDir(), Store: &store.Recipe{Size: "small", Seed: 7}}
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
	return client(t, server.URL, func(c *shopify.Config) { c.AccessToken = "shpat_simulator" }), shop
}

func TestTheFirstOrderIsTheOldestThatTheTokenSees(t *testing.T) {
	t.Parallel()
	c, shop := simulated(t)
	oldest := time.Now().AddDate(1, 0, 0)
	for o := range shop.Store().Snapshot().Orders() {
		if created := o.Created.Time(); created.Before(oldest) {
			oldest = created
		}
	}
	first, err := c.FirstOrder(t.Context())
	require.NoError(t, err)
	require.Equal(t, oldest, first)

	_, err = shop.AddFault(simulator.Fault{Kind: simulator.FaultMissingScope, Value: shopify.ReadAllOrders})
	require.NoError(t, err)
	seen, err := c.FirstOrder(t.Context())
	require.NoError(t, err)
	require.True(t, seen.After(oldest))
}

func TestMetafieldsAreSetAllOrNoneAndGuarded(t *testing.T) {
	t.Parallel()
	c, shop := simulated(t)
	owner := store.GID("Product", shop.Store().Snapshot().Products[0].ID)
	field := func(key, value string, guard *shopify.Guard) shopify.Metafield {
		return shopify.Metafield{OwnerID: owner, Namespace: "blunt", Key: key, Type: "url", Value: value, Guard: guard}
	}
	create := &shopify.Guard{}

	stored, err := c.MetafieldsSet(t.Context(), []shopify.Metafield{field("front", "https://assets.example/1", create), field("back", "https://assets.example/2", nil)})
	require.NoError(t, err)
	require.Len(t, stored, 2)
	require.NotEmpty(t, stored[0].CompareDigest)

	_, err = c.MetafieldsSet(t.Context(), []shopify.Metafield{field("side", "https://assets.example/3", nil), field("front", "https://assets.example/4", create)})
	require.True(t, fault.Is(err, fault.Conflict), "what is there was created again: %v", err)

	current := &shopify.Guard{Digest: stored[0].CompareDigest}
	changed, err := c.MetafieldsSet(t.Context(), []shopify.Metafield{field("front", "https://assets.example/5", current)})
	require.NoError(t, err)
	require.NotEqual(t, stored[0].CompareDigest, changed[0].CompareDigest)
	_, err = c.MetafieldsSet(t.Context(), []shopify.Metafield{field("front", "https://assets.example/6", current)})
	require.True(t, fault.Is(err, fault.Conflict), "the second of two writers won: %v", err)

	fields := shop.Store().Snapshot().Metafields[owner]
	require.Len(t, fields, 2, "a part of a refused call was stored")
}

func TestMetafieldsThatCannotBeSetAreRefusedByName(t *testing.T) {
	t.Parallel()
	c, _ := simulated(t)
	for _, n := range []int{0, shopify.MaxMetafields + 1} {
		_, err := c.MetafieldsSet(t.Context(), make([]shopify.Metafield, n))
		require.True(t, fault.Is(err, fault.InvalidInput), "%d: %v", n, err)
	}
	_, err := c.MetafieldsSet(t.Context(), []shopify.Metafield{{OwnerID: "gid://shopify/Product/1", Namespace: "blunt", Key: "front", Type: "url", Value: "x"}})
	require.True(t, fault.Is(err, fault.ShopifyRejected), "%v", err)
	require.NotEmpty(t, fault.Of(err).Fields)
}

func TestOnlyAnOperationOfOursIsCanceled(t *testing.T) {
	t.Parallel()
	c, _ := simulated(t, func(cfg *simulator.Config) { cfg.BulkRunDelay = 500 * time.Millisecond })
	theirs, err := c.RunBulkQuery(t.Context(), "{ products { edges { node { id } } } }")
	require.NoError(t, err)
	query, err := shopify.BulkQuery(shopify.BulkProductIDs, shopify.Search{Field: shopify.CreatedAt}, shopify.Tag{Key: "ours"})
	require.NoError(t, err)
	ours, err := c.RunBulkQuery(t.Context(), query)
	require.NoError(t, err)

	require.True(t, fault.Is(c.CancelBulk(t.Context(), theirs.ID, "ours"), fault.Conflict))
	require.True(t, fault.Is(c.CancelBulk(t.Context(), ours.ID, "another"), fault.Conflict))
	require.NoError(t, c.CancelBulk(t.Context(), ours.ID, "ours"))
	require.Eventually(t, func() bool {
		o, err := c.BulkOperation(t.Context(), ours.ID)
		return err == nil && o.Status == shopify.StatusCanceled
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, c.CancelBulk(t.Context(), ours.ID, "ours"), "what has ended need not be canceled")

	require.Eventually(t, func() bool {
		o, err := c.BulkOperation(t.Context(), theirs.ID)
		return err == nil && o.Status == shopify.StatusCompleted
	}, 10*time.Second, 10*time.Millisecond, "someone else's operation was canceled")
}

func TestBulkOperationsAreListedNewestFirstOverPages(t *testing.T) {
	t.Parallel()
	c, _ := simulated(t)
	var submitted []string
	for i := range 60 {
		query, err := shopify.BulkQuery(shopify.BulkProductIDs, shopify.Search{Field: shopify.CreatedAt}, shopify.Tag{Key: fmt.Sprint("key-", i)})
		require.NoError(t, err)
		var o shopify.BulkOperation
		require.Eventually(t, func() bool {
			o, err = c.RunBulkQuery(t.Context(), query)
			return !fault.Is(err, fault.BulkSlots)
		}, 10*time.Second, time.Millisecond)
		require.NoError(t, err)
		submitted = append([]string{o.ID}, submitted...)
	}
	var seen []string
	require.NoError(t, c.FindBulkOperations(t.Context(), "operation_type:query", func(o shopify.BulkOperation) bool {
		seen = append(seen, o.ID)
		return true
	}))
	require.Equal(t, submitted, seen)
}

func TestTheTokenOfClientCredentialsWorks(t *testing.T) {
	t.Parallel()
	shop, err := simulator.New(simulator.Config{Dir: t.TempDir(), Store: &store.Recipe{Size: "small"}})
	require.NoError(t, err)
	server := httptest.NewServer(shop)
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, shop.Close())
	})
	c := client(t, server.URL, func(cfg *shopify.Config) {
		cfg.AccessToken, cfg.ClientID, cfg.ClientSecret = "", "simulator-client", "simulator-secret"
	})
	read, err := c.ReadShop(t.Context())
	require.NoError(t, err)
	require.Equal(t, testShop, read.Domain)
}
