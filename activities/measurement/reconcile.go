package measurement

import (
	"context"
	"fmt"
	"slices"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement"
)

// examples is how many differences a run names; the count is of all.
const examples = 10

// ReconcileSales compares measurement.sales with PostgreSQL's orders, by shop day and currency. Differences are a result,
// not a failure: they are told to sync.telemetry, one event each up to ten, and stand in the process's health. Events that are
// still on their way through the stream show as a difference until the next run.
func (a *Activities) ReconcileSales(ctx context.Context, in contract.ReconcileSalesInput) (contract.SalesReconciliation, error) {
	zone, err := a.shop.Zone(ctx)
	if fault.Is(err, fault.NotFound) {
		return contract.SalesReconciliation{}, nil
	}
	if err != nil {
		return contract.SalesReconciliation{}, err
	}
	h := newHeart(ctx)
	defer h.stop()
	today := measurement.DayOf(in.Now, zone)
	from := measurement.Day(0)
	if in.Days > 0 {
		from = today - measurement.Day(in.Days) + 1
	}
	measured, err := a.refresher.Totals(ctx, from, today)
	if err != nil {
		return contract.SalesReconciliation{}, err
	}
	recorded, err := a.shop.Recorded(ctx, zone, from, today)
	if err != nil {
		return contract.SalesReconciliation{}, err
	}
	result := Compare(measured, recorded)
	if err := a.tell(ctx, in, result); err != nil {
		return contract.SalesReconciliation{}, err
	}
	a.record.reconciled(result, in.Now)
	return result, nil
}

// Compare lists where two totals differ, newest day first. Of days to which an edit has added or from which it has taken,
// the amounts after discounts are left out: PostgreSQL does not know an edit's discounts.
func Compare(measured, recorded measurement.Totals) contract.SalesReconciliation {
	keys := make([]measurement.TotalKey, 0, len(measured)+len(recorded))
	for key := range measured {
		keys = append(keys, key)
	}
	for key := range recorded {
		if _, both := measured[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b measurement.TotalKey) int { return b.Compare(a) })
	days, differing := map[measurement.Day]bool{}, map[measurement.Day]bool{}
	var result contract.SalesReconciliation
	for _, key := range keys {
		days[key.Day] = true
		m, r := measured[key], recorded[key]
		for _, f := range []struct {
			name, measured, recorded string
			discounted               bool
		}{
			{"units_ordered", fmt.Sprint(m.UnitsOrdered), fmt.Sprint(r.UnitsOrdered), false},
			{"gross_amount", m.Gross.StringFixed(4), r.Gross.StringFixed(4), false},
			{"discount_amount", m.Discount.StringFixed(4), r.Discount.StringFixed(4), true},
			{"units_refunded", fmt.Sprint(m.UnitsRefunded), fmt.Sprint(r.UnitsRefunded), false},
			{"refund_amount", m.Refund.StringFixed(4), r.Refund.StringFixed(4), true},
		} {
			if f.measured == f.recorded || f.discounted && r.Edited {
				continue
			}
			differing[key.Day] = true
			if len(result.Examples) < examples {
				result.Examples = append(result.Examples, contract.SalesDifference{
					Day: key.Day.String(), Currency: key.Currency, Figure: f.name, Measured: f.measured, Recorded: f.recorded,
				})
			}
		}
	}
	result.Days, result.Differing = len(days), len(differing)
	return result
}

// tell writes the differences to sync.telemetry. An event's id is the run's and the figure's, so a retry tells nothing
// twice.
func (a *Activities) tell(ctx context.Context, in contract.ReconcileSalesInput, result contract.SalesReconciliation) error {
	info := activity.GetInfo(ctx)
	for _, d := range result.Examples {
		err := a.teller.Tell(ctx, event.Sync{
			EventID:   fmt.Sprintf("%s.reconcile.%s.%s.%s", in.RunID, d.Day, d.Currency, d.Figure),
			EventType: event.StepCompleted, EventTS: in.Now, WorkflowID: info.WorkflowExecution.ID, RunID: info.WorkflowExecution.RunID,
			WorkflowType: contract.MeasurementWorkflow, JobType: string(contract.JobMeasurementRefresh), Step: "reconcile", Attempt: 1,
			ErrorCode:     string(fault.MeasurementBroken),
			ErrorMessage:  fmt.Sprintf("%s on %s in %s is %s in measurement.sales and %s in PostgreSQL", d.Figure, d.Day, d.Currency, d.Measured, d.Recorded),
			SchemaVersion: event.SchemaVersion,
		})
		if err != nil {
			return fault.Wrap(fault.Of(err).Code, err, "tell sync.telemetry of a difference")
		}
	}
	return nil
}
