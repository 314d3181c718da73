package measurement

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
)

// beat is how often a refresh says that it lives. It tells that the process lives; the
// activity's own timeout ends a refresh that hangs in a process that does.
const beat = 2 * time.Second

// Teller stores an event of sync.telemetry.
type Teller interface {
	Tell(ctx context.Context, e event.Sync) error
}

// Shop is what PostgreSQL knows of how the shop is measured.
type Shop interface {
	Zone(ctx context.Context) (*time.Location, error)
	Rules(ctx context.Context) (measurement.Rules, error)
	// Recorded is what the orders add up to on the days.
	Recorded(ctx context.Context, zone *time.Location, from, to measurement.Day) (measurement.Totals, error)
}

// Activities carries what the measurement needs.
type Activities struct {
	refresher *measurement.Refresher
	shop      Shop
	teller    Teller

	record record
}

// New makes the activities.
func New(refresher *measurement.Refresher, shop Shop, teller Teller) *Activities {
	return &Activities{refresher: refresher, shop: shop, teller: teller}
}

// unknown is the result while no sync has told of the shop.
var unknown = contract.TableRefresh{Mode: contract.RefreshUnchanged, Reason: "no sync has loaded the shop yet"}

// RefreshSales implements contract.RefreshSales.
func (a *Activities) RefreshSales(ctx context.Context, in contract.RefreshTableInput) (contract.TableRefresh, error) {
	request, stop, err := a.request(ctx, in)
	if fault.Is(err, fault.NotFound) {
		return unknown, nil
	}
	if err != nil {
		return contract.TableRefresh{}, err
	}
	defer stop()
	result, err := a.refresher.Sales(ctx, request)
	if err == nil {
		a.record.sales(result)
	}
	return result, err
}

// RefreshPerformance implements contract.RefreshPerformance.
func (a *Activities) RefreshPerformance(ctx context.Context, in contract.RefreshTableInput) (contract.TableRefresh, error) {
	request, stop, err := a.request(ctx, in)
	if fault.Is(err, fault.NotFound) {
		return unknown, nil
	}
	if err != nil {
		return contract.TableRefresh{}, err
	}
	defer stop()
	rules, err := a.shop.Rules(ctx)
	if err != nil {
		return contract.TableRefresh{}, err
	}
	result, err := a.refresher.Performance(ctx, request, rules)
	if err == nil {
		a.record.performance(result, in.Now)
	}
	return result, err
}

// request turns the input into one of the library's, whose progress is heartbeat from a goroutine of its own: while
// DuckDB computes, nothing else comes by.
func (a *Activities) request(ctx context.Context, in contract.RefreshTableInput) (measurement.Request, func(), error) {
	zone, err := a.shop.Zone(ctx)
	if err != nil {
		return measurement.Request{}, nil, err
	}
	h := newHeart(ctx)
	return measurement.Request{Full: in.Full, Now: in.Now, RunID: in.RunID, Zone: zone, Progress: h.progress}, h.stop, nil
}

// heart repeats the latest progress until it is stopped.
type heart struct {
	mu    sync.Mutex
	state contract.Heartbeat[struct{}]
	stop  func()
}

func newHeart(ctx context.Context) *heart {
	h := &heart{state: contract.Heartbeat[struct{}]{Unit: "days"}}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			h.mu.Lock()
			state := h.state
			h.mu.Unlock()
			activity.RecordHeartbeat(ctx, state)
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	h.stop = func() { cancel(); <-ended }
	return h
}

func (h *heart) progress(done, total int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state.Done, h.state.Total = int64(done), int64(total)
}
