package lakehouse_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// with changes one member of a sale's JSON; nil removes it.
func with(t *testing.T, i int, name string, value any) string {
	t.Helper()
	raw, err := json.Marshal(sale(i))
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))
	if fields[name] = value; value == nil {
		delete(fields, name)
	}
	raw, err = json.Marshal(fields)
	require.NoError(t, err)
	return string(raw)
}

func TestEventsThatCannotBeTakenGoToTheDeadLettersWithTheReason(t *testing.T) {
	h := newHarness(t)
	bad := []struct{ reason, text string }{
		{"malformed", `{"event_id": "cut`},
		{"malformed", `not json`},
		{"malformed", `[1, 2]`},
		{"schema_version", `{}`},
		{"malformed", "{\"event_id\": \"\xff\"}"},
		{"schema_version", with(t, 1, "schema_version", 99)},
		{"schema_version", with(t, 2, "schema_version", nil)},
		{"event_id", with(t, 3, "event_id", "")},
		{"event_type", with(t, 4, "event_type", "order_eaten")},
		{"event_ts", with(t, 5, "event_ts", "yesterday")},
		{"event_ts", with(t, 6, "event_ts", time.Now().Add(72*time.Hour))},
		{"event_ts", with(t, 7, "event_ts", "1969-12-31T00:00:00Z")},
		{"event_ts", with(t, 8, "event_ts", nil)},
		{"order_id", with(t, 9, "order_id", nil)},
		{"quantity", with(t, 10, "quantity", 2.5)},
		{"quantity", with(t, 11, "quantity", "many")},
		{"unit_price", with(t, 12, "unit_price", "1.00001")},
		{"unit_price", with(t, 13, "unit_price", "1e-7")},
		{"net_amount", with(t, 14, "net_amount", "12 GBP")},
		{"gross_amount", with(t, 15, "gross_amount", "123456789012345.1")},
		{"too_large", with(t, 16, "title", strings.Repeat("x", 70<<10))},
	}
	var text strings.Builder
	for i, b := range bad { // a good one after each bad one
		good, err := json.Marshal(sale(1000 + i))
		require.NoError(t, err)
		fmt.Fprintf(&text, "%s\n%s\n", b.text, good)
	}
	h.publishRaw(event.SubjectCommerce, "mixed", text.String())
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, len(bad), rolled.DeadLetters)
	require.EqualValues(t, len(bad), rolled.Rows, "the good ones land")
	require.Zero(t, rolled.Waiting)

	require.EqualValues(t, len(bad), h.roll(streams.StreamDeadLetters).Rows)
	letters, err := h.lake.DeadLetters(t.Context(), lakehouse.DeadLetterFilter{})
	require.NoError(t, err)
	require.Len(t, letters, len(bad))
	byLine := map[int]lakehouse.RefusedEvent{}
	for _, l := range letters {
		byLine[l.Line] = l
		require.Equal(t, event.StreamCommerce, l.Stream)
		require.EqualValues(t, 1, l.Sequence)
	}
	for i, b := range bad {
		l := byLine[2*i+1]
		require.Equal(t, b.reason, l.Reason, "%.100s", b.text)
		if b.reason != "too_large" {
			require.Equal(t, strings.ToValidUTF8(b.text, "\uFFFD"), l.Payload)
		}
	}
}

func TestAMessageThatIsNotWhatItsHeaderSaysStopsNothing(t *testing.T) {
	h := newHarness(t)
	frame, err := streams.Compress([]byte(strings.Repeat("{}\n", 100)))
	require.NoError(t, err)
	frame = frame[:len(frame)-3]
	_, err = h.streams.Publish(t.Context(), streams.Message{Subject: event.SubjectCommerce, ID: "cut", Payload: frame, Compressed: true, Events: 100})
	require.NoError(t, err)
	h.publish(event.SubjectCommerce, "good", sales(0, 5)...)
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 1, rolled.DeadLetters)
	require.EqualValues(t, 5, rolled.Rows)
}

func TestARefusedEventIsRedrivenOnceAndLeavesTheList(t *testing.T) {
	h := newHarness(t)
	h.publishRaw(event.SubjectCommerce, "bad", with(t, 1, "event_type", "order_eaten")+"\n"+with(t, 2, "quantity", "many"))
	h.roll(event.StreamCommerce)
	h.roll(streams.StreamDeadLetters)
	redriven, err := h.activities().RedriveDeadLetters(t.Context(), contract.RedriveInput{Reason: "quantity"})
	require.NoError(t, err)
	require.EqualValues(t, 1, redriven.Events)
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 1, rolled.Events)
	require.EqualValues(t, 1, rolled.DeadLetters, "it is as it was, and refused again")
	h.roll(streams.StreamDeadLetters)
	letters, err := h.lake.DeadLetters(t.Context(), lakehouse.DeadLetterFilter{Reason: "quantity"})
	require.NoError(t, err)
	require.Len(t, letters, 1, "the redriven one is off the list, the new one on it")
	require.EqualValues(t, 2, letters[0].Sequence)
	require.NoError(t, h.activities().Dismiss(t.Context(), letters))
	h.roll(streams.StreamDeadLetters)
	letters, err = h.lake.DeadLetters(t.Context(), lakehouse.DeadLetterFilter{})
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Equal(t, "event_type", letters[0].Reason)
}

func TestAThousandBadLinesAreDeadLettersNotAnOutage(t *testing.T) {
	h := newHarness(t)
	h.publishRaw(event.SubjectCommerce, "noise", strings.Repeat("?\n", 3000))
	rolled := h.roll(event.StreamCommerce)
	require.EqualValues(t, 3000, rolled.DeadLetters)
	require.Zero(t, rolled.Rows)
	require.EqualValues(t, 3000, h.roll(streams.StreamDeadLetters).Rows)
}

func TestTheOtherStreamsLandAsTheyAre(t *testing.T) {
	h := newHarness(t)
	text := func(s string) *string { return &s }
	now := time.Now().UTC().Truncate(time.Microsecond)
	m, err := streams.NewMessage(streams.PublicationSubject("pub_1"), "", []event.Publication{{
		EventID: "p1", EventType: event.Click, EventTS: now, IngestTS: now, PublisherID: "pub_1", ProductIDs: []string{"prd_1", "prd_2"},
		DeviceKind: text("mobile"), Properties: json.RawMessage(`{"place": "top"}`), SchemaVersion: 1,
	}})
	require.NoError(t, err)
	_, err = h.streams.Publish(t.Context(), m)
	require.NoError(t, err)
	h.publishRaw(event.SubjectPublication, "list", fmt.Sprintf(
		`{"event_id":"p2","event_type":"click","event_ts":%q,"publisher_id":"pub_1","properties":[1],"schema_version":1}`, now.Format(time.RFC3339)))
	rolled := h.roll(event.StreamPublication)
	require.EqualValues(t, 1, rolled.Rows)
	require.EqualValues(t, 1, rolled.DeadLetters, "properties that are no object")
	var place, products string
	require.NoError(t, h.reader.Query(t.Context(), lakehouse.PublicationTelemetry, "SELECT properties->>'place', product_ids::VARCHAR FROM t", &place, &products))
	require.Equal(t, "top", place)
	require.Equal(t, "[prd_1, prd_2]", products)

	records := int64(7)
	m, err = streams.NewMessage(event.SubjectSync, "", []event.Sync{{
		EventID: "s1", EventType: event.StepCompleted, EventTS: now, WorkflowID: "w", RunID: "r", WorkflowType: "T", Attempt: 2,
		RecordsOut: &records, WatermarkAfter: &now, SchemaVersion: 1,
	}})
	require.NoError(t, err)
	_, err = h.streams.Publish(t.Context(), m)
	require.NoError(t, err)
	require.EqualValues(t, 1, h.roll(event.StreamSync).Rows)
	var out int64
	var mark time.Time
	require.NoError(t, h.reader.Query(t.Context(), lakehouse.SyncTelemetry, "SELECT records_out, watermark_after FROM t WHERE attempt = 2", &out, &mark))
	require.EqualValues(t, 7, out)
	require.True(t, now.Equal(mark))
}

func TestShardsOfAStreamHaveOffsetsOfTheirOwn(t *testing.T) {
	h := newHarness(t)
	publish := func(from, to int) {
		for i := from; i < to; i++ {
			m, err := streams.NewMessage(streams.PublicationSubject(fmt.Sprint("pub", i)), "", []event.Publication{{
				EventID: fmt.Sprint("p", i), EventType: event.View, EventTS: time.Now().UTC(), PublisherID: fmt.Sprint("pub", i), SchemaVersion: 1,
			}})
			require.NoError(t, err)
			_, err = h.streams.Publish(t.Context(), m)
			require.NoError(t, err)
		}
	}
	land := func(shards int) (rows, doubles int64) {
		for i := range shards {
			rolled, err := h.activities().RollStream(t.Context(), contract.RollInput{Stream: event.StreamPublication, Shard: i, Shards: shards, Now: true})
			require.NoError(t, err)
			rows += rolled.Rows
			doubles += rolled.Doubles
		}
		return rows, doubles
	}
	publish(0, 40)
	rows, _ := land(1)
	require.EqualValues(t, 40, rows)
	publish(40, 80)
	rows, _ = land(3)
	require.EqualValues(t, 40, rows, "three shards begin where the one ended")
	publish(80, 100)
	rows, _ = land(2)
	require.EqualValues(t, 20, rows, "and two land nothing twice that any of three had landed")
	all, events := h.rows(lakehouse.PublicationTelemetry)
	require.EqualValues(t, 100, all)
	require.EqualValues(t, 100, events)
}
