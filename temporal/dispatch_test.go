package temporal_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

const (
	waitFor = 30 * time.Second
	tick    = 20 * time.Millisecond
)

func nothing(context.Context, contract.PublishInput) (contract.PublishResult, error) {
	return contract.PublishResult{}, nil
}

func TestASecondTriggerAnswersWithTheRunUnderWay(t *testing.T) {
	c, cfg := dial(t)
	serve(t, c, &recorder{}, func(ctx workflow.Context, _ contract.BulkSyncInput) (contract.BulkSyncResult, error) {
		workflow.GetSignalChannel(ctx, "go").Receive(ctx, nil)
		return contract.BulkSyncResult{}, nil
	}, nothing)
	d := dispatcher(c, cfg)
	first, err := d.Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.False(t, first.UnderWay)
	second, err := d.Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.True(t, second.UnderWay)
	require.Equal(t, first.RunID, second.RunID)
	_, err = d.Redrive(t.Context(), first.WorkflowID, first.RunID)
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)

	require.NoError(t, c.SignalWorkflow(t.Context(), first.WorkflowID, "", "go", nil))
	require.NoError(t, end(t, c, first))
	third, err := d.Dispatch(t.Context(), syncJob)
	require.NoError(t, err)
	require.False(t, third.UnderWay)
	require.NotEqual(t, first.RunID, third.RunID)
	require.NoError(t, c.TerminateWorkflow(t.Context(), third.WorkflowID, "", "the test is over"))
}

func TestAJobWithoutAWorkflowIsRefused(t *testing.T) {
	c, cfg := dial(t)
	_, err := dispatcher(c, cfg).Dispatch(t.Context(), contract.Job{Type: contract.JobComboImport})
	require.True(t, fault.Is(err, fault.Unsupported), "%v", err)
	require.ErrorContains(t, err, "ComboImport")
}

func TestAFailedRunIsListedRedrivenAndDismissed(t *testing.T) {
	c, cfg := dial(t)
	var mended atomic.Bool
	serve(t, c, &recorder{}, publishing, func(context.Context, contract.PublishInput) (contract.PublishResult, error) {
		if mended.Load() {
			return contract.PublishResult{}, nil
		}
		return contract.PublishResult{}, fault.New(fault.MalformedArchive, "line 7 is not JSON")
	})
	d := dispatcher(c, cfg)
	job := contract.Job{Type: contract.JobBulkSync, Input: contract.BulkSyncInput{Entities: []contract.Entity{contract.Orders}}}
	run, err := d.Dispatch(t.Context(), job)
	require.NoError(t, err)
	require.Error(t, end(t, c, run))

	failed := temporal.Filter{JobType: contract.JobBulkSync, Status: "failed"}
	listed := func() []temporal.Run {
		page, err := temporal.List(t.Context(), c, failed, 10, nil)
		require.NoError(t, err)
		return page.Runs
	}
	require.Eventually(t, func() bool { return len(listed()) == 1 }, waitFor, tick)
	require.JSONEq(t, `{"job_type":"SHOPIFY_BULK_SYNC_START","entities":["orders"]}`, string(listed()[0].Job))
	snapshot, err := temporal.Look(t.Context(), c, run.WorkflowID, run.RunID)
	require.NoError(t, err)
	require.Equal(t, fault.MalformedArchive, snapshot.Failure.Code)
	require.NotEmpty(t, snapshot.Failure.Advice)

	mended.Store(true)
	again, err := d.Redrive(t.Context(), run.WorkflowID, run.RunID)
	require.NoError(t, err)
	require.NoError(t, end(t, c, again))
	require.NoError(t, d.Dismiss(t.Context(), run.WorkflowID, run.RunID))
	require.Eventually(t, func() bool { return len(listed()) == 0 }, 4*waitFor, tick) // Temporal deletes when it has nothing better to do
}

func TestListRefusesWhatItDoesNotKnow(t *testing.T) {
	c, _ := dial(t)
	_, err := temporal.List(t.Context(), c, temporal.Filter{Status: "sleeping' OR '1' = '1"}, 10, nil)
	require.True(t, fault.Is(err, fault.InvalidInput), "%v", err)
	_, err = temporal.List(t.Context(), c, temporal.Filter{JobType: "X' OR '1' = '1"}, 10, nil)
	require.True(t, fault.Is(err, fault.UnknownJob), "%v", err)
	_, err = temporal.Look(t.Context(), c, "nothing", "")
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	_, err = temporal.Find(t.Context(), c, "x' OR '1' = '1")
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
}

func TestSchedulesAreReconciled(t *testing.T) {
	c, _ := dial(t)
	actions := func() map[string]string {
		changes, err := temporal.ReconcileSchedules(t.Context(), c)
		require.NoError(t, err)
		did := map[string]string{}
		for _, change := range changes {
			did[change.ID] = change.Action
		}
		return did
	}
	for id, action := range actions() {
		require.Equal(t, "created", action, id)
	}
	require.Eventually(t, func() bool {
		states, err := temporal.LookAtSchedules(t.Context(), c)
		require.NoError(t, err)
		for _, state := range states {
			if !state.Exists {
				return false
			}
		}
		return true
	}, waitFor, tick)
	for id, action := range actions() {
		require.Equal(t, "unchanged", action, id)
	}

	daily := c.ScheduleClient().GetHandle(t.Context(), "shopify-bulk-sync")
	description, err := daily.Describe(t.Context())
	require.NoError(t, err)
	require.Equal(t, enumspb.SCHEDULE_OVERLAP_POLICY_SKIP, description.Schedule.Policy.Overlap)
	require.Equal(t, 12*time.Hour, description.Schedule.Policy.CatchupWindow)
	require.False(t, description.Schedule.State.Paused)
	health, err := c.ScheduleClient().GetHandle(t.Context(), "asset-health-check").Describe(t.Context())
	require.NoError(t, err)
	require.True(t, health.Schedule.State.Paused, "a schedule without a workflow would fail every week")

	// An operator's pause stays, an altered schedule is put right, one of ours that is no longer wanted goes, a stranger's stays.
	require.NoError(t, daily.Pause(t.Context(), client.SchedulePauseOptions{Note: "stocktaking"}))
	hourly := c.ScheduleClient().GetHandle(t.Context(), "measurement-refresh")
	require.NoError(t, hourly.Update(t.Context(), client.ScheduleUpdateOptions{DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		in.Description.Schedule.Action.(*client.ScheduleWorkflowAction).Memo = nil
		in.Description.Schedule.Spec = &client.ScheduleSpec{CronExpressions: []string{"0 0 1 1 *"}}
		return &client.ScheduleUpdate{Schedule: &in.Description.Schedule}, nil
	}}))
	for id, memo := range map[string]map[string]any{"old-one-of-ours": {"owner": "blunt"}, "a-strangers": nil} {
		_, err := c.ScheduleClient().Create(t.Context(), client.ScheduleOptions{ID: id, Memo: memo, Action: &client.ScheduleWorkflowAction{
			ID: id, Workflow: "X", TaskQueue: "x",
		}})
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool { return actions()["old-one-of-ours"] == "removed" }, waitFor, 200*time.Millisecond)
	description, err = daily.Describe(t.Context())
	require.NoError(t, err)
	require.True(t, description.Schedule.State.Paused)
	require.Equal(t, "stocktaking", description.Schedule.State.Note)
	description, err = hourly.Describe(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, description.Schedule.Spec.Calendars[0].Hour)
	require.Equal(t, 23, description.Schedule.Spec.Calendars[0].Hour[0].End)
	_, err = c.ScheduleClient().GetHandle(t.Context(), "a-strangers").Describe(t.Context())
	require.NoError(t, err)
}
