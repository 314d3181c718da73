//go:build e2e

package measurement

import "time"

// A test that kills a worker again and again does not wait a minute for each.
const (
	quickAnswer  = 4 * time.Second
	silence      = 8 * time.Second
	longestPause = 2 * time.Second // no shorter than the first
)
