//go:build e2e

package faultpoint

import (
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// dying lets only one mark be the last.
var dying sync.Mutex

// Hit kills the process, as kill -9 would, where BLUNT_DIE_AT names the mark. It writes the mark into the file
// BLUNT_DIED_AT first, so that the test knows which of the marks it was.
func Hit(mark string) {
	if !slices.Contains(strings.Split(os.Getenv("BLUNT_DIE_AT"), ","), mark) {
		return
	}
	dying.Lock() // never unlocked: whoever comes second waits for the end
	_ = os.WriteFile(os.Getenv("BLUNT_DIED_AT"), []byte(mark), 0o600)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {}
}

// Now is a clock that is wrong by the duration BLUNT_CLOCK_OFF_BY.
func Now() time.Time {
	wrong, _ := time.ParseDuration(os.Getenv("BLUNT_CLOCK_OFF_BY"))
	return time.Now().Add(wrong)
}
