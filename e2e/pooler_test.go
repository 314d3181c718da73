package e2e_test

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/freeport"
	"bluntcases.com/platform/internal/store"
)

// A pool of three connections is shared by everything that ingest does at once, a transaction at a time: what a
// connection remembered from one statement to the next would be found on another's.
const pooler = `[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
pool_mode = transaction
default_pool_size = 3
auth_type = scram-sha-256
auth_file = %s
logfile = %s
`

func TestASyncThroughPgBouncerIsRight(t *testing.T) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	if err != nil {
		t.Skip("pgbouncer is not installed: sudo apt-get install pgbouncer")
	}
	p := start(t)
	pooled := p.startPooler(program)
	_, err = store.Open(t.Context(), pooled, store.Options{Name: "e2e"})
	require.Error(t, err, "what is told no pooler sets up its session, which this pooler refuses")

	p.environ = append(p.environ, "DATABASE_URL="+pooled, "DATABASE_TRANSACTION_POOL=true")
	p.serve()
	requireCompleted(t, p, p.dispatch(contract.JobBackfill, contract.BackfillInput{}))
	p.requireExact()
	p.newOrder()
	requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
	p.requireExact()
	p.blunt("schema", "check")
}

// startPooler puts PgBouncer in front of the stack's PostgreSQL, and gives the address of the database behind it.
func (p *platform) startPooler(program string) string {
	p.t.Helper()
	direct, err := url.Parse(p.own.Env()["DATABASE_URL"])
	require.NoError(p.t, err)
	ports, err := freeport.Find(1)
	require.NoError(p.t, err)

	dir, err := os.MkdirTemp("", "blunt-pooler") // t.TempDir cannot be entered by another user
	require.NoError(p.t, err)
	p.t.Cleanup(func() { _ = os.RemoveAll(dir) })
	users, config, log := filepath.Join(dir, "users"), filepath.Join(dir, "pgbouncer.ini"), filepath.Join(dir, "log")
	password, _ := direct.User.Password()
	write := func(name, text string) { require.NoError(p.t, os.WriteFile(name, []byte(text), 0o600)) }
	write(users, fmt.Sprintf("%q %q\n", direct.User.Username(), password))
	write(config, fmt.Sprintf(pooler, direct.Hostname(), direct.Port(), ports[0], users, log))

	command := exec.Command(program, config)
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Getuid() == 0 { // which PgBouncer refuses to be
		nobody, err := user.Lookup("nobody")
		require.NoError(p.t, err)
		uid, err := strconv.Atoi(nobody.Uid)
		require.NoError(p.t, err)
		for _, name := range []string{dir, users, config} {
			require.NoError(p.t, os.Chown(name, uid, -1))
		}
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}
	}
	require.NoError(p.t, command.Start())
	p.t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if p.t.Failed() {
			tail(p.t, log)
		}
	})
	through := *direct
	through.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(ports[0]))
	p.eventually(10*time.Second, "pgbouncer to listen", func() bool {
		conn, err := net.Dial("tcp", through.Host)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
	return through.String()
}
