package contract

// Progress is a run as its users see it: the steps in order, each with counts.
type Progress struct {
	Phase string `json:"phase"`
	Steps []Step `json:"steps"`
}

// Shown is the part of a run's progress that it goes on showing in a new history.
type Shown struct {
	Steps   []Step `json:"steps,omitempty"` // the latest of those that have ended
	Records int64  `json:"records,omitempty"`
}

// Step is one line of a run's progress. Total is 0 where it is not known.
type Step struct {
	Name string `json:"name"`
	// Activity is the id of the activity that does the step: while it runs, its heartbeat has the newest figures.
	Activity string    `json:"activity,omitempty"`
	State    StepState `json:"state"`
	Done     int64     `json:"done"`
	Total    int64     `json:"total"`
	Unit     string    `json:"unit,omitempty"`
	Detail   string    `json:"detail,omitempty"`
}

// StepState is where a step stands.
type StepState string

// The states.
const (
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
)
