// Package postgres runs a PostgreSQL cluster of its own, as root or as an ordinary user, from binaries that are found or
// obtained. Durability is PostgreSQL's default: a commit is on the disk.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/devstack/part"
)

// The superuser of the local cluster and the database that the platform uses.
const (
	User     = "blunt"
	Password = "blunt"
	Database = "blunt"
)

// Env is what a client of a cluster on that port needs.
func Env(port int) map[string]string { return map[string]string{"DATABASE_URL": url(port, Database)} }

func url(port int, database string) string {
	return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", User, Password, part.Address(port), database)
}

// Start runs the cluster in dir/data until it is stopped; cache is where obtained binaries are kept.
func Start(ctx context.Context, base part.Base, cache string) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, base, cache)
	if err != nil {
		release()
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	stop := p.Stop
	p.Stop = func(ctx context.Context) error {
		defer release()
		return stop(ctx)
	}
	return p, nil
}

func start(ctx context.Context, base part.Base, cache string) (*part.Part, error) {
	bin, err := binaries(ctx, cache)
	if err != nil {
		return nil, err
	}
	as, err := identify(ctx, bin)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(base.Dir, "data")
	if err := initialise(ctx, as, data); err != nil {
		return nil, err
	}
	if err := endOrphan(ctx, data); err != nil {
		return nil, err
	}
	if err := as.adopt(ctx, base.Dir); err != nil {
		return nil, err
	}
	output, err := os.OpenFile(filepath.Join(base.Dir, "server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Close() }()

	server := as.command(context.WithoutCancel(ctx), "postgres", "-D", data, "-p", strconv.Itoa(base.Port),
		"-c", "listen_addresses="+part.Host, "-c", "unix_socket_directories=", "-c", "max_connections=200",
		"-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB", "-c", "timezone=UTC", "-c", "log_timezone=UTC",
		"-c", "log_min_messages=warning", "-c", "log_checkpoints=off")
	server.Stdout, server.Stderr = output, output
	// A launcher that dies takes the cluster with it, as a crash would: the next start recovers.
	child, err := part.Launch(server, syscall.SIGQUIT)
	if err != nil {
		return nil, err
	}
	stop := func(ctx context.Context) error { return child.End(ctx, syscall.SIGINT) }
	err = part.Await(ctx, "PostgreSQL", 60*time.Second, child.Ended(), func(ctx context.Context) error {
		return ensureDatabase(ctx, base.Port)
	})
	if err != nil {
		return nil, fmt.Errorf("%w; its log is %s: %w", err, output.Name(), stop(context.WithoutCancel(ctx)))
	}
	return &part.Part{Name: base.Name, Env: Env(base.Port), Ended: child.Ended(), Stop: stop}, nil
}

// initialise makes the cluster, unless there is one. It is made beside its place and moved there when it is whole.
func initialise(ctx context.Context, as identity, data string) error {
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return sameVersion(ctx, as, data)
	}
	fresh := data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	secret := data + ".password"
	if err := os.WriteFile(secret, []byte(Password+"\n"), 0o600); err != nil {
		return err
	}
	defer func() { _ = os.Remove(secret) }()
	if err := as.adopt(ctx, filepath.Dir(data)); err != nil {
		return err
	}
	initdb := as.command(ctx, "initdb", "-D", fresh, "-U", User, "--pwfile", secret, "-A", "scram-sha-256",
		"-E", "UTF8", "--locale", "C", "--no-instructions")
	out, err := initdb.CombinedOutput()
	if err != nil {
		return fmt.Errorf("make the cluster: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return os.Rename(fresh, data)
}

func sameVersion(ctx context.Context, as identity, data string) error {
	made, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return err
	}
	out, err := as.command(ctx, "postgres", "--version").Output()
	if err != nil {
		return fmt.Errorf("ask PostgreSQL for its version: %w", err)
	}
	major := strings.TrimSpace(string(made))
	if fields := strings.Fields(string(out)); len(fields) < 3 || !strings.HasPrefix(fields[2], major) {
		return fmt.Errorf("%s was made by PostgreSQL %s, and this is %s: remove that directory to begin anew",
			data, major, strings.TrimSpace(string(out)))
	}
	return nil
}

// endOrphan deals with a postmaster.pid that an earlier launcher left. The directory is ours alone (part.Lock), so a
// live server is an orphan on its way down; any other program merely got its pid.
func endOrphan(ctx context.Context, data string) error {
	file := filepath.Join(data, "postmaster.pid")
	return part.Await(ctx, "the end of an earlier PostgreSQL", 30*time.Second, nil, func(context.Context) error {
		content, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(string(content), "\n")
		pid, err := strconv.Atoi(strings.TrimSpace(first))
		if err != nil || !strings.Contains(part.Command(pid), data) {
			return os.Remove(file)
		}
		if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
		return fmt.Errorf("process %d still serves %s", pid, data)
	})
}

// ensureDatabase makes the platform's database; it is also the check that the server answers.
func ensureDatabase(ctx context.Context, port int) error {
	conn, err := pgx.Connect(ctx, url(port, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, Database).Scan(&exists); err != nil {
		return err
	}
	if exists {
		return nil
	}
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{Database}.Sanitize())
	return err
}

// External is a server that runs already, in place of a cluster of our own. It is never stopped.
func External(ctx context.Context, name, url string) (*part.Part, error) {
	err := part.Await(ctx, "the server that DATABASE_URL names", 10*time.Second, nil, func(ctx context.Context) error {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
	if err != nil {
		return nil, err
	}
	return &part.Part{
		Name: name, Env: map[string]string{"DATABASE_URL": url},
		Stop: func(context.Context) error { return nil },
	}, nil
}
