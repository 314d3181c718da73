//go:build !e2e

package measurement

import "time"

const (
	// quickAnswer is how long a question that answers in seconds may take; a worker that died is missed after it.
	quickAnswer = 30 * time.Second
	// silence is how long a refresh may go without a heartbeat.
	silence = time.Minute
	// longestPause bounds the growing pause between two attempts.
	longestPause = time.Minute
)
