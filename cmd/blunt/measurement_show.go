package main

import (
	"context"
	"fmt"
	"io"

	"bluntcases.com/platform/internal/measurement"
)

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
	if err != nil && c.Day == "" {
		return early(err, notMeasured)
	}
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
