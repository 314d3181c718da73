package main

import (
	"context"
	"fmt"
	"io"

	"bluntcases.com/platform/internal/measurement"
)

type measurementDistribution struct {
	By  string `help:"tag or tag-group." enum:"tag,tag-group" default:"tag-group"`
	Day string `help:"A day that has been measured. Without it: the latest." placeholder:"DAY"`
}

func (measurementDistribution) Help() string {
	return `Says how many products of each tag, or of each tag group, are in which class, and what they sold in 30 days. A product with
several tags of a group counts once.

  blunt measurement distribution
  blunt measurement distribution --by tag --day 2026-11-01 --json`
}

// distribution is the answer.
type distribution struct {
	Day    measurement.Day     `json:"day"`
	By     string              `json:"by"`
	Shares []measurement.Share `json:"shares"`
}

func (c measurementDistribution) Run(ctx context.Context, s *session) error {
	day, err := dayFlag("--day", c.Day)
	if err != nil {
		return err
	}
	room, err := s.measurement(ctx)
	if err != nil {
		return err
	}
	if day == nil {
		latest, _, err := room.reader.Latest(ctx)
		if err != nil {
			return early(err, notMeasured)
		}
		day = &latest
	}
	read := room.reader.ByTagGroup
	if c.By == "tag" {
		read = room.reader.ByTag
	}
	answer := distribution{Day: *day, By: c.By}
	if answer.Shares, err = read(ctx, day); err != nil {
		return notThere(err, c.Day)
	}
	return s.print(answer, func(w io.Writer) {
		rows := [][]string{{map[string]string{"tag": "TAG", "tag-group": "TAG GROUP"}[c.By], "CLASS", "PRODUCTS", "UNITS 30D"}}
		for _, share := range answer.Shares {
			rows = append(rows, []string{share.Name, share.Classification, fmt.Sprint(share.Products), fmt.Sprint(share.Units30d)})
		}
		table(w, rows)
		fmt.Fprintf(w, "\nat the end of %s\n", answer.Day)
	})
}
