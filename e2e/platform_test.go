// Package e2e_test runs the real binaries on a real stack of its own and breaks it: the process at every step, each
// service in the middle of a sync, the data. What the store holds must be in PostgreSQL and on the stream afterwards,
// exactly.
package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/temporal"
)

// binaries are built once for all tests, with the marks at which a process kills itself.
var binaries = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "blunt-e2e"); err != nil {
		return "", err
	}
	built = dir
	command := exec.Command("go", "build", "-tags", "e2e", "-o", dir, "./cmd/ingest", "./cmd/blunt")
	command.Dir = ".."
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return dir, nil
})

// built is the folder of the binaries, if a test has asked for them.
var built string

func TestMain(m *testing.M) {
	status := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(status)
}

// platform is a provisioned stack with a store, and the process under test.
type platform struct {
	t       *testing.T
	own     *testenv.OwnStack
	bin     string
	environ []string
	died    string // the file in which a process that kills itself leaves its mark
	ingest  *exec.Cmd
	gone    chan struct{} // closed when ingest has ended
	log     *os.File

	pool       *pgxpool.Pool
	temporal   client.Client
	dispatcher *temporal.Dispatcher
}

// start provisions a stack of the test's own, whose shop is the small generated one, or the one that the flags of the
// simulator name.
func start(t *testing.T, shop ...string) *platform {
	t.Helper()
	if len(shop) == 0 {
		shop = []string{"--size", "small"}
	}
	own := testenv.Own(t).With("shopify", shop...)
	for _, part := range []string{"postgres", "temporal", "s3", "nats", "shopify"} {
		own.Start(part)
	}
	bin, err := binaries()
	require.NoError(t, err)
	dir := t.TempDir()
	p := &platform{t: t, own: own, bin: bin, died: filepath.Join(dir, "died")}
	p.environ = append(append(os.Environ(), own.Env().Environ()...),
		"INGEST_LISTEN=127.0.0.1:0", "SYNC_SPILL_DIR="+filepath.Join(dir, "spill"), "LAKE_DIR="+filepath.Join(dir, "lake"),
		"SYNC_POLL_PERIOD=500ms", "SYNC_SEARCH_LAG=1s", "BLUNT_DIED_AT="+p.died)
	p.log, err = os.Create(filepath.Join(dir, "ingest.log"))
	require.NoError(t, err)
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			tail(t, p.log.Name())
		}
		_ = p.log.Close()
	})
	p.blunt("provision", "--only", "database,objects,streams,temporal")

	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	p.pool, err = store.Open(ctx, own.Env()["DATABASE_URL"], store.Options{Name: "e2e"})
	require.NoError(t, err)
	t.Cleanup(p.pool.Close)
	p.temporal, err = temporal.Dial(ctx, own.Env().Temporal(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(p.temporal.Close)
	p.dispatcher = temporal.NewDispatcher(p.temporal, own.Env().Temporal().Namespace, own.Env()["SHOPIFY_SHOP"])
	return p
}

// blunt runs the operator's command, which must succeed.
func (p *platform) blunt(args ...string) string {
	p.t.Helper()
	out, err := p.try(args...)
	require.NoError(p.t, err, out)
	return out
}

func (p *platform) try(args ...string) (string, error) {
	command := exec.Command(filepath.Join(p.bin, "blunt"), args...)
	command.Env = p.environ
	out, err := command.CombinedOutput()
	return string(out), err
}

// serve starts ingest, in place of one that runs. It kills itself at the first of the marks that it comes to.
func (p *platform) serve(marks ...string) (ended <-chan struct{}) {
	p.t.Helper()
	p.stop()
	_ = os.Remove(p.died)
	p.ingest = exec.Command(filepath.Join(p.bin, "ingest"), "--queues", "sync")
	p.ingest.Env = append(append([]string{}, p.environ...), "BLUNT_DIE_AT="+strings.Join(marks, ","))
	p.ingest.Stdout, p.ingest.Stderr = p.log, p.log
	p.ingest.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(p.t, p.ingest.Start())
	p.gone = make(chan struct{})
	go func(command *exec.Cmd, gone chan<- struct{}) {
		_ = command.Wait()
		close(gone)
	}(p.ingest, p.gone)
	return p.gone
}

// stop kills ingest where it runs.
func (p *platform) stop() {
	if p.ingest != nil {
		_ = p.ingest.Process.Kill() // it may have died on its own
		<-p.gone
	}
}

func (p *platform) dispatch(name contract.JobType, input any) contract.Dispatched {
	p.t.Helper()
	run, err := p.dispatcher.Dispatch(p.t.Context(), contract.Job{Type: name, Input: input})
	require.NoError(p.t, err)
	return run
}

// end waits for the end of the run and of those that it continues as. Temporal may be away meanwhile.
func (p *platform) end(run contract.Dispatched, within time.Duration) temporal.Snapshot {
	p.t.Helper()
	var last temporal.Snapshot
	p.eventually(within, run.WorkflowID+" to end", func() bool {
		snapshot, err := p.look(run.WorkflowID)
		last = snapshot
		return err == nil && !snapshot.Open() && snapshot.Status != "continued_as_new"
	})
	return last
}

func (p *platform) look(workflowID string) (temporal.Snapshot, error) {
	ctx, stop := context.WithTimeout(p.t.Context(), 3*time.Second)
	defer stop()
	return temporal.Look(ctx, p.temporal, workflowID, "")
}

// eventually waits for a condition.
func (p *platform) eventually(within time.Duration, what string, is func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(within)
	for !is() {
		if time.Now().After(deadline) {
			p.t.Fatalf("waited %s for %s", within, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func tail(t *testing.T, name string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		return
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > 6000 {
		_, _ = file.Seek(-6000, io.SeekEnd)
	}
	text, err := io.ReadAll(file)
	if err != nil && !errors.Is(err, io.EOF) {
		return
	}
	t.Logf("the end of ingest's log:\n%s", text)
}
