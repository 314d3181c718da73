package measurement_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// After midnight nothing has changed but the day: a refresh adds a file and replaces none.
func TestARefreshThatIsOvertakenAfterMidnightAddsNoSecondDay(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	rows := []row{aSale("2026-03-01", "o1")}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	l.refresh(t, date("2026-03-05").Add(13*time.Hour), rules, false)

	now := date("2026-03-06").Add(13 * time.Hour)
	quicker := func(done, total int) {
		if done < total {
			return
		}
		result, err := l.refresher.Performance(t.Context(), measurement.Request{Now: now, RunID: "quicker", Zone: london(t)}, rules)
		require.NoError(t, err)
		require.EqualValues(t, 1, result.Days)
	}
	_, err := l.refresher.Performance(t.Context(), measurement.Request{Now: now, RunID: "slower", Zone: london(t), Progress: quicker}, rules)
	require.True(t, fault.Is(err, fault.CommitConflict), "%v", err)
	l.agrees(t, rows, rules, now)
}

// A spec that was archived and made anew begins with generation 1 again.
func TestOtherRulesUnderTheSameNameAndGenerationAreMeasuredAnew(t *testing.T) {
	l := newLake(t)
	rules := measurement.Rules{Spec: defaultSpec()}
	now := date("2026-03-05").Add(13 * time.Hour)
	rows := []row{aSale("2026-03-01", "o1")}
	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, rows))
	l.refresh(t, now, rules, false)

	rules.Spec.Classes[3].Name = "fresh" // was new
	_, performance := l.refresh(t, now, rules, false)
	require.Equal(t, contract.RefreshFull, performance.Mode)
	require.Equal(t, "the classification spec's rules have changed", performance.Reason)
	l.agrees(t, rows, rules, now)
}
