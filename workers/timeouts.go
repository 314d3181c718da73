//go:build !e2e

package workers

import "time"

// sticky is how long a workflow task waits for the worker that has the workflow in its cache, before any may take it.
const sticky = 5 * time.Second
