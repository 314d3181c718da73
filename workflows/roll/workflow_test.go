package roll_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/roll"
)

var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// waiting is what the stream answers when a roll has failed.
var waiting = contract.Looked{Waiting: 12, Lag: 90}

func environment(t *testing.T, run func(context.Context, contract.RollInput) (contract.Rolled, error)) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet)
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.RegisterActivityWithOptions(run, activity.RegisterOptions{Name: contract.RollStream.Name})
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.LookInput) (contract.Looked, error) {
		require.Equal(t, "COMMERCE_TELEMETRY", in.Stream)
		return waiting, nil
	}, activity.RegisterOptions{Name: contract.LookAtStream.Name})
	env.RegisterWorkflowWithOptions(roll.Workflow, workflow.RegisterOptions{Name: contract.StreamRollWorkflow})
	return env
}

func state(t *testing.T, env *testsuite.TestWorkflowEnvironment) map[string]contract.RollState {
	t.Helper()
	value, err := env.QueryWorkflow(contract.QueryRoll)
	require.NoError(t, err)
	var s map[string]contract.RollState
	require.NoError(t, value.Get(&s))
	return s
}

func TestTheRunIsRenewedAndTheCountersAreCarriedOver(t *testing.T) {
	next := uint64(1000)
	env := environment(t, func(_ context.Context, in contract.RollInput) (contract.Rolled, error) {
		next += 10
		return contract.Rolled{Shard: "p0", From: next - 10, To: next, Rows: 100, Files: 2, Doubles: 1, DeadLetters: 3, Snapshot: 7, Waiting: 5, Lag: 1.5}, nil
	})
	before := map[string]contract.RollState{"p0": {Shard: "p0", Offset: 1000, Rolls: 1, Rows: 50, Files: 1}}
	env.ExecuteWorkflow(contract.StreamRollWorkflow, contract.StreamRollInput{Stream: "COMMERCE_TELEMETRY", State: before})

	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &renewed)
	require.Equal(t, contract.StreamRollWorkflow, renewed.WorkflowType.Name)
	s := state(t, env)["p0"]
	require.EqualValues(t, 301, s.Rolls)
	require.EqualValues(t, 300*100+50, s.Rows)
	require.EqualValues(t, 4000, s.Offset)
	require.EqualValues(t, 5, s.Waiting)
}

func TestAFaultIsShownAndTheRollGoesOn(t *testing.T) {
	calls := 0
	env := environment(t, func(context.Context, contract.RollInput) (contract.Rolled, error) {
		calls++
		if calls == 1 {
			return contract.Rolled{}, temporal.NewNonRetryableApplicationError("table commerce.telemetry does not exist", "schema_mismatch", nil)
		}
		return contract.Rolled{Shard: "p0", From: 1, To: 2, Rows: 1}, nil
	})
	var during contract.RollState
	env.RegisterDelayedCallback(func() { during = state(t, env)["p0"] }, 500*time.Millisecond)
	env.ExecuteWorkflow(contract.StreamRollWorkflow, contract.StreamRollInput{Stream: "COMMERCE_TELEMETRY"})
	require.Equal(t, "schema_mismatch: table commerce.telemetry does not exist", during.Fault)
	require.False(t, during.FaultSince.IsZero())
	require.EqualValues(t, waiting.Waiting, during.Waiting, "how much waits is known all the same")
	require.Equal(t, waiting.Lag, during.Lag)
	require.Empty(t, state(t, env)["p0"].Fault, "the next roll clears it")
	require.True(t, state(t, env)["p0"].FaultSince.IsZero())
	require.Greater(t, calls, 2)
}

func TestARollThatKeepsFailingRestsLongerAndItsHistoryStaysSmall(t *testing.T) {
	var at []time.Time
	var env *testsuite.TestWorkflowEnvironment
	env = environment(t, func(context.Context, contract.RollInput) (contract.Rolled, error) {
		at = append(at, env.Now())
		return contract.Rolled{}, temporal.NewNonRetryableApplicationError("the catalog is away", "unavailable", nil)
	})
	env.ExecuteWorkflow(contract.StreamRollWorkflow, contract.StreamRollInput{Stream: "COMMERCE_TELEMETRY"})
	var renewed *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &renewed)
	require.Len(t, at, 100, "a failing roll makes three times the events of a good one")
	rested := func(i int) time.Duration { return at[i].Sub(at[i-1]).Round(time.Second) }
	require.Greater(t, rested(2), rested(1))
	require.Equal(t, rested(98), rested(99), "it rests longer and longer, and then no longer")
}

func TestASignalRollsAtOnce(t *testing.T) {
	var asked []bool
	env := environment(t, func(ctx context.Context, in contract.RollInput) (contract.Rolled, error) {
		asked = append(asked, in.Now)
		if len(asked) == 1 {
			activity.RecordHeartbeat(ctx)
			<-ctx.Done() // waits for events, until it is told not to
			return contract.Rolled{}, ctx.Err()
		}
		return contract.Rolled{Shard: "p0", From: 1, To: 2}, nil
	})
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(contract.SignalRollNow, nil) }, time.Second)
	env.ExecuteWorkflow(contract.StreamRollWorkflow, contract.StreamRollInput{Stream: "COMMERCE_TELEMETRY"})
	require.Equal(t, []bool{false, true, false}, asked[:3])
}

func TestEveryShardRollsOnItsOwn(t *testing.T) {
	var mu sync.Mutex // shards' activities run side by side
	seen := map[int]int{}
	env := environment(t, func(_ context.Context, in contract.RollInput) (contract.Rolled, error) {
		require.Equal(t, 3, in.Shards)
		mu.Lock()
		defer mu.Unlock()
		seen[in.Shard]++
		return contract.Rolled{Shard: []string{"p0of3", "p1of3", "p2of3"}[in.Shard]}, nil
	})
	env.ExecuteWorkflow(contract.StreamRollWorkflow, contract.StreamRollInput{Stream: "PUBLICATION_TELEMETRY", Shards: 3})
	require.Len(t, seen, 3)
	require.Len(t, state(t, env), 3)
}
