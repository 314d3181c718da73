package e2e_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
)

// outage is how long a service stays away after the roll has said so. Minutes with BLUNT_LONG=1.
func outage() time.Duration {
	if os.Getenv("BLUNT_LONG") != "" {
		return 4 * time.Minute
	}
	return 3 * time.Second
}

// While the table is out of reach, the roll says why and how much waits; when it is back, the roll goes on by itself.
func TestARollOutlivesItsServices(t *testing.T) {
	for _, away := range []struct {
		name        string
		lose, mend  func(*landing)
		streamThere bool
	}{
		{"the catalog answers with errors", func(l *landing) { l.catalog.refuse() }, func(l *landing) { l.catalog.set(nil) }, true},
		{"S3 answers with errors", func(l *landing) { l.s3.refuse() }, func(l *landing) { l.s3.set(nil) }, true},
		{
			"the catalog and S3 are gone", func(l *landing) { l.own.Kill("catalog"); l.own.Kill("s3") },
			func(l *landing) { l.own.Start("s3"); l.own.Start("catalog") }, true,
		},
		{"NATS is gone", func(l *landing) { l.own.Kill("nats") }, func(l *landing) { l.own.Start("nats") }, false},
	} {
		t.Run(away.name, func(t *testing.T) {
			l := startLanding(t)
			l.publish()
			l.land()
			l.requireLanded(mortal)

			if away.streamThere {
				away.lose(l)
				l.publish()
			} else {
				l.publish()
				away.lose(l)
			}
			var seen contract.RollState
			l.eventually(2*time.Minute, "the roll to say what ails it", func() bool {
				state, err := l.state()
				seen = state
				return err == nil && state.Fault != "" && (!away.streamThere || state.Waiting > 0)
			})
			require.False(t, seen.FaultSince.IsZero())
			if away.streamThere {
				require.Positive(t, seen.Lag)
				require.Contains(t, l.blunt("lake", "lag"), "COMMERCE_TELEMETRY")
			}
			over := time.Now().Add(outage())
			for time.Now().Before(over) {
				if away.streamThere {
					l.publish()
				}
				later, err := l.state()
				require.NoError(t, err, "the workflow goes on")
				require.NotEmpty(t, later.Fault)
				time.Sleep(time.Second) // the length of the outage is what is tested
			}
			t.Logf("away since %s: %d messages wait, for %.0f s; %s", seen.FaultSince, seen.Waiting, float64(seen.Lag), seen.Fault)
			away.mend(l)
			if away.streamThere {
				l.publish()
			} else {
				l.eventually(time.Minute, "NATS to take messages again", func() bool { return l.publisher.Ping(t.Context()) == nil })
				l.publish()
			}
			l.requireLanded(2 * time.Minute)
			l.eventually(mortal, "the roll to be well", func() bool {
				state, err := l.state()
				return err == nil && state.Fault == "" && state.FaultSince.IsZero()
			})
		})
	}
}
