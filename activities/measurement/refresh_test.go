package measurement_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

func TestARefreshMeasuresWhatHasLandedAndTellsWhatDiffers(t *testing.T) {
	s := newStack(t)
	a, _ := s.serve(s.shop)

	early := s.refreshed(contract.MeasurementRefreshInput{})
	require.Equal(t, "no sync has loaded the shop yet", early.Sales.Reason)

	s.open()
	nothing := s.refreshed(contract.MeasurementRefreshInput{})
	require.Zero(t, nothing.Sales.RowsWritten+nothing.Performance.RowsWritten, "an empty table has no rows to measure")
	require.Zero(t, nothing.Reconciliation.Days)

	s.sell(sale{5, "prd_a", 3, "2.50"}, sale{2, "prd_b", 1, "10"})
	first := s.refreshed(contract.MeasurementRefreshInput{})
	require.EqualValues(t, 2, first.Sales.RowsWritten)
	require.EqualValues(t, 2*first.Performance.Days-3, first.Performance.RowsWritten, "a row on every day since the first sale")
	require.Equal(t, 2, first.Reconciliation.Days)
	require.Zero(t, first.Reconciliation.Differing)

	s.record(sale{1, "prd_a", 4, "2.50"}) // whose event is still on its way
	second := s.refreshed(contract.MeasurementRefreshInput{})
	require.Equal(t, contract.RefreshUnchanged, second.Sales.Mode)
	require.Equal(t, 1, second.Reconciliation.Differing)
	day := sale{daysAgo: 1}.at().Format(time.DateOnly)
	require.ElementsMatch(t, []string{
		fmt.Sprintf("units_ordered on %s in GBP is 0 in measurement.sales and 4 in PostgreSQL", day),
		fmt.Sprintf("gross_amount on %s in GBP is 0.0000 in measurement.sales and 10.0000 in PostgreSQL", day),
	}, s.told.differences())

	health := a.Health()
	require.Equal(t, 3, health.DaysCompared)
	require.Equal(t, 1, health.DaysDiffering)
	require.Equal(t, contract.RefreshUnchanged, health.Sales.Mode)
	require.WithinDuration(t, time.Now(), health.RefreshedAt, time.Minute)
	gauges := gather(t, a)
	require.Equal(t, 1.0, gauges["blunt_measurement_differing_days"])
	require.Equal(t, 3.0, gauges["blunt_measurement_compared_days"])
	require.InDelta(t, time.Now().Unix(), gauges["blunt_measurement_refreshed_timestamp_seconds"], 60)
	require.Less(t, gauges["blunt_measurement_lag_seconds"], 60.0)

	s.land(sale{1, "prd_a", 4, "2.50"})
	third := s.refreshed(contract.MeasurementRefreshInput{})
	require.Equal(t, contract.RefreshIncremental, third.Sales.Mode)
	require.Equal(t, 1, third.Sales.Days)
	require.Zero(t, third.Reconciliation.Differing)
	s.requireWhole()
}

func TestNothingIsKnownBeforeTheFirstRefresh(t *testing.T) {
	a := activities.New(nil, nil, nil)
	require.Equal(t, activities.Health{}, a.Health())
	require.Empty(t, gather(t, a))
}

// gather reads the gauges without their labels.
func gather(t *testing.T, a *activities.Activities) map[string]float64 {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(a.Collector()))
	families, err := registry.Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, family := range families {
		values[family.GetName()] = family.GetMetric()[0].GetGauge().GetValue()
	}
	return values
}

// between is a shop that holds the second step up, after the first has committed, until the test lets go of it.
type between struct {
	activities.Shop
	reached chan struct{}
	pass    chan struct{}
	once    sync.Once
}

func (b *between) Rules(ctx context.Context) (measurement.Rules, error) {
	b.once.Do(func() { close(b.reached) })
	select {
	case <-b.pass:
		return b.Shop.Rules(ctx)
	case <-ctx.Done():
		return measurement.Rules{}, ctx.Err()
	}
}

func (s *stack) await(what string, reached <-chan struct{}) {
	s.t.Helper()
	select {
	case <-reached:
	case <-time.After(time.Minute):
		s.t.Fatalf("waited a minute for %s", what)
	}
}

func TestACanceledRefreshLeavesTheTableThatItWorkedOnAsItWas(t *testing.T) {
	s := newStack(t)
	s.open()
	held := &between{Shop: s.shop, reached: make(chan struct{}), pass: make(chan struct{})}
	s.serve(held)
	s.sell(sale{3, "prd_a", 1, "2"})
	run := s.refresh(contract.MeasurementRefreshInput{})
	s.await("the second step", held.reached)
	require.NotZero(t, s.snapshot(lakehouse.MeasurementSales), "the first step has committed")
	require.NoError(t, s.temporal.CancelWorkflow(t.Context(), run.WorkflowID, run.RunID))
	_, err := s.end(run.WorkflowID, run.RunID)
	require.True(t, sdk.IsCanceledError(err), "%v", err)
	require.Zero(t, s.snapshot(lakehouse.MeasurementPerform))

	close(held.pass)
	s.sell(sale{1, "prd_b", 2, "3"})
	next := s.refreshed(contract.MeasurementRefreshInput{})
	require.Equal(t, contract.RefreshIncremental, next.Sales.Mode, "what the canceled run has done stands")
	s.requireWhole()
}

// A worker that goes away between the two commits leaves its step to another, which finds its work in the first table.
func TestAStepIsTakenOverFromAWorkerThatIsGone(t *testing.T) {
	s := newStack(t)
	s.open()
	held := &between{Shop: s.shop, reached: make(chan struct{}), pass: make(chan struct{})}
	_, leaving := s.serve(held)
	s.sell(sale{3, "prd_a", 1, "2"})
	run := s.refresh(contract.MeasurementRefreshInput{})
	s.await("the second step", held.reached)
	go leaving.Stop()
	s.serve(s.shop)
	result, err := s.end(run.WorkflowID, run.RunID)
	require.NoError(t, err)
	require.Equal(t, contract.RefreshFull, result.Performance.Mode)
	s.requireWhole()
}

func TestASecondRequestFindsTheRefreshUnderWay(t *testing.T) {
	s := newStack(t)
	s.open()
	held := &between{Shop: s.shop, reached: make(chan struct{}), pass: make(chan struct{})}
	s.serve(held)
	s.sell(sale{3, "prd_a", 1, "2"})
	first := s.refresh(contract.MeasurementRefreshInput{})
	s.await("the second step", held.reached)
	second := s.refresh(contract.MeasurementRefreshInput{Full: true})
	require.True(t, second.UnderWay)
	require.Equal(t, first.RunID, second.RunID)
	close(held.pass)
	_, err := s.end(first.WorkflowID, first.RunID)
	require.NoError(t, err)
}

// Two processes, and two refreshes that somebody has started under ids of their own: one of each two commits comes first,
// and the other begins anew on it.
func TestTwoRefreshesAtOnceEndWellAndLeaveWhatOneWould(t *testing.T) {
	s := newStack(t)
	s.open()
	s.serve(s.shop)
	s.serve(s.shop)
	for round := range 3 {
		s.sell(sale{10 - round, "prd_a", 1 + round, "2"}, sale{round, "prd_b", 2, "0.0001"})
		var runs []client.WorkflowRun
		for i := range 2 {
			run, err := s.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
				ID: fmt.Sprintf("refresh-%d-%d", round, i), TaskQueue: contract.QueueMeasurement,
			}, contract.MeasurementWorkflow, contract.MeasurementRefreshInput{})
			require.NoError(t, err)
			runs = append(runs, run)
		}
		for _, run := range runs {
			_, err := s.end(run.GetID(), run.GetRunID())
			require.NoError(t, err)
		}
	}
	s.requireWhole()
}
