package temporal_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/temporal"
)

// recorder is told of events, and refuses the first ones where it is set to.
type recorder struct {
	mu     sync.Mutex
	events []event.Sync
	refuse int
}

var errRefused = errors.New("the stream is down")

func (r *recorder) Tell(_ context.Context, e event.Sync) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse > 0 {
		r.refuse--
		return errRefused
	}
	r.events = append(r.events, e)
	return nil
}

// told are the events by id: telling twice is telling once.
func (r *recorder) told() map[string]event.Sync {
	r.mu.Lock()
	defer r.mu.Unlock()
	byID := map[string]event.Sync{}
	for _, e := range r.events {
		byID[e.EventID] = e
	}
	return byID
}

// of finds the events of a type.
func (r *recorder) of(kind string) (found []event.Sync) {
	for _, e := range r.told() {
		if e.EventType == kind {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b event.Sync) int { return a.EventTS.Compare(b.EventTS) })
	return found
}

func dial(t *testing.T) (client.Client, config.Temporal) {
	t.Helper()
	cfg := testenv.Temporal(t)
	c, err := temporal.Dial(t.Context(), cfg, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, cfg
}

// serve runs a worker of the sync queue in which the sync's workflow does as it is told, and calls one activity.
func serve(t *testing.T, c client.Client, r *recorder, sync func(workflow.Context, contract.BulkSyncInput) (contract.BulkSyncResult, error),
	publish func(context.Context, contract.PublishInput) (contract.PublishResult, error),
) worker.Worker {
	t.Helper()
	w := worker.New(c, contract.QueueSync, worker.Options{
		WorkerStopTimeout: 20 * time.Second,
		Interceptors:      []interceptor.WorkerInterceptor{temporal.NewInterceptor(r, contract.SilentWorkflows()...)},
	})
	w.RegisterWorkflowWithOptions(sync, workflow.RegisterOptions{Name: contract.BulkSyncWorkflow})
	w.RegisterActivityWithOptions(publish, activity.RegisterOptions{Name: contract.PublishOutbox.Name})
	w.RegisterActivityWithOptions(func(ctx context.Context, e event.Sync) (contract.EmitResult, error) {
		return contract.EmitResult{}, r.Tell(ctx, e)
	}, activity.RegisterOptions{Name: contract.EmitSync.Name})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return w
}

// publishing calls the one activity, under an id of its own.
func publishing(ctx workflow.Context, _ contract.BulkSyncInput) (contract.BulkSyncResult, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second, ActivityID: "publish"})
	out, err := contract.PublishOutbox.Call(ctx, contract.PublishInput{})
	return contract.BulkSyncResult{Events: out.Events, Loaded: map[contract.Entity]contract.LoadResult{contract.Orders: {Roots: 3, Rows: 9}}}, err
}

func dispatcher(c client.Client, cfg config.Temporal) *temporal.Dispatcher {
	return temporal.NewDispatcher(c, cfg.Namespace, "sample.myshopify.com")
}

var syncJob = contract.Job{Type: contract.JobBulkSync, Input: contract.BulkSyncInput{}}

// end waits for the run's end.
func end(t *testing.T, c client.Client, run contract.Dispatched) error {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	return c.GetWorkflow(ctx, run.WorkflowID, run.RunID).GetWithOptions(ctx, nil, client.WorkflowRunGetOptions{DisableFollowingRuns: true})
}
