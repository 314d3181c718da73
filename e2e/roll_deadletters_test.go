package e2e_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/lakehouse"
)

// What an operator does with refused events, by the commands of the manual.
func TestRefusedEventsAreListedRedrivenAndDismissed(t *testing.T) {
	l := startLanding(t)
	l.land()
	l.publish()
	l.publish()
	l.requireLanded(mortal)
	open := func() []lakehouse.RefusedEvent {
		var page struct {
			DeadLetters []lakehouse.RefusedEvent `json:"dead_letters"`
		}
		require.NoError(t, json.Unmarshal([]byte(l.blunt("lake", "dead-letters", "list", "--json")), &page))
		return page.DeadLetters
	}
	letters := open()
	require.Len(t, letters, 2)
	require.Equal(t, "malformed", letters[0].Reason)
	require.Contains(t, letters[0].Payload, "cut off")
	require.Contains(t, l.blunt("lake", "dead-letters"), letters[0].ID)

	require.Contains(t, l.blunt("lake", "dead-letters", "redrive", letters[0].ID), "redriven: 1")
	var again []lakehouse.RefusedEvent
	l.eventually(mortal, "it to be refused again", func() bool {
		again = open()
		return len(again) == 2 && again[0].ID == letters[1].ID && again[1].ID != letters[0].ID
	})
	require.Contains(t, l.blunt("lake", "dead-letters", "dismiss", again[0].ID, again[1].ID), "dismissed: 2")
	l.eventually(mortal, "the list to be empty", func() bool { return len(open()) == 0 })
	out, err := l.try("lake", "dead-letters", "redrive", again[0].ID)
	require.Error(t, err)
	require.Contains(t, out, "nothing to redrive")
}
