package contract

import "bluntcases.com/platform/internal/event"

// EmitSync writes one event to sync.telemetry. The interceptor of package temporal schedules it for a workflow's start
// and end; steps are told by the activities themselves.
var EmitSync = Activity[event.Sync, EmitResult]{"telemetry.EmitSync"}

// EmitResult is empty: an event has no answer but its acknowledgement.
type EmitResult struct{}

// SilentWorkflows are the workflow types that sync.telemetry is not told of: those that run for ever, and those that
// only hand on or wait. The roll of sync.telemetry would otherwise feed itself.
func SilentWorkflows() []string {
	return []string{WatermarkWorkflow, StreamRollWorkflow, ObjectiveReplicationWorkflow, ScheduledJobWorkflow, AfterSyncWorkflow}
}
