//go:build !e2e

package faultpoint

import "time"

// Hit passes the mark.
func Hit(string) {}

// Now is the machine's clock.
func Now() time.Time { return time.Now() }
