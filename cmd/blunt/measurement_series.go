package main

import (
	"context"
	"fmt"
	"io"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
)

type measurementSeries struct {
	Product string `arg:"" help:"The product's id, as show lists it."`
	From    string `help:"The first day. Without it: 30 days up to the last." placeholder:"DAY"`
	To      string `help:"The last day, at most 399 after the first. Without it: the latest that has been measured." placeholder:"DAY"`
}

func (measurementSeries) Help() string {
	return `Lists the days on which the product was sold or refunded, oldest first, by currency.

  blunt measurement series prd_01J8
  blunt measurement series prd_01J8 --from 2026-01-01 --to 2026-11-30 --json`
}

// seriesDays is how many days are listed where no first one is given.
const seriesDays = 30

// dailySales is the answer.
type dailySales struct {
	ProductID string                 `json:"product_id"`
	From      measurement.Day        `json:"from"`
	To        measurement.Day        `json:"to"`
	Items     []measurement.SalesDay `json:"items"`
}

func (c measurementSeries) Run(ctx context.Context, s *session) error {
	from, to, err := c.days()
	if err != nil {
		return err
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	if to == nil {
		latest, _, err := room.reader.Latest(ctx)
		if err != nil {
			return early(err, notMeasured)
		}
		to = &latest
	}
	answer := dailySales{ProductID: c.Product, To: *to, From: *to - seriesDays + 1}
	if from != nil {
		answer.From = *from
	}
	if answer.Items, err = room.reader.Series(ctx, c.Product, answer.From, answer.To); err != nil {
		return early(asFlags(err), notMeasured)
	}
	if len(answer.Items) == 0 {
		if err := known(ctx, room.reader, c.Product); err != nil {
			return err
		}
	}
	return s.print(answer, func(w io.Writer) { printSeries(w, answer) })
}

func (c measurementSeries) days() (from, to *measurement.Day, err error) {
	var fields []fault.Field
	if from, err = dayFlag("--from", c.From); err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	if to, err = dayFlag("--to", c.To); err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	if len(fields) > 0 {
		return nil, nil, fault.Invalid("the command", fields...)
	}
	return from, to, nil
}

// known tells a product without sales from none at all.
func known(ctx context.Context, reader *measurement.Reader, product string) error {
	page, err := reader.List(ctx, measurement.Query{ProductIDs: []string{product}, Limit: 1})
	if err != nil {
		return early(err, notMeasured)
	}
	if page.Total == 0 {
		return fault.New(fault.NotFound, "there is no product %s; `blunt measurement show --search TITLE` finds one", product)
	}
	return nil
}

func printSeries(w io.Writer, d dailySales) {
	if len(d.Items) > 0 {
		rows := [][]string{{"DAY", "ORDERS", "UNITS", "REFUNDED", "GROSS", "DISCOUNT", "REFUND", "NET", ""}}
		for _, day := range d.Items {
			rows = append(rows, []string{
				day.Day, fmt.Sprint(day.Orders), fmt.Sprint(day.UnitsOrdered), fmt.Sprint(day.UnitsRefunded), day.Gross.StringFixed(2),
				day.Discount.StringFixed(2), day.Refund.StringFixed(2), day.Net.StringFixed(2), day.Currency,
			})
		}
		table(w, rows)
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%s from %s to %s: %d days with sales or refunds, each currency counted\n", d.ProductID, d.From, d.To, len(d.Items))
}
