package workers

import (
	"context"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	cleaning "bluntcases.com/platform/activities/housekeeping"
	"bluntcases.com/platform/activities/integrity"
	"bluntcases.com/platform/activities/jobs"
	"bluntcases.com/platform/activities/shopify"
	"bluntcases.com/platform/activities/sync"
	"bluntcases.com/platform/activities/telemetry"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/workflows/backfill"
	"bluntcases.com/platform/workflows/bulksync"
	"bluntcases.com/platform/workflows/housekeeping"
	audit "bluntcases.com/platform/workflows/integrity"
	"bluntcases.com/platform/workflows/replay"
	"bluntcases.com/platform/workflows/scheduled"
	"bluntcases.com/platform/workflows/watermark"
)

// Commerce is activities/commerce: the way from the archive to the rows and their events.
type Commerce interface {
	LoadShop(ctx context.Context, in contract.LoadInput) (contract.LoadResult, error)
	LoadArchive(ctx context.Context, in contract.LoadInput) (contract.LoadResult, error)
	FindDeletions(ctx context.Context, in contract.FindDeletionsInput) (contract.Deletions, error)
	PublishOutbox(ctx context.Context, in contract.PublishInput) (contract.PublishResult, error)
}

// SyncParts is what the sync queue runs.
type SyncParts struct {
	Shopify      *shopify.Activities
	Commerce     Commerce
	Sync         *sync.Activities
	Jobs         *jobs.Activities
	Integrity    *integrity.Activities
	Housekeeping *cleaning.Activities
	Telemetry    *telemetry.Sync
}

// Sync is the queue of what moves between Shopify, the archive and PostgreSQL. Loads are few at once: each takes
// connections and memory, and the database is the narrow place.
func Sync(p SyncParts) Queue {
	return Queue{Name: contract.QueueSync, Activities: 8, Register: func(r worker.Registry) {
		run(r, contract.BulkSyncWorkflow, bulksync.Workflow)
		run(r, contract.BackfillWorkflow, backfill.Workflow)
		run(r, contract.ReplayWorkflow, replay.Workflow)
		run(r, contract.IntegrityAuditWorkflow, audit.Workflow)
		run(r, contract.HousekeepingWorkflow, housekeeping.Workflow)
		run(r, contract.ScheduledJobWorkflow, scheduled.Workflow)
		r.RegisterWorkflowWithOptions(watermark.Workflow, workflow.RegisterOptions{Name: contract.WatermarkWorkflow})

		bind(r, contract.CheckAccess, p.Shopify.CheckAccess)
		bind(r, contract.FindFirstOrder, p.Shopify.FindFirstOrder)
		bind(r, contract.FetchShop, p.Shopify.FetchShop)
		bind(r, contract.SubmitOperation, p.Shopify.SubmitOperation)
		bind(r, contract.AwaitOperation, p.Shopify.AwaitOperation)
		bind(r, contract.ArchiveResult, p.Shopify.ArchiveResult)
		bind(r, contract.FetchDetails, p.Shopify.FetchDetails)

		bind(r, contract.LoadShop, p.Commerce.LoadShop)
		bind(r, contract.LoadArchive, p.Commerce.LoadArchive)
		bind(r, contract.FindDeletions, p.Commerce.FindDeletions)
		bind(r, contract.PublishOutbox, p.Commerce.PublishOutbox)

		bind(r, contract.OpenWindow, p.Sync.OpenWindow)
		bind(r, contract.AdvanceWatermark, p.Sync.AdvanceWatermark)
		bind(r, contract.ListArchive, p.Sync.ListArchive)
		bind(r, contract.DispatchJob, p.Jobs.Dispatch)
		bind(r, contract.AskForRefresh, p.Jobs.AskForRefresh)
		bind(r, contract.StartRefresh, p.Jobs.StartRefresh)
		bind(r, contract.AuditReferences, p.Integrity.AuditReferences)
		bind(r, contract.PurgeWebhooks, p.Housekeeping.PurgeWebhooks)
		bind(r, contract.PurgeIdempotencyKeys, p.Housekeeping.PurgeIdempotencyKeys)
		bind(r, contract.EmitSync, p.Telemetry.EmitSync)
	}}
}
