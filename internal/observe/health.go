package observe

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"bluntcases.com/platform/internal/fault"
)

// checkFor bounds one look at a dependency.
const checkFor = 3 * time.Second

// Check looks at a dependency and says what is wrong with it.
type Check func(ctx context.Context) error

// State is what a look at a dependency found.
type State struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
	TookMS int64  `json:"took_ms"`
}

// Health is the state of a process: of each dependency, in the order in which they were added.
type Health struct {
	mu     sync.Mutex
	names  []string
	checks []Check
}

// Add adds a dependency.
func (h *Health) Add(name string, check Check) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.names, h.checks = append(h.names, name), append(h.checks, check)
}

// Look checks all dependencies at once and tells whether all are well.
func (h *Health) Look(ctx context.Context) (states []State, ok bool) {
	h.mu.Lock()
	names, checks := h.names, h.checks
	h.mu.Unlock()
	ctx, stop := context.WithTimeout(ctx, checkFor)
	defer stop()
	states, ok = make([]State, len(checks)), true
	var group sync.WaitGroup
	for i, check := range checks {
		group.Go(func() {
			began := time.Now()
			err := check(ctx)
			states[i] = State{Name: names[i], OK: err == nil, TookMS: time.Since(began).Milliseconds()}
			if err != nil {
				states[i].Detail = fault.Of(err).Detail // an address or a query stays out of what anyone may read
			}
		})
	}
	group.Wait()
	for _, state := range states {
		ok = ok && state.OK
	}
	return states, ok
}

// Alive answers as long as the process can answer: /healthz.
func (h *Health) Alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n")) // whoever asked has gone
}

// Ready answers 200 where every dependency is well, and 503 otherwise: /readyz.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) {
	states, ok := h.Look(r.Context())
	status := http.StatusOK
	if !ok {
		status = http.StatusServiceUnavailable
	}
	WriteJSON(w, status, map[string]any{"ok": ok, "checks": states})
}

// WriteJSON answers with a JSON value.
func WriteJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // whoever asked has gone
}
