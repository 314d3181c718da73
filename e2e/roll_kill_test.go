package e2e_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/event"
)

// mortal is how long a killed process takes at most to be missed, replaced, and dead again.
const mortal = time.Minute

// An ingest that lands the streams is killed between each two phases of a roll, and before and after the activity that
// the roll is: once it is taken up again, every event is in its table once.
func TestARollThatIsKilledBetweenItsPhasesLandsEverythingOnce(t *testing.T) {
	l := startLanding(t)
	marks := []string{"before lakehouse.RollStream", "after lakehouse.RollStream"}
	for _, phase := range []activities.Phase{
		activities.PhaseRead, activities.PhaseTransform, activities.PhaseCompare, activities.PhaseDeadLetters,
		activities.PhaseUpload, activities.PhaseCommit, activities.PhaseTrim,
	} {
		marks = append(marks, "roll "+event.StreamCommerce+" "+string(phase))
	}
	l.publish()
	for len(marks) > 0 {
		l.publish()
		l.requireDeath(l.land(marks...))
		mark, err := os.ReadFile(l.died)
		require.NoError(t, err, "ingest ended, and not at a mark")
		at := slices.Index(marks, string(mark))
		require.GreaterOrEqual(t, at, 0, "ingest died at %q", mark)
		t.Logf("died %s", mark)
		marks = slices.Delete(marks, at, at+1)
	}
	l.publish()
	l.land()
	l.requireLanded(mortal)
}

func (l *landing) requireDeath(ended <-chan struct{}) {
	l.t.Helper()
	select {
	case <-ended:
	case <-time.After(mortal):
		l.t.Fatalf("ingest lived through %s", mortal)
	}
}

// moment is a request within a phase at which ingest is killed from outside.
type moment struct {
	name string
	gate func(*landing) *gate
	is   func(*http.Request) bool
	nth  int64
	done bool // the server does what is asked, and ingest does not hear of it
}

var moments = func() []moment {
	catalog, objects := func(l *landing) *gate { return l.catalog }, func(l *landing) *gate { return l.s3 }
	of := func(method string, parts ...string) func(*http.Request) bool {
		return func(r *http.Request) bool {
			return r.Method == method && !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(r.URL.Path, part) })
		}
	}
	dataFile := of(http.MethodPut, "/commerce", "/data/", ".parquet")
	manifest := of(http.MethodPut, "/commerce", "/metadata/", ".avro")
	commit := of(http.MethodPost, "/commerce", "/tables/telemetry")
	return []moment{
		{"before the first data file", objects, dataFile, 1, false},
		{"between two data files", objects, dataFile, 2, true},
		{"after the first manifest", objects, manifest, 1, true},
		{"before the manifest list", objects, manifest, 2, false},
		{"before the commit reaches the catalog", catalog, commit, 1, false},
		{"after the commit and before its answer", catalog, commit, 1, true},
	}
}()

// The same within the phases: an ingest is killed while its request is under way.
func TestARollThatIsKilledWithinAPhaseLandsEverythingOnce(t *testing.T) {
	l := startLanding(t)
	l.publish()
	l.land()
	l.requireLanded(mortal)
	for _, m := range moments {
		ended := l.land()
		l.killAt(m)
		l.publish()
		l.requireDeath(ended)
		t.Logf("died %s", m.name)
	}
	l.publish()
	l.land()
	l.requireLanded(mortal)
}

// killAt kills ingest at the moment, once.
func (l *landing) killAt(m moment) {
	var seen atomic.Int64
	process := l.ingest.Process
	m.gate(l).set(func(r *http.Request, forward http.Handler, _ http.ResponseWriter) bool {
		if !m.is(r) || seen.Add(1) != m.nth {
			return false
		}
		if m.done {
			forward.ServeHTTP(httptest.NewRecorder(), r)
		}
		_ = process.Kill() // it may be dead
		m.gate(l).set(nil)
		return true
	})
}
