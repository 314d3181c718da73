package temporal

import (
	"context"
	"encoding/json"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"bluntcases.com/platform/internal/contract"
)

// queryFor bounds the wait for a run's own answer: without a worker there is none, and the description has to do.
const queryFor = 5 * time.Second

// Snapshot is a run as its users see it: what Temporal says of it, and its progress up to the last heartbeat.
type Snapshot struct {
	Run
	Progress contract.Progress `json:"progress"`
}

// Look reads a run with its progress: the workflow's own list of steps, with the figures of what is running from the
// heartbeats of the pending activities. The operator's progress bars and the API's both come from here. An empty run id
// means the latest run.
func Look(ctx context.Context, c client.Client, workflowID, runID string) (Snapshot, error) {
	description, err := c.DescribeWorkflowExecution(ctx, workflowID, runID)
	if err != nil {
		return Snapshot{}, notFound(err, workflowID)
	}
	run := newRun(description.GetWorkflowExecutionInfo())
	if run.Status == "failed" || run.Status == "timed_out" || run.Status == "terminated" || run.Status == "canceled" {
		run.Failure = failure(ctx, c, run.WorkflowID, run.RunID)
	}
	s := Snapshot{Run: run}
	asking, stop := context.WithTimeout(ctx, queryFor)
	defer stop()
	if answer, err := c.QueryWorkflow(asking, run.WorkflowID, run.RunID, contract.QueryProgress); err == nil {
		_ = answer.Get(&s.Progress) // a progress of another version is shown as far as it can be read
	}
	if s.Progress.Phase == "" {
		s.Progress.Phase = run.Phase
	}
	merge(&s.Progress, description.GetPendingActivities())
	return s, nil
}

// merge puts the newest figures into the steps that are running.
func merge(progress *contract.Progress, pending []*workflowpb.PendingActivityInfo) {
	byID := map[string]*workflowpb.PendingActivityInfo{}
	for _, activity := range pending {
		byID[activity.GetActivityId()] = activity
	}
	for i := range progress.Steps {
		step := &progress.Steps[i]
		activity := byID[step.Activity]
		if step.State != contract.StepRunning || activity == nil {
			continue
		}
		if beat, ok := heartbeat(activity); ok {
			step.Done, step.Total, step.Unit = beat.Done, max(beat.Total, step.Total), beat.Unit
		}
		if activity.GetAttempt() > 1 && activity.GetLastFailure() != nil && !waiting(activity) {
			step.Detail = "trying again: " + activity.GetLastFailure().GetMessage()
		}
	}
}

func heartbeat(activity *workflowpb.PendingActivityInfo) (beat contract.Heartbeat[json.RawMessage], ok bool) {
	details := activity.GetHeartbeatDetails()
	if details == nil || len(details.GetPayloads()) == 0 {
		return beat, false
	}
	err := converter.GetDefaultDataConverter().FromPayload(details.GetPayloads()[0], &beat)
	return beat, err == nil
}

// waiting tells a poll that is asked again from an attempt that failed.
func waiting(activity *workflowpb.PendingActivityInfo) bool {
	info := activity.GetLastFailure().GetApplicationFailureInfo()
	return info.GetCategory() == enumspb.APPLICATION_ERROR_CATEGORY_BENIGN
}
