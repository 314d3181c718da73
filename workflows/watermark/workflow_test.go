package watermark_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/watermark"
)

var now = time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)

// ago is a time before now.
func ago(d time.Duration) time.Time { return now.Add(-d) }

func at(t time.Time) *time.Time { return &t }

// call is an update and what has to come of it.
type call struct {
	advance *contract.AdvanceInput
	reset   *contract.WatermarkResetInput
	refused string     // part of the refusal
	stands  *time.Time // where the watermark stands afterwards
}

func TestMoves(t *testing.T) {
	mark := ago(24 * time.Hour)
	for name, c := range map[string]struct {
		start *time.Time
		calls []call
	}{
		"the first run sets it": {nil, []call{
			{advance: &contract.AdvanceInput{RunID: "a", To: ago(time.Minute), First: true}, stands: at(ago(time.Minute))},
		}},
		"a run that begins before it moves it": {&mark, []call{
			{advance: &contract.AdvanceInput{RunID: "a", From: mark.Add(-10 * time.Minute), To: ago(time.Minute)}, stands: at(ago(time.Minute))},
		}},
		"the same run moves it once": {&mark, []call{
			{advance: &contract.AdvanceInput{RunID: "a", From: mark, To: ago(time.Hour)}, stands: at(ago(time.Hour))},
			{advance: &contract.AdvanceInput{RunID: "b", From: mark, To: ago(time.Minute)}, stands: at(ago(time.Minute))},
			{advance: &contract.AdvanceInput{RunID: "a", From: mark, To: ago(time.Hour)}, stands: at(ago(time.Minute))},
		}},
		"it never goes back": {&mark, []call{
			{advance: &contract.AdvanceInput{RunID: "a", From: ago(72 * time.Hour), To: ago(48 * time.Hour)}, stands: &mark},
		}},
		"not into the future": {&mark, []call{
			{advance: &contract.AdvanceInput{RunID: "a", From: mark, To: now.Add(time.Hour)}, refused: "future", stands: &mark},
		}},
		"not over a gap": {&mark, []call{
			{advance: &contract.AdvanceInput{RunID: "a", From: ago(time.Hour), To: ago(time.Minute)}, refused: "would be lost", stands: &mark},
		}},
		"over a gap that the floor makes": {&mark, []call{
			{advance: &contract.AdvanceInput{RunID: "a", From: ago(time.Hour), To: ago(time.Minute), Floored: true}, stands: at(ago(time.Minute))},
		}},
		"a reset under a run is not undone by it": {&mark, []call{
			{reset: &contract.WatermarkResetInput{To: at(ago(240 * time.Hour)), Reason: "load again", By: "kim"}, stands: at(ago(240 * time.Hour))},
			{advance: &contract.AdvanceInput{RunID: "a", From: mark, To: ago(time.Minute)}, refused: "would be lost", stands: at(ago(240 * time.Hour))},
		}},
		"a forgotten one waits for a first run": {&mark, []call{
			{reset: &contract.WatermarkResetInput{Reason: "begin anew", By: "kim"}, stands: nil},
			{advance: &contract.AdvanceInput{RunID: "a", From: mark, To: ago(time.Minute)}, refused: "was reset", stands: nil},
			{advance: &contract.AdvanceInput{RunID: "b", To: ago(time.Minute), First: true}, stands: at(ago(time.Minute))},
		}},
		"a reset says why": {&mark, []call{
			{reset: &contract.WatermarkResetInput{To: at(ago(time.Hour)), Reason: " "}, refused: "/reason", stands: &mark},
			{reset: &contract.WatermarkResetInput{To: at(now.Add(time.Hour)), Reason: "typing error"}, refused: "/to", stands: &mark},
		}},
		"an advance names its run": {&mark, []call{
			{advance: &contract.AdvanceInput{From: mark, To: ago(time.Minute)}, refused: "/run_id", stands: &mark},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			env, checked := environment(), 0
			for i, call := range c.calls {
				var refusal *error
				env.RegisterDelayedCallback(func() { refusal = update(env, call) }, time.Duration(2*i+1)*time.Millisecond)
				env.RegisterDelayedCallback(func() {
					if call.refused != "" {
						require.ErrorContains(t, *refusal, call.refused)
					} else {
						require.NoError(t, *refusal)
					}
					require.Equal(t, call.stands, get(t, env).TS)
					checked++
				}, time.Duration(2*i+2)*time.Millisecond)
			}
			env.RegisterDelayedCallback(env.CancelWorkflow, time.Second)
			env.ExecuteWorkflow(watermark.Workflow, contract.WatermarkState{TS: c.start})
			require.Equal(t, len(c.calls), checked)
		})
	}
}

func TestTheTemporalUIResetsBySignal(t *testing.T) {
	env := environment()
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(contract.WatermarkReset, contract.WatermarkResetInput{To: at(ago(time.Hour)), Reason: "", By: "ui"})
	}, time.Millisecond)
	env.RegisterDelayedCallback(func() {
		require.Nil(t, get(t, env).TS, "a reset without a reason was taken")
		env.SignalWorkflow(contract.WatermarkReset, contract.WatermarkResetInput{To: at(ago(time.Hour)), Reason: "load again", By: "ui"})
	}, 2*time.Millisecond)
	env.RegisterDelayedCallback(func() {
		state := get(t, env)
		require.Equal(t, at(ago(time.Hour)), state.TS)
		require.Equal(t, "load again", state.Moves[0].Reason)
		env.CancelWorkflow()
	}, 3*time.Millisecond)
	env.ExecuteWorkflow(watermark.Workflow, contract.WatermarkState{})
}

func TestContinuingAsNewKeepsTheState(t *testing.T) {
	env := environment()
	env.RegisterDelayedCallback(func() {
		update(env, call{advance: &contract.AdvanceInput{RunID: "a", To: ago(time.Minute), First: true}})
	}, time.Millisecond)
	env.RegisterDelayedCallback(func() {
		env.SetContinueAsNewSuggested(true)
		update(env, call{advance: &contract.AdvanceInput{RunID: "a", To: ago(time.Minute), First: true}})
	}, 2*time.Millisecond)
	env.ExecuteWorkflow(watermark.Workflow, contract.WatermarkState{})

	var again *workflow.ContinueAsNewError
	require.True(t, errors.As(env.GetWorkflowError(), &again), "%v", env.GetWorkflowError())
	require.Equal(t, contract.WatermarkWorkflow, again.WorkflowType.Name)
	var state contract.WatermarkState
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &state))
	require.Equal(t, at(ago(time.Minute)), state.TS)
	require.Equal(t, "a", state.Moves[0].RunID)
}

func environment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(now)
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: contract.Orders.Watermark()})
	return env
}

// update sends the call. The refusal is there when the workflow has handled it.
func update(env *testsuite.TestWorkflowEnvironment, c call) *error {
	var refusal error
	answer := &testsuite.TestUpdateCallback{
		OnAccept:   func() {},
		OnReject:   func(err error) { refusal = err },
		OnComplete: func(_ any, err error) { refusal = err },
	}
	if c.advance != nil {
		env.UpdateWorkflow(contract.WatermarkAdvance, "", answer, *c.advance)
	} else {
		env.UpdateWorkflow(contract.WatermarkReset, "", answer, *c.reset)
	}
	return &refusal
}

func get(t *testing.T, env *testsuite.TestWorkflowEnvironment) contract.WatermarkState {
	t.Helper()
	encoded, err := env.QueryWorkflow(contract.WatermarkGet)
	require.NoError(t, err)
	var state contract.WatermarkState
	require.NoError(t, encoded.Get(&state))
	return state
}
