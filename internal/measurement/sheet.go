package measurement

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

//go:embed sql/*.sql
var scripts embed.FS

func script(name string) string {
	text, err := scripts.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // embedded above
	}
	return string(text)
}

// Rules is how products are classified: the spec, and what staff have said otherwise.
type Rules struct {
	Spec      classification.Spec
	Overrides []classification.DayOverride
	// InScope holds the products that a scoped spec classifies; the others have no class. Unused where the spec is not
	// scoped.
	InScope []string
}

// Sheet computes days in one DuckDB session: given the Parquet files of the input, it leaves the rows of the output in a
// table of the session. It knows nothing of Iceberg. It is for one goroutine.
type Sheet struct {
	db   *duck.DB
	zone *time.Location
}

// NewSheet takes over a database: it holds it to a single session, to which the tables and variables belong.
func NewSheet(ctx context.Context, db *duck.DB, zone *time.Location) (*Sheet, error) {
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	s := &Sheet{db: db, zone: zone}
	err := s.run(ctx, "prepare DuckDB", "SET VARIABLE shop_zone = "+duck.Text(zone.String())+";\n"+script("prepare"))
	return s, err
}

// Sales computes sales_new for the days, from files of commerce.telemetry that hold at least their rows.
func (s *Sheet) Sales(ctx context.Context, telemetry []string, from, to Day) error {
	return s.run(ctx, "compute the sales of "+from.String()+" to "+to.String(),
		s.view("telemetry", "telemetry_columns", telemetry)+s.variables(from, to)+script("sales"))
}

// Classify sets the rules by which Performance gives classes.
func (s *Sheet) Classify(ctx context.Context, rules Rules) error {
	overrides, err := json.Marshal(rules.Overrides)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write down the overrides")
	}
	return s.run(ctx, "compile the classification", rules.Spec.Macro()+fmt.Sprintf(`
		SET VARIABLE spec_name = %s;
		SET VARIABLE spec_generation = %d::BIGINT;
		SET VARIABLE scoped = %t;
		CREATE OR REPLACE TEMP TABLE scope AS SELECT DISTINCT unnest(%s::VARCHAR[]) AS product_id;
		CREATE OR REPLACE TEMP TABLE overrides AS
			SELECT o.product_id, o.class AS class_name, o."from"::DATE AS from_day, nullif(o."to", '')::DATE AS to_day, o.priority
			FROM (SELECT unnest(from_json(%s::JSON,
				'[{"product_id": "VARCHAR", "class": "VARCHAR", "from": "VARCHAR", "to": "VARCHAR", "priority": "INTEGER"}]')) AS o);`,
		duck.Text(rules.Spec.Name), rules.Spec.Generation, rules.Spec.Scoped(), duck.List(rules.InScope), duck.Text(nonNull(overrides))))
}

func nonNull(list []byte) string {
	if string(list) == "null" {
		return "[]"
	}
	return string(list)
}

// Seed says which products had sold before the next days to be computed: from files of measurement.performance, of which
// each product's newest row counts. No files mean none.
func (s *Sheet) Seed(ctx context.Context, performance []string) error {
	return s.run(ctx, "read which products have sold", s.view("performance", "performance_columns", performance)+script("seed"))
}

// Performance computes the days, from files of measurement.sales that hold at least the days and the 29 before them. Day
// by day performance_new has the day's rows while done is called. The seed then is at the end of the last day.
func (s *Sheet) Performance(ctx context.Context, sales []string, from, to Day, done func(Day) error) error {
	if err := s.run(ctx, "read the sales up to "+to.String(),
		s.view("sales", "sales_columns", sales)+s.variables(from, to)+script("open")); err != nil {
		return err
	}
	step := script("performance")
	for day := from; day <= to; day++ {
		if err := s.run(ctx, "compute the performance of "+day.String(), fmt.Sprintf("SET VARIABLE day = DATE '%s';\n", day)+step); err != nil {
			return err
		}
		if err := done(day); err != nil {
			return err
		}
	}
	return s.run(ctx, "note which products had sold by "+to.String(), script("advance"))
}

// view names files as a relation. Without a file it is the empty relation with the same columns.
func (s *Sheet) view(name, columns string, files []string) string {
	source := "FROM " + columns
	if len(files) > 0 {
		source = "FROM read_parquet(" + duck.List(files) + ", hive_partitioning = false)"
	}
	return "CREATE OR REPLACE TEMP VIEW " + name + " AS " + source + ";\n"
}

func (s *Sheet) variables(from, to Day) string {
	return fmt.Sprintf("SET VARIABLE from_day = DATE '%s';\nSET VARIABLE to_day = DATE '%s';\n", from, to)
}

func (s *Sheet) run(ctx context.Context, doing, sql string) error {
	if err := s.db.Run(ctx, sql); err != nil {
		return broken(ctx, err, doing)
	}
	return nil
}

// broken classifies what DuckDB says: it heals by itself only where memory or time ran out.
func broken(ctx context.Context, err error, doing string) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fault.Wrap(fault.Canceled, ctx.Err(), "%s", doing)
	case strings.Contains(err.Error(), "Out of Memory"), strings.Contains(err.Error(), "IO Error"):
		return fault.Wrap(fault.Unavailable, err, "%s", doing)
	default:
		return fault.Wrap(fault.MeasurementBroken, err, "%s", doing)
	}
}
