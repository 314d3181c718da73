package main

import (
	"context"
	"encoding/csv"
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
  blunt lake dead-letters redrive --reason schema_version`
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
	var all []lakehouse.Overview
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

func (c lakeSnapshots) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.Snapshots(ctx, c.Table)
	if err != nil {
		return err
	}
	return s.print(all, func(w io.Writer) {
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

func (c lakePartitions) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.Partitions(ctx, c.Table)
	if err != nil {
		return err
	}
	return s.print(all, func(w io.Writer) {
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
	AsOf      time.Time `help:"As the table was at this time." placeholder:"TIME"`
}

func (c lakeFiles) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	all, err := lake.Files(ctx, c.Table, c.Partition, c.AsOf)
	if err != nil {
		return err
	}
	return s.print(all, func(w io.Writer) {
		rows := [][]string{{"PARTITION", "ROWS", "SIZE", "FILE"}}
		for _, f := range all {
			rows = append(rows, []string{f.Partition, fmt.Sprint(f.Rows), size(f.Bytes), f.Path})
		}
		table(w, rows)
	})
}

type lakeQuery struct {
	SQL  string    `arg:"" help:"DuckDB's SQL over commerce.telemetry and the other tables."`
	AsOf time.Time `help:"As the tables were at this time." placeholder:"TIME"`
	CSV  bool      `help:"Answer as CSV." name:"csv"`
}

func (c lakeQuery) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	result, err := lake.Query(ctx, c.SQL, c.AsOf)
	if err != nil {
		return err
	}
	defer result.Close()
	if c.CSV {
		return writeCSV(s.out, result)
	}
	var records []map[string]any
	rows := [][]string{result.Columns}
	for {
		values, err := result.Next()
		if err != nil {
			return err
		}
		if values == nil {
			break
		}
		record, row := map[string]any{}, make([]string, len(values))
		for i, v := range values {
			record[result.Columns[i]], row[i] = plain(v), show(v)
		}
		if s.json {
			records = append(records, record)
		} else {
			rows = append(rows, row)
		}
	}
	return s.print(records, func(w io.Writer) { table(w, rows) })
}

func writeCSV(w io.Writer, result *lakehouse.Result) error {
	out := csv.NewWriter(w)
	if err := out.Write(result.Columns); err != nil {
		return fault.Wrap(fault.Internal, err, "write CSV")
	}
	for {
		values, err := result.Next()
		if err != nil {
			return err
		}
		if values == nil {
			break
		}
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = show(v)
		}
		if err := out.Write(row); err != nil {
			return fault.Wrap(fault.Internal, err, "write CSV")
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fault.Wrap(fault.Internal, err, "write CSV")
	}
	return nil
}

// plain makes a DuckDB value one that JSON keeps exact: decimals and times as text.
func plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case fmt.Stringer:
		return v.String()
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = plain(v[i])
		}
		return all
	default:
		return v
	}
}

func show(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(plain(v))
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
