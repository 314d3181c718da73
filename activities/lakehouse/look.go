package lakehouse

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/streams"
)

// LookAtStream says what a shard holds after an offset. It asks the stream alone, so that a roll whose table is out of
// reach can still say how far behind it is. An offset that is not known is 0, and what has landed counts as waiting.
func (a *Activities) LookAtStream(ctx context.Context, in contract.LookInput) (contract.Looked, error) {
	shards := streams.Shards(in.Stream, in.Shards)
	if in.Shard < 0 || in.Shard >= len(shards) {
		return contract.Looked{}, fault.New(fault.InvalidInput, "stream %s has no shard %d", in.Stream, in.Shard)
	}
	waiting, err := a.Streams.Waiting(ctx, shards[in.Shard], in.After)
	return contract.Looked{Waiting: waiting.Messages, Lag: lagOf(waiting)}, err
}

// lagOf is the age of the oldest message that waits.
func lagOf(waiting streams.Waiting) contract.Seconds {
	if waiting.Oldest.IsZero() {
		return 0
	}
	return contract.Seconds(max(0, time.Since(waiting.Oldest)).Seconds())
}
