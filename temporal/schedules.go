package temporal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	sdk "go.temporal.io/sdk/temporal"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

// memoOwner marks the schedules that are ours to change and remove.
const (
	memoOwner = "owner"
	owner     = "blunt"
	// memoDefinition says what a schedule was made from.
	memoDefinition = "definition"
)

// Schedule is a job that is dispatched by the clock, in UTC. A run that is still under way is left to end: the second
// is skipped. What was missed while Temporal was down is caught up within CatchUp, later it is let go.
type Schedule struct {
	ID      string
	Cron    string
	Job     contract.JobType
	CatchUp time.Duration
	Note    string
}

// Schedules are all that this platform has. Times are UTC.
var Schedules = []Schedule{
	{"shopify-bulk-sync", "0 6 * * *", contract.JobBulkSync, 12 * time.Hour, "Daily sync with Shopify; a missed one is caught up within 12 hours"},
	{"measurement-refresh", "0 * * * *", contract.JobMeasurementRefresh, 10 * time.Minute, "Hourly measurement; a missed hour is left to the next"},
	{"asset-health-check", "0 3 * * 0", contract.JobAssetHealthCheck, 24 * time.Hour, "Weekly comparison of assets with their records"},
	{"integrity-audit", "30 3 * * 0", contract.JobIntegrityAudit, 24 * time.Hour, "Weekly search for references that lead nowhere"},
	{"lake-maintenance", "15 2 * * *", contract.JobLakeMaintenance, 6 * time.Hour, "Nightly compaction and snapshot expiry; orphaned files on Sundays"},
	{"housekeeping", "45 1 * * *", contract.JobHousekeeping, 6 * time.Hour, "Nightly deletion of runtime rows that have served"},
}

// ScheduleChange says what reconciling did to one schedule.
type ScheduleChange struct {
	ID     string
	Action string // created, updated, unchanged, removed
	Note   string
}

// ReconcileSchedules creates and updates the schedules and removes those of ours that are no longer wanted. A pause that
// an operator made stays. A schedule whose workflow this version does not have exists, paused, and says so: the
// inventory stays complete, and nothing fails every week.
func ReconcileSchedules(ctx context.Context, c client.Client) ([]ScheduleChange, error) {
	found, err := listSchedules(ctx, c)
	if err != nil {
		return nil, err
	}
	var changes []ScheduleChange
	for _, s := range Schedules {
		change, err := s.reconcile(ctx, c, found[s.ID] != nil)
		if err != nil {
			return changes, fmt.Errorf("schedule %s: %w", s.ID, err)
		}
		changes = append(changes, change)
		delete(found, s.ID)
	}
	for id, entry := range found {
		if !ours(entry) {
			continue
		}
		if err := c.ScheduleClient().GetHandle(ctx, id).Delete(ctx); err != nil {
			return changes, fault.Wrap(fault.Unavailable, err, "remove schedule %s", id)
		}
		changes = append(changes, ScheduleChange{ID: id, Action: "removed"})
	}
	return changes, nil
}

func listSchedules(ctx context.Context, c client.Client) (map[string]*client.ScheduleListEntry, error) {
	all, err := c.ScheduleClient().List(ctx, client.ScheduleListOptions{PageSize: 100})
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "list schedules")
	}
	found := map[string]*client.ScheduleListEntry{}
	for all.HasNext() {
		entry, err := all.Next()
		if err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "list schedules")
		}
		found[entry.ID] = entry
	}
	return found, nil
}

func ours(entry *client.ScheduleListEntry) bool {
	return text(entry.Memo.GetFields()[memoOwner]) == owner
}

// text decodes a memo's value; anything but text is empty.
func text(value any) (s string) {
	if payload, ok := value.(*commonpb.Payload); !ok || payload == nil || converter.GetDefaultDataConverter().FromPayload(payload, &s) != nil {
		return ""
	}
	return s
}

func (s Schedule) reconcile(ctx context.Context, c client.Client, exists bool) (ScheduleChange, error) {
	state, err := s.state()
	if err != nil {
		return ScheduleChange{}, err
	}
	change := ScheduleChange{ID: s.ID, Action: "unchanged", Note: state.Note}
	if !exists {
		created, err := s.create(ctx, c, state)
		if err != nil {
			return change, err
		}
		if created {
			change.Action = "created"
			return change, nil
		}
	}
	err = c.ScheduleClient().GetHandle(ctx, s.ID).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			now := in.Description.Schedule
			if now.State != nil && now.State.Paused && now.State.Note != s.missingNote() {
				*state = *now.State // an operator's pause
			}
			if s.madeHere(now) && now.State != nil && now.State.Paused == state.Paused && now.State.Note == state.Note {
				return nil, sdk.ErrSkipScheduleUpdate
			}
			change.Action = "updated"
			return &client.ScheduleUpdate{Schedule: &client.Schedule{
				Action: s.action(), Spec: s.spec(), Policy: s.policy(), State: state,
			}}, nil
		},
	})
	if err != nil && !errors.Is(err, sdk.ErrSkipScheduleUpdate) {
		return change, fault.Wrap(fault.Unavailable, err, "update")
	}
	change.Note = state.Note
	return change, nil
}

func (s Schedule) create(ctx context.Context, c client.Client, state *client.ScheduleState) (bool, error) {
	_, err := c.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: s.ID, Spec: *s.spec(), Action: s.action(), Overlap: s.policy().Overlap, CatchupWindow: s.CatchUp,
		Note: state.Note, Paused: state.Paused, Memo: map[string]any{memoOwner: owner},
	})
	switch {
	case errors.Is(err, sdk.ErrScheduleAlreadyRunning):
		return false, nil
	case err != nil:
		return false, fault.Wrap(fault.Unavailable, err, "create")
	}
	return true, nil
}

// state is how the schedule begins: paused where its workflow is missing.
func (s Schedule) state() (*client.ScheduleState, error) {
	_, err := contract.KindOf(s.Job)
	switch {
	case err == nil:
		return &client.ScheduleState{Note: s.Note}, nil
	case fault.Is(err, fault.Unsupported):
		return &client.ScheduleState{Note: s.missingNote(), Paused: true}, nil
	default:
		return nil, err
	}
}

func (s Schedule) missingNote() string {
	return s.Note + ". Paused: this version does not have its workflow"
}

func (s Schedule) spec() *client.ScheduleSpec {
	return &client.ScheduleSpec{CronExpressions: []string{s.Cron}, TimeZoneName: "UTC"}
}

func (s Schedule) policy() *client.SchedulePolicies {
	return &client.SchedulePolicies{Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: s.CatchUp}
}

func (s Schedule) action() *client.ScheduleWorkflowAction {
	return &client.ScheduleWorkflowAction{
		ID: "scheduled-" + s.ID, Workflow: contract.ScheduledJobWorkflow, TaskQueue: contract.QueueSync,
		Args:          []any{contract.ScheduledJobInput{Job: s.job()}},
		StaticSummary: s.Note,
		Memo:          map[string]any{memoDefinition: s.definition()},
	}
}

// definition is compared instead of the schedule itself: the server gives cron expressions back as calendars.
func (s Schedule) definition() string {
	return fmt.Sprintf("%s UTC %s, catch up %s", s.Cron, s.Job, s.CatchUp)
}

// madeHere tells whether the server's schedule was made from this definition.
func (s Schedule) madeHere(there client.Schedule) bool {
	action, ok := there.Action.(*client.ScheduleWorkflowAction)
	return ok && text(action.Memo[memoDefinition]) == s.definition()
}

func (s Schedule) job() json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"job_type":%q}`, s.Job))
}

// ScheduleState is a schedule as it stands on the server.
type ScheduleState struct {
	Schedule
	Exists bool
	Paused bool
	Next   *time.Time
}

// LookAtSchedules compares the schedules that should be with those that are.
func LookAtSchedules(ctx context.Context, c client.Client) ([]ScheduleState, error) {
	found, err := listSchedules(ctx, c)
	if err != nil {
		return nil, err
	}
	var states []ScheduleState
	for _, s := range Schedules {
		state := ScheduleState{Schedule: s}
		if entry := found[s.ID]; entry != nil {
			state.Exists, state.Paused, state.Note = true, entry.Paused, entry.Note
			if len(entry.NextActionTimes) > 0 {
				state.Next = &entry.NextActionTimes[0]
			}
		}
		states = append(states, state)
	}
	return states, nil
}
