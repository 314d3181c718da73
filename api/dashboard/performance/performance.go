// Package performance is the route group /api/performance-metrics of the staff API. In this version it starts the sync
// of the store and shows its runs. Handlers translate: work is started by the dispatcher and read from Temporal.
package performance

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

// Runs is how the group starts and reads runs; dashboard.Runs is the real one.
type Runs interface {
	Dispatch(ctx context.Context, job contract.Job) (contract.Dispatched, error)
	Look(ctx context.Context, workflowID, runID string) (temporal.Snapshot, error)
	List(ctx context.Context, filter temporal.Filter, size int, next []byte) (temporal.Page, error)
}

// Handlers are the group's operations.
type Handlers struct {
	runs Runs
	base string // path of the group
	ui   string // address of Temporal's web UI and the namespace's part of it
}

const tag = "Performance metrics"

// Register adds the group's operations to the API, below its path. ui is the address of Temporal's web UI.
func Register(api huma.API, path string, runs Runs, ui, namespace string) {
	h := &Handlers{runs: runs, base: path + "/performance-metrics", ui: strings.TrimRight(ui, "/") + "/namespaces/" + namespace}
	h.registerStartSync(api)
	h.registerListSyncs(api)
	h.registerGetSync(api)
}

// Sync is a run of the store's sync.
type Sync struct {
	RunID      string     `json:"run_id" doc:"Names the run"`
	WorkflowID string     `json:"workflow_id" doc:"The workflow that the run is one of: a sync never runs twice at once"`
	Status     string     `json:"status" enum:"running,completed,failed,canceled,terminated,timed_out,continued_as_new" doc:"Where the run stands"`
	Phase      string     `json:"phase,omitempty" doc:"What the run is doing, in a word"`
	Records    int64      `json:"records" minimum:"0" doc:"Objects that the run has read from Shopify so far"`
	StartedAt  time.Time  `json:"started_at" doc:"When the run started, UTC"`
	EndedAt    *time.Time `json:"ended_at,omitempty" doc:"When the run ended, UTC"`
	Failure    *Failure   `json:"failure,omitempty" doc:"Why the run ended without a result"`
	Links      Links      `json:"links"`
}

// Failure is why a run failed and what to do about it.
type Failure struct {
	Code    fault.Code    `json:"code" doc:"The kind of failure, for programs"`
	Message string        `json:"message" doc:"What happened"`
	Actor   fault.Actor   `json:"actor" enum:"nobody,caller,operator,engineer" doc:"Who has to act"`
	Advice  string        `json:"advice" doc:"What to do"`
	Errors  []fault.Field `json:"errors,omitempty" doc:"Every fault, by field and row"`
}

// Links lead on from a run.
type Links struct {
	Self     string `json:"self" format:"uri-reference" doc:"The run's progress in this API"`
	Temporal string `json:"temporal" format:"uri" doc:"The run in Temporal's web UI, for engineers"`
}

func (h *Handlers) sync(run temporal.Run) Sync {
	s := Sync{
		RunID: run.RunID, WorkflowID: run.WorkflowID, Status: run.Status, Phase: run.Phase, Records: run.Records,
		StartedAt: run.Started.UTC(), Links: h.links(run.WorkflowID, run.RunID),
	}
	if run.Ended != nil {
		ended := run.Ended.UTC()
		s.EndedAt = &ended
	}
	if f := run.Failure; f != nil {
		s.Failure = &Failure{Code: f.Code, Message: f.Message, Actor: f.Actor, Advice: f.Advice, Errors: f.Fields}
	}
	return s
}

func (h *Handlers) links(workflowID, runID string) Links {
	return Links{
		Self:     h.base + "/sync/" + runID,
		Temporal: h.ui + "/workflows/" + workflowID + "/" + runID,
	}
}
