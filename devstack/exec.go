package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"bluntcases.com/platform/devstack/shopify"
	"bluntcases.com/platform/devstack/stack"
)

type execute struct {
	Cache   string   `default:".local/cache" help:"Directory of programs that were obtained." type:"path"`
	Command []string `arg:"" passthrough:"" help:"The command and its arguments, after --."`
}

// Run runs a command beside a stack that is made for it and removed afterwards. It ends as the command does.
func (e execute) Run(ctx context.Context, log *slog.Logger) error {
	command := slices.DeleteFunc(slices.Clone(e.Command), func(arg string) bool { return arg == "--" })
	if len(command) == 0 {
		return errors.New("give a command after --")
	}
	here, err := os.Getwd() // the S3 server moves the process into its folder
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "blunt-stack-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// PostgreSQL may have to run as another user, who has to get there.
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	ports, err := stack.FreePorts()
	if err != nil {
		return err
	}
	s, err := stack.Start(ctx, stack.Config{
		Dir: dir, Cache: e.Cache, Ports: ports, Store: shopify.Store{Size: "small"}, Database: os.Getenv("DATABASE_URL"), Log: log,
	})
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	environ := append(os.Environ(), "PWD="+here, "BLUNT_STACK=required", "BLUNT_DEVSTACK="+self)
	env := s.Env()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		environ = append(environ, name+"="+env[name])
	}
	err = runCommand(ctx, here, command, environ)
	return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
}

func runCommand(ctx context.Context, dir string, command, environ []string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 10 * time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%s ended with status %d", filepath.Base(command[0]), exit.ExitCode())
	}
	return err
}
