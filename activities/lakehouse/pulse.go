package lakehouse

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
)

// pulseEvery is well below the heartbeat timeout of every activity here.
const pulseEvery = 2 * time.Second

// pulse heartbeats while DuckDB or the network keep an activity busy, with the step that it is at. Outside of Temporal,
// as in `blunt lake`, it does nothing.
type pulse struct {
	mu    sync.Mutex
	unit  string // of what is done
	beat  contract.Heartbeat[string]
	ended chan struct{}
	once  sync.Once
}

func newPulse(ctx context.Context, unit string) *pulse {
	p := &pulse{unit: unit, ended: make(chan struct{})}
	if activity.IsActivity(ctx) {
		go p.run(ctx)
	}
	return p
}

func (p *pulse) run(ctx context.Context) {
	ticker := time.NewTicker(pulseEvery)
	defer ticker.Stop()
	for {
		p.mu.Lock()
		beat := p.beat
		p.mu.Unlock()
		activity.RecordHeartbeat(ctx, beat)
		select {
		case <-ticker.C:
		case <-p.ended:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (p *pulse) set(step string, done int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.beat = contract.Heartbeat[string]{Done: done, Unit: p.unit, Cursor: step}
}

func (p *pulse) stop() { p.once.Do(func() { close(p.ended) }) }
