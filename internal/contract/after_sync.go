package contract

import "time"

// AfterSyncWorkflow lets a refresh follow the syncs: it waits until their events have landed and starts a refresh that
// begins after that. Its one id gathers the syncs that end while it waits into one refresh.
const (
	AfterSyncWorkflow = "MeasurementAfterSync"
	AfterSyncID       = "measurement-after-sync"

	SignalSynced = "synced" // a sync has published its events
)

// Activities around it: the sync's last step asks for the refresh, the others are its own steps, in their order.
var (
	AskForRefresh = Activity[AskForRefreshInput, AskedForRefresh]{"jobs.AskForRefresh"}
	FindStreamEnd = Activity[FindStreamEndInput, StreamEnd]{"lakehouse.FindStreamEnd"}
	AwaitLanded   = Activity[StreamEnd, Landed]{"lakehouse.AwaitLanded"}
	StartRefresh  = Activity[StartRefreshInput, Dispatched]{"jobs.StartRefresh"}
)

type (
	AskForRefreshInput struct{}
	AskedForRefresh    struct {
		WorkflowID string `json:"workflow_id"`
		RunID      string `json:"run_id"`
	}

	AfterSyncInput struct{}
	// AfterSyncResult is the refresh that was started last.
	AfterSyncResult struct {
		Syncs     int         `json:"syncs"` // that asked
		Refreshes int         `json:"refreshes"`
		Last      *Dispatched `json:"last,omitempty"`
	}

	FindStreamEndInput struct {
		Stream string `json:"stream"`
	}
	// StreamEnd is the last message of a stream when it was looked at. Born is when the stream was created: sequences of
	// another one mean nothing.
	StreamEnd struct {
		Stream   string    `json:"stream"`
		Sequence uint64    `json:"sequence"`
		Born     time.Time `json:"born"`
	}
	// Landed is how far a stream has landed in its table.
	Landed struct {
		Offset   uint64 `json:"offset"`
		Snapshot int64  `json:"snapshot,string"`
	}

	// StartRefreshInput asks for a refresh that has not begun before a moment.
	StartRefreshInput struct {
		After time.Time `json:"after"`
	}
)
