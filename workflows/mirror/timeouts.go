//go:build !e2e

package mirror

import "time"

const (
	// quickAnswer is how long a call that answers in seconds may take; a worker that died is missed after it.
	quickAnswer = 30 * time.Second
	// silence is how long a step that moves data may go without a heartbeat.
	silence = 30 * time.Second
	// longestPause bounds the growing pause between two attempts.
	longestPause = time.Minute
	// firstPause is before an operation that failed or was lost is submitted again; it doubles.
	firstPause = 30 * time.Second
)
