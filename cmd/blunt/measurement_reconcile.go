package main

import (
	"context"
	"fmt"
	"io"
	"time"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/internal/measurement"
)

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
		return early(err, notSynced)
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
