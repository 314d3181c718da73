package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
)

type measurementCommand struct {
	Refresh   measurementRefresh   `cmd:"" help:"Bring measurement.sales and measurement.performance up to date."`
	Show      measurementShow      `cmd:"" help:"List products as they stood at the end of a day."`
	Preview   measurementPreview   `cmd:"" help:"Say which products another classification would move. Writes nothing."`
	Reconcile measurementReconcile `cmd:"" help:"Compare measurement.sales with PostgreSQL's orders."`
}

type measurementRefresh struct {
	Full   bool `help:"Compute every day anew, not only what has changed."`
	Follow bool `help:"Show progress until the run ends." short:"f"`
}

func (measurementRefresh) Help() string {
	return `Starts Measurement Refresh, or finds the one that is under way.

  blunt measurement refresh --follow
  blunt measurement refresh --full`
}

func (c measurementRefresh) Run(ctx context.Context, s *session) error {
	return dispatch(ctx, s, contract.JobMeasurementRefresh, contract.MeasurementRefreshInput{Full: c.Full, Reason: "operator"}, c.Follow)
}

type measurementShow struct {
	Day    string   `help:"A day that has been measured. Without it: the latest." placeholder:"DAY"`
	Class  []string `help:"Only products of these classes." placeholder:"CLASS"`
	Search string   `help:"Only products whose title has this in it." placeholder:"TEXT"`
	Tag    string   `help:"Only products with this tag." placeholder:"TAG"`
	Sort   string   `help:"A metric, title or vendor, smallest first. Without it: units of 30 days, largest first." placeholder:"COLUMN"`
	Desc   bool     `help:"Largest first."`
	Limit  int      `help:"Products to list, 500 at most." default:"20"`
	Offset int      `help:"Products to pass over."`
}

func (measurementShow) Help() string {
	return `  blunt measurement show
  blunt measurement show --class hot,rising --sort gross_7d --desc
  blunt measurement show --day 2026-11-01 --search lantern --json`
}

func (c measurementShow) Run(ctx context.Context, s *session) error {
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	q := measurement.Query{Classes: c.Class, Search: c.Search, Tag: c.Tag, Sort: c.Sort, Descending: c.Desc, Limit: c.Limit, Offset: c.Offset}
	if c.Day != "" {
		day, err := measurement.ParseDay(c.Day)
		if err != nil {
			return err
		}
		q.Day = &day
	}
	page, err := room.reader.List(ctx, q)
	if err != nil {
		return err
	}
	return s.print(page, func(w io.Writer) {
		rows := [][]string{{"PRODUCT", "TITLE", "CLASS", "UNITS 7D", "30D", "GROSS 7D", "30D", "NET 30D", "", "TREND", "LAST SALE"}}
		for _, p := range page.Items {
			rows = append(rows, []string{
				p.ProductID, p.Title, p.Classification, fmt.Sprint(p.Windows[7].Units), fmt.Sprint(p.Windows[30].Units),
				p.Windows[7].Gross.StringFixed(2), p.Windows[30].Gross.StringFixed(2), p.Windows[30].Net.StringFixed(2),
				text(p.Currency), trend(p), text(p.LastSaleDay),
			})
		}
		table(w, rows)
		fmt.Fprintf(w, "\n%d of %d products at the end of %s (snapshot %d)\n", len(page.Items), page.Total, page.Day, page.Snapshot)
	})
}

func text(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func trend(p measurement.Standing) string {
	if !p.Trend7d.Valid {
		return "-"
	}
	return p.Trend7d.Decimal.StringFixed(2)
}

type measurementPreview struct {
	Spec  string `arg:"" type:"existingfile" help:"The spec as JSON: windows, classes, default_class, scope."`
	Limit int    `help:"Products to list." default:"20"`
}

func (measurementPreview) Help() string {
	return `Checks the spec as saving it would, naming every fault, and classifies the latest day's products by it.

  blunt measurement preview spec.json`
}

func (c measurementPreview) Run(ctx context.Context, s *session) error {
	raw, err := os.ReadFile(c.Spec)
	if err != nil {
		return fault.Wrap(fault.InvalidInput, err, "read the spec")
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	parsed, err := room.schemas.ParseClassification(raw)
	if err != nil {
		return err
	}
	zone, err := room.shop.Zone(ctx)
	if err != nil {
		return err
	}
	rules, err := room.shop.Rules(ctx)
	if err != nil {
		return err
	}
	keeping := map[string]bool{}
	today := measurement.DayOf(time.Now(), zone).String()
	for _, o := range rules.Overrides {
		keeping[o.ProductID] = keeping[o.ProductID] || o.From <= today && (o.To == "" || today < o.To)
	}
	preview, err := room.reader.Preview(ctx, classification.Spec{ClassificationSpec: parsed, Name: "preview"}, keeping, c.Limit)
	if err != nil {
		return err
	}
	return s.print(preview, func(w io.Writer) {
		rows := [][]string{{"CLASS", "NOW", "THEN"}}
		classes := maps.Clone(preview.Before)
		maps.Copy(classes, preview.After)
		for _, class := range slices.Sorted(maps.Keys(classes)) {
			rows = append(rows, []string{class, strconv.FormatInt(preview.Before[class], 10), strconv.FormatInt(preview.After[class], 10)})
		}
		table(w, rows)
		fmt.Fprintf(w, "\n%d of %d products would change class\n", preview.Changing, preview.Products)
		if len(preview.Moves) > 0 {
			moves := [][]string{{"PRODUCT", "TITLE", "FROM", "TO", "UNITS 30D"}}
			for _, m := range preview.Moves {
				moves = append(moves, []string{m.ProductID, m.Title, m.From, m.To, strconv.FormatInt(m.Units30d, 10)})
			}
			table(w, moves)
		}
	})
}

type measurementReconcile struct {
	Days int `help:"Newest days to compare; 0 for all." default:"45"`
}

func (measurementReconcile) Help() string {
	return `Adds up units, gross, discounts and refunds by shop day on both sides. Exit status 4 where they differ. The hourly
refresh does the same and tells sync.telemetry.

  blunt measurement reconcile --days 0`
}

func (c measurementReconcile) Run(ctx context.Context, s *session) error {
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	zone, err := room.shop.Zone(ctx)
	if err != nil {
		return err
	}
	today, from := measurement.DayOf(time.Now(), zone), measurement.Day(0)
	if c.Days > 0 {
		from = today - measurement.Day(c.Days) + 1
	}
	measured, err := room.refresher.Totals(ctx, from, today)
	if err != nil {
		return err
	}
	recorded, err := room.shop.Recorded(ctx, zone, from, today)
	if err != nil {
		return err
	}
	result := activities.Compare(measured, recorded)
	err = s.print(result, func(w io.Writer) {
		if len(result.Examples) > 0 {
			rows := [][]string{{"DAY", "CURRENCY", "FIGURE", "MEASURED", "RECORDED"}}
			for _, d := range result.Examples {
				rows = append(rows, []string{d.Day, d.Currency, d.Figure, d.Measured, d.Recorded})
			}
			table(w, rows)
		}
		fmt.Fprintf(w, "%d days compared, %d differ\n", result.Days, result.Differing)
	})
	if err == nil && result.Differing > 0 {
		return errUnwell
	}
	return err
}

// measurementRoom is what the measurement's commands read with.
type measurementRoom struct {
	schemas   *artifact.Schemas
	shop      *shopdb.Shop
	refresher *measurement.Refresher
	reader    *measurement.Reader
}

func (s *session) measurement(ctx context.Context) (measurementRoom, error) {
	cfg, err := s.config()
	if err != nil {
		return measurementRoom{}, err
	}
	pool, err := s.pool(ctx)
	if err != nil {
		return measurementRoom{}, err
	}
	schemas, err := artifact.LoadSchemas()
	if err != nil {
		return measurementRoom{}, err
	}
	cache, err := datacache.New(filepath.Join(cfg.Lake.Dir, "cache"), cfg.Lake.CacheSize)
	if err != nil {
		return measurementRoom{}, err
	}
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	shop := shopdb.New(pool, schemas, cfg.Shopify.Shop)
	reader := measurement.NewReader(lake, cache, shop, cfg.Lake.Memory)
	s.closers = append(s.closers, func() { reader.Close(); _ = lake.Close(); _ = cache.Close() })
	return measurementRoom{schemas, shop, measurement.NewRefresher(lake, cache), reader}, nil
}
