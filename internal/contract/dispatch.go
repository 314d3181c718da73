package contract

import "encoding/json"

// ScheduledJobWorkflow hands a job to the dispatcher when its schedule says so: Temporal gives every scheduled workflow
// an id of its own, and a job's workflow has one that does not change.
const ScheduledJobWorkflow = "ScheduledJob"

// DispatchJob starts a job's workflow, or finds the one that is under way.
var DispatchJob = Activity[ScheduledJobInput, Dispatched]{"jobs.Dispatch"}

// ScheduledJobInput carries a job as it would be sent.
type ScheduledJobInput struct {
	Job json.RawMessage `json:"job"`
}

// Dispatched is the run that a job was given to.
type Dispatched struct {
	JobType    JobType `json:"job_type"`
	WorkflowID string  `json:"workflow_id"`
	RunID      string  `json:"run_id"`
	// UnderWay is set where the run had begun before: what must not run twice was not started again.
	UnderWay bool `json:"under_way"`
}
