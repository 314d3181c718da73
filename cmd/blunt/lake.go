package main

import (
	"context"
	"fmt"
	"io"
	"time"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

type lakeCommand struct {
	Tables      lakeTables      `cmd:"" default:"1" help:"List the tables with what they hold (the default)."`
	Snapshots   lakeSnapshots   `cmd:"" help:"List a table's snapshots."`
	Partitions  lakePartitions  `cmd:"" help:"List a table's partitions."`
	Files       lakeFiles       `cmd:"" help:"List a table's data files."`
	Lag         lakeLag         `cmd:"" help:"Show how far each stream has landed, and what waits."`
	Query       lakeQuery       `cmd:"" help:"Run SQL over the tables."`
	DeadLetters lakeDeadLetters `cmd:"" name:"dead-letters" help:"List, redrive and dismiss refused events."`
	Roll        lakeRoll        `cmd:"" help:"Land what waits, at once."`
	Maintain    lakeMaintain    `cmd:"" help:"Compact, rewrite manifests, expire snapshots."`
}

func (lakeCommand) Help() string {
	return `The Iceberg tables that the telemetry streams land in.

  blunt lake
  blunt lake lag
  blunt lake query "SELECT event_type, count(*) FROM commerce.telemetry GROUP BY ALL"
  blunt lake query "SELECT count(*) FROM commerce.telemetry" --as-of 2026-11-01T00:00:00Z
  blunt lake files commerce.telemetry --partition 2026-11
  blunt lake dead-letters --stream COMMERCE_TELEMETRY
  blunt lake maintain commerce.telemetry`
}

// lake opens the catalog.
func (s *session) lake() (*lakehouse.Lake, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	s.closers = append(s.closers, func() { _ = lake.Close() })
	return lake, nil
}

// lander is the activities of the lake, called without Temporal: a roll beside the workflow's does no harm.
func (s *session) lander() (*activities.Activities, error) {
	lake, err := s.lake()
	if err != nil {
		return nil, err
	}
	c, err := s.streams()
	if err != nil {
		return nil, err
	}
	cfg := s.settings.Lake
	return &activities.Activities{Lake: lake, Streams: c, Age: cfg.RollAge, Bytes: cfg.RollBytes, Maintain: cfg.Maintain}, nil
}

type lakeTables struct{}

func (lakeTables) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all := []lakehouse.Overview{}
	for _, d := range lakehouse.Definitions() {
		o, err := lake.Overview(ctx, d.Name)
		if err != nil {
			return err
		}
		all = append(all, o)
	}
	return s.print(all, func(w io.Writer) {
		rows := [][]string{{"TABLE", "PARTITION", "ROWS", "FILES", "SIZE", "SNAPSHOTS", "WRITTEN"}}
		for _, o := range all {
			rows = append(rows, []string{o.Table, o.Partition, fmt.Sprint(o.Rows), fmt.Sprint(o.Files), size(o.Bytes), fmt.Sprint(o.Snapshots), when(o.Written)})
		}
		table(w, rows)
	})
}

type lakeSnapshots struct {
	Table string `arg:"" help:"For instance commerce.telemetry."`
}

func (lakeSnapshots) Help() string {
	return `Newest first. A roll makes one, and so does a compaction; older ones are thinned to one an hour and kept for seven days.
Any of their times is one for --as-of.

  blunt lake snapshots commerce.telemetry
  blunt lake snapshots sync.telemetry --json | jq -r '.[0].at'`
}

func (c lakeSnapshots) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.Snapshots(ctx, c.Table)
	if err != nil {
		return err
	}
	return s.list(all, len(all), c.Table+" has no snapshot yet", func(w io.Writer) {
		rows := [][]string{{"SNAPSHOT", "AT", "OPERATION", "FILES ADDED", "ROWS ADDED", ""}}
		for _, one := range all {
			mark := ""
			if one.Current {
				mark = "current"
			}
			rows = append(rows, []string{fmt.Sprint(one.ID), when(one.At), one.Operation, one.Summary["added-data-files"], one.Summary["added-records"], mark})
		}
		table(w, rows)
	})
}

type lakePartitions struct {
	Table string `arg:"" help:"For instance commerce.telemetry."`
}

func (lakePartitions) Help() string {
	return `A day or an hour each, as the current snapshot has them. Many files of a day that is over are compacted at night, or by
"blunt lake maintain".

  blunt lake partitions commerce.telemetry
  blunt lake partitions publication.telemetry --json | jq 'max_by(.files)'`
}

func (c lakePartitions) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.Partitions(ctx, c.Table)
	if err != nil {
		return err
	}
	return s.list(all, len(all), c.Table+" holds nothing yet", func(w io.Writer) {
		rows := [][]string{{"PARTITION", "ROWS", "FILES", "SIZE"}}
		for _, p := range all {
			rows = append(rows, []string{p.Partition, fmt.Sprint(p.Rows), fmt.Sprint(p.Files), size(p.Bytes)})
		}
		table(w, rows)
	})
}

type lakeFiles struct {
	Table     string    `arg:"" help:"For instance commerce.telemetry."`
	Partition string    `help:"Only partitions that begin so: 2026-11 is a month."`
	AsOf      time.Time `help:"As the table was at this time, for instance 2026-11-01T00:00:00Z." placeholder:"TIME"`
}

func (lakeFiles) Help() string {
	return `  blunt lake files commerce.telemetry --partition 2026-11
  blunt lake files commerce.telemetry --as-of 2026-11-20T06:00:00Z`
}

func (c lakeFiles) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.Files(ctx, c.Table, c.Partition, c.AsOf)
	if err != nil {
		return tooOld(err, c.AsOf)
	}
	return s.list(all, len(all), "no files", func(w io.Writer) {
		rows := [][]string{{"PARTITION", "ROWS", "SIZE", "FILE"}}
		for _, f := range all {
			rows = append(rows, []string{f.Partition, fmt.Sprint(f.Rows), size(f.Bytes), f.Path})
		}
		table(w, rows)
	})
}

// list prints an answer that may be empty: as JSON an empty list, and otherwise a sentence.
func (s *session) list(all any, n int, empty string, text func(io.Writer)) error {
	if n > 0 {
		return s.print(all, text)
	}
	return s.print([]struct{}{}, func(w io.Writer) { fmt.Fprintln(w, empty) })
}

// partly prints what was done, also where an error has kept the command from the rest.
func (s *session) partly(value any, text func(io.Writer), err error) error {
	if printed := s.print(value, text); err == nil {
		return printed
	}
	return err
}

// tooOld says what to do about a time before the oldest snapshot.
func tooOld(err error, asOf time.Time) error {
	if !fault.Is(err, fault.SnapshotExpired) {
		return err
	}
	return fault.New(fault.NotFound, "no snapshot is as old as %s; `blunt lake snapshots TABLE` lists those that there are", asOf.UTC().Format(time.RFC3339))
}

func when(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.UTC().Format(time.RFC3339)
}

func size(bytes int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	n, i := float64(bytes), 0
	for n >= 1024 && i < len(units)-1 {
		n, i = n/1024, i+1
	}
	if i == 0 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", n, units[i])
}
