//go:build unix

package part

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrRunning is in the chain when a directory is already in use by a running part.
var ErrRunning = errors.New("already running")

// Lock makes a part the only user of its directory for as long as the process lives; the kernel gives it back, however
// the process ends. The returned function gives it back earlier.
func Lock(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the directory of a part: %w", err)
	}
	path := filepath.Clean(dir) + ".lock"
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lock of a part: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(path)
		_ = file.Close()
		return nil, fmt.Errorf("%s is %w in process %s: use that one, stop it, or take another directory with --dir",
			dir, ErrRunning, strings.TrimSpace(string(holder)))
	}
	if err := file.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("write the lock of a part: %w", err), file.Close())
	}
	if _, err := file.WriteString(strconv.Itoa(os.Getpid()) + "\n"); err != nil {
		return nil, errors.Join(fmt.Errorf("write the lock of a part: %w", err), file.Close())
	}
	return func() { _ = file.Close() }, nil
}
