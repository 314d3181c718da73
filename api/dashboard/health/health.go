// Package health is the route group /api/health of the staff API: whether everything that the platform stands on
// answers, and how the last run of each job went.
package health

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bluntcases.com/platform/api/rest"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/temporal"
)

// probeTime is how long a part may take to answer before it counts as failing.
const probeTime = 2 * time.Second

// Check is a part that is asked whether it answers. Probe returns a word about the part, or why it does not answer: a
// fault's own words are shown, nothing of its cause.
type Check struct {
	Name  string
	Probe func(context.Context) (detail string, err error)
}

// Runs lists runs; dashboard.Runs is the real one.
type Runs interface {
	List(ctx context.Context, filter temporal.Filter, size int, next []byte) (temporal.Page, error)
}

// Register adds the group's one operation to the API, below its path.
func Register(api huma.API, path string, runs Runs, checks []Check) {
	h := &handlers{runs: runs, checks: checks}
	rest.Register(api, huma.Operation{
		OperationID: "get-health", Method: http.MethodGet, Path: path + "/health", Tags: []string{"Health"},
		Summary:     "See whether the platform is well",
		Description: "Asks every part at once and waits two seconds at most. The status is 503 where a part does not answer; the body is the same.",
		Responses: map[string]*huma.Response{
			"503": {Description: "A part does not answer", Content: map[string]*huma.MediaType{
				"application/json": {Schema: &huma.Schema{Ref: "#/components/schemas/Health"}},
			}},
		},
	}, h.get)
}

type handlers struct {
	runs   Runs
	checks []Check
}

// GetHealthOutput is the platform's state.
type GetHealthOutput struct {
	Status int
	Body   Health
}

// Health is the state of the parts and of the jobs.
type Health struct {
	Status    string     `json:"status" enum:"ok,failing" doc:"ok where every part answers"`
	Parts     []Part     `json:"parts" doc:"What the platform stands on"`
	Workflows []Workflow `json:"workflows" doc:"The newest run of each job"`
}

// Part is something that the platform stands on.
type Part struct {
	Name       string `json:"name" example:"postgres"`
	Status     string `json:"status" enum:"ok,failing"`
	Detail     string `json:"detail,omitempty" doc:"What the part says of itself, or why it is failing"`
	DurationMS int64  `json:"duration_ms" doc:"How long it took to answer"`
}

// Workflow is the newest run of a job.
type Workflow struct {
	JobType   contract.JobType `json:"job_type"`
	RunID     string           `json:"run_id"`
	Status    string           `json:"status" enum:"running,completed,failed,canceled,terminated,timed_out,continued_as_new"`
	StartedAt time.Time        `json:"started_at"`
	EndedAt   *time.Time       `json:"ended_at,omitempty"`
}

const (
	ok      = "ok"
	failing = "failing"
)

func (h *handlers) get(ctx context.Context, _ *struct{}) (*GetHealthOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	out := &GetHealthOutput{Status: http.StatusOK, Body: Health{Status: ok, Parts: make([]Part, len(h.checks))}}
	var group sync.WaitGroup
	for i, check := range h.checks {
		group.Go(func() { out.Body.Parts[i] = probe(ctx, check) })
	}
	group.Go(func() { out.Body.Workflows = h.newest(ctx) })
	group.Wait()
	for _, part := range out.Body.Parts {
		if part.Status != ok {
			out.Status, out.Body.Status = http.StatusServiceUnavailable, failing
		}
	}
	return out, nil
}

// probe asks one part. A probe that does not heed its context is left behind: it ends by its own deadline.
func probe(ctx context.Context, check Check) Part {
	type said struct {
		detail string
		err    error
	}
	began, answered := time.Now(), make(chan said, 1)
	go func() {
		detail, err := check.Probe(ctx)
		answered <- said{detail, err}
	}()
	var answer said
	select {
	case answer = <-answered:
	case <-ctx.Done():
		answer.err = ctx.Err()
	}
	part := Part{Name: check.Name, Status: ok, Detail: answer.detail, DurationMS: time.Since(began).Milliseconds()}
	if answer.err != nil {
		part.Status, part.Detail = failing, fault.Of(answer.err).Detail
		if errors.Is(answer.err, context.DeadlineExceeded) {
			part.Detail = "did not answer within " + probeTime.String()
		}
	}
	return part
}

const runsRead = 100

// newest is the newest run of each job among the last hundred. Without Temporal there is none to tell; that Temporal
// does not answer is told by its part.
func (h *handlers) newest(ctx context.Context) []Workflow {
	workflows := []Workflow{}
	page, err := h.runs.List(ctx, temporal.Filter{}, runsRead, nil)
	if err != nil {
		return workflows
	}
	seen := map[contract.JobType]bool{}
	for _, run := range page.Runs {
		if seen[run.JobType] {
			continue
		}
		seen[run.JobType] = true
		workflows = append(workflows, Workflow{
			JobType: run.JobType, RunID: run.RunID, Status: run.Status, StartedAt: run.Started.UTC(), EndedAt: run.Ended,
		})
	}
	return workflows
}
