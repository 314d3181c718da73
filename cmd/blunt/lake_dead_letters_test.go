package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// refuse has events refused: n that are malformed, some of a version that nobody knows, and one that is too large.
func (o *atLake) refuse(malformed, unknown int) {
	o.t.Helper()
	var text strings.Builder
	for i := range malformed {
		fmt.Fprintf(&text, "{\"cut\": %d\n", i)
	}
	for i := range unknown {
		fmt.Fprintf(&text, "{\"event_id\": \"evt_%d\", \"schema_version\": 99}\n", i)
	}
	fmt.Fprintf(&text, "{\"title\": %q}\n", strings.Repeat("x", 70<<10))
	o.publishRaw(text.String())
	o.must("lake", "roll")
}

func (o *atLake) deleteStream(name string) {
	o.t.Helper()
	conn, err := nats.Connect(o.cfg.Streams.URL)
	require.NoError(o.t, err)
	defer conn.Close()
	js, err := jetstream.New(conn)
	require.NoError(o.t, err)
	require.NoError(o.t, js.DeleteStream(o.t.Context(), name))
}

func TestDeadLettersArePagedAndCounted(t *testing.T) {
	o := newAtLake(t)
	require.Equal(t, "no refused event is open\n", o.must("lake", "dead-letters"))
	require.Empty(t, decode[deadLetterPage](o, "lake", "dead-letters").DeadLetters)
	o.refuse(60, 5)

	text := o.must("lake", "dead-letters")
	require.Contains(t, text, "50 of 66 refused events\nmore: --after ")
	require.Equal(t, "60", line(t, text, event.StreamCommerce, "malformed")[2])
	require.Equal(t, "5", line(t, text, event.StreamCommerce, "schema_version")[2])
	require.Equal(t, "1", line(t, text, event.StreamCommerce, "too_large")[2])

	seen := map[string]bool{}
	page := deadLetterPage{}
	for pages := 1; ; pages++ {
		args := []string{"lake", "dead-letters", "list", "--limit", "22"}
		if page.Next != "" {
			args = append(args, "--after", page.Next)
		}
		page = decode[deadLetterPage](o, args...)
		require.EqualValues(t, 66, page.Open, "of all pages")
		for _, l := range page.DeadLetters {
			seen[l.ID] = true
		}
		if page.Next == "" {
			require.Equal(t, 3, pages)
			break
		}
	}
	require.Len(t, seen, 66)

	require.Len(t, decode[deadLetterPage](o, "lake", "dead-letters", "--stream", "commerce_telemetry", "--reason", "schema_version").DeadLetters, 5)
	require.Zero(t, decode[deadLetterPage](o, "lake", "dead-letters", "--stream", event.StreamSync).Open)

	require.Contains(t, o.refused(fault.InvalidInput, "lake", "dead-letters", "--limit", "0"), "--limit")
	require.Contains(t, o.refused(fault.InvalidInput, "lake", "dead-letters", "--limit", "1001"), "--limit")
	require.Contains(t, o.refused(fault.InvalidInput, "lake", "dead-letters", "--after", "50"), "--after")
	require.Contains(t, o.refused(fault.InvalidInput, "lake", "dead-letters", "--stream", "commerce"), strings.Join(streams.Names(), ", "))
}

func TestDeadLettersAreRedrivenAndDismissedByIDStreamAndReason(t *testing.T) {
	o := newAtLake(t)
	o.refuse(3, 2)
	open := func(reason string) []string {
		return idsOf(decode[deadLetterPage](o, "lake", "dead-letters", "--reason", reason).DeadLetters)
	}
	malformed, large := open("malformed"), open(lakehouse.ReasonTooLarge)
	for _, verb := range []string{"redrive", "dismiss"} {
		t.Run("what "+verb+" refuses", func(t *testing.T) {
			do := func(args ...string) []string { return append([]string{"lake", "dead-letters", verb}, args...) }
			o.refused(fault.InvalidInput, do()...)
			o.refused(fault.InvalidInput, do(malformed[0], "--reason", "malformed")...)
			require.Contains(t, o.refused(fault.InvalidInput, do("--stream", "commerce")...), event.StreamCommerce)
			require.Contains(t, o.refused(fault.NotFound, do("--reason", "weather")...), "nothing to "+verb)
			named := o.refused(fault.NotFound, do(malformed[0], "GONE", "LOST")...)
			require.Contains(t, named, "GONE, LOST")
			require.NotContains(t, named, malformed[0])
		})
	}
	require.Contains(t, o.refused(fault.InvalidInput, "lake", "dead-letters", "redrive", malformed[0], large[0]), large[0])
	o.must("lake", "roll")
	require.Len(t, open("malformed"), 3, "what was refused did nothing")

	answer := o.try("lake", "dead-letters", "redrive", malformed[0], malformed[0])
	require.NoError(t, answer.fault)
	require.Equal(t, "events redriven: 1\n", answer.out)
	require.Equal(t, "redriven 1 of 1\n", answer.err)
	require.Equal(t, malformed, open("malformed"), "the table follows with the next roll")
	o.must("lake", "roll")
	require.Len(t, open("malformed"), 3, "it was refused again")
	require.NotContains(t, open("malformed"), malformed[0])

	require.JSONEq(t, `{"events": 2}`, o.must("lake", "dead-letters", "redrive", "--reason", "schema_version", "--json"))
	require.Equal(t, "events dismissed: 1\n", o.must("lake", "dead-letters", "dismiss", large[0], large[0]))
	require.Equal(t, "events dismissed: 3\n", o.must("lake", "dead-letters", "dismiss", "--stream", event.StreamCommerce, "--reason", "malformed"))
	o.must("lake", "roll")
	page := decode[deadLetterPage](o, "lake", "dead-letters")
	require.Equal(t, []lakehouse.DeadLetterCount{{Stream: event.StreamCommerce, Reason: "schema_version", Events: 2}}, page.Counts)
}

func TestARedriveThatFailsSaysHowFarItCame(t *testing.T) {
	o := newAtLake(t)
	o.refuse(0, mostDeadLetters+30)
	answer := o.try("lake", "dead-letters", "redrive", "--reason", "schema_version")
	require.NoError(t, answer.fault)
	require.Equal(t, fmt.Sprintf("redriven %d of %[2]d\nredriven %[2]d of %[2]d\n", mostDeadLetters, mostDeadLetters+30), answer.err)

	s := &session{out: &strings.Builder{}, err: &strings.Builder{}}
	lake := lakehouse.New(o.cfg.Lake, o.cfg.Objects)
	defer lake.Close()
	calls := 0
	done, err := s.deal(t.Context(), lake, lakehouse.DeadLetterFilter{Reason: "schema_version"}, "redriven", func(letters []lakehouse.RefusedEvent) (int64, error) {
		if calls++; calls == 2 {
			return 7, fault.New(fault.StreamFull, "full")
		}
		return int64(len(letters)), nil
	})
	require.EqualValues(t, mostDeadLetters+7, done)
	err = s.dealt("redriven", done, err)
	require.True(t, fault.Is(err, fault.StreamFull), "%v", err)
	require.Equal(t, fmt.Sprintf("events redriven: %d\n", mostDeadLetters+7), fmt.Sprint(s.out))
}
