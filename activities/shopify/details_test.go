package shopify_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	simulator "bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/store"
)

func detailing(archive contract.Archive) contract.FetchDetailsInput {
	return contract.FetchDetailsInput{
		Archive: archive, ObjectKey: strings.TrimSuffix(archive.ObjectKey, ".jsonl") + ".details.jsonl",
	}
}

// sized serves a generated store of that size.
func sized(size string) func(*simulator.Config) {
	return func(cfg *simulator.Config) { cfg.Store = &store.Recipe{Size: size, Seed: 7} }
}

// detail is a line of the details, as far as the tests look into it.
type detail struct {
	Type  string `json:"__typename"`
	ID    string `json:"id"`
	Order struct {
		ID string `json:"id"`
	} `json:"order"`
	RefundLineItems      rows `json:"refundLineItems"`
	FulfillmentLineItems rows `json:"fulfillmentLineItems"`
	Agreements           struct {
		Nodes []struct {
			Sales rows `json:"sales"`
		} `json:"nodes"`
	} `json:"agreements"`
}

type rows struct {
	Nodes []struct {
		ID string `json:"id"`
	} `json:"nodes"`
}

// figures counts what the details hold, each row once.
func figures(t *testing.T, lines []string) (refunds, fulfillments, orders, refundLines, fulfillmentLines, sales int) {
	t.Helper()
	seen := map[string]bool{}
	once := func(kind, id string) int {
		if id = kind + id; seen[id] {
			return 0
		}
		seen[id] = true
		return 1
	}
	for _, line := range lines {
		var d detail
		require.NoError(t, json.Unmarshal([]byte(line), &d))
		switch d.Type {
		case "Refund":
			refunds += once("node", d.ID)
			require.NotEmpty(t, d.Order.ID)
		case "Fulfillment":
			fulfillments += once("node", d.ID)
			require.NotEmpty(t, d.Order.ID)
		case "Order":
			orders += once("node", d.ID)
		default:
			t.Fatalf("a line of type %q", d.Type)
		}
		for _, row := range d.RefundLineItems.Nodes {
			refundLines += once("refund line", row.ID)
		}
		for _, row := range d.FulfillmentLineItems.Nodes {
			fulfillmentLines += once("fulfillment line", row.ID)
		}
		for _, agreement := range d.Agreements.Nodes {
			for _, row := range agreement.Sales.Nodes {
				sales += once("sale", row.ID)
			}
		}
	}
	return
}

func TestDetailsHoldEveryRefundFulfilmentAndEdit(t *testing.T) {
	b := newBench(t)
	archive := b.archive(t, contract.Orders)
	details := must(t, b.FetchDetails, detailing(archive))

	lines := b.lines(t, details.ObjectKey)
	refunds, fulfillments, orders, refundLines, fulfillmentLines, sales := figures(t, lines)
	totals := b.shop.Store().Snapshot().Figures()
	require.Equal(t, totals.Refunds, refunds)
	require.Equal(t, totals.Fulfillments, fulfillments)
	require.Equal(t, totals.RefundLines, refundLines)
	require.Equal(t, totals.EventsByType["fulfillment_shipped"], fulfillmentLines)
	require.Equal(t, contains(b.lines(t, archive.ObjectKey), `"edited":true`), orders)
	require.Positive(t, orders)
	require.Positive(t, sales)

	require.EqualValues(t, len(lines), details.Lines)
	require.EqualValues(t, refunds+fulfillments+orders, details.RootObjects)
	require.Equal(t, contract.Orders, details.Entity)
	info, err := b.bucket.Head(t.Context(), details.ObjectKey)
	require.NoError(t, err)
	read, err := contract.ReadArchive(details.ObjectKey, info.Size, info.Metadata)
	require.NoError(t, err)
	require.Equal(t, details, read)
}

func TestDetailsContinueFromTheLastScratchObject(t *testing.T) {
	b := newBench(t, sized("medium"))
	archive := b.archive(t, contract.Orders)
	whole := must(t, b.FetchDetails, detailing(archive))
	want := b.lines(t, whole.ObjectKey)
	asked := b.shop.Calls()["nodes"]
	require.NoError(t, b.bucket.Delete(t.Context(), whole.ObjectKey))

	// Shopify goes away in the middle, and stays away for one attempt.
	outage, err := b.shop.AddFault(simulator.Fault{Kind: simulator.FaultReset, Operation: "nodes", Skip: asked / 2})
	require.NoError(t, err)
	_, heartbeats, err := attempt(t, b.FetchDetails, detailing(archive), nil)
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	b.shop.RemoveFault(outage.ID)

	before := b.shop.Calls()["nodes"]
	again, _, err := attempt(t, b.FetchDetails, detailing(archive), heartbeats)
	require.NoError(t, err)
	require.Equal(t, whole, again)
	require.Equal(t, want, b.lines(t, again.ObjectKey))
	require.Less(t, b.shop.Calls()["nodes"]-before, asked*3/4, "what was fetched was fetched again")
	for info, err := range b.bucket.List(t.Context(), "scratch/") {
		require.NoError(t, err)
		t.Errorf("%s was left behind", info.Key)
	}
}

func TestDetailsThatAreThereAreNotFetchedAgain(t *testing.T) {
	b := newBench(t)
	archive := b.archive(t, contract.Orders)
	first := must(t, b.FetchDetails, detailing(archive))
	asked := b.shop.Calls()["nodes"]
	require.Equal(t, first, must(t, b.FetchDetails, detailing(archive)))
	require.Equal(t, asked, b.shop.Calls()["nodes"])
}

func TestDetailsSurviveThrottlingAndLostAnswers(t *testing.T) {
	b := newBench(t)
	archive := b.archive(t, contract.Orders)
	for _, f := range []simulator.Fault{
		{Kind: simulator.FaultThrottled, Operation: "nodes", Times: 1},
		{Kind: simulator.FaultHTTP429, Operation: "nodes", Times: 1, Skip: 2},
		{Kind: simulator.FaultAnswerLost, Operation: "nodes", Times: 1, Skip: 4},
		{Kind: simulator.FaultHTTP5xx, Operation: "nodes", Times: 1, Skip: 6},
	} {
		b.fault(t, f)
	}
	details := must(t, b.FetchDetails, detailing(archive))
	refunds, fulfillments, _, _, _, _ := figures(t, b.lines(t, details.ObjectKey))
	totals := b.shop.Store().Snapshot().Figures()
	require.Equal(t, totals.Refunds, refunds)
	require.Equal(t, totals.Fulfillments, fulfillments)
	for _, f := range b.shop.Faults() {
		require.Equal(t, 1, f.Hits, "%s did not strike", f.Kind)
	}
}

func TestAnOrderThatWentAwayHasNoDetails(t *testing.T) {
	b := newBench(t)
	archive := b.archive(t, contract.Orders)
	whole := must(t, b.FetchDetails, detailing(archive))
	lines := b.lines(t, whole.ObjectKey)
	var gone detail
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &gone))
	require.NoError(t, b.bucket.Delete(t.Context(), whole.ObjectKey))

	_, err := b.shop.Edit(store.Edition{Do: "delete_order", ID: idOf(t, gone.Order.ID)})
	require.NoError(t, err)
	left := must(t, b.FetchDetails, detailing(archive))
	require.Less(t, left.RootObjects, whole.RootObjects)
	require.False(t, slices.ContainsFunc(b.lines(t, left.ObjectKey), func(line string) bool { return strings.Contains(line, `"`+gone.Order.ID+`"`) }))
	info, err := b.bucket.Head(t.Context(), left.ObjectKey)
	require.NoError(t, err)
	require.NotEqual(t, "0", info.Metadata["missing"])
}

func TestAMalformedLineIsNamed(t *testing.T) {
	b := newBench(t)
	b.fault(t, simulator.Fault{Kind: simulator.FaultMalformedLine, Line: 7})
	archive := b.archive(t, contract.Orders)
	_, _, err := attempt(t, b.FetchDetails, detailing(archive), nil)
	require.True(t, fault.Is(err, fault.MalformedArchive), "%v", err)
	require.ErrorContains(t, err, "line 7 of "+archive.ObjectKey)
	require.False(t, fault.Of(err).Retryable())
}

func TestWhatIsNoOrderHasNoDetails(t *testing.T) {
	b := newBench(t)
	details := must(t, b.FetchDetails, detailing(b.archive(t, contract.Products)))
	require.Zero(t, details.Lines)
	require.Empty(t, b.bytes(t, details.ObjectKey))
	require.Zero(t, b.shop.Calls()["nodes"])
}

// An order with more rows than any query reads at once: 300 lines, all of them shipped, refunded, and edited.
func TestDetailsReadEveryPageOfEveryConnection(t *testing.T) {
	b := newBench(t)
	shop := b.shop.Store()
	var lines []store.LineEdit
	for _, product := range shop.Snapshot().Products {
		for _, variant := range product.Variants {
			if len(lines) < 300 {
				lines = append(lines, store.LineEdit{Line: len(lines), Variant: variant.ID, Quantity: 2})
			}
		}
	}
	require.Len(t, lines, 300)
	id, err := shop.Edit(store.Edition{Do: "create_order", Lines: lines})
	require.NoError(t, err)
	singles := make([]store.LineEdit, len(lines))
	for i := range lines {
		singles[i] = store.LineEdit{Line: i, Quantity: 1}
	}
	for _, edit := range []store.Edition{
		{Do: "fulfil_order", ID: id, Lines: singles},
		{Do: "refund_order", ID: id, Lines: singles},
		{Do: "edit_order", ID: id, Lines: []store.LineEdit{{Variant: lines[0].Variant, Quantity: 3}}},
	} {
		_, err := shop.Edit(edit)
		require.NoError(t, err, edit.Do)
	}

	archive := b.archive(t, contract.Orders)
	details := must(t, b.FetchDetails, detailing(archive))
	gid := store.GID("Order", id)
	var own []string
	for _, line := range b.lines(t, details.ObjectKey) {
		if strings.Contains(line, `"`+gid+`"`) {
			own = append(own, line)
		}
	}
	refunds, fulfillments, orders, refundLines, fulfillmentLines, sales := figures(t, own)
	require.Equal(t, []int{1, 1, 1}, []int{refunds, fulfillments, orders})
	require.Equal(t, 300, refundLines)
	require.Equal(t, 300, fulfillmentLines)
	require.Greater(t, sales, 600, "the order's own 300, the refund's 300, the edit's")
}

// The bucket holds 100,000 points and the details cost more: the client waits for it to refill and does not run into it.
func TestDetailsKeepWithinTheShopsBudget(t *testing.T) {
	b := newBench(t, sized("medium"), func(cfg *simulator.Config) { cfg.RestoreRate = 5_000 })
	details := must(t, b.FetchDetails, detailing(b.archive(t, contract.Orders)))
	require.Positive(t, details.Lines)
	require.Zero(t, b.shop.Calls()["nodes throttled"])
}
