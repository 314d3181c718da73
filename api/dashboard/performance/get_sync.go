package performance

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/temporal"
)

func (h *Handlers) registerGetSync(api huma.API) {
	rest.Register(api, huma.Operation{
		OperationID: "get-sync", Method: http.MethodGet, Path: h.base + "/sync/{run_id}", Tags: []string{tag},
		Summary: "Follow a sync",
		Description: "The run's steps in order, each with its counts as of the last heartbeat. Ask again every second or two for a progress bar. " +
			"A sync that failed and is tried again goes on under the same id.",
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, h.getSync)
}

// GetSyncInput names a run.
type GetSyncInput struct {
	RunID string `path:"run_id" format:"uuid" doc:"The run, as start-sync or list-syncs named it"`
}

// GetSyncOutput is the run with its progress.
type GetSyncOutput struct {
	Body SyncProgress
}

// SyncProgress is a run with its steps.
type SyncProgress struct {
	Sync
	Steps []SyncStep `json:"steps" doc:"What the run does, in order; empty until its first step has begun"`
}

// SyncStep is one line of a run's progress.
type SyncStep struct {
	Name   string             `json:"name" doc:"What the step does"`
	State  contract.StepState `json:"state" enum:"running,done,failed" doc:"Where the step stands"`
	Done   int64              `json:"done" doc:"How much is done, in units"`
	Total  int64              `json:"total" doc:"How much there is; 0 where that is not known yet"`
	Unit   string             `json:"unit,omitempty" example:"lines" doc:"What done and total count"`
	Detail string             `json:"detail,omitempty" doc:"What is worth knowing about the step, for instance why it is tried again"`
}

func (h *Handlers) getSync(ctx context.Context, in *GetSyncInput) (*GetSyncOutput, error) {
	snapshot, err := h.follow(ctx, in.RunID)
	if err != nil {
		return nil, err
	}
	body := SyncProgress{Sync: h.sync(snapshot.Run), Steps: make([]SyncStep, 0, len(snapshot.Progress.Steps))}
	body.RunID, body.Links.Self = in.RunID, h.links("", in.RunID).Self
	if snapshot.Progress.Phase != "" {
		body.Phase = snapshot.Progress.Phase
	}
	for _, step := range snapshot.Progress.Steps {
		body.Steps = append(body.Steps, SyncStep{
			Name: step.Name, State: step.State, Done: step.Done, Total: step.Total, Unit: step.Unit, Detail: step.Detail,
		})
	}
	return &GetSyncOutput{Body: body}, nil
}

// follow reads the run, or the run that went on from it: after a failure that is tried again, or in a new history. To
// its users that is one sync.
func (h *Handlers) follow(ctx context.Context, runID string) (temporal.Snapshot, error) {
	asked, err := h.runs.Look(ctx, contract.BulkSyncID, runID)
	if err != nil || asked.Open() || asked.Status == "completed" {
		return asked, err
	}
	latest, err := h.runs.Look(ctx, contract.BulkSyncID, "")
	if err != nil || latest.FirstRunID != asked.FirstRunID {
		return asked, nil //nolint:nilerr // what was asked for is known
	}
	return latest, nil
}
