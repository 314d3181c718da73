package shopify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// maxOperations is how many bulk queries of an app may run at once (2026-01
// and later).
const maxOperations = 5

// firstOperation is the id of the first bulk operation.
const firstOperation = 4_400_001

// bulk runs bulk operations. Each is a file; one that a crash interrupted is
// run again from its start when the simulator comes back.
type bulk struct {
	server *Server
	dir    string

	mu         sync.Mutex
	operations map[int64]*operation
	running    map[int64]context.CancelFunc
	wait       sync.WaitGroup
}

func openBulk(s *Server) (*bulk, error) {
	b := &bulk{
		server: s, dir: filepath.Join(s.config.Dir, "operations"),
		operations: map[int64]*operation{}, running: map[int64]context.CancelFunc{},
	}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return nil, err
	}
	paths, err := filepath.Glob(filepath.Join(b.dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		o := &operation{}
		if err := json.Unmarshal(text, o); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		b.operations[o.ID] = o
	}
	for _, o := range b.operations {
		if !o.final() {
			b.start(o)
		}
	}
	return b, nil
}

// close stops what runs; it goes on at the next start.
func (b *bulk) close() {
	b.mu.Lock()
	for _, stop := range b.running {
		stop()
	}
	b.mu.Unlock()
	b.wait.Wait()
}

// clear forgets all operations: another store is loaded.
func (b *bulk) clear() error {
	b.close()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.operations = map[int64]*operation{}
	entries, err := os.ReadDir(b.dir)
	for _, e := range entries {
		err = errors.Join(err, os.Remove(filepath.Join(b.dir, e.Name())))
	}
	return err
}

func (b *bulk) result(id int64) string  { return filepath.Join(b.dir, fmt.Sprintf("%d.jsonl", id)) }
func (b *bulk) journal(id int64) string { return filepath.Join(b.dir, fmt.Sprintf("%d.json", id)) }

// get gives a copy of an operation with its URLs, or nil.
func (b *bulk) get(id int64) *operation {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.view(b.operations[id])
}

func (b *bulk) list() []*operation {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []*operation
	for _, o := range b.operations {
		all = append(all, b.view(o))
	}
	slices.SortFunc(all, func(x, y *operation) int { return cmp.Compare(x.ID, y.ID) })
	return all
}

func (b *bulk) view(o *operation) *operation {
	if o == nil {
		return nil
	}
	c := *o
	if o.final() && o.Objects > 0 && o.Status != expired {
		url := b.server.sign(o)
		if o.Partial {
			c.partialURL = url
		} else {
			c.resultURL = url
		}
	}
	return &c
}

// active counts the operations of an app that hold a slot.
func (b *bulk) active(client string) int {
	n := 0
	for _, o := range b.operations {
		if o.Client == client && !o.final() {
			n++
		}
	}
	return n
}

// userError is a refusal of a bulk operation.
type userError struct {
	Field   []string
	Message string
	Code    string
}

// submit checks a bulk query and starts it.
func (b *bulk) submit(e *env, query string, group bool, base string) (*operation, *userError) {
	plan, _, err := b.server.compileBulk(query, func(string) bool { return true })
	if err != nil {
		return nil, &userError{[]string{"query"}, "Invalid bulk query: " + err.Error(), "INVALID"}
	}
	if faults := plan.BulkFaults(rootQuery); len(faults) > 0 {
		return nil, &userError{[]string{"query"}, strings.Join(faults, "; ") + ".", "INVALID"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.server.faults
	root := plan.Roots[0]
	if faults.draw(FaultInProgress, root) != nil {
		return nil, &userError{nil, "A bulk query operation for this app and shop is already in progress.", "OPERATION_IN_PROGRESS"}
	}
	if faults.draw(FaultLimitReached, root) != nil || b.active(e.client.name) >= maxOperations {
		return nil, &userError{nil, "The maximum number of concurrent bulk operations has been reached.", "LIMIT_REACHED"}
	}
	o := &operation{
		ID: firstOperation + int64(len(b.operations)), Query: query, Group: group, Root: root, Status: created,
		Client: e.client.name, Base: base, Created: e.now, Faults: faults.drawFor(root),
	}
	if err := b.save(o); err != nil {
		return nil, &userError{nil, "The bulk operation could not be stored: " + err.Error(), "INVALID"}
	}
	b.operations[o.ID] = o
	b.start(o)
	return b.view(o), nil
}

// cancel asks an operation to stop. It says why not, where it cannot be.
func (b *bulk) cancel(id int64) (*operation, string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	o := b.operations[id]
	switch {
	case o == nil:
		return nil, "Bulk operation does not exist"
	case o.final():
		return b.view(o), "A bulk operation cannot be canceled when it is " + strings.ToLower(o.Status)
	}
	o.Cancelled = true
	b.set(o, canceling)
	return b.view(o), ""
}

// set changes the state, on disk first. The caller holds the lock.
func (b *bulk) set(o *operation, status string) {
	o.Status = status
	if o.final() {
		o.Completed = store.InstantOf(b.server.config.Clock())
	}
	if err := b.save(o); err != nil {
		b.server.config.Log.Error("bulk operation is not stored", "id", o.ID, "error", err)
	}
}

func (b *bulk) save(o *operation) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return store.WriteFile(b.journal(o.ID), text)
}

// start runs an operation in the background. The caller holds the lock, or is
// alone.
func (b *bulk) start(o *operation) {
	ctx, stop := context.WithCancel(context.Background())
	b.running[o.ID] = stop
	b.wait.Add(1)
	go func() {
		defer b.wait.Done()
		b.run(ctx, o)
		b.mu.Lock()
		delete(b.running, o.ID)
		b.mu.Unlock()
		stop()
	}()
}

// run carries an operation from state to state.
func (b *bulk) run(ctx context.Context, o *operation) {
	config := b.server.config
	if !b.pause(ctx, config.BulkCreateDelay) {
		return
	}
	if !b.move(o, running) {
		b.finishCancel(ctx, o)
		return
	}
	started := time.Now()
	w, err := b.write(ctx, o)
	if ctx.Err() != nil {
		return
	}
	delay := config.BulkRunDelay
	if f := o.fault(FaultBulkSlow); f != nil {
		delay += f.delay()
	}
	if !b.pause(ctx, delay-time.Since(started)) {
		return
	}
	b.conclude(ctx, o, w, err)
}

// move goes to a state unless a cancel came first.
func (b *bulk) move(o *operation, status string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o.Cancelled {
		return false
	}
	b.set(o, status)
	return true
}

// conclude gives the operation its final state, by what came of it.
func (b *bulk) conclude(ctx context.Context, o *operation, w *resultWriter, err error) {
	b.mu.Lock()
	o.Objects, o.Roots, o.Size = w.objects, w.roots, w.size
	var denied *graph.Error
	switch {
	case o.Cancelled || o.fault(FaultBulkCanceled) != nil:
		o.Cancelled, o.Partial = true, true
		b.set(o, canceling)
	case errors.As(err, &denied) && denied.Extensions["code"] == "ACCESS_DENIED":
		o.ErrorCode = "ACCESS_DENIED"
		b.set(o, failed)
	case errors.Is(err, errTimeout):
		o.ErrorCode, o.Partial = "TIMEOUT", true
		b.set(o, failed)
	case err != nil:
		o.ErrorCode, o.Partial = "INTERNAL_SERVER_ERROR", true
		if !errors.Is(err, errInjected) {
			b.server.config.Log.Error("bulk operation failed", "id", o.ID, "error", err)
		}
		b.set(o, failed)
	case o.fault(FaultBulkExpired) != nil:
		b.set(o, expired)
	default:
		b.set(o, completed)
	}
	final := o.final()
	b.mu.Unlock()
	if !final {
		b.finishCancel(ctx, o)
		return
	}
	b.server.finished(b.get(o.ID))
}

func (b *bulk) finishCancel(ctx context.Context, o *operation) {
	b.mu.Lock()
	b.set(o, canceling)
	b.mu.Unlock()
	if !b.pause(ctx, b.server.config.BulkCancelDelay) {
		return
	}
	b.mu.Lock()
	b.set(o, canceled)
	b.mu.Unlock()
	b.server.finished(b.get(o.ID))
}

// pause waits; false means that the simulator stops.
func (b *bulk) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
