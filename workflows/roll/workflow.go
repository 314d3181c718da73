// Package roll keeps one telemetry stream landing in its Iceberg table, for as long as the platform runs: wait until
// events are due, land them, look at what waits. Each shard of the stream goes its own pace. It is stateless but for its
// counters: where a shard stands is in the table.
package roll

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
)

const (
	// eventsPerRun is where a run's history ends and a new run begins.
	eventsPerRun = 1_800
	// rollEvents and faultEvents are what a roll adds to the history, and one that fails, with the look at the stream and
	// the rest that follow.
	rollEvents  = 6
	faultEvents = 18
	// lookAfterFault marks the runs that look at the stream when a roll has failed, and count the events of faults (see
	// docs/adr/0005).
	lookAfterFault = "look-after-fault"
)

// Workflow rolls until it is canceled. It never fails: a fault shows in its details and its query, and it goes on.
func Workflow(ctx workflow.Context, in contract.StreamRollInput) (struct{}, error) {
	r := &roll{in: in, state: in.State, now: workflow.GetSignalChannel(ctx, contract.SignalRollNow)}
	if err := r.setup(ctx); err != nil {
		return struct{}{}, err
	}
	return struct{}{}, r.run(ctx)
}

type roll struct {
	in    contract.StreamRollInput
	state map[string]contract.RollState
	now   workflow.ReceiveChannel
	left  int // events that the history may still grow by
	looks bool
	wakes []workflow.CancelFunc // end the wait of each shard
}

// rest is how long a shard rests after so many faults in a row. It goes on by itself, soon after what ailed it is over.
func rest(faults int) time.Duration {
	return min(firstRest<<min(faults-1, 8), longestRest)
}

func (r *roll) setup(ctx workflow.Context) error {
	r.in.Shards = max(r.in.Shards, 1)
	r.left = 400 * rollEvents
	if r.looks = workflow.GetVersion(ctx, lookAfterFault, workflow.DefaultVersion, 1) >= 1; r.looks {
		r.left = eventsPerRun
	}
	if r.state == nil {
		r.state = map[string]contract.RollState{}
	}
	r.show(ctx)
	return workflow.SetQueryHandlerWithOptions(ctx, contract.QueryRoll, func() (map[string]contract.RollState, error) { return r.state, nil },
		workflow.QueryHandlerOptions{Description: "Where each shard of the stream stands"})
}

// run starts every shard and begins a new run when the history has grown enough.
func (r *roll) run(ctx workflow.Context) error {
	rolling, stop := workflow.WithCancel(ctx)
	r.wakes = make([]workflow.CancelFunc, r.in.Shards)
	shards := workflow.NewWaitGroup(ctx)
	for i := range r.in.Shards {
		shards.Add(1)
		workflow.GoNamed(rolling, fmt.Sprintf("shard %d", i), func(ctx workflow.Context) {
			defer shards.Done()
			r.keep(ctx, i)
			stop() // one shard's end ends the run: the others do not wait for events meanwhile
		})
	}
	workflow.GoNamed(rolling, "signals", r.listen)
	shards.Wait(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	r.in.State = r.state
	return workflow.NewContinueAsNewError(ctx, contract.StreamRollWorkflow, r.in)
}

// listen ends the shards' waits when it is told to roll now.
func (r *roll) listen(ctx workflow.Context) {
	for ctx.Err() == nil {
		selector := workflow.NewSelector(ctx)
		selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
		selector.AddReceive(r.now, func(c workflow.ReceiveChannel, _ bool) {
			c.Receive(ctx, nil)
			for _, wake := range r.wakes {
				if wake != nil {
					wake()
				}
			}
		})
		selector.Select(ctx)
	}
}

// keep rolls one shard until the run has done its part.
func (r *roll) keep(ctx workflow.Context, shard int) {
	now, faults := false, 0
	for r.left > 0 && ctx.Err() == nil && !workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
		r.left -= rollEvents
		waiting, wake := workflow.WithCancel(ctx)
		r.wakes[shard] = wake
		rolled, err := contract.RollStream.Call(options(waiting, r.summary(shard, now)), contract.RollInput{
			Stream: r.in.Stream, Shard: shard, Shards: r.in.Shards, Now: now,
		})
		r.wakes[shard] = nil
		woken := waiting.Err() != nil && ctx.Err() == nil
		wake()
		now = false
		switch {
		case err == nil:
			faults = 0
			name := rolled.Shard
			r.state[name] = r.state[name].Add(rolled, workflow.Now(ctx))
			r.show(ctx)
		case woken:
			now = true
		case ctx.Err() == nil:
			faults++
			if r.looks {
				r.left -= faultEvents - rollEvents
			}
			r.fault(ctx, shard, err)
			_ = workflow.Sleep(ctx, rest(faults)) // canceled: the loop ends
		}
	}
}

func (r *roll) summary(shard int, now bool) string {
	what := "land what is due"
	if now {
		what = "land what waits"
	}
	if r.in.Shards > 1 {
		return fmt.Sprintf("%s, shard %d", what, shard)
	}
	return what
}

// fault notes why a shard does not get on, and how much waits meanwhile: the stream may answer where the table does not.
func (r *roll) fault(ctx workflow.Context, shard int, err error) {
	name := shardName(shard, r.in.Shards)
	s := r.state[name]
	if s.Fault == "" {
		s.FaultSince = workflow.Now(ctx)
	}
	s.Shard, s.Fault = name, cause(err)
	if r.looks {
		seen, err := contract.LookAtStream.Call(briefly(ctx), contract.LookInput{
			Stream: r.in.Stream, Shard: shard, Shards: r.in.Shards, After: s.Offset,
		})
		if err == nil {
			s.Waiting, s.Lag = seen.Waiting, seen.Lag
		}
	}
	r.state[name] = s
	workflow.GetLogger(ctx).Warn("the roll rests", "stream", r.in.Stream, "shard", name, "cause", s.Fault)
	r.show(ctx)
}

// shardName is what internal/streams calls a shard; a shard that never rolled is known by no other name.
func shardName(shard, shards int) string {
	if shards == 1 {
		return "p0"
	}
	return fmt.Sprintf("p%dof%d", shard, shards)
}

func cause(err error) string {
	var application *temporal.ApplicationError
	if errors.As(err, &application) {
		return application.Type() + ": " + application.Message()
	}
	return err.Error()
}

// show writes the state where the Temporal UI shows it.
func (r *roll) show(ctx workflow.Context) {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n| shard | offset | waiting | lag | rolls | rows | files | doubles | dead letters | last roll |\n|---|---|---|---|---|---|---|---|---|---|\n", r.in.Stream)
	names := slices.Sorted(maps.Keys(r.state)) //workflowcheck:ignore
	for _, name := range names {
		s := r.state[name]
		fmt.Fprintf(&b, "| %s | %d | %d | %.0f s | %d | %d | %d | %d | %d | %s |\n", name, s.Offset, s.Waiting, float64(s.Lag), s.Rolls, s.Rows,
			s.Files, s.Doubles, s.DeadLetters, shown(s.LastRoll))
		if s.Fault != "" {
			fmt.Fprintf(&b, "\n**%s has not got on since %s:** %s\n", name, shown(s.FaultSince), s.Fault)
		}
	}
	workflow.SetCurrentDetails(ctx, b.String())
}

func shown(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.UTC().Format(time.DateTime)
}

// options are for one roll: it waits for events, so it is long, and shows that it lives by its heartbeat. A mood of the
// network is over at the next attempt; what lasts comes back here, and shows.
func options(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Minute, HeartbeatTimeout: silence, WaitForCancellation: true, Summary: summary,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second, MaximumAttempts: 3},
	})
}

// briefly is for the look at the stream, which is a courtesy: where it fails the older figures stay.
func briefly(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ScheduleToCloseTimeout: 10 * time.Second, Summary: "look at what waits",
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 5 * time.Second, MaximumAttempts: 2},
	})
}
