package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/temporal"
)

type lakeQuery struct {
	SQL  string    `arg:"" help:"DuckDB's SQL over commerce.telemetry and the other tables."`
	AsOf time.Time `help:"As the tables were at this time, for instance 2026-11-01T00:00:00Z." placeholder:"TIME"`
	CSV  bool      `help:"Answer as CSV, row by row." name:"csv"`
}

func (lakeQuery) Help() string {
	return `Reads the current snapshots of the tables that the SQL names, or those of a time, and can change nothing. Amounts are exact:
as JSON they are strings, and of columns of one name all but the first get a number: n, n_1. "blunt lake" lists the tables; DESCRIBE names a table's columns. For many rows use --csv.

  blunt lake query "SELECT event_type, count(*) FROM commerce.telemetry GROUP BY ALL"
  blunt lake query "SELECT count(*) FROM commerce.telemetry" --as-of 2026-11-20T06:00:00Z
  blunt lake query "DESCRIBE sync.telemetry"
  blunt lake query --csv "FROM measurement.sales" > sales.csv`
}

func (c lakeQuery) Run(ctx context.Context, s *session) error {
	lake, err := s.lake()
	if err != nil {
		return err
	}
	fetching := newView(s.err)
	result, err := lake.QueryTelling(ctx, c.SQL, c.AsOf, func(table string, files, of int) {
		fetching.show(fetched(table, files, of))
	})
	fetching.close()
	if err != nil {
		return tooOld(err, c.AsOf)
	}
	defer result.Close()
	if c.CSV {
		return writeCSV(s.out, result)
	}
	records := []map[string]any{}
	rows := [][]string{result.Columns}
	names := distinct(result.Columns)
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
			record[names[i]], row[i] = plain(v, result.Types[i]), show(v, result.Types[i])
		}
		if s.json {
			records = append(records, record)
		} else {
			rows = append(rows, row)
		}
	}
	return s.print(records, func(w io.Writer) { table(w, rows) })
}

// fetched is how far the files of a table are on disk, as a view shows it: on a terminal, and nowhere else.
func fetched(table string, files, of int) temporal.Snapshot {
	step := contract.Step{Name: "fetch " + table, State: contract.StepRunning, Done: int64(files), Total: int64(of), Unit: "files"}
	return temporal.Snapshot{Progress: contract.Progress{Steps: []contract.Step{step}}}
}

// distinct makes the names of columns those of an object's members, as DuckDB does in a subquery: n, n_1, n_2.
func distinct(columns []string) []string {
	taken := map[string]bool{}
	for _, name := range columns {
		taken[name] = true
	}
	names := make([]string, len(columns))
	seen := map[string]bool{}
	for i, name := range columns {
		names[i] = name
		for n := 1; seen[names[i]] || names[i] != name && taken[names[i]]; n++ {
			names[i] = fmt.Sprintf("%s_%d", name, n)
		}
		seen[names[i]] = true
	}
	return names
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
			row[i] = show(v, result.Types[i])
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
func plain(v any, kind string) any {
	switch v := v.(type) {
	case time.Time:
		if kind == "DATE" {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	case duckdb.Decimal:
		return decimal.NewFromBigInt(v.Value, -int32(v.Scale)).StringFixed(int32(v.Scale))
	case fmt.Stringer:
		return v.String()
	case []any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = plain(v[i], strings.TrimSuffix(kind, "[]"))
		}
		return all
	default:
		return v
	}
}

func show(v any, kind string) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(plain(v, kind))
}
