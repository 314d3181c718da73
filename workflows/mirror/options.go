package mirror

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// call says what kind of call an activity is. Faults that trying again cannot mend end every kind at once.
type call func(ctx workflow.Context, id, summary string) workflow.Context

// Quick is for a call that answers in seconds. It is tried for a day: nobody has to start a run again because a
// neighbour was restarted.
func Quick(ctx workflow.Context, id, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: id, Summary: summary,
		StartToCloseTimeout: quickAnswer, ScheduleToCloseTimeout: 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: longestPause / 2},
	})
}

// Brief is for a favour that is asked at the end: it is given up after some minutes.
func Brief(ctx workflow.Context, id, summary string) workflow.Context {
	return workflow.WithScheduleToCloseTimeout(Quick(ctx, id, summary), 5*time.Minute)
}

// Long is for work that moves data: it heartbeats a cursor, is missed after half a minute of silence, and resumes from
// the cursor.
func Long(ctx workflow.Context, id, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: id, Summary: summary,
		StartToCloseTimeout: 12 * time.Hour, ScheduleToCloseTimeout: 36 * time.Hour, HeartbeatTimeout: silence,
		WaitForCancellation: true,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: longestPause},
	})
}

// Polling is for a question that is asked again until it is answered: each time is a retry, which costs no history. An
// operation of Shopify's may run for ten days.
func Polling(ctx workflow.Context, id, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: id, Summary: summary,
		StartToCloseTimeout: quickAnswer, ScheduleToCloseTimeout: 10 * 24 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: longestPause},
	})
}
