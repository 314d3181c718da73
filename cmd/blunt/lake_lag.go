package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

type lakeLag struct{}

// patience is how long the catalog, or the roll in its place, is waited for.
const patience = 10 * time.Second

func (lakeLag) Help() string {
	return `LANDED is the stream's sequence up to which the table holds its messages, LAST the newest, LAG the age of the oldest that
waits. FULL is the share of the stream that is taken, by bytes or by messages, whichever is larger: at 100% it answers "try
later" (stream_full). A shard is a part of the publication stream with a roll of its own; of the others p0 is the whole. A
catalog that is out of reach hides nothing: then LANDED is what the stream's roll remembers.

  blunt lake lag
  blunt lake lag --json | jq '.[] | select(.lag_seconds > 300)'`
}

// lag is how far a stream's shard has landed.
type lag struct {
	Stream   string           `json:"stream"`
	Shard    string           `json:"shard"`
	Table    string           `json:"table"`
	Offset   uint64           `json:"offset"`
	Last     uint64           `json:"last"`
	Messages uint64           `json:"messages_waiting"`
	Age      contract.Seconds `json:"lag_seconds"`
	Full     float64          `json:"full"`    // share of the stream that is taken, not of the shard alone
	FullOf   string           `json:"full_of"` // bytes or messages: what is nearer to its end
	Fault    string           `json:"fault,omitempty"`
}

func (lakeLag) Run(ctx context.Context, s *session) error {
	a, err := s.lander()
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	var all []lag
	for _, sink := range lakehouse.Sinks() {
		state, err := a.Streams.State(ctx, sink.Stream)
		if err != nil {
			return err
		}
		for _, shard := range streams.Shards(sink.Stream, rollOf(sink.Stream, cfg.Lake).Shards) {
			one := lag{Stream: sink.Stream, Shard: shard.Name, Table: sink.Table, Last: state.Last}
			if one.Offset, one.Fault, err = s.landed(ctx, a.Lake, sink, shard, state); err != nil {
				return err
			}
			waiting, err := a.Streams.Waiting(ctx, shard, one.Offset)
			if err != nil {
				return err
			}
			one.Messages = waiting.Messages
			one.Age = waited(waiting.Oldest, time.Now())
			one.Full, one.FullOf = state.Full()
			all = append(all, one)
		}
	}
	return s.print(all, func(w io.Writer) {
		rows := [][]string{{"STREAM", "SHARD", "TABLE", "LANDED", "LAST", "WAITING", "LAG", "FULL"}}
		for _, l := range all {
			rows = append(rows, []string{
				l.Stream, l.Shard, l.Table, fmt.Sprint(l.Offset), fmt.Sprint(l.Last), fmt.Sprint(l.Messages),
				time.Duration(float64(l.Age) * float64(time.Second)).Round(time.Second).String(), fmt.Sprintf("%.1f%% of %s", 100*l.Full, l.FullOf),
			})
		}
		table(w, rows)
		for _, l := range all {
			if l.Fault != "" {
				fmt.Fprintf(w, "\n%s %s does not get on: %s\n", l.Stream, l.Shard, l.Fault)
			}
		}
	})
}

// waited is how long the oldest message waits: none where nothing does, or where the server's clock is ahead of this one.
func waited(oldest, now time.Time) contract.Seconds {
	if oldest.IsZero() {
		return 0
	}
	return contract.Seconds(max(0, now.Sub(oldest)).Seconds())
}

// landed is the sequence that the shard's table has reached. Where the catalog does not answer it is what the roll
// remembers, with the fault that keeps either from the table.
func (s *session) landed(ctx context.Context, lake *lakehouse.Lake, sink lakehouse.Sink, shard streams.Shard, state streams.State) (uint64, string, error) {
	within, stop := context.WithTimeout(ctx, patience)
	defer stop()
	t, away := lake.Table(within, sink.Table)
	if away == nil {
		return t.Offset(shard.Name).After(state.Born), "", nil
	}
	if !fault.Of(away).Retryable() {
		return 0, "", away
	}
	remembered, err := s.remembered(ctx, sink.Stream)
	if err != nil {
		return 0, "", away // nobody knows
	}
	one := remembered[shard.Name]
	return one.Offset, cmp.Or(one.Fault, away.Error()), nil
}

// remembered asks the stream's roll where its shards stand.
func (s *session) remembered(ctx context.Context, stream string) (shards map[string]contract.RollState, err error) {
	c, err := s.temporal(ctx)
	if err != nil {
		return nil, err
	}
	asking, stop := context.WithTimeout(ctx, patience)
	defer stop()
	value, err := c.QueryWorkflow(asking, contract.StreamRollID(stream), "", contract.QueryRoll)
	if err != nil {
		return nil, err
	}
	return shards, value.Get(&shards)
}
