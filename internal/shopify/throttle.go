package shopify

import (
	"context"
	"fmt"
	"sync"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// cost is what Shopify says that a query costs, and how the shop's bucket stands: `extensions.cost`. Points.
type cost struct {
	Requested float64  `json:"requestedQueryCost"`
	Actual    *float64 `json:"actualQueryCost"`
	Status    struct {
		Maximum   float64 `json:"maximumAvailable"`
		Available float64 `json:"currentlyAvailable"`
		Restore   float64 `json:"restoreRate"` // points a second
	} `json:"throttleStatus"`
}

// wait is how long the bucket takes until it holds what the query asks for.
func (c cost) wait() time.Duration {
	if c.Status.Restore <= 0 || c.Requested <= c.Status.Available {
		return time.Second
	}
	return time.Duration((c.Requested - c.Status.Available) / c.Status.Restore * float64(time.Second))
}

// Budget is how the shop's bucket stands, in points.
type Budget struct {
	Maximum, Available, Restore float64
}

const guessedCost = 50.0 // of a unit of an operation that has not run yet

// budget keeps one shop's bucket: what Shopify said last, refilled by the clock, less what requests under way have
// reserved. Every request of the process passes through it, so requests wait here and not at Shopify.
type budget struct {
	mu        sync.Mutex
	known     bool
	status    Budget
	heard     time.Time
	reserved  float64            // by requests under way
	costs     map[string]float64 // what a unit of each operation asked for last time
	forbidden time.Time          // no request before this: Shopify said so
}

func newBudget() *budget { return &budget{costs: map[string]float64{}} }

// demand is what a request is expected to cost: as many units as the operation of that name cost last time. A unit is a
// node of a detail query, and the whole of any other.
type demand struct {
	name  string
	units int
}

// lease is one request's reservation.
type lease struct {
	budget *budget
	demand demand
	points float64
	once   sync.Once
}

// acquire waits until the bucket holds what the request is expected to cost. It does not begin to wait where the
// context would end first: then it answers ShopifyThrottled with the time that it takes.
func (b *budget) acquire(ctx context.Context, d demand) (*lease, error) {
	for {
		wait, granted := b.try(d)
		if granted != nil {
			return granted, nil
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return nil, exhausted(wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, fmt.Errorf("wait for the shop's query budget: %w", err)
		}
	}
}

func (b *budget) try(d demand) (time.Duration, *lease) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if wait := b.forbidden.Sub(now); wait > 0 {
		return wait, nil
	}
	points, ok := b.costs[d.name]
	if !ok {
		points = guessedCost
	}
	points *= float64(d.units)
	if b.known && b.status.Restore > 0 {
		points = min(points, b.status.Maximum)
		if lacking := points + b.reserved - b.available(now); lacking > 0 {
			return max(time.Duration(lacking/b.status.Restore*float64(time.Second)), 10*time.Millisecond), nil
		}
	}
	b.reserved += points
	return 0, &lease{budget: b, demand: d, points: points}
}

// available is what the bucket holds by now, were nothing under way.
func (b *budget) available(now time.Time) float64 {
	return min(b.status.Maximum, b.status.Available+now.Sub(b.heard).Seconds()*b.status.Restore)
}

// pause keeps every request back for a while.
func (b *budget) pause(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until := time.Now().Add(d); until.After(b.forbidden) {
		b.forbidden = until
	}
}

func (b *budget) snapshot() Budget {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.status
	if b.known {
		now.Available = max(0, b.available(time.Now())-b.reserved)
	}
	return now
}

// settle takes Shopify's word for how the bucket stands.
func (l *lease) settle(c cost) {
	b := l.budget
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.Requested > 0 {
		b.costs[l.demand.name] = c.Requested / float64(l.demand.units)
	}
	if c.Status.Restore > 0 {
		b.known, b.heard = true, time.Now()
		b.status = Budget{Maximum: c.Status.Maximum, Available: c.Status.Available, Restore: c.Status.Restore}
	}
}

func (l *lease) release() {
	l.once.Do(func() {
		l.budget.mu.Lock()
		defer l.budget.mu.Unlock()
		l.budget.reserved -= l.points
	})
}

func exhausted(wait time.Duration) error {
	return fault.New(fault.ShopifyThrottled, "the shop's query budget is exhausted").After(wait)
}
