package e2e_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/testenv"
)

// steps are those of a sync whose windows are mirrored in one slice each.
var steps = []string{
	"telemetry.workflow_started", "products.window", "customers.window", "orders.window", "access", "shop.fetch", "shop.load",
	"products.0001.request", "products.0001.poll", "products.0001.archive", "products.0001.load",
	"customers.0001.request", "customers.0001.poll", "customers.0001.archive", "customers.0001.load",
	"orders.0001.request", "orders.0001.poll", "orders.0001.archive", "orders.0001.details", "orders.0001.load",
	"products.ids.0001.request", "products.ids.0001.poll", "products.ids.0001.archive", "products.ids.0001.delete",
	"orders.ids.0001.request", "orders.ids.0001.poll", "orders.ids.0001.archive", "orders.ids.0001.delete",
	"publish", "products.advance", "customers.advance", "orders.advance", "telemetry.workflow_completed",
}

// The moments within steps: rows are committed and no heartbeat tells, a message is on its way and not acknowledged, it
// is acknowledged and its outbox row is still there.
var (
	commits   = []string{"committed products", "committed customers", "committed orders"}
	publishes = []string{"published", "acknowledged", "published", "acknowledged"}
)

// A sync is killed before and after each of its steps, and at each moment between commit, publish and acknowledgement:
// some seventy deaths. The backfill of the rest, which finds products and customers loaded, is killed at these moments
// again.
func TestAKilledIngestLosesNothingAndDoublesNothing(t *testing.T) {
	undisturbed := eventsOf(t)
	p := start(t)
	p.loadDying(15 * time.Minute)
	p.requireExact()
	requireSameEvents(t, undisturbed, p.published())
}

// whatRealOrdersComeTo is what the file adds up to by other means than the simulator that serves it.
var whatRealOrdersComeTo = totals{
	Orders: 20_725, Products: 3_940, Variants: 3_940, Customers: 4_339,
	LineItems: 531_282, Units: 5_660_978, Gross: decimal.RequireFromString("10655622.484"),
	RefundLines: 7_471, RefundUnits: 249_575, Refunded: decimal.RequireFromString("505319.00"),
	EventsByType: map[string]int{
		event.OrderCreated: 531_282, event.OrderCompleted: 20_725, event.PaymentCaptured: 20_725,
		event.PaymentRefunded: 7_471, event.FulfillmentShipped: 531_282, event.ReturnRequested: 0,
	},
}

// The same on real orders, all of them, where they are at hand.
func TestAKilledIngestLosesNothingOfRealOrders(t *testing.T) {
	realOrders := testenv.RealOrders(t)
	testenv.Long(t, "ten to twenty minutes")
	undisturbed := eventsOf(t, "--store", realOrders)
	p := start(t, "--store", realOrders)
	p.loadDying(40 * time.Minute)
	p.requireTotals(whatRealOrdersComeTo)
	requireSameEvents(t, undisturbed, p.published())
}

// loadDying loads the whole shop by a sync and a backfill, which are killed at every mark.
func (p *platform) loadDying(within time.Duration) {
	p.t.Helper()
	var marks []string
	for _, step := range steps {
		if !testing.Short() || slices.Contains([]string{"orders.0001.request", "orders.0001.load", "publish", "orders.advance"}, step) {
			marks = append(marks, "before "+step, "after "+step)
		}
	}
	marks = append(append(marks, commits...), publishes...)
	sync := p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
	left := p.dieAt(sync.WorkflowID, marks, within)
	require.Empty(p.t, left, "a sync passed these without dying")
	requireCompleted(p.t, p, sync)
	p.requireStepsToldOnce(sync)

	backfill := p.dispatch(contract.JobBackfill, contract.BackfillInput{})
	left = p.dieAt(backfill.WorkflowID, append([]string{"committed orders"}, publishes...), within)
	require.Empty(p.t, left, "a backfill passed these without dying")
	requireCompleted(p.t, p, backfill)
}

// eventsOf is what the stream holds after nothing has died: event ids with their types.
func eventsOf(t *testing.T, shop ...string) (events map[string]string) {
	t.Helper()
	require.True(t, t.Run("undisturbed", func(t *testing.T) {
		p := start(t, shop...)
		p.serve()
		began := time.Now()
		backfill := p.dispatch(contract.JobBackfill, contract.BackfillInput{})
		require.Equal(t, "completed", p.end(backfill, 20*time.Minute).Status)
		events = p.published()
		t.Logf("%d events after %s", len(events), time.Since(began).Round(100*time.Millisecond))
	}))
	return events
}

// requireSameEvents names an event that only one of the two has, or that they tell differently.
func requireSameEvents(t *testing.T, want, got map[string]string) {
	t.Helper()
	for id, kind := range want {
		if got[id] != kind {
			t.Fatalf("the event %s is not told: %s", id, kind)
		}
	}
	for id, kind := range got {
		if want[id] != kind {
			t.Fatalf("the event %s should not be told: %s", id, kind)
		}
	}
}

// dieAt lets ingest run until the workflow has ended, and die at every mark once. It returns the marks that were never
// reached.
func (p *platform) dieAt(workflowID string, marks []string, within time.Duration) []string {
	p.t.Helper()
	began := time.Now()
	for time.Since(began) < within {
		gone := p.serve(marks...)
		for alive := true; alive; {
			select {
			case <-gone:
				alive = false
			case <-time.After(50 * time.Millisecond):
				if snapshot, err := p.look(workflowID); err == nil && !snapshot.Open() && snapshot.Status != "continued_as_new" {
					return marks // the process goes on to serve
				}
			}
		}
		mark, err := os.ReadFile(p.died)
		require.NoError(p.t, err, "ingest ended, and not at a mark")
		p.t.Logf("%s: died %s", time.Since(began).Round(100*time.Millisecond), mark)
		at := slices.Index(marks, string(mark))
		require.GreaterOrEqual(p.t, at, 0, "ingest died at %q", mark)
		marks = slices.Delete(slices.Clone(marks), at, at+1)
	}
	p.t.Fatalf("%s has not ended within %s; left: %v", workflowID, within, marks)
	return nil
}

func requireCompleted(t *testing.T, p *platform, run contract.Dispatched) {
	t.Helper()
	last := p.end(run, 3*time.Minute)
	require.Equal(t, "completed", last.Status, "%+v", last.Failure)
}

// requireStepsToldOnce reads sync.telemetry: one start, one end, and each step once.
func (p *platform) requireStepsToldOnce(run contract.Dispatched) {
	p.t.Helper()
	told := map[string]int{}
	for e := range read[event.Sync](p, event.StreamSync) {
		if e.WorkflowID == run.WorkflowID {
			told[e.EventType+" "+e.Step]++
		}
	}
	for what, times := range told {
		require.Equal(p.t, 1, times, what)
	}
	for _, step := range steps {
		if step != "telemetry.workflow_started" && step != "telemetry.workflow_completed" {
			require.Contains(p.t, told, event.StepCompleted+" "+step)
		}
	}
	require.Contains(p.t, told, event.WorkflowStarted+" ")
	require.Contains(p.t, told, event.WorkflowCompleted+" ")
}
