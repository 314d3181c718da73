package workers

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// stopWithin bounds the end of a worker. Activities under way are told to end a few seconds after its beginning (package
// temporal); what has not ended in time is taken up by another worker from its last heartbeat.
const stopWithin = 20 * time.Second

// Queue is one task queue's share of this process.
type Queue struct {
	Name       string
	Activities int // at once
	Register   func(worker.Registry)
}

// New makes the queue's worker. Interceptors are the same for every queue; a fatal error, such as a namespace that was
// deleted, goes to fatal.
func New(c client.Client, q Queue, interceptors []interceptor.WorkerInterceptor, fatal func(error)) worker.Worker {
	w := worker.New(c, q.Name, worker.Options{
		MaxConcurrentActivityExecutionSize: q.Activities,
		// Workflows only decide: a few at once keep every queue moving.
		MaxConcurrentWorkflowTaskExecutionSize: 20,
		StickyScheduleToStartTimeout:           sticky,
		WorkerStopTimeout:                      stopWithin,
		MaxHeartbeatThrottleInterval:           5 * time.Second, // progress is read from heartbeats
		DefaultHeartbeatThrottleInterval:       2 * time.Second,
		Interceptors:                           interceptors,
		DisableRegistrationAliasing:            true,
		OnFatalError: func(err error) {
			fatal(fault.Wrap(fault.Unavailable, err, "the worker of queue %s ended", q.Name))
		},
	})
	q.Register(w)
	return w
}

// run binds a workflow's code to its type.
func run[In, Out any](r worker.Registry, name string, code func(workflow.Context, In) (Out, error)) {
	r.RegisterWorkflowWithOptions(code, workflow.RegisterOptions{Name: name})
}

// bind binds an activity's code to its contract; types that do not fit do not compile.
func bind[In, Out any](r worker.Registry, ref contract.Activity[In, Out], code func(context.Context, In) (Out, error)) {
	r.RegisterActivityWithOptions(code, activity.RegisterOptions{Name: ref.Name})
}

// Known lists the queues that this version serves.
func Known() []string {
	return []string{contract.QueueSync, contract.QueueStreams, contract.QueueMeasurement}
}

// Check refuses a queue that this version does not serve.
func Check(queues []string) error {
	for _, queue := range queues {
		found := false
		for _, known := range Known() {
			found = found || known == queue
		}
		if !found {
			return fault.Invalid("flags", fault.Field{Name: "--queues", Detail: fmt.Sprintf("%q is none of %v", queue, Known())})
		}
	}
	return nil
}
