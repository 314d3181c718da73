package lakehouse

import (
	"context"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// lookAgain is the pause between two looks at whether a stream has landed: rolls are a minute apart.
const lookAgain = 5 * time.Second

// FindStreamEnd says which message of a stream is the last.
func (a *Activities) FindStreamEnd(ctx context.Context, in contract.FindStreamEndInput) (contract.StreamEnd, error) {
	state, err := a.Streams.State(ctx, in.Stream)
	if err != nil {
		return contract.StreamEnd{}, err
	}
	return contract.StreamEnd{Stream: in.Stream, Sequence: state.Last, Born: state.Born}, nil
}

// AwaitLanded answers when every message up to the end that was found has landed in the stream's table, refused events
// apart. Fault: NotYet until then. A stream that was made anew since holds nothing of what was waited for.
func (a *Activities) AwaitLanded(ctx context.Context, in contract.StreamEnd) (contract.Landed, error) {
	sink, err := lakehouse.SinkOf(in.Stream)
	if err != nil {
		return contract.Landed{}, err
	}
	table, err := a.Lake.Table(ctx, sink.Table)
	if err != nil {
		return contract.Landed{}, err
	}
	state, err := a.Streams.State(ctx, in.Stream)
	if err != nil {
		return contract.Landed{}, err
	}
	offset := table.Offset(streams.Shards(in.Stream, 1)[0].Name).After(state.Born)
	if state.Born.Equal(in.Born) && offset < in.Sequence {
		return contract.Landed{}, fault.New(fault.NotYet, "%s has landed up to %d of %d", in.Stream, offset, in.Sequence).After(lookAgain)
	}
	return contract.Landed{Offset: offset, Snapshot: table.Snapshot()}, nil
}
