package shopify

import (
	"math"
	"sync"
	"time"
)

// maxCost is the most that one query may cost, in points.
const maxCost = 1000

// burst is how many seconds' worth of points a bucket holds.
const burst = 20

// throttle keeps a bucket of points for each app.
type throttle struct {
	rate  float64
	clock func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
}

func newThrottle(rate float64, clock func() time.Time) *throttle {
	return &throttle{rate: rate, clock: clock, buckets: map[string]*bucket{}}
}

func (t *throttle) bucket(app string) *bucket {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[app]
	if b == nil {
		b = &bucket{rate: t.rate, most: t.rate * burst, now: t.rate * burst, clock: t.clock, at: t.clock()}
		t.buckets[app] = b
	}
	return b
}

// bucket is a leaky bucket: it fills at a rate, a query takes what it may cost
// and gets back what it did not use.
type bucket struct {
	mu              sync.Mutex
	rate, most, now float64
	clock           func() time.Time
	at              time.Time
}

func (b *bucket) fill() {
	now := b.clock()
	if passed := now.Sub(b.at).Seconds(); passed > 0 {
		b.now = math.Min(b.most, b.now+passed*b.rate)
	}
	b.at = now
}

func (b *bucket) take(points float64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill()
	if points > b.now {
		return false
	}
	b.now -= points
	return true
}

func (b *bucket) give(points float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = math.Min(b.most, b.now+points)
}

// status is the answer's extensions. actual is nil where nothing was executed.
func (b *bucket) status(requested float64, actual any) map[string]any {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fill()
	if a, ok := actual.(float64); ok {
		actual = math.Ceil(a)
	}
	return map[string]any{"cost": map[string]any{
		"requestedQueryCost": requested, "actualQueryCost": actual,
		"throttleStatus": map[string]any{
			"maximumAvailable": b.most, "currentlyAvailable": math.Floor(b.now), "restoreRate": b.rate,
		},
	}}
}
