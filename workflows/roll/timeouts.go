//go:build !e2e

package roll

import "time"

const (
	// silence is how long a roll may go without a heartbeat before its worker is taken for dead.
	silence = 30 * time.Second
	// firstRest and longestRest are how long a shard rests after a fault that trying again at once does not mend.
	firstRest   = 5 * time.Second
	longestRest = time.Minute
)
