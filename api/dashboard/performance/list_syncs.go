package performance

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/temporal"
)

func (h *Handlers) registerListSyncs(api huma.API) {
	rest.Register(api, huma.Operation{
		OperationID: "list-syncs", Method: http.MethodGet, Path: h.base + "/sync", Tags: []string{tag},
		Summary:     "List the syncs",
		Description: "Newest first, as far back as Temporal keeps runs (30 days). A run that has just started takes a moment to be listed.",
		Errors:      []int{http.StatusServiceUnavailable},
	}, h.listSyncs)
}

// ListSyncsInput selects runs.
type ListSyncsInput struct {
	rest.PageInput
	Status string    `query:"status" enum:"running,completed,failed,canceled,terminated,timed_out,continued_as_new" doc:"Only runs that stand there"`
	Since  time.Time `query:"since" doc:"Only runs that started then or later"`
}

// ListSyncsOutput is a page of runs.
type ListSyncsOutput struct {
	Body rest.Page[Sync]
}

func (h *Handlers) listSyncs(ctx context.Context, in *ListSyncsInput) (*ListSyncsOutput, error) {
	token, err := in.Token()
	if err != nil {
		return nil, err
	}
	filter := temporal.Filter{JobType: contract.JobBulkSync, Status: in.Status, Since: in.Since}
	page, err := h.runs.List(ctx, filter, in.PageSize, token)
	if err != nil {
		return nil, err
	}
	out := &ListSyncsOutput{Body: rest.NewPage[Sync](len(page.Runs), page.Next)}
	for _, run := range page.Runs {
		out.Body.Items = append(out.Body.Items, h.sync(run))
	}
	return out, nil
}
