package main

import (
	"context"
	"fmt"
	"io"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
)

type lakeRoll struct {
	Stream string `arg:"" optional:"" help:"Only this stream; otherwise all."`
}

func (lakeRoll) Help() string {
	return `Lands what the streams hold, here and now, without Temporal. A roll that is under way in ingest does no harm: whichever is
first counts, and the other lands nothing. Where an error ends it, what has landed before is printed.

  blunt lake roll
  blunt lake roll COMMERCE_TELEMETRY --json`
}

// landing is what one roll of a stream's shard came to.
type landing struct {
	Stream string `json:"stream"`
	contract.Rolled
}

func (c lakeRoll) Run(ctx context.Context, s *session) error {
	if c.Stream != "" {
		name, err := streamNamed("stream", c.Stream)
		if err != nil {
			return err
		}
		c.Stream = name
	}
	all, err := c.roll(ctx, s)
	if len(all) == 0 {
		return err
	}
	return s.partly(all, func(w io.Writer) {
		rows := [][]string{{"STREAM", "SHARD", "LANDED TO", "MESSAGES", "ROWS", "DOUBLES", "DEAD LETTERS", "FILES"}}
		for _, l := range all {
			rows = append(rows, []string{
				l.Stream, l.Shard, fmt.Sprint(l.To), fmt.Sprint(l.Messages), fmt.Sprint(l.Rows), fmt.Sprint(l.Doubles),
				fmt.Sprint(l.DeadLetters), fmt.Sprint(l.Files),
			})
		}
		table(w, rows)
	}, err)
}

// roll lands shard by shard, and returns what has landed also where an error ends it.
func (c lakeRoll) roll(ctx context.Context, s *session) (all []landing, err error) {
	a, err := s.lander()
	if err != nil {
		return nil, err
	}
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	for _, sink := range lakehouse.Sinks() {
		if c.Stream != "" && c.Stream != sink.Stream {
			continue
		}
		in := contract.RollInput{Stream: sink.Stream, Shards: max(rollOf(sink.Stream, cfg.Lake).Shards, 1), Now: true}
		for in.Shard < in.Shards {
			rolled, err := a.RollStream(ctx, in)
			if err == nil || rolled.To > rolled.From {
				all = append(all, landing{sink.Stream, rolled})
			}
			if err != nil {
				return all, fmt.Errorf("roll %s: %w", sink.Stream, err)
			}
			if rolled.Waiting == 0 {
				in.Shard++
			}
		}
	}
	return all, nil
}
