package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
)

// Each service is killed and started again in the middle of a backfill of everything, at two of its steps.
func TestAServiceThatIsKilledLosesNothing(t *testing.T) {
	for part, at := range map[string][]string{
		"postgres": {"orders.0001.load", "products.0001.load"},
		"s3":       {"products.0001.archive", "orders.0001.details"},
		"nats":     {"products.0001.load", "orders.0001.load"},
		"temporal": {"customers.0001.poll", "orders.0001.load"},
	} {
		t.Run(part, func(t *testing.T) {
			p := start(t)
			// Steps take long enough to be met.
			p.shop("POST", "faults", `{"kind":"bulk_slow","delay_ms":1500}`, nil)
			p.shop("POST", "faults", `{"kind":"download_slow","delay_ms":300}`, nil)
			p.serve()
			run := p.dispatch(contract.JobBackfill, contract.BackfillInput{From: time.Now().AddDate(-3, 0, 0).UTC()})
			p.eventually(time.Minute, "the backfill to get going", func() bool { return p.reached(run.WorkflowID, at...) })
			p.own.Kill(part)
			p.own.Start(part)
			requireCompleted(t, p, run)
			p.requireExact()
		})
	}
}

// reached tells whether one of the steps is running or over.
func (p *platform) reached(workflowID string, steps ...string) bool {
	snapshot, err := p.look(workflowID)
	if err != nil {
		return false
	}
	for _, step := range snapshot.Progress.Steps {
		for _, name := range steps {
			if step.Activity == name {
				return true
			}
		}
	}
	return false
}

func TestTwoTriggersAtOnceAreOneRun(t *testing.T) {
	p := start(t)
	p.serve()
	runs := make(chan contract.Dispatched, 8)
	for range cap(runs) {
		go func() {
			run, err := p.dispatcher.Dispatch(t.Context(), contract.Job{Type: contract.JobBulkSync, Input: contract.BulkSyncInput{}})
			if err != nil {
				t.Errorf("dispatch: %v", err)
			}
			runs <- run
		}()
	}
	started := 0
	ids := map[string]bool{}
	for range cap(runs) {
		run := <-runs
		ids[run.RunID] = true
		if !run.UnderWay {
			started++
		}
	}
	require.Len(t, ids, 1)
	require.Equal(t, 1, started)
	requireCompleted(t, p, contract.Dispatched{WorkflowID: contract.BulkSyncID})
}
