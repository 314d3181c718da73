package lakehouse

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABatchThatMayHoldADoubleIsDoubtful(t *testing.T) {
	cases := []struct {
		name, lines string
		doubtful    bool
	}{
		{"ids that differ", `{"event_id":"a","title":"x"}` + "\n" + `{"event_id":"b"}`, false},
		{"text with the usual escapes", `{"event_id":"a","title":"tea \u0026 \"milk\" \u003c\n"}`, false},
		{"the same id", `{"event_id":"a"}` + "\n" + `{"event_id":"a"}`, true},
		{"an id that is not first", `{"event_type":"x","event_id":"a"}`, true},
		{"an id with a space before it", `{ "event_id":"a"}`, true},
		{"a second id", `{"event_id":"a","event_id":"b"}`, true},
		{"an id further down", `{"event_id":"a","properties":{"event_id":"b"}}`, true},
		{"an escaped id", `{"event_id":"\u0061"}`, true},
		{"a name in disguise", `{"event_id":"a","event\u005fid":"b"}`, true},
		{"an id that is cut off", `{"event_id":"a`, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b, err := Sinks()[0].NewBatch(t.TempDir())
			require.NoError(t, err)
			require.NoError(t, b.Add(Origin{Sequence: 1}, []byte(c.lines)))
			require.Equal(t, c.doubtful, b.doubtful)
		})
	}
}

func TestWhatABatchKeepsOfARefusedEventIsItsText(t *testing.T) {
	b, err := Sinks()[0].NewBatch(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, b.Add(Origin{Sequence: 7, Subject: "s"}, []byte("{\nnoise\n{}\n{\"a\":\"\\\"\"}\n\n"+strings.Repeat("y", 70<<10)+"\n")))
	require.NoError(t, b.Refuse(Origin{Sequence: 9}, ReasonUndecodable, []byte{0xff, 'z'}))
	require.NoError(t, b.flush())
	var all []Refusal
	for p := range b.Events() {
		all = append(all, Refusal{Position: p + 1})
	}
	var texts []string
	require.NoError(t, b.Payloads(all, func(r Refusal, text string) error {
		texts = append(texts, text)
		return nil
	}))
	require.Equal(t, []string{"{", "noise", "{}", `{"a":"\""}`, strings.Repeat("y", 64<<10), "\uFFFDz"}, texts)
	require.Equal(t, Origin{Sequence: 7, Subject: "s", Line: 4}, b.OriginOf(4))
	require.Equal(t, Origin{Sequence: 9, Line: 1}, b.OriginOf(6))
}
