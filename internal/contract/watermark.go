package contract

import "time"

// WatermarkWorkflow is the entity workflow that holds one watermark; its id is the watermark's key.
const WatermarkWorkflow = "Watermark"

// The watermark's query and updates.
const (
	WatermarkGet     = "get"     // → WatermarkState
	WatermarkAdvance = "advance" // AdvanceInput → WatermarkMove
	WatermarkReset   = "reset"   // WatermarkResetInput → WatermarkMove
)

// WatermarkFloor is how far back an incremental sync of orders ever reaches; an older watermark is read as now less this.
// What lies before is a backfill's.
const WatermarkFloor = 128 * 24 * time.Hour

// WatermarkState is a watermark with the last moves that made it.
type WatermarkState struct {
	Key   string          `json:"key"`
	TS    *time.Time      `json:"ts"` // nil: never advanced
	Moves []WatermarkMove `json:"moves,omitempty"`
}

// WatermarkMove is one advance or reset.
type WatermarkMove struct {
	Before *time.Time `json:"before"`
	After  *time.Time `json:"after"`
	RunID  string     `json:"run_id,omitempty"`
	Reason string     `json:"reason,omitempty"`
	By     string     `json:"by,omitempty"`
	At     time.Time  `json:"at"`
}

// WatermarkResetInput sets a watermark by hand. A nil To forgets it: the next sync is a first one.
type WatermarkResetInput struct {
	To     *time.Time `json:"to"`
	Reason string     `json:"reason"`
	By     string     `json:"by"`
}
