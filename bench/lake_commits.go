package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/lakehouse"
)

const (
	commits         = 1000
	commitsCompared = 100 // at the beginning and at the end
)

// commitTimes commits to one table a thousand times, thins its snapshots as the roll does after every commit, and
// compares the median of the last hundred commits with the first hundred's.
func commitTimes(ctx context.Context, b *B, cfg lakeSettings) error {
	cfg.Lake.Warehouse = fmt.Sprint("bench", drawn())
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	defer lake.Close()
	if _, err := lake.Provision(ctx); err != nil {
		return err
	}
	files, err := oneRowFiles(ctx, lake, commits)
	if err != nil {
		return err
	}
	took := make([]time.Duration, commits)
	var table *lakehouse.Table
	for i := range took {
		began := time.Now()
		table, err = lake.Commit(ctx, lakehouse.PublicationTelemetry, lakehouse.Commit{Add: files[i : i+1], Seen: table})
		if err != nil {
			return err
		}
		took[i] = time.Since(began)
		if _, err := lake.Thin(ctx, table, time.Now()); err != nil {
			return err
		}
	}
	median := func(some []time.Duration) float64 {
		return float64(slices.Sorted(slices.Values(some))[len(some)/2].Microseconds()) / 1000
	}
	for tenth := range slices.Chunk(took, commits/10) {
		fmt.Printf("    median of a tenth: %.1f ms\n", median(tenth))
	}
	b.Pair(fmt.Sprintf("a commit, the last hundred of %d against the first", commits), median(took[commits-commitsCompared:]), median(took[:commitsCompared]), "ms", "≤ 1.3")
	return nil
}

// oneRowFiles uploads as many data files as there are to be commits, before the clock runs.
func oneRowFiles(ctx context.Context, lake *lakehouse.Lake, count int) ([]iceberg.DataFile, error) {
	t, err := lake.Table(ctx, lakehouse.PublicationTelemetry)
	if err != nil {
		return nil, err
	}
	db, err := lake.Duck(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var columns []string
	for _, c := range t.Definition.Columns {
		value := "NULL"
		switch c.Name {
		case "event_id":
			value = "'e'"
		case "event_ts":
			value = "TIMESTAMPTZ '2026-01-01 00:00:00+00'"
		}
		columns = append(columns, value+" AS "+c.Name)
	}
	dir, err := lake.Scratch("bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	files, err := lake.Export(ctx, db, t, "SELECT "+strings.Join(columns, ", "), filepath.Join(dir, "one"))
	if err != nil {
		return nil, err
	}
	if len(files) != 1 {
		return nil, errors.New("one row is not one file")
	}
	return lake.Upload(ctx, t, slices.Repeat(files, count))
}
