package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
)

type measurementOverride struct {
	List overrideList `cmd:"" default:"withargs" help:"List the overrides."`
	Set  overrideSet  `cmd:"" help:"Give a product a class by hand."`
	End  overrideEnd  `cmd:"" help:"Let an override hold no more from today on."`
}

type overrideList struct {
	All     bool   `help:"List those that have ended as well."`
	Product string `help:"Only this product's." placeholder:"ID"`
}

func (overrideList) Help() string {
	return `Lists the classes that staff have given by hand, last written first. An override holds at the end of each day from its FROM
until the day before its UNTIL; of several, the one that began last.

  blunt measurement override
  blunt measurement override --all --product prd_01h2xcejqtf2nbrexx3vqjhp41 --json`
}

func (c overrideList) Run(ctx context.Context, s *session) error {
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	all, err := room.shop.Overrides(ctx)
	if err != nil {
		return err
	}
	chosen := []shopdb.Override{}
	for _, o := range all {
		ended := o.To != nil && !o.To.After(time.Now())
		if (c.All || !ended) && (c.Product == "" || c.Product == o.ProductID) {
			chosen = append(chosen, o)
		}
	}
	zone, err := room.shop.Zone(ctx)
	if err != nil {
		return early(err, notSynced)
	}
	return s.print(chosen, func(w io.Writer) {
		rows := [][]string{{"OVERRIDE", "PRODUCT", "CLASS", "FROM", "UNTIL", "REASON"}}
		for _, o := range chosen {
			until := ""
			if o.To != nil {
				until = measurement.DayOf(*o.To, zone).String()
			}
			rows = append(rows, []string{o.ID, o.ProductID, o.Class, measurement.DayOf(o.From, zone).String(), until, o.Reason})
		}
		table(w, rows)
		if !c.All {
			fmt.Fprintln(w, "\nthose that have ended: --all")
		}
	})
}

type overrideSet struct {
	Product string `arg:"" help:"The product's id, as show lists it."`
	Class   string `arg:"" help:"One of the classes of the spec that holds."`
	Reason  string `help:"Why, for whoever asks later." required:"" placeholder:"TEXT"`
	From    string `help:"The first day on which it holds. Without it: today." placeholder:"DAY"`
	Until   string `help:"The first day on which it holds no more. Without it: it holds until it is ended." placeholder:"DAY"`
}

func (overrideSet) Help() string {
	return `Gives a product a class, which wins over the spec. Days are the shop's. The next refresh computes the days anew that it
changes.

  blunt measurement override set prd_01h2xcejqtf2nbrexx3vqjhp41 hot --reason "on the title page" --until 2026-12-24
  blunt measurement override set prd_01h2xcejqtf2nbrexx3vqjhp41 slow --reason "sold out" --from 2026-11-01`
}

func (c overrideSet) Run(ctx context.Context, s *session) error {
	from, err := dayFlag("--from", c.From)
	if err != nil {
		return err
	}
	until, err := dayFlag("--until", c.Until)
	if err != nil {
		return err
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	zone, err := room.shop.Zone(ctx)
	if err != nil {
		return early(err, notSynced)
	}
	o := shopdb.Override{ProductID: c.Product, Class: c.Class, Reason: c.Reason, From: time.Now().UTC().Truncate(time.Millisecond)}
	if from != nil {
		o.From = from.Begins(zone).UTC()
	}
	if until != nil {
		end := until.Begins(zone).UTC()
		o.To = &end
	}
	if o, err = room.shop.SetOverride(ctx, o); err != nil {
		return err
	}
	return s.print(o, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %s is %s from the next refresh on\n", o.ID, o.ProductID, o.Class)
	})
}

type overrideEnd struct {
	Override string `arg:"" help:"The override's id, as the list has it."`
}

func (overrideEnd) Help() string {
	return `Ends an override. It goes on to hold on the days before today; today the spec decides again.

  blunt measurement override end ID`
}

func (c overrideEnd) Run(ctx context.Context, s *session) error {
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	o, err := room.shop.EndOverride(ctx, c.Override, time.Now().UTC())
	if err != nil {
		return err
	}
	return s.print(o, func(w io.Writer) {
		fmt.Fprintf(w, "%s has ended; the spec decides on %s again\n", o.ID, o.ProductID)
	})
}
