package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// measurementChild holds the job of a process of its own, so that its memory and its processor time can be told.
const measurementChild = "BENCH_MEASUREMENT"

// aloneJob is what a child is asked for: "cache" fetches the telemetry's files, "full" recomputes everything, "plain"
// does the same without a lake.
type aloneJob struct {
	Job  string
	Shop *benchShop
}

// alone is what a child tells.
type alone struct {
	Took, Processor time.Duration
	Peak            float64 // MB of resident memory
}

func (a alone) better(other alone) alone {
	if a.Took == 0 {
		return other
	}
	return alone{Took: min(a.Took, other.Took), Processor: min(a.Processor, other.Processor), Peak: max(a.Peak, other.Peak)}
}

const toldLine = "measured alone:"

func (s *benchShop) alone(ctx context.Context, what string) (alone, error) {
	job, err := json.Marshal(aloneJob{what, s})
	if err != nil {
		return alone{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return alone{}, err
	}
	child := exec.CommandContext(ctx, self, "--only", "measurement")
	child.Env = append(os.Environ(), measurementChild+"="+string(job))
	output, err := child.CombinedOutput()
	if err != nil {
		return alone{}, fmt.Errorf("measure %s in a process of its own: %w: %s", what, err, output)
	}
	_, told, _ := strings.Cut(string(output), toldLine)
	var a alone
	if err := json.NewDecoder(strings.NewReader(told)).Decode(&a); err != nil {
		return alone{}, fmt.Errorf("read what %s took: %w", what, err)
	}
	fmt.Printf("    %-6s %6.2f s, %6.1f s of processor time, %5.0f MB\n", what, a.Took.Seconds(), a.Processor.Seconds(), a.Peak)
	return a, nil
}

// measureAlone is the child.
func measureAlone(ctx context.Context, text string) error {
	var job aloneJob
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		return err
	}
	s := job.Shop
	if err := s.open(); err != nil {
		return err
	}
	if err := s.openCache(); err != nil {
		return err
	}
	defer s.close()
	var a alone
	var err error
	cpu := processorTime()
	switch job.Job {
	case "cache":
		_, err = s.localTelemetry(ctx)
	case "full":
		a.Took, err = s.refresh(ctx, true)
	case "plain":
		a.Took, err = s.plain(ctx)
	default:
		err = fmt.Errorf("no job %q", job.Job)
	}
	if err != nil {
		return err
	}
	a.Processor = processorTime() - cpu
	peak, err := peakMemory()
	if err != nil {
		return err
	}
	a.Peak = peak / 1e6
	told, err := json.Marshal(a)
	fmt.Println(toldLine, string(told))
	return err
}

// The floor's blocks are those of the refresh.
const (
	plainSalesLines      = 500_000
	plainPerformanceRows = 1_500_000
)

// plain runs the same SQL over the same files, in the same blocks, and writes the same rows as local Parquet files, with
// no lake around it: no plan, no cache, no upload, no commit.
func (s *benchShop) plain(ctx context.Context) (time.Duration, error) {
	files, err := s.localTelemetry(ctx)
	if err != nil {
		return 0, err
	}
	db, err := duck.Open(ctx, duck.Options{Memory: measuredMemory, Dir: s.Dir})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	out := filepath.Join(s.Dir, "plain")
	defer os.RemoveAll(out)
	if err := os.MkdirAll(out, 0o755); err != nil {
		return 0, err
	}
	began := time.Now()
	sheet, err := measurement.NewSheet(ctx, db, s.zone)
	if err != nil {
		return 0, err
	}
	if err := sheet.Classify(ctx, s.rules); err != nil {
		return 0, err
	}
	write := func(query, path string) error {
		return db.Run(ctx, fmt.Sprintf("COPY (SELECT *, now() AS computed_ts FROM %s) TO %s (FORMAT parquet, COMPRESSION zstd, WRITE_BLOOM_FILTER false)", query, duck.Text(path)))
	}
	last := measurement.DayOf(s.now, s.zone)
	first := last - measurement.Day(s.Days) + 1
	blocks := func(days measurement.Day, compute func(from, to measurement.Day) error) error {
		for from := first; from <= last; from += days {
			if err := compute(from, min(from+days-1, last)); err != nil {
				return err
			}
		}
		return nil
	}
	sales := map[measurement.Day][]string{}
	if err := blocks(measurement.Day(plainSalesLines/s.LinesPerDay), func(from, to measurement.Day) error {
		if err := sheet.Sales(ctx, between(files, from-1, to+1), from, to); err != nil {
			return err
		}
		for day := from; day <= to; day++ {
			path := filepath.Join(out, "sales-"+day.String())
			if err := write(fmt.Sprintf("sales_new WHERE day = DATE '%s'", day), path); err != nil {
				return err
			}
			sales[day] = []string{path}
		}
		return nil
	}); err != nil {
		return 0, err
	}
	if err := blocks(measurement.Day(plainPerformanceRows/s.Products), func(from, to measurement.Day) error {
		return sheet.Performance(ctx, between(sales, from-29, to), from, to, func(day measurement.Day) error {
			return write("performance_new", filepath.Join(out, "performance-"+day.String()))
		})
	}); err != nil {
		return 0, err
	}
	return time.Since(began), nil
}

// localTelemetry lists local copies of the telemetry files by day.
func (s *benchShop) localTelemetry(ctx context.Context) (map[measurement.Day][]string, error) {
	table, err := s.lake.Table(ctx, lakehouse.CommerceTelemetry)
	if err != nil {
		return nil, err
	}
	return s.refresher.LocalFiles(ctx, table)
}

func between(files map[measurement.Day][]string, from, to measurement.Day) []string {
	var all []string
	for day := from; day <= to; day++ {
		all = append(all, files[day]...)
	}
	return all
}
