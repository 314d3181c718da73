package testenv

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bluntcases.com/platform/internal/freeport"
)

// listeners are the ports of a part, by devstack's names.
var listeners = map[string][]string{
	"postgres": {"postgres"}, "temporal": {"temporal", "temporal-ui"}, "nats": {"nats"}, "s3": {"s3"},
	"catalog": {"catalog"}, "shopify": {"shopify"}, "access": {"access"},
	// The platform's own processes, which a test starts itself: see Address.
	"dashboard": {"dashboard"}, "ingest": {"ingest"},
}

// OwnStack is parts of a test's own, each a process, in directories and on ports that stay the same over restarts.
type OwnStack struct {
	t       testing.TB
	program string
	dir     string
	lease   string
	ports   string
	flags   map[string][]string
	running map[string]*process
	env     Env
}

type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
}

// Own starts parts for one test, in the order given (catalog needs s3 before it). They are stopped when it ends, and
// when the test process dies.
func Own(t testing.TB, parts ...string) *OwnStack {
	t.Helper()
	program, err := devstack()
	if err != nil {
		unavailable(t, err)
	}
	o := &OwnStack{
		t: t, program: program, dir: t.TempDir(), flags: map[string][]string{}, running: map[string]*process{}, env: Env{},
	}
	o.lease = filepath.Join(o.dir, "lease")
	held, err := hold(o.lease, unix.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	o.ports = o.choosePorts()
	t.Cleanup(func() {
		for _, part := range slices.Collect(maps.Keys(o.running)) {
			o.Stop(part)
		}
		_ = held.Close()
	})
	for _, part := range parts {
		o.Start(part)
	}
	return o
}

// choosePorts gives every listener a free port, so that a part finds another where it will be.
func (o *OwnStack) choosePorts() string {
	names := slices.Concat(slices.Collect(maps.Values(listeners))...)
	free, err := freeport.Find(len(names))
	if err != nil {
		o.t.Fatal(err)
	}
	ports := make([]string, len(names))
	for i, name := range names {
		ports[i] = fmt.Sprintf("%s=%d", name, free[i])
	}
	return strings.Join(ports, ";")
}

// Env is the addresses of the parts that were started.
func (o *OwnStack) Env() Env { return maps.Clone(o.env) }

// Dir is where the parts keep their data and logs.
func (o *OwnStack) Dir() string { return o.dir }

// With sets flags of `devstack run` for a part that is not started yet.
func (o *OwnStack) With(part string, flags ...string) *OwnStack {
	o.flags[part] = flags
	return o
}

// Start starts a part, for the first time or again, and returns when it is ready.
func (o *OwnStack) Start(part string) {
	o.t.Helper()
	if _, ok := o.running[part]; ok {
		o.t.Fatalf("%s is running", part)
	}
	ready := filepath.Join(o.dir, part+".json")
	if err := os.Remove(ready); err != nil && !errors.Is(err, os.ErrNotExist) {
		o.t.Fatal(err)
	}
	log, err := os.OpenFile(filepath.Join(o.dir, part+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		o.t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	args := append([]string{
		"run", part, "--dir", o.dir, "--cache", filepath.Join(filepath.Dir(filepath.Dir(o.program)), "cache"),
		"--ports", o.ports, "--ready", ready, "--lease", o.lease, "--linger", "1s",
	}, o.flags[part]...)
	p := &process{cmd: exec.Command(o.program, args...), ended: make(chan struct{})}
	// An inherited DATABASE_URL would put the shared server in the place of a cluster of the test's own.
	p.cmd.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "DATABASE_URL=") })
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		o.t.Fatalf("start %s: %v", part, err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	o.running[part] = p
	env, err := awaitReady(ready, log.Name(), p.ended)
	if err != nil {
		o.t.Fatalf("start %s: %v", part, err)
	}
	maps.Copy(o.env, env)
}

// Kill ends a part as a crash would (kill -9) and returns when it is gone.
func (o *OwnStack) Kill(part string) { o.t.Helper(); o.end(part, syscall.SIGKILL) }

// Stop ends a part cleanly and returns when it is down.
func (o *OwnStack) Stop(part string) { o.t.Helper(); o.end(part, syscall.SIGTERM) }

func (o *OwnStack) end(part string, signal syscall.Signal) {
	o.t.Helper()
	p, ok := o.running[part]
	if !ok {
		o.t.Fatalf("%s is not running", part)
	}
	delete(o.running, part)
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		o.t.Fatalf("end %s: %v", part, err)
	}
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		o.t.Fatalf("%s did not end within 30 s", part)
	}
	// A PostgreSQL whose launcher was killed takes a moment longer.
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", o.Address(part), 100*time.Millisecond)
		if err != nil {
			return
		}
		_ = conn.Close()
		if time.Now().After(deadline) {
			o.t.Fatalf("%s still listens 10 s after its end", part)
		}
	}
}

// Address is the host:port of a part's first listener, or where the simulators expect a process of the platform
// ("ingest" for webhooks, "dashboard" behind Access).
func (o *OwnStack) Address(part string) string {
	for _, pair := range strings.Split(o.ports, ";") {
		if name, port, _ := strings.Cut(pair, "="); name == listeners[part][0] {
			return net.JoinHostPort("127.0.0.1", port)
		}
	}
	return ""
}
