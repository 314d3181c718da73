package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// untilUnused is a context that ends once nobody has held a shared lock on the file for a while. The kernel takes a
// lock back when its holder dies, so that a stack never outlives the tests that started it. The file is kept open by
// the returned cancel function.
func untilUnused(ctx context.Context, path string, idle time.Duration) (context.Context, context.CancelFunc, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("open the lease: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		used := time.Now()
		for tick := time.NewTicker(max(idle/20, 50*time.Millisecond)); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				_ = file.Close()
				return
			case <-tick.C:
			}
			switch {
			case unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil:
				used = time.Now()
			case time.Since(used) > idle:
				// The lock stays ours until the process is gone: who asks for it now must not believe that we serve.
				cancel()
				return
			default:
				_ = unix.Flock(int(file.Fd()), unix.LOCK_UN)
			}
		}
	}()
	return ctx, func() { cancel(); runtime.KeepAlive(file) }, nil
}
