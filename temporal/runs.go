package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/temporalfault"
)

// Run is one run of a job's workflow, open or closed.
type Run struct {
	WorkflowID string           `json:"workflow_id"`
	RunID      string           `json:"run_id"`
	FirstRunID string           `json:"-"` // of the chain that retries and continuations make
	Workflow   string           `json:"workflow"`
	JobType    contract.JobType `json:"job_type"`
	Status     string           `json:"status"` // running, completed, failed, canceled, terminated, timed_out, continued_as_new
	Phase      string           `json:"phase,omitempty"`
	Records    int64            `json:"records"`
	Started    time.Time        `json:"started"`
	Ended      *time.Time       `json:"ended,omitempty"`
	Failure    *Failure         `json:"failure,omitempty"` // of closed runs, where it was asked for
	Job        json.RawMessage  `json:"job,omitempty"`     // as it was dispatched
}

// Open tells whether the run is under way.
func (r Run) Open() bool { return r.Status == "running" }

// Failure is why a run ended without a result.
type Failure struct {
	Code    fault.Code    `json:"code"`
	Message string        `json:"message"`
	Actor   fault.Actor   `json:"actor"`
	Advice  string        `json:"advice"`
	Fields  []fault.Field `json:"fields,omitempty"`
}

// Filter selects runs; an empty field selects all.
type Filter struct {
	JobType contract.JobType
	Status  string // as in Run
	Since   time.Time
}

// Page is a page of runs, newest first.
type Page struct {
	Runs []Run  `json:"runs"`
	Next []byte `json:"next,omitempty"` // asks for the following page; empty on the last
}

// List reads a page of the runs of jobs.
func List(ctx context.Context, c client.Client, filter Filter, size int, next []byte) (Page, error) {
	query, err := filter.query()
	if err != nil {
		return Page{}, err
	}
	answer, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: query, PageSize: int32(min(max(size, 1), 1000)), NextPageToken: next,
	})
	if err != nil {
		return Page{}, fault.Wrap(fault.Unavailable, err, "list runs")
	}
	page := Page{Next: answer.GetNextPageToken()}
	for _, info := range answer.GetExecutions() {
		page.Runs = append(page.Runs, newRun(info))
	}
	return page, nil
}

// statuses are Temporal's, by our names.
var statuses = map[string]enumspb.WorkflowExecutionStatus{
	"running":          enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING,
	"completed":        enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED,
	"failed":           enumspb.WORKFLOW_EXECUTION_STATUS_FAILED,
	"canceled":         enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED,
	"terminated":       enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED,
	"timed_out":        enumspb.WORKFLOW_EXECUTION_STATUS_TIMED_OUT,
	"continued_as_new": enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW,
}

func (f Filter) query() (string, error) {
	terms := []string{JobType.GetName() + " IS NOT NULL"}
	if f.JobType != "" {
		if _, err := contract.KindOf(f.JobType); err != nil {
			return "", err
		}
		terms = append(terms, fmt.Sprintf("%s = '%s'", JobType.GetName(), f.JobType))
	}
	if f.Status != "" {
		status, known := statuses[f.Status]
		if !known {
			return "", fault.Invalid("filter", fault.Field{Name: "status", Detail: fmt.Sprintf("%q is no status of a run", f.Status)})
		}
		terms = append(terms, fmt.Sprintf("ExecutionStatus = '%s'", status))
	}
	if !f.Since.IsZero() {
		terms = append(terms, fmt.Sprintf("StartTime >= '%s'", f.Since.UTC().Format(time.RFC3339)))
	}
	return strings.Join(terms, " AND "), nil
}

func newRun(info *workflowpb.WorkflowExecutionInfo) Run {
	run := Run{
		WorkflowID: info.GetExecution().GetWorkflowId(),
		RunID:      info.GetExecution().GetRunId(),
		FirstRunID: info.GetFirstRunId(),
		Workflow:   info.GetType().GetName(),
		Started:    info.GetStartTime().AsTime(),
	}
	for name, status := range statuses {
		if status == info.GetStatus() {
			run.Status = name
		}
	}
	if info.GetCloseTime() != nil {
		ended := info.GetCloseTime().AsTime()
		run.Ended = &ended
	}
	found := info.GetSearchAttributes().GetIndexedFields()
	decode(found[JobType.GetName()], &run.JobType)
	decode(found[RunPhase.GetName()], &run.Phase)
	decode(found[RecordCount.GetName()], &run.Records)
	decode(info.GetMemo().GetFields()[memoJob], &run.Job)
	return run
}

// decode reads a value where there is one of the type.
func decode(payload *commonpb.Payload, into any) {
	if payload != nil {
		_ = converter.GetDefaultDataConverter().FromPayload(payload, into)
	}
}

// failure reads why a closed run failed; nil where that cannot be had.
func failure(ctx context.Context, c client.Client, workflowID, runID string) *Failure {
	err := c.GetWorkflow(ctx, workflowID, runID).GetWithOptions(ctx, nil, client.WorkflowRunGetOptions{DisableFollowingRuns: true})
	if err == nil {
		return nil
	}
	f := temporalfault.Decode(err)
	return &Failure{Code: f.Code, Message: f.Error(), Actor: f.Code.Actor(), Advice: f.Code.Advice(), Fields: f.Fields}
}

// Redrive dispatches a closed run's job again, as a new run.
func (d *Dispatcher) Redrive(ctx context.Context, workflowID, runID string) (contract.Dispatched, error) {
	run, err := d.closed(ctx, workflowID, runID)
	if err != nil {
		return contract.Dispatched{}, err
	}
	if len(run.Job) == 0 {
		return contract.Dispatched{}, fault.New(fault.InvalidInput, "run %s was not started by a job", run.RunID)
	}
	job, err := contract.ParseJob(run.Job)
	if err != nil {
		return contract.Dispatched{}, err
	}
	return d.Dispatch(ctx, job)
}

// Dismiss takes a closed run off the list: its history is deleted. Its error event stays in sync.telemetry.
func (d *Dispatcher) Dismiss(ctx context.Context, workflowID, runID string) error {
	run, err := d.closed(ctx, workflowID, runID)
	if err != nil {
		return err
	}
	_, err = d.client.WorkflowService().DeleteWorkflowExecution(ctx, &workflowservice.DeleteWorkflowExecutionRequest{
		Namespace:         d.namespace,
		WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: run.WorkflowID, RunId: run.RunID},
	})
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "dismiss run %s", run.RunID)
	}
	return nil
}

func (d *Dispatcher) closed(ctx context.Context, workflowID, runID string) (Run, error) {
	description, err := d.client.DescribeWorkflowExecution(ctx, workflowID, runID)
	if err != nil {
		return Run{}, notFound(err, workflowID)
	}
	run := newRun(description.GetWorkflowExecutionInfo())
	if run.Open() {
		return run, fault.New(fault.Conflict, "run %s of %s is under way", run.RunID, run.WorkflowID)
	}
	return run, nil
}

func notFound(err error, workflowID string) error {
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return fault.New(fault.NotFound, "there is no run of %s", workflowID)
	}
	return fault.Wrap(fault.Unavailable, err, "describe %s", workflowID)
}

// Find returns the workflow id of a run that is known by its run id alone.
func Find(ctx context.Context, c client.Client, runID string) (Run, error) {
	if strings.ContainsAny(runID, `'"\ `) {
		return Run{}, fault.New(fault.NotFound, "there is no run %q", runID)
	}
	answer, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: fmt.Sprintf("RunId = '%s'", runID), PageSize: 1})
	if err != nil {
		return Run{}, fault.Wrap(fault.Unavailable, err, "find run %s", runID)
	}
	if len(answer.GetExecutions()) == 0 {
		return Run{}, fault.New(fault.NotFound, "there is no run %s", runID)
	}
	return newRun(answer.GetExecutions()[0]), nil
}
