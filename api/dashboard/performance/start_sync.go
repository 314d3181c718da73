package performance

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/internal/contract"
)

func (h *Handlers) registerStartSync(api huma.API) {
	rest.Register(api, huma.Operation{
		OperationID: "start-sync", Method: http.MethodPost, Path: h.base + "/sync", Tags: []string{tag},
		Summary: "Bring the mirror up to date with Shopify",
		Description: "Starts the bulk sync of orders, products and customers, as the schedule does every day. Where a sync is under " +
			"way already, nothing is started and the answer is that run.",
		DefaultStatus: http.StatusAccepted,
		Errors:        []int{http.StatusConflict, http.StatusServiceUnavailable},
	}, h.startSync)
}

// StartSyncInput is a request to start a sync.
type StartSyncInput struct {
	rest.IdempotencyKey
	Body *StartSync
}

// StartSync says what to sync.
type StartSync struct {
	Entities []contract.Entity `json:"entities,omitempty" enum:"products,customers,orders" uniqueItems:"true" maxItems:"3" doc:"What to bring up to date; everything where it is left out"`
}

// StartSyncOutput is the run that was started or that is under way.
type StartSyncOutput struct {
	Location string `header:"Location" doc:"Where the run's progress is read"`
	Body     SyncStarted
}

// SyncStarted names a run.
type SyncStarted struct {
	RunID      string `json:"run_id" doc:"Names the run"`
	WorkflowID string `json:"workflow_id" doc:"The workflow that the run is one of"`
	UnderWay   bool   `json:"under_way" doc:"Whether the run had been started before this request"`
	Links      Links  `json:"links"`
}

func (h *Handlers) startSync(ctx context.Context, in *StartSyncInput) (*StartSyncOutput, error) {
	input := contract.BulkSyncInput{}
	if in.Body != nil {
		input.Entities = in.Body.Entities
	}
	run, err := h.runs.Dispatch(ctx, contract.Job{Type: contract.JobBulkSync, Input: input})
	if err != nil {
		return nil, err
	}
	links := h.links(run.WorkflowID, run.RunID)
	return &StartSyncOutput{
		Location: links.Self,
		Body:     SyncStarted{RunID: run.RunID, WorkflowID: run.WorkflowID, UnderWay: run.UnderWay, Links: links},
	}, nil
}
