package lakehouse

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/faultpoint"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// Activities carries what the activities need; the worker makes one.
type Activities struct {
	Lake    *lakehouse.Lake
	Streams Streams
	Specs   Specs // classification specs; nil where they are not replicated
	// Age is the longest time that an event waits for its table, Bytes the size of waiting events at which a roll starts
	// at once, and Idle how long a roll waits for a first event before it reports that there was none.
	Age   time.Duration
	Bytes int64
	Idle  time.Duration
	// Maintain is false where the catalog compacts and expires by itself.
	Maintain bool
	// Phase is called when a roll enters a phase. Tests kill it there.
	Phase func(Phase)
}

// Streams is the part of streams.Client that is used here.
type Streams interface {
	State(ctx context.Context, stream string) (streams.State, error)
	Waiting(ctx context.Context, shard streams.Shard, after uint64) (streams.Waiting, error)
	Read(ctx context.Context, shard streams.Shard, after uint64, visit func(streams.Stored) (bool, error)) error
	Trim(ctx context.Context, stream string, landed uint64, now time.Time) (uint64, error)
	Send(ctx context.Context, m streams.Message) (*streams.Pending, error)
}

// Phase is a step of a roll, in their order.
type Phase string

// The phases.
const (
	PhaseRead        Phase = "read"
	PhaseTransform   Phase = "transform"
	PhaseCompare     Phase = "compare"
	PhaseDeadLetters Phase = "dead_letters"
	PhaseUpload      Phase = "upload"
	PhaseCommit      Phase = "commit"
	PhaseTrim        Phase = "trim"
)

// enter marks the moment between two phases.
func (r *roll) enter(p Phase) {
	faultpoint.Hit("roll " + r.shard.Stream + " " + string(p))
	if r.Phase != nil {
		r.Phase(p)
	}
}

const defaultIdle = 5 * time.Minute
