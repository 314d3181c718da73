package workers

import (
	"go.temporal.io/sdk/worker"

	"bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/activities/telemetry"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/maintenance"
	"bluntcases.com/platform/workflows/objectives"
	"bluntcases.com/platform/workflows/roll"
)

// rollsAtOnce is the streams, and as many shards of one of them as a process takes.
const rollsAtOnce = 12

// Streams is the queue of what lands the telemetry streams and keeps the lake's tables in shape. Each stream's roll
// holds a place for as long as it waits for events, and the replication of specs one; what works beside them is few,
// because DuckDB takes memory.
func Streams(lake *lakehouse.Activities, tell *telemetry.Sync) Queue {
	return Queue{Name: contract.QueueStreams, Activities: rollsAtOnce + 3, Register: func(r worker.Registry) {
		run(r, contract.StreamRollWorkflow, roll.Workflow)
		run(r, contract.LakeMaintenanceWorkflow, maintenance.Workflow)
		run(r, contract.ObjectiveReplicationWorkflow, objectives.Workflow)

		bind(r, contract.EmitSync, tell.EmitSync)
		bind(r, contract.RollStream, lake.RollStream)
		bind(r, contract.FindStreamEnd, lake.FindStreamEnd)
		bind(r, contract.AwaitLanded, lake.AwaitLanded)
		bind(r, contract.LookAtStream, lake.LookAtStream)
		bind(r, contract.ListTables, lake.ListTables)
		bind(r, contract.CompactTable, lake.CompactTable)
		bind(r, contract.RewriteManifests, lake.RewriteManifests)
		bind(r, contract.ExpireSnapshots, lake.ExpireSnapshots)
		bind(r, contract.DeleteOrphans, lake.DeleteOrphans)
		bind(r, contract.ReplicateObjectives, lake.ReplicateObjectives)
		bind(r, contract.RedriveDeadLetters, lake.RedriveDeadLetters)
	}}
}
