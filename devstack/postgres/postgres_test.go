package postgres_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/devstack/postgres"
	"bluntcases.com/platform/internal/freeport"
)

func base(t *testing.T) part.Base {
	t.Helper()
	ports, err := freeport.Find(1)
	require.NoError(t, err)
	return part.Base{Name: "postgres", Dir: filepath.Join(t.TempDir(), "postgres"), Port: ports[0], Log: slog.New(slog.DiscardHandler)}
}

func cache() string { return filepath.Join("..", "..", ".local", "cache") }

func start(t *testing.T, b part.Base) *part.Part {
	t.Helper()
	p, err := postgres.Start(t.Context(), b, cache())
	require.NoError(t, err)
	return p
}

func stop(t *testing.T, p *part.Part) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	require.NoError(t, p.Stop(ctx))
}

func query(t *testing.T, url, text string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	require.NoError(t, conn.QueryRow(t.Context(), text).Scan(&answer))
	return answer
}

func TestAClusterIsDurableAndAsThePlatformNeedsIt(t *testing.T) {
	p := start(t, base(t))
	defer stop(t, p)
	for setting, value := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "TimeZone": "UTC", "max_connections": "200",
		"server_encoding": "UTF8",
	} {
		require.Equal(t, value, query(t, p.Env["DATABASE_URL"], "SHOW "+setting), setting)
	}
}

func TestASecondServerOnADirectoryIsRefusedByName(t *testing.T) {
	b := base(t)
	p := start(t, b)
	defer stop(t, p)
	_, err := postgres.Start(t.Context(), b, cache())
	require.ErrorIs(t, err, part.ErrRunning)
	require.ErrorContains(t, err, strconv.Itoa(os.Getpid()))
}

func TestAPidFileOfAnotherProgramIsNoObstacle(t *testing.T) {
	b := base(t)
	stop(t, start(t, b))
	other := exec.Command("sleep", "60")
	require.NoError(t, other.Start())
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	pid := strconv.Itoa(other.Process.Pid) + "\n" + filepath.Join(b.Dir, "data") + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(b.Dir, "data", "postmaster.pid"), []byte(pid), 0o600))
	p := start(t, b)
	defer stop(t, p)
	require.NoError(t, other.Process.Signal(syscall.Signal(0)), "the other program is left alone")
}

func TestADirectoryOfAnotherVersionIsNamed(t *testing.T) {
	b := base(t)
	stop(t, start(t, b))
	require.NoError(t, os.WriteFile(filepath.Join(b.Dir, "data", "PG_VERSION"), []byte("9\n"), 0o600))
	_, err := postgres.Start(t.Context(), b, cache())
	require.ErrorContains(t, err, "made by PostgreSQL 9")
}

func TestAClusterThatWasBegunAndNotFinishedIsMadeAnew(t *testing.T) {
	b := base(t)
	half := filepath.Join(b.Dir, "data.new")
	require.NoError(t, os.MkdirAll(half, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("15\n"), 0o600))
	p := start(t, b)
	defer stop(t, p)
	require.Equal(t, "1", query(t, p.Env["DATABASE_URL"], "SELECT '1'"))
}
