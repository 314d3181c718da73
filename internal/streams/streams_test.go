package streams_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/internal/testenv"
)

func click(id string) event.Publication {
	return event.Publication{
		EventID: id, EventType: event.Click, EventTS: time.Now().UTC(), IngestTS: time.Now().UTC(), PublisherID: "pub_1",
		SchemaVersion: event.SchemaVersion,
	}
}

func connect(t *testing.T) *streams.Client {
	t.Helper()
	return connectTo(t, testenv.Own(t, "nats"), 1<<30)
}

func connectTo(t *testing.T, own *testenv.OwnStack, maxBytes int64) *streams.Client {
	t.Helper()
	cfg := own.Env().Streams()
	cfg.MaxBytes = maxBytes
	c, err := streams.Connect(cfg, t.Name())
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.Provision(t.Context())
	require.NoError(t, err)
	return c
}

// all reads a stream's events.
func all(t *testing.T, c *streams.Client, shard streams.Shard) (events []string) {
	t.Helper()
	require.NoError(t, c.Read(t.Context(), shard, 0, func(m streams.Stored) (bool, error) {
		text, err := m.NDJSON(nil)
		events = append(events, strings.Split(strings.TrimSpace(string(text)), "\n")...)
		return true, err
	}))
	return events
}

func TestProvisioningTwiceChangesNothing(t *testing.T) {
	c := connect(t)
	did, err := c.Provision(t.Context())
	require.NoError(t, err)
	require.Len(t, did, 4)
	for _, line := range did {
		require.Contains(t, line, "unchanged")
	}
}

func TestAMessageThatIsPublishedAgainIsStoredOnce(t *testing.T) {
	c := connect(t)
	m, err := streams.NewMessage(event.SubjectPublication, "one", []event.Publication{click("a"), click("b")})
	require.NoError(t, err)
	first, err := c.Publish(t.Context(), m)
	require.NoError(t, err)
	require.False(t, first.Duplicate)
	again, err := c.Publish(t.Context(), m)
	require.NoError(t, err)
	require.True(t, again.Duplicate)
	require.Equal(t, first.Sequence, again.Sequence)
	require.Len(t, all(t, c, streams.Shards(event.StreamPublication, 1)[0]), 2)
}

func TestAnEventSaysWhatIsWrongWithIt(t *testing.T) {
	version := click("a")
	version.SchemaVersion = 9
	cases := []struct {
		name   string
		events []event.Publication
		code   fault.Code
		field  string
	}{
		{"no id", []event.Publication{click("a"), click("")}, fault.InvalidInput, "row 2, event_id"},
		{"no type", []event.Publication{{EventID: "a", EventTS: time.Now(), SchemaVersion: 1}}, fault.InvalidInput, "event_type"},
		{"no time", []event.Publication{{EventID: "a", EventType: "click", SchemaVersion: 1}}, fault.InvalidInput, "event_ts"},
		{"unknown version", []event.Publication{version}, fault.InvalidInput, "schema_version: is 9"},
		{"large event", []event.Publication{{EventID: strings.Repeat("x", 70<<10)}}, fault.TooLarge, "more than 65536"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := streams.NewMessage(event.SubjectPublication, "", c.events)
			require.True(t, fault.Is(err, c.code), "%v", err)
			require.ErrorContains(t, err, c.field)
		})
	}
	_, err := streams.NewMessage(event.SubjectPublication, "", []json.RawMessage{json.RawMessage(`{"event_id":"a"}`)})
	require.ErrorContains(t, err, "event_type: is missing", "text is held to the same")
}

func TestAMessageBeyondTheLimitIsRefusedHoweverSmallItIsCompressed(t *testing.T) {
	c := connect(t)
	frame, err := streams.Compress([]byte(strings.Repeat("{}\n", 400_000)))
	require.NoError(t, err)
	_, err = c.Publish(t.Context(), streams.Message{Subject: event.SubjectPublication, ID: "big", Payload: frame, Compressed: true, Events: 1})
	require.True(t, fault.Is(err, fault.TooLarge), "%v", err)
}

func TestAFullStreamAnswersTryLaterAndDropsNothing(t *testing.T) {
	own := testenv.Own(t, "nats")
	c := connectTo(t, own, 64<<10)
	stored := 0
	var refused error
	for i := range 1000 {
		m := streams.Message{Subject: event.SubjectPublication, ID: fmt.Sprint(i), Payload: []byte(strings.Repeat("x", 1000)), Events: 1}
		if _, refused = c.Publish(t.Context(), m); refused != nil {
			break
		}
		stored++
	}
	require.True(t, fault.Is(refused, fault.StreamFull), "%v", refused)
	require.True(t, fault.Of(refused).Retryable())
	require.Len(t, all(t, c, streams.Shards(event.StreamPublication, 1)[0]), stored)
}

func TestAServerThatIsAwayIsUnavailableAndWhatWasAcknowledgedStays(t *testing.T) {
	own := testenv.Own(t, "nats")
	c := connectTo(t, own, 1<<30)
	m, err := streams.NewMessage(event.SubjectPublication, "kept", []event.Publication{click("a")})
	require.NoError(t, err)
	_, err = c.Publish(t.Context(), m)
	require.NoError(t, err)
	own.Kill("nats")
	m.ID = "lost"
	_, err = c.Publish(t.Context(), m)
	require.Error(t, err)
	require.True(t, fault.Of(err).Retryable(), "%v", err)
	own.Start("nats")
	require.Eventually(t, func() bool { _, err := c.Publish(t.Context(), m); return err == nil }, 20*time.Second, 50*time.Millisecond)
	require.GreaterOrEqual(t, len(all(t, c, streams.Shards(event.StreamPublication, 1)[0])), 2)
}

func TestCallersShareMessagesAndEachIsAnsweredAfterTheAcknowledgement(t *testing.T) {
	c := connect(t)
	batcher := streams.NewBatcher(c, event.SubjectPublication, streams.BatcherOptions{Wait: 20 * time.Millisecond})
	go func() { _ = batcher.Run(t.Context()) }()
	var callers sync.WaitGroup
	errs := make([]error, 500)
	for i := range errs {
		callers.Go(func() { errs[i] = batcher.Publish(t.Context(), click(fmt.Sprint("e", i))) })
	}
	callers.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Len(t, all(t, c, streams.Shards(event.StreamPublication, 1)[0]), 500)
	state, err := c.State(t.Context(), event.StreamPublication)
	require.NoError(t, err)
	require.Less(t, state.Messages, uint64(250), "they were grouped")
	require.ErrorContains(t, batcher.Publish(t.Context(), click("")), "event_id", "a bad event concerns its caller alone")
}

func TestABatcherThatIsBehindSaysSo(t *testing.T) {
	c := connect(t)
	batcher := streams.NewBatcher(c, event.SubjectPublication, streams.BatcherOptions{Waiting: 1}) // and nobody runs it
	answers := make(chan error, 2)
	for _, id := range []string{"a", "b"} {
		go func() { answers <- batcher.Publish(t.Context(), click(id)) }()
	}
	require.True(t, fault.Is(<-answers, fault.StreamFull), "one of them waits, the other is told to try later")
}

func TestAGroupIsNeverLargerThanAMessageMayBe(t *testing.T) {
	c := connect(t)
	batcher := streams.NewBatcher(c, event.SubjectPublication, streams.BatcherOptions{Wait: 200 * time.Millisecond, Bytes: 64 << 20})
	go func() { _ = batcher.Run(t.Context()) }()
	large := func(id string) event.Publication {
		e := click(id)
		e.Properties = json.RawMessage(`{"note":"` + strings.Repeat("x", 50<<10) + `"}`)
		return e
	}
	var callers sync.WaitGroup
	errs := make([]error, 30) // 1.5 MB
	for i := range errs {
		callers.Go(func() { errs[i] = batcher.Publish(t.Context(), large(fmt.Sprint("e", i))) })
	}
	callers.Wait()
	for _, err := range errs {
		require.NoError(t, err, "what does not fit into one message goes into the next")
	}
	state, err := c.State(t.Context(), event.StreamPublication)
	require.NoError(t, err)
	require.GreaterOrEqual(t, state.Messages, uint64(2))
	require.Len(t, all(t, c, streams.Shards(event.StreamPublication, 1)[0]), len(errs))

	var many []any
	for i := range 25 {
		many = append(many, large(fmt.Sprint("m", i)))
	}
	err = batcher.Publish(t.Context(), many...)
	require.True(t, fault.Is(err, fault.TooLarge), "%v", err)
	require.ErrorContains(t, err, "send fewer at once")
}

func TestAFullStreamAnswersEveryCallerOfAGroupToTryLater(t *testing.T) {
	own := testenv.Own(t, "nats")
	c := connectTo(t, own, 64<<10)
	batcher := streams.NewBatcher(c, event.SubjectPublication, streams.BatcherOptions{Wait: 20 * time.Millisecond})
	go func() { _ = batcher.Run(t.Context()) }()
	noise := rand.NewChaCha8([32]byte{})
	stored := 0
	var refused error
	for i := 0; refused == nil && i < 100; i++ {
		text := make([]byte, 4<<10) // does not compress
		_, _ = noise.Read(text)
		e := click(fmt.Sprint("e", i))
		e.Properties = json.RawMessage(`{"note":"` + hex.EncodeToString(text) + `"}`)
		if refused = batcher.Publish(t.Context(), e); refused == nil {
			stored++
		}
	}
	require.True(t, fault.Is(refused, fault.StreamFull), "%v", refused)
	require.True(t, fault.Of(refused).Retryable())
	require.Len(t, all(t, c, streams.Shards(event.StreamPublication, 1)[0]), stored, "what was acknowledged is there, and nothing else")
}

func TestEveryPublisherBelongsToOneShardWhateverTheirNumber(t *testing.T) {
	for _, n := range []int{2, 3, 7, 64} {
		shards := streams.Shards(event.StreamPublication, n)
		require.Len(t, shards, n)
		for p := range 200 {
			subject, found := streams.PublicationSubject(fmt.Sprint("pub", p)), 0
			for _, s := range shards {
				for _, each := range s.Subjects {
					if each == subject {
						found++
					}
				}
			}
			require.Equal(t, 1, found)
		}
	}
	require.Len(t, streams.Shards(event.StreamCommerce, 5), 1, "other streams are not divided")
}

func TestWhatHasNotLandedOrIsYoungIsNotTrimmed(t *testing.T) {
	c := connect(t)
	for i := range 10 {
		m, err := streams.NewMessage(event.SubjectPublication, fmt.Sprint(i), []event.Publication{click(fmt.Sprint(i))})
		require.NoError(t, err)
		_, err = c.Publish(t.Context(), m)
		require.NoError(t, err)
	}
	first := func() uint64 {
		state, err := c.State(t.Context(), event.StreamPublication)
		require.NoError(t, err)
		return state.First
	}
	_, err := c.Trim(t.Context(), event.StreamPublication, 6, time.Now())
	require.NoError(t, err)
	require.EqualValues(t, 1, first(), "young")
	later := time.Now().Add(8 * 24 * time.Hour)
	_, err = c.Trim(t.Context(), event.StreamPublication, 6, later)
	require.NoError(t, err)
	require.EqualValues(t, 7, first(), "landed and old")
	waiting, err := c.Waiting(t.Context(), streams.Shards(event.StreamPublication, 1)[0], 6)
	require.NoError(t, err)
	require.EqualValues(t, 4, waiting.Messages)
}
