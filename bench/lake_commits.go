package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
)

const (
	commits         = 1000
	commitsCompared = 100 // at the beginning and at the end
)

// commitTimes lands a thousand small batches in one table, as the roll does: compare with what the partition holds,
// upload, commit, thin the snapshots. It compares the median of the last hundred with the first hundred's.
//
// All batches fall into one partition, which is the worst there is: whatever it holds may hold the batch's events.
func commitTimes(ctx context.Context, b *B, cfg lakeSettings) error {
	cfg.Lake.Warehouse = fmt.Sprint("bench", drawn())
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	defer lake.Close()
	if _, err := lake.Provision(ctx); err != nil {
		return err
	}
	sink, err := lakehouse.SinkOf(event.StreamCommerce)
	if err != nil {
		return err
	}
	table, err := lake.Table(ctx, sink.Table)
	if err != nil {
		return err
	}
	steps := map[string][]time.Duration{}
	for i := range commits {
		if table, err = landOne(ctx, lake, sink, table, i, steps); err != nil {
			return err
		}
	}
	for _, step := range []string{"compare", "upload and commit", "thin", "all"} {
		fmt.Printf("    %-18s median of a tenth:", step)
		for tenth := range slices.Chunk(steps[step], commits/10) {
			fmt.Printf(" %.1f", milliseconds(middle(tenth)))
		}
		fmt.Println(" ms")
	}
	took := steps["all"]
	b.Pair(fmt.Sprintf("a commit, the last hundred of %d against the first", commits), milliseconds(middle(took[commits-commitsCompared:])), milliseconds(middle(took[:commitsCompared])), "ms", "≤ 1.3")
	return nil
}

// landOne lands a batch of one event, the i-th, and notes what each step took but for the staging, which a table's age
// does not touch.
func landOne(ctx context.Context, lake *lakehouse.Lake, sink lakehouse.Sink, table *lakehouse.Table, i int, steps map[string][]time.Duration) (*lakehouse.Table, error) {
	dir, err := lake.Scratch("bench")
	if err != nil {
		return nil, err
	}
	batch, err := sink.NewBatch(dir)
	if err != nil {
		return nil, err
	}
	defer batch.Close()
	line, err := json.Marshal(saleLine("commits", i, 365*commits)) // a year's first day
	if err != nil {
		return nil, err
	}
	born := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := batch.Add(lakehouse.Origin{Subject: event.SubjectCommerce, Sequence: uint64(i + 1), Time: born}, line); err != nil {
		return nil, err
	}
	staged, err := lake.Stage(ctx, sink, table, batch)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	last := began
	step := func(name string) {
		steps[name] = append(steps[name], time.Since(last))
		last = time.Now()
	}
	if _, err := lake.Compare(ctx, staged, table); err != nil {
		return nil, err
	}
	step("compare")
	landed, err := lake.Land(ctx, staged, table, lakehouse.Move{Shard: "p0", From: table.Offset("p0"), To: batch.Last(), Born: born, Messages: 1}, func(string) {})
	if err != nil {
		return nil, err
	}
	step("upload and commit")
	if _, err := lake.Thin(ctx, landed.Table, time.Now()); err != nil {
		return nil, err
	}
	step("thin")
	steps["all"] = append(steps["all"], time.Since(began))
	return landed.Table, nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
