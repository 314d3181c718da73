package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"bluntcases.com/platform/devstack/part"
)

// child is a process that ends with its launcher.
type child struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// launch starts a process from a thread that lives as long as the process does: the kernel ties the two together.
func launch(cmd *exec.Cmd, onOrphan syscall.Signal) (*child, error) {
	part.DieWith(cmd.SysProcAttr, onOrphan)
	c := &child{cmd: cmd, ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		_ = cmd.Wait() // how it ended is in its log
		close(c.ended)
	}()
	if err := <-started; err != nil {
		return nil, explain(err)
	}
	return c, nil
}

// explain adds what to do where the system forbids the user namespace that root needs.
func explain(err error) error {
	if os.Getuid() == 0 && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL)) {
		return fmt.Errorf("%w: PostgreSQL does not run as root, and this system allows no user namespace; run as an "+
			"ordinary user, or set DATABASE_URL to a server that runs", err)
	}
	return err
}

// end asks the process to stop and, when the context is over, makes it.
func (c *child) end(ctx context.Context, ask syscall.Signal) error {
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
