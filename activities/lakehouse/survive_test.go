package lakehouse_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

var rollNow = contract.RollInput{Stream: event.StreamCommerce, Shards: 1, Now: true}

func TestEventsThatTheTableHoldsAreDroppedAndCounted(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 500)...)
	h.roll(event.StreamCommerce)
	h.publish(event.SubjectCommerce, "resent", sales(100, 700)...) // 400 of them again, outside the stream's window
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 400, rolled.Doubles)
	require.EqualValues(t, 200, rolled.Rows)
	h.publish(event.SubjectCommerce, "all again", sales(0, 700)...)
	rolled = h.roll(event.StreamCommerce)
	require.EqualValues(t, 700, rolled.Doubles)
	require.Zero(t, rolled.Files, "nothing is left to be written, and the offset moves all the same")
	require.Zero(t, rolled.Waiting)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 700, rows)
	require.EqualValues(t, 700, events)
}

func TestEventsThatABatchHoldsTwiceLandOnce(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 500)...)
	h.publish(event.SubjectCommerce, "b", sales(250, 600)...)
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 250, rolled.Doubles)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 600, rows)
	require.EqualValues(t, 600, events)
}

func TestABatchOfMorePartitionsThanThereIsMemoryForLands(t *testing.T) {
	h := newHarness(t)
	const days = 1500
	var spread []event.Commerce
	for i := range days {
		e := sale(i)
		e.EventTS = firstDay.AddDate(0, 0, i-days)
		spread = append(spread, e)
	}
	for i := 0; i < days; i += 500 {
		h.publish(event.SubjectCommerce, fmt.Sprint("spread", i), spread[i:i+500]...)
	}
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, days, rolled.Rows)
	require.EqualValues(t, days, rolled.Files)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, days, rows)
	require.EqualValues(t, days, events)
}

func TestAStreamThatWasMadeAnewIsReadFromItsBeginning(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 100)...)
	h.publish(event.SubjectCommerce, "b", sales(100, 200)...)
	h.roll(event.StreamCommerce)
	h.remakeStreams()
	h.publish(event.SubjectCommerce, "c", sales(150, 300)...) // sequence 1 of the new stream, below the old one's offset
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 100, rolled.Rows)
	require.EqualValues(t, 50, rolled.Doubles)
	_, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 300, events)
}

func TestTwoRollsAtOnceLandEachEventOnce(t *testing.T) {
	h := newHarness(t)
	for i := range 8 {
		h.publish(event.SubjectCommerce, string(rune('a'+i)), sales(i*50, i*50+60)...)
	}
	var rolls sync.WaitGroup
	for range 3 {
		a := h.activities()
		a.Lake, a.Bytes = h.newLake(), 20_000
		rolls.Go(func() {
			for range 60 {
				rolled, err := a.RollStream(context.Background(), rollNow)
				if err == nil && rolled.Waiting == 0 && rolled.To == rolled.From {
					return
				}
			}
		})
	}
	rolls.Wait()
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 410, rows)
	require.EqualValues(t, 410, events)
}

func TestARollThatEndsInAnyPhaseIsTakenUpAgain(t *testing.T) {
	phases := []activities.Phase{
		activities.PhaseRead, activities.PhaseTransform, activities.PhaseCompare, activities.PhaseDeadLetters,
		activities.PhaseUpload, activities.PhaseCommit, activities.PhaseTrim,
	}
	h := newHarness(t)
	for i, phase := range phases {
		h.publish(event.SubjectCommerce, "good"+string(phase), sales(i*100, i*100+120)...)
		h.publishRaw(event.SubjectCommerce, "bad"+string(phase), "{\"event_id\":\"bad\"\n")
		a := h.activities()
		a.Phase = func(entered activities.Phase) {
			if entered == phase {
				panic(phase) // nothing after it runs, and the scratch folder stays behind; e2e kills the process itself
			}
		}
		require.PanicsWithValue(t, phase, func() { _, _ = a.RollStream(t.Context(), rollNow) })
		h.roll(event.StreamCommerce)
		rows, events := h.rows(lakehouse.CommerceTelemetry)
		require.EqualValues(t, i*100+120, rows, "after %s", phase)
		require.EqualValues(t, i*100+120, events, "after %s", phase)
		h.roll(streams.StreamDeadLetters)
		rows, events = h.rows(lakehouse.DeadLetter)
		require.EqualValues(t, i+1, rows, "dead letters after %s", phase)
		require.EqualValues(t, i+1, events)
	}
}

func TestACommitWhoseAnswerIsLostIsAdopted(t *testing.T) {
	h := newHarness(t)
	var lost atomic.Int32
	proxy := h.catalogProxy(func(r *http.Request, next http.HandlerFunc, w http.ResponseWriter) {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/tables/telemetry") || lost.Load() > 0 {
			next(w, r)
			return
		}
		next(httptest.NewRecorder(), r) // it is done,
		lost.Add(1)
		panic(http.ErrAbortHandler) // and nobody hears of it
	})
	h.publish(event.SubjectCommerce, "a", sales(0, 500)...)
	a := h.activities()
	a.Lake = h.lakeAt(proxy)
	rolled, err := a.RollStream(t.Context(), rollNow)
	require.NoError(t, err)
	require.EqualValues(t, 1, lost.Load())
	require.EqualValues(t, 500, rolled.Rows)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 500, rows)
	require.EqualValues(t, 500, events)
}

func TestCatalogErrorsForAWhileOnlyDelay(t *testing.T) {
	h := newHarness(t)
	var failed atomic.Int32
	proxy := h.catalogProxy(func(r *http.Request, next http.HandlerFunc, w http.ResponseWriter) {
		if r.Method == http.MethodPost && failed.Load() < 2 {
			if failed.Add(1)%2 == 0 {
				next(httptest.NewRecorder(), r) // an error after the fact
			}
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		next(w, r)
	})
	h.publish(event.SubjectCommerce, "a", sales(0, 500)...)
	a := h.activities()
	a.Lake = h.lakeAt(proxy)
	_, err := a.RollStream(t.Context(), rollNow)
	require.NoError(t, err)
	require.EqualValues(t, 2, failed.Load())
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 500, rows)
	require.EqualValues(t, 500, events)
}

func TestACompactionAndARollThatCrossLoseAndDoubleNothing(t *testing.T) {
	for _, test := range []struct {
		name          string
		first, second func(*harness, *lakehouse.Lake) error
	}{
		{"the roll commits when the compaction is about to", compactAt, rollAt},
		{"the compaction commits when the roll is about to", rollAt, compactAt},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t)
			h.landInPieces(4, 100)
			h.publish(event.SubjectCommerce, "again and new", sales(50, 500)...) // of days that are compacted meanwhile
			var crossed atomic.Bool
			proxy := h.catalogProxy(func(r *http.Request, next http.HandlerFunc, w http.ResponseWriter) {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/tables/telemetry") && crossed.CompareAndSwap(false, true) {
					if err := test.second(h, h.lake); err != nil {
						t.Errorf("the second: %v", err)
					}
				}
				next(w, r)
			})
			require.NoError(t, test.first(h, h.lakeAt(proxy)))
			require.True(t, crossed.Load())
			rows, events := h.rows(lakehouse.CommerceTelemetry)
			require.EqualValues(t, 500, rows)
			require.EqualValues(t, 500, events)
			all, err := h.lake.Snapshots(t.Context(), lakehouse.CommerceTelemetry)
			require.NoError(t, err)
			require.Len(t, all, 6, "both came through, the first at its second try")
		})
	}
}

func rollAt(h *harness, lake *lakehouse.Lake) error {
	a := h.activities()
	a.Lake = lake
	_, err := a.RollStream(h.t.Context(), rollNow)
	return err
}

func compactAt(h *harness, lake *lakehouse.Lake) error {
	a := h.activities()
	a.Lake = lake
	_, err := a.CompactTable(h.t.Context(), commerce)
	return err
}

func TestStreamsThatRestartLoseNothing(t *testing.T) {
	h := newHarness(t)
	h.publish(event.SubjectCommerce, "a", sales(0, 300)...)
	h.nats.Kill("nats")
	_, err := h.activities().RollStream(t.Context(), rollNow)
	require.Error(t, err)
	h.nats.Start("nats")
	require.Eventually(t, func() bool {
		_, err := h.activities().RollStream(t.Context(), rollNow)
		return err == nil
	}, 20*time.Second, 50*time.Millisecond)
	rows, events := h.rows(lakehouse.CommerceTelemetry)
	require.EqualValues(t, 300, rows)
	require.EqualValues(t, 300, events)
}

// remakeStreams deletes every stream and makes it again, as a restore from nothing would.
func (h *harness) remakeStreams() {
	h.t.Helper()
	h.deleteStreams()
	_, err := h.streams.Provision(h.t.Context())
	require.NoError(h.t, err)
}

// catalogProxy stands before the catalog and lets meddle decide what becomes of each request.
func (h *harness) catalogProxy(meddle func(*http.Request, http.HandlerFunc, http.ResponseWriter)) string {
	h.t.Helper()
	target, err := url.Parse(h.cfg.URI)
	require.NoError(h.t, err)
	forward := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { meddle(r, forward.ServeHTTP, w) }))
	h.t.Cleanup(server.Close)
	return server.URL
}

func (h *harness) lakeAt(uri string) *lakehouse.Lake {
	cfg := h.cfg
	cfg.URI, cfg.Dir = uri, h.t.TempDir()
	lake := lakehouse.New(cfg, h.objects)
	h.t.Cleanup(func() { _ = lake.Close() })
	return lake
}
