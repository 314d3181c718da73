package temporalfault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
)

// through is the fault after its way through an activity's failure, as a workflow sees it.
func through(t *testing.T, err error) *fault.Fault {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	fail := func(context.Context) error { return temporalfault.Encode(err) }
	env.RegisterActivityWithOptions(fail, activity.RegisterOptions{Name: "fail"})
	_, failed := env.ExecuteActivity("fail")
	require.Error(t, failed)
	return temporalfault.Decode(failed)
}

func TestAFaultSurvivesTheWay(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		code fault.Code
		says string
	}{
		"plain":         {fault.New(fault.BulkTimeout, "timed out"), fault.BulkTimeout, "timed out"},
		"wrapped":       {fmt.Errorf("load: %w", fault.New(fault.CountMismatch, "12 of 13")), fault.CountMismatch, "load: 12 of 13"},
		"with a cause":  {fault.Wrap(fault.Unavailable, errors.New("refused"), "postgres"), fault.Unavailable, "postgres: refused"},
		"unclassified":  {errors.New("nil map"), fault.Internal, "nil map"},
		"deadline":      {context.DeadlineExceeded, fault.Timeout, "deadline exceeded"},
		"with fields":   {fault.Invalid("job", fault.Field{Name: "/a", Detail: "is bad"}), fault.InvalidInput, "/a: is bad"},
		"encoded twice": {temporalfault.Encode(fault.New(fault.BulkLost, "gone")), fault.BulkLost, "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			f := through(t, c.err)
			require.Equal(t, c.code, f.Code)
			require.ErrorContains(t, f, c.says)
		})
	}
	require.Equal(t, []fault.Field{{Name: "/a", Detail: "is bad"}}, through(t, fault.Invalid("job", fault.Field{Name: "/a", Detail: "is bad"})).Fields)
}

func TestRetriesFollowTheCode(t *testing.T) {
	for code, retried := range map[fault.Code]bool{
		fault.Unavailable: true, fault.BulkRunning: true, fault.ShopifyThrottled: true, fault.Internal: true,
		fault.MalformedArchive: false, fault.BulkTimeout: false, fault.MissingScope: false,
	} {
		var app *temporal.ApplicationError
		require.ErrorAs(t, temporalfault.Encode(fault.New(code, "x")), &app)
		require.Equal(t, retried, !app.NonRetryable(), code)
		require.Equal(t, string(code), app.Type())
	}
}

func TestTheAskedForDelayIsKept(t *testing.T) {
	var app *temporal.ApplicationError
	require.ErrorAs(t, temporalfault.Encode(fault.New(fault.BulkRunning, "running").After(7*time.Second)), &app)
	require.Equal(t, 7*time.Second, app.NextRetryDelay())
}

func TestWhatTemporalMustSeePasses(t *testing.T) {
	canceled := temporal.NewCanceledError()
	require.Same(t, canceled, temporalfault.Encode(canceled))
	require.Same(t, canceled, temporalfault.EncodeFinal(canceled))
	require.ErrorIs(t, temporalfault.Encode(context.Canceled), context.Canceled)
	require.NoError(t, temporalfault.Encode(nil))
	require.Nil(t, temporalfault.Decode(nil))
	require.Equal(t, fault.Canceled, temporalfault.Decode(canceled).Code)
}

func TestTheEndOfAWorkflowIsTheFaultItself(t *testing.T) {
	inner := temporalfault.Encode(fault.Invalid("job", fault.Field{Name: "/a", Detail: "is bad"}))
	wrapped := temporal.NewApplicationErrorWithOptions("activity error", "SomeType", temporal.ApplicationErrorOptions{Cause: inner})
	var app *temporal.ApplicationError
	final := temporalfault.EncodeFinal(wrapped)
	require.ErrorAs(t, final, &app)
	require.Equal(t, string(fault.InvalidInput), app.Type())
	require.True(t, app.NonRetryable(), "a job would be tried again for nothing")
}
