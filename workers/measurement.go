package workers

import (
	"go.temporal.io/sdk/worker"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/measurement"
)

// Measurement is the queue of what takes DuckDB's memory: one activity at a time, so that the limit is the process's.
func Measurement(a *activities.Activities) Queue {
	return Queue{Name: contract.QueueMeasurement, Activities: 1, Register: func(r worker.Registry) {
		run(r, contract.MeasurementWorkflow, measurement.Workflow)
		run(r, contract.AfterSyncWorkflow, measurement.AfterSync)
		bind(r, contract.RefreshSales, a.RefreshSales)
		bind(r, contract.RefreshPerformance, a.RefreshPerformance)
		bind(r, contract.ReconcileSales, a.ReconcileSales)
	}}
}
