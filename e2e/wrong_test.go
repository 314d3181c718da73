package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/temporal"
)

func TestAMalformedLineFailsTheRunAndNothingAdvances(t *testing.T) {
	p := start(t)
	p.serve()
	p.shop("POST", "faults", `{"kind":"malformed_line","operation":"orders","line":7}`, nil)
	run := p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
	failed := p.end(run, time.Minute)
	require.Equal(t, "failed", failed.Status)
	require.Equal(t, fault.MalformedArchive, failed.Failure.Code)
	require.Contains(t, failed.Failure.Message, "line 7")
	require.Contains(t, failed.Failure.Message, contract.ArchiveKey(run.RunID, "orders.0001"))
	p.requireMarks(false)
	_, err := objects.New(p.own.Env().Objects()).Bucket("archive").Head(t.Context(), contract.ArchiveKey(run.RunID, "orders.0001"))
	require.NoError(t, err, "the archive is gone")
	p.requireFailureTold(run, fault.MalformedArchive)

	p.shop("DELETE", "faults", "", nil)
	again, err := p.dispatcher.Redrive(t.Context(), run.WorkflowID, run.RunID)
	require.NoError(t, err)
	requireCompleted(t, p, again)
	p.requireMarks(true)
}

func TestALostLineFailsTheRunWithBothFigures(t *testing.T) {
	p := start(t)
	p.serve()
	p.shop("POST", "faults", `{"kind":"lost_lines","operation":"orders","line":7}`, nil)
	failed := p.end(p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}), time.Minute)
	require.Equal(t, "failed", failed.Status)
	require.Equal(t, fault.CountMismatch, failed.Failure.Code)
	require.Regexp(t, `\d+\D+\d+`, failed.Failure.Message)
	p.requireMarks(false)
}

func TestAnUnknownEnumIsStoredWithTheOriginal(t *testing.T) {
	p := start(t)
	p.serve()
	p.shop("POST", "faults", `{"kind":"unknown_enum","operation":"orders","field":"Order.returnStatus","value":"TELEPORTED"}`, nil)
	requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
	var unknown, original int
	require.NoError(t, p.pool.QueryRow(t.Context(),
		`SELECT count(*) FILTER (WHERE return_status = 'unknown'), count(*) FILTER (WHERE annotations::text LIKE '%TELEPORTED%') FROM order_header`,
	).Scan(&unknown, &original))
	require.Positive(t, unknown)
	require.Equal(t, unknown, original)
}

func TestAMissingScopeIsRefusedByItsName(t *testing.T) {
	p := start(t)
	p.serve()
	p.shop("POST", "faults", `{"kind":"missing_scope","value":"read_all_orders"}`, nil)
	failed := p.end(p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}), time.Minute)
	require.Equal(t, "failed", failed.Status)
	require.Equal(t, fault.MissingScope, failed.Failure.Code)
	require.Contains(t, failed.Failure.Message, "read_all_orders")
	p.requireMarks(false)
}

// The daily sync looks for deleted orders as far back as it ever reaches; a backfill in all of its range.
func TestOrdersAndProductsThatAreDeletedAreFound(t *testing.T) {
	p := start(t)
	p.serve()
	requireCompleted(t, p, p.dispatch(contract.JobBackfill, contract.BackfillInput{}))
	oldest := p.orderAt("min")
	p.edit(`{"do":"delete_order","id":%d}`, oldest)
	p.edit(`{"do":"delete_order","id":%d}`, p.orderAt("max"))
	p.edit(`{"do":"delete_product","id":%d}`, firstProduct)
	requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
	require.Equal(t, p.stated().Orders+1, p.stored().Orders, "the oldest order is left")
	require.Equal(t, p.stated().Products, p.stored().Products)
	requireCompleted(t, p, p.dispatch(contract.JobBackfill, contract.BackfillInput{}))
	require.Equal(t, p.stated().Orders, p.stored().Orders)
}

// orderAt is Shopify's number of the order that was created first (min) or last (max).
func (p *platform) orderAt(end string) (id int64) {
	p.t.Helper()
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), `SELECT shopify_legacy_id FROM order_header
		WHERE source_create_ts = (SELECT `+end+`(source_create_ts) FROM order_header WHERE delete_ts IS NULL) LIMIT 1`).Scan(&id))
	return id
}

// requireMarks tells whether the watermarks stand, all of them or none.
func (p *platform) requireMarks(stand bool) {
	p.t.Helper()
	marks := temporal.NewWatermarks(p.temporal)
	for _, entity := range contract.MirroredEntities {
		state, err := marks.Get(p.t.Context(), entity.Watermark())
		require.NoError(p.t, err)
		require.Equal(p.t, stand, state.TS != nil, entity)
	}
}

func (p *platform) requireFailureTold(run contract.Dispatched, code fault.Code) {
	p.t.Helper()
	for e := range read[event.Sync](p, event.StreamSync) {
		if e.EventType == event.WorkflowFailed && e.RunID == run.RunID {
			require.Equal(p.t, string(code), e.ErrorCode)
			require.NotEmpty(p.t, e.ErrorMessage)
			return
		}
	}
	p.t.Fatal("sync.telemetry holds no error event of the run")
}

// A clock that is ahead hides nothing that happens until then; one that is behind stops nothing and moves nothing back,
// and where it is behind what was synced, the run waits for it to be set right.
func TestAClockThatJumpsLosesNothing(t *testing.T) {
	p := start(t)
	right := p.environ
	p.serve()
	requireCompleted(t, p, p.dispatch(contract.JobBackfill, contract.BackfillInput{}))
	requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
	for _, off := range []string{"2h", "-5m"} {
		p.environ = append(right[:len(right):len(right)], "BLUNT_CLOCK_OFF_BY="+off)
		p.serve()
		requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
		p.newOrder()
		p.environ = right
		p.serve()
		requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
		p.requireExact()
	}
	p.newOrder()
	p.environ = append(right[:len(right):len(right)], "BLUNT_CLOCK_OFF_BY=-2h")
	p.serve()
	run := p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{})
	p.eventually(time.Minute, "the run to say what it waits for", func() bool {
		snapshot, err := p.look(run.WorkflowID)
		return err == nil && slices.ContainsFunc(snapshot.Progress.Steps, func(step contract.Step) bool {
			return strings.Contains(step.Detail, "the clock says")
		})
	})
	p.environ = right
	p.serve()
	requireCompleted(t, p, run)
	p.requireExact()
}
