//go:build e2e

package mirror

import "time"

// A test that kills a worker a hundred times does not wait half a minute for each.
const (
	quickAnswer  = 2 * time.Second
	silence      = 4 * time.Second
	longestPause = 2 * time.Second // twice the first
	firstPause   = time.Second
)
