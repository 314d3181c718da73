package contract

// HousekeepingWorkflow deletes rows of the schema runtime that have served; its one id keeps two from running at once.
const (
	HousekeepingWorkflow = "Housekeeping"
	HousekeepingID       = "housekeeping"
)

// Activities of the housekeeping, in the order of its steps.
var (
	PurgeWebhooks        = Activity[PurgeInput, Purged]{"housekeeping.PurgeWebhooks"}
	PurgeIdempotencyKeys = Activity[PurgeInput, Purged]{"housekeeping.PurgeIdempotencyKeys"}
)

type (
	// HousekeepingInput has no fields: how long what is kept is the setting of the process that deletes.
	HousekeepingInput struct{}
	// HousekeepingResult counts the rows that were deleted.
	HousekeepingResult struct {
		Webhooks        int64 `json:"webhooks"`
		IdempotencyKeys int64 `json:"idempotency_keys"`
	}
	PurgeInput struct{}
	Purged     struct {
		Rows int64 `json:"rows"`
	}
)

// Report implements Reporter.
func (r HousekeepingResult) Report() Report {
	return Report{RecordsOut: r.Webhooks + r.IdempotencyKeys}
}

// Report implements Reporter.
func (p Purged) Report() Report { return Report{RecordsOut: p.Rows} }
