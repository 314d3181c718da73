package temporal

import (
	"context"
	"slices"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/event"
)

// Teller writes one event to sync.telemetry and returns when it is durable. The event's id is the message's.
type Teller interface {
	Tell(ctx context.Context, e event.Sync) error
}

// Interceptor is what every workflow and activity passes through, on every worker. It tells sync.telemetry of starts,
// steps and ends, and turns faults into the application errors that Temporal's retry policies understand.
type Interceptor struct {
	interceptor.WorkerInterceptorBase
	teller Teller
	silent []string
}

// NewInterceptor makes the interceptor. Workflows of the silent types, and their activities, are not told of: those that
// run for ever or only hand on, and the roll of sync.telemetry itself, which would never come to rest.
func NewInterceptor(teller Teller, silent ...string) *Interceptor {
	return &Interceptor{teller: teller, silent: silent}
}

func (i *Interceptor) tells(workflowType string) bool {
	return !slices.Contains(i.silent, workflowType)
}

// InterceptActivity implements interceptor.WorkerInterceptor.
func (i *Interceptor) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &activityInbound{shared: i}
	in.Next = next
	return in
}

// InterceptWorkflow implements interceptor.WorkerInterceptor.
func (i *Interceptor) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	in := &workflowInbound{shared: i}
	in.Next = next
	return in
}
