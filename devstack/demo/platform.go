package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"bluntcases.com/platform/devstack/part"
)

// platform is the programs of the root module, run as processes with the stack's addresses in their environment.
type platform struct {
	programs string
	logs     string
	ports    map[string]int
	env      map[string]string
	out      Options
	children []child
}

type child struct {
	name string
	*part.Child
}

func newPlatform(o Options, addresses map[string]string) *platform {
	env := o.settings()
	maps.Copy(env, addresses)
	return &platform{
		programs: o.Programs, logs: filepath.Join(o.Stack.Dir, "log"), ports: o.Stack.Ports, env: env, out: o,
	}
}

// Programs says which of the platform's programs are not in a directory.
func Programs(dir string) error {
	var missing []string
	for _, name := range []string{"blunt", "ingest", "dashboard-api"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s: not in %s; ./task build makes them", strings.Join(missing, ", "), dir)
	}
	return nil
}

func (p *platform) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.programs, program), args...)
	cmd.Env = os.Environ()
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		cmd.Env = append(cmd.Env, name+"="+p.env[name])
	}
	return cmd
}

// run runs blunt and shows what it said only when it failed.
func (p *platform) run(ctx context.Context, args ...string) error {
	said, err := p.command(ctx, "blunt", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("blunt %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return nil
}

// follow runs blunt on the terminal, with its progress bars.
func (p *platform) follow(ctx context.Context, args ...string) error {
	cmd := p.command(ctx, "blunt", args...)
	cmd.Stdout, cmd.Stderr = p.out.Out, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("blunt %s: %w; the programs' logs are in %s", strings.Join(args, " "), err, p.logs)
	}
	return nil
}

// start starts the programs that stay up, and returns when they are ready. One that ends by itself is told to fail,
// with the end of its log.
func (p *platform) start(ctx context.Context, fail context.CancelCauseFunc) error {
	if err := p.writeSettings(); err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	for _, program := range []struct{ name, listener string }{{"ingest", "ingest"}, {"dashboard-api", "dashboard"}} {
		log, err := p.openLog(program.name)
		if err != nil {
			return fmt.Errorf("open the log of %s: %w", program.name, err)
		}
		cmd := p.command(context.WithoutCancel(ctx), program.name)
		cmd.Stdout, cmd.Stderr = log, log
		c, err := part.Launch(cmd, syscall.SIGTERM)
		_ = log.Close() // the child has it
		if err != nil {
			return fmt.Errorf("start %s: %w", program.name, err)
		}
		p.children = append(p.children, child{program.name, c})
		go func() {
			select {
			case <-c.Ended():
				fail(fmt.Errorf("%s ended by itself (%w); the end of %s:\n%s", program.name, c.Err(), log.Name(), tail(log.Name())))
			case <-ctx.Done():
			}
		}()
		url := "http://" + part.Address(p.ports[program.listener]) + "/readyz"
		err = part.Await(ctx, program.name, time.Minute, c.Ended(), func(ctx context.Context) error { return ready(ctx, url) })
		if err != nil {
			return fmt.Errorf("%w; the end of %s:\n%s", err, log.Name(), tail(log.Name()))
		}
	}
	return nil
}

// writeSettings writes the environment of the programs as a shell script, for an operator's blunt.
func (p *platform) writeSettings() error {
	var script strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		fmt.Fprintf(&script, "export %s='%s'\n", name, p.env[name])
	}
	fmt.Fprintf(&script, "export PATH=\"%s:$PATH\"\n", p.programs)
	return os.WriteFile(filepath.Join(p.out.Stack.Dir, "demo.env"), []byte(script.String()), 0o600)
}

func (p *platform) openLog(name string) (*os.File, error) {
	if err := os.MkdirAll(p.logs, 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(filepath.Join(p.logs, name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
}

// stop stops the programs, all at once.
func (p *platform) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	failures := make(chan error, len(p.children))
	for _, c := range p.children {
		go func() { failures <- c.End(ctx, syscall.SIGTERM) }()
	}
	var failed error
	for range p.children {
		failed = errors.Join(failed, <-failures)
	}
	return failed
}

func ready(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// tail is the last lines of a log.
func tail(path string) string {
	const lines = 20
	content, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimRight(string(content), "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
