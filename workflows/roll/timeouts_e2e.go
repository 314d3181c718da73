//go:build e2e

package roll

import "time"

// A test that kills a worker again and again does not wait half a minute for each.
const (
	silence     = 4 * time.Second
	firstRest   = time.Second
	longestRest = 4 * time.Second
)
