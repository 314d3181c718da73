//go:build e2e

package workers

import "time"

// A test that kills a worker a hundred times does not wait for each as long.
const sticky = time.Second
