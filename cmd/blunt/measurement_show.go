package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
)

type measurementShow struct {
	Day      string   `help:"A day that has been measured. Without it: the latest." placeholder:"DAY"`
	Class    []string `help:"Only products of these classes: the spec's, unclassified, resting (sold, but not for over 365 days), unsold." placeholder:"CLASS"`
	Product  []string `help:"Only these products, by their ids." placeholder:"ID"`
	Search   string   `help:"Only products whose title has this in it." placeholder:"TEXT"`
	Vendor   string   `help:"Only products of this vendor." placeholder:"VENDOR"`
	Tag      string   `help:"Only products with this tag." placeholder:"TAG"`
	TagGroup string   `help:"Only products with a tag of this group." placeholder:"GROUP"`
	Currency string   `help:"Only what was sold in this currency." placeholder:"CODE"`
	Where    []string `help:"Only products whose metric compares so, for instance units_7d>=10; several must all hold." placeholder:"CONDITION"`
	Sort     string   `help:"A metric, title or vendor, smallest first. Without it: units of 30 days, largest first." placeholder:"COLUMN"`
	Desc     bool     `help:"Largest first."`
	Limit    int      `help:"Products to list, 500 at most." default:"20"`
	Offset   int      `help:"Products to pass over."`
}

func (measurementShow) Help() string {
	return `  blunt measurement show
  blunt measurement show --class hot,rising --sort gross_7d --desc
  blunt measurement show --vendor "Blunt Cases" --tag-group colours --where "units_30d>=10" --where "trend_7d<0.5"
  blunt measurement show --day 2026-11-01 --search lantern --json
  blunt measurement show --limit 500 --offset 500    # the second page`
}

func (c measurementShow) Run(ctx context.Context, s *session) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	page, err := room.reader.List(ctx, q)
	if err != nil {
		return notThere(asFlags(err), c.Day)
	}
	return s.print(page, func(w io.Writer) { printPage(w, page, c.Offset) })
}

func (c measurementShow) query() (measurement.Query, error) {
	q := measurement.Query{
		Classes: c.Class, ProductIDs: c.Product, Search: c.Search, Vendor: c.Vendor, Tag: c.Tag, TagGroup: c.TagGroup,
		Currency: c.Currency, Sort: c.Sort, Descending: c.Desc, Limit: c.Limit, Offset: c.Offset,
	}
	var fields []fault.Field
	if c.Limit == 0 { // which is the reader's word for as many as it likes
		fields = append(fields, fault.Field{Name: "--limit", Detail: "is not between 1 and 500"})
	}
	var err error
	if q.Day, err = dayFlag("--day", c.Day); err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	for _, written := range c.Where {
		condition, err := parseCondition(written)
		if err != nil {
			fields = append(fields, fault.Of(err).Fields...)
			continue
		}
		q.Where = append(q.Where, condition)
	}
	if len(fields) > 0 {
		return q, fault.Invalid("the command", fields...)
	}
	return q, nil
}

// comparisons are the signs of a condition, none of which begins one that stands after it.
var comparisons = []struct {
	sign string
	op   artifact.Op
}{
	{">=", artifact.GreaterOrEqual}, {"<=", artifact.LessOrEqual}, {"!=", artifact.NotEqual}, {">", artifact.Greater}, {"<", artifact.Less}, {"=", artifact.Equal},
}

// parseCondition reads a metric, a comparison and a number. Whether there is such a metric is the reader's to say.
func parseCondition(written string) (artifact.Condition, error) {
	for _, c := range comparisons {
		metric, number, found := strings.Cut(written, c.sign)
		if !found {
			continue
		}
		value, err := decimal.NewFromString(strings.TrimSpace(number))
		if err != nil {
			return artifact.Condition{}, fault.Invalid("the command", fault.Field{Name: "--where", Detail: fmt.Sprintf("%q has no number after %s", written, c.sign)})
		}
		return artifact.Condition{Metric: strings.TrimSpace(metric), Op: c.op, Value: value}, nil
	}
	return artifact.Condition{}, fault.Invalid("the command", fault.Field{Name: "--where", Detail: fmt.Sprintf("%q has none of >=, <=, !=, >, <, =", written)})
}

func printPage(w io.Writer, page measurement.Page, offset int) {
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
	if next := offset + len(page.Items); len(page.Items) > 0 && int64(next) < page.Total {
		fmt.Fprintf(w, "more: --offset %d\n", next)
	}
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
