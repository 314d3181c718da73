// Package contract names what crosses a process boundary: jobs, workflow inputs and results, activities, queries,
// updates, signals, task queues. It holds types and names only, so that a workflow never links the code of an activity.
// Everything here is stored in workflow histories: fields are added, never renamed, and hold no secret, no personal
// data, and no bulk data.
package contract

import "go.temporal.io/sdk/workflow"

// Activity is an activity's name together with its types.
type Activity[In, Out any] struct{ Name string }

// Call schedules the activity under the options in ctx and waits for its result.
func (a Activity[In, Out]) Call(ctx workflow.Context, in In) (Out, error) {
	return a.Start(ctx, in).Get(ctx)
}

// Start schedules the activity and returns at once.
func (a Activity[In, Out]) Start(ctx workflow.Context, in In) Future[Out] {
	return Future[Out]{workflow.ExecuteActivity(ctx, a.Name, in)}
}

// Future is the typed result of a started activity.
type Future[Out any] struct{ workflow.Future }

// Get waits for the result.
func (f Future[Out]) Get(ctx workflow.Context) (out Out, err error) {
	err = f.Future.Get(ctx, &out)
	return out, err
}

// Heartbeat is what a long activity reports while it works and resumes from when it is retried. Done and Total feed the
// progress bars; Total is 0 where it is not known yet.
type Heartbeat[Cursor any] struct {
	Done   int64  `json:"done"`
	Total  int64  `json:"total"`
	Unit   string `json:"unit"` // "lines", "bytes", "objects", …
	Cursor Cursor `json:"cursor"`
}

// Reporter is implemented by activity results that have figures for sync.telemetry.
type Reporter interface{ Report() Report }

// Report holds a step's figures. Zero means not applicable.
type Report struct {
	RecordsIn  int64
	RecordsOut int64
	Bytes      int64
	Watermark  *WatermarkMove
}
