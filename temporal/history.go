package temporal

import (
	"context"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/fault"
)

// History reads a run's history as JSON, in the form that replays read. An empty run id means the latest run.
func History(ctx context.Context, c client.Client, workflowID, runID string) ([]byte, error) {
	all := &historypb.History{}
	events := c.GetWorkflowHistory(ctx, workflowID, runID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		one, err := events.Next()
		if err != nil {
			return nil, notFound(err, workflowID)
		}
		all.Events = append(all.Events, one)
	}
	data, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(all)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "encode the history of %s", workflowID)
	}
	return append(data, '\n'), nil
}
