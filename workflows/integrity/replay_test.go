package integrity_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/workflows/integrity"
)

const recorded = "testdata/audit.json"

var update = flag.Bool("update", false, "record the history instead of replaying it")

// The recorded history is of a run that found something. Code that takes other steps would break audits that are under
// way when it is deployed.
func TestARecordedAuditReplays(t *testing.T) {
	if *update {
		record(t)
	}
	replayer := worker.NewWorkflowReplayer()
	replayer.RegisterWorkflowWithOptions(integrity.Workflow, workflow.RegisterOptions{Name: contract.IntegrityAuditWorkflow})
	require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, recorded))
}

func TestReplayNoticesOtherSteps(t *testing.T) {
	replayer := worker.NewWorkflowReplayer()
	other := func(ctx workflow.Context, in contract.IntegrityAuditInput) (contract.IntegrityAuditResult, error) {
		return contract.IntegrityAuditResult{}, nil // no activity
	}
	replayer.RegisterWorkflowWithOptions(other, workflow.RegisterOptions{Name: contract.IntegrityAuditWorkflow})
	require.Error(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, recorded))
}

func TestTheHistoryIsSmall(t *testing.T) {
	text, err := os.ReadFile(recorded)
	require.NoError(t, err)
	var history historypb.History
	require.NoError(t, temporalproto.CustomJSONUnmarshalOptions{DiscardUnknown: true}.Unmarshal(text, &history))
	require.Less(t, len(history.GetEvents()), 20)
}

// record runs an audit on a real Temporal, with an activity that found something, and keeps its history.
func record(t *testing.T) {
	t.Helper()
	settings := testenv.Temporal(t)
	c, err := client.Dial(client.Options{HostPort: settings.Address, Namespace: settings.Namespace, Identity: "recorder"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	w := worker.New(c, contract.QueueSync, worker.Options{})
	w.RegisterWorkflowWithOptions(integrity.Workflow, workflow.RegisterOptions{Name: contract.IntegrityAuditWorkflow})
	w.RegisterActivityWithOptions(func(context.Context, contract.AuditReferencesInput) (contract.IntegrityAuditResult, error) {
		return contract.IntegrityAuditResult{ReportID: "mda_1", Tables: 153, References: 520, Rows: 1000, Dangling: 2, ByColumn: map[string]int64{"cart.customer_id": 2}}, nil
	}, activity.RegisterOptions{Name: contract.AuditReferences.Name})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: contract.IntegrityAuditID, TaskQueue: contract.QueueSync}, contract.IntegrityAuditWorkflow, contract.IntegrityAuditInput{})
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))
	var history historypb.History
	events := c.GetWorkflowHistory(t.Context(), run.GetID(), run.GetRunID(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		history.Events = append(history.Events, event)
	}
	text, err := temporalproto.CustomJSONMarshalOptions{Indent: "  "}.Marshal(&history)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(recorded), 0o755))
	require.NoError(t, os.WriteFile(recorded, append(text, '\n'), 0o644))
}
