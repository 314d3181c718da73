//go:build unix

package part

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// Child is a process that ends with its launcher.
type Child struct {
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // how it ended; read after ended
}

// Launch starts a process in a group of its own, so that Ctrl-C reaches the launcher alone, which stops it in order. It
// is started from a thread that lives as long as the process: should the launcher die, the kernel sends onOrphan.
func Launch(cmd *exec.Cmd, onOrphan syscall.Signal) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	DieWith(cmd.SysProcAttr, onOrphan)
	c := &Child{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		c.err = cmd.Wait()
		close(c.ended)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// Ended is closed when the process is gone.
func (c *Child) Ended() <-chan struct{} { return c.ended }

// Err is how the process ended.
func (c *Child) Err() error { return c.err }

// End asks the process to stop and, when the context is over, makes it.
func (c *Child) End(ctx context.Context, ask syscall.Signal) error {
	select {
	case <-c.ended:
		return nil
	default:
	}
	if err := c.cmd.Process.Signal(ask); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop process %d: %w", c.cmd.Process.Pid, err)
	}
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
	}
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill process %d: %w", c.cmd.Process.Pid, err)
	}
	<-c.ended
	return nil
}
