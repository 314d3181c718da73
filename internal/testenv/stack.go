package testenv

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	startWithin    = 90 * time.Second
	defaultRollAge = time.Minute
	advice         = "run ./task test, or ./task build and then go test"
)

// shared is the stack of this test process: found or started once, held until the process ends.
var shared = sync.OnceValues(func() (held, error) {
	if os.Getenv("BLUNT_STACK") == "none" {
		return held{}, errNone
	}
	env := Env{}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			env[name] = value
		}
	}
	if env["DATABASE_URL"] != "" && env["TEMPORAL_ADDRESS"] != "" {
		return held{env: env}, nil
	}
	return startShared()
})

// held is a stack with the lock that keeps it up: a file that is not referred to would be closed by the collector.
type held struct {
	env   Env
	lease *os.File
}

// Stack is the addresses of the shared stack. A test that changes what others see (a fixed stream, a fixed bucket) asks
// for a piece of its own in place of it.
func Stack(t testing.TB) Env {
	t.Helper()
	stack, err := shared()
	if err != nil {
		unavailable(t, err)
	}
	return stack.env
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("BLUNT_STACK") == "required" {
		t.Fatalf("the local stack is required: %v", err)
	}
	t.Skipf("no local stack: %v; %s", err, advice)
}

// errNone says that the caller wants no services.
var errNone = errors.New("BLUNT_STACK is none")

// errNoDevstack says that there is nothing to start a stack with.
var errNoDevstack = errors.New(".local/bin/devstack is not built")

// devstack is the path of the stack's program: BLUNT_DEVSTACK, or the one built in this checkout.
func devstack() (string, error) {
	if os.Getenv("BLUNT_STACK") == "none" {
		return "", errNone
	}
	if path := os.Getenv("BLUNT_DEVSTACK"); path != "" {
		return path, nil
	}
	root, err := root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, ".local", "bin", "devstack")
	if _, err := os.Stat(path); err != nil {
		return "", errNoDevstack
	}
	return path, nil
}

// root is the checkout: the nearest directory upward whose go.mod is the platform's.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		content, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(content), "module bluntcases.com/platform\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("the test does not run inside a checkout")
		}
		dir = parent
	}
}

// startShared uses the stack that other test processes of this checkout use, or starts it. The lease is held from
// before the look until the process ends, so that the stack cannot go away in between.
func startShared() (held, error) {
	program, err := devstack()
	if err != nil {
		return held{}, err
	}
	local := filepath.Dir(filepath.Dir(program))
	dir := filepath.Join(local, "test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return held{}, err
	}
	lease, err := hold(filepath.Join(dir, "lease"), unix.LOCK_SH)
	if err != nil {
		return held{}, err
	}
	starting, err := hold(filepath.Join(dir, "starting"), unix.LOCK_EX)
	if err != nil {
		return held{}, err
	}
	defer func() { _ = starting.Close() }()

	env, err := running(dir, program)
	if err != nil || env != nil {
		return held{env, lease}, err
	}
	// A directory of its own: an earlier stack may still be on its way down.
	fresh, err := os.MkdirTemp(dir, "stack-")
	if err != nil {
		return held{}, err
	}
	env, err = start(exec.Command(program, "up", "--dir", fresh, "--cache", filepath.Join(local, "cache"),
		"--free-ports", "--size", "small", "--lease", lease.Name()), fresh)
	return held{env, lease}, err
}

// running is the stack that is up, unless the program was built anew since it started. What is left of stacks that are
// gone is removed.
func running(dir, program string) (Env, error) {
	built, err := os.Stat(program)
	if err != nil {
		return nil, err
	}
	stacks, err := filepath.Glob(filepath.Join(dir, "stack-*"))
	if err != nil {
		return nil, err
	}
	var found Env
	for _, stack := range stacks {
		ready := filepath.Join(stack, "stack.json")
		env, err := readReady(ready)
		if err != nil || !answers(env) {
			if err := os.RemoveAll(stack); err != nil {
				return nil, err
			}
			continue
		}
		if started, err := os.Stat(ready); err == nil && started.ModTime().After(built.ModTime()) {
			found = env
		}
	}
	return found, nil
}

// start runs a stack that serves other test processes after this one.
func start(cmd *exec.Cmd, dir string) (Env, error) {
	output, err := os.Create(filepath.Join(dir, "devstack.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Close() }()
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the stack: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	return awaitReady(filepath.Join(dir, "stack.json"), output.Name(), ended)
}

// hold opens a file and takes a lock on it, waiting for it. The lock ends with the file or the process.
func hold(path string, how int) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := unix.Flock(int(file.Fd()), how)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, unix.EINTR) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), file.Close())
		}
	}
}

func readReady(path string) (Env, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	env := Env{}
	return env, json.Unmarshal(content, &env)
}

func awaitReady(path, log string, ended <-chan struct{}) (Env, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	for {
		if env, err := readReady(path); err == nil {
			return env, nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
			continue
		case <-ended:
		case <-ctx.Done():
		}
		said, _ := os.ReadFile(log)
		return nil, fmt.Errorf("the stack did not come up: %s", strings.TrimSpace(string(said)))
	}
}

// answers says whether something listens at every address of a stack.
func answers(env Env) bool {
	for _, name := range []string{"DATABASE_URL", "S3_ENDPOINT", "NATS_URL", "TEMPORAL_ADDRESS", "ICEBERG_URI"} {
		address, ok := env[name]
		if !ok {
			continue
		}
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			address = u.Host
		}
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return false
		}
		_ = conn.Close()
	}
	return true
}
