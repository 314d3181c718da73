// Package schema owns the database's migrations and applies them. `blunt provision` calls it; the dbmate command reads
// the same files. It never reads or writes rows of its own accord: what the schema says is in the .sql files alone.
package schema

import (
	"context"
	"embed"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/amacneil/dbmate/v2/pkg/dbmate"
	_ "github.com/amacneil/dbmate/v2/pkg/driver/postgres" // the driver dbmate finds by the URL's scheme
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bluntcases.com/platform/internal/fault"
)

// Files holds the migrations, in dbmate's form, below "migrations".
//
//go:embed migrations/*.sql
var Files embed.FS

// lockKey is the advisory lock that one migration of a database holds ("blunt" in ASCII).
const lockKey int64 = 0x626c756e74

const (
	duplicateDatabase    = "42P04"
	uniqueViolation      = "23505" // two CREATE DATABASE at once: the loser fails on pg_database's index
	undefinedDatabase    = "3D000"
	unlockTimeout        = 5 * time.Second
	maintenanceDatabase  = "postgres"
	poolParameterPrefix  = "pool_"
	execModeParameter    = "default_query_exec_mode"
	statementCacheSuffix = "_cache_capacity"
)

// Migrate creates the database if it is missing and applies every pending migration, each in its own transaction. Two
// calls at once are safe: the second waits and finds nothing to do. The URL must be a direct connection, not a
// transaction pool, because the lock belongs to the session.
func Migrate(ctx context.Context, databaseURL string) error {
	if err := create(ctx, databaseURL); err != nil {
		return err
	}
	return locked(ctx, databaseURL, func(db *dbmate.DB) error {
		if err := db.Migrate(); err != nil {
			return fault.Wrap(fault.Internal, err, "migrate the database")
		}
		return nil
	})
}

// Rollback undoes the latest applied migration.
func Rollback(ctx context.Context, databaseURL string) error {
	return locked(ctx, databaseURL, func(db *dbmate.DB) error {
		if err := db.Rollback(); err != nil {
			return fault.Wrap(fault.Internal, err, "roll back the latest migration")
		}
		return nil
	})
}

// RollbackAll undoes every applied migration, latest first, and so deletes everything the schema holds.
func RollbackAll(ctx context.Context, databaseURL string) error {
	return locked(ctx, databaseURL, func(db *dbmate.DB) error {
		for ctx.Err() == nil {
			err := db.Rollback()
			if errors.Is(err, dbmate.ErrNoRollback) {
				return nil
			}
			if err != nil {
				return fault.Wrap(fault.Internal, err, "roll back every migration")
			}
		}
		return fault.Wrap(fault.Canceled, ctx.Err(), "roll back every migration")
	})
}

// Pending counts the migrations that the database has not seen.
func Pending(ctx context.Context, databaseURL string) (int, error) {
	var pending int
	err := locked(ctx, databaseURL, func(db *dbmate.DB) error {
		found, err := db.FindMigrations()
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "read the applied migrations")
		}
		for _, m := range found {
			if !m.Applied {
				pending++
			}
		}
		return nil
	})
	return pending, err
}

func locked(ctx context.Context, databaseURL string, run func(*dbmate.DB) error) error {
	target, err := parse(databaseURL)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return unreachable(err)
	}
	defer closeQuietly(conn)
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lockKey); err != nil {
		return fault.Wrap(fault.Unavailable, err, "wait for another migration to end")
	}
	db := dbmate.New(target)
	db.FS, db.MigrationsDir = Files, []string{"migrations"}
	db.AutoDumpSchema, db.Strict, db.Log = false, true, io.Discard
	return run(db)
}

// create makes the database where it is missing. A server that does not let us look at other databases is left alone:
// then the database has to exist, and the next step says so if it does not.
func create(ctx context.Context, databaseURL string) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err == nil {
		closeQuietly(conn)
		return nil
	}
	if code(err) != undefinedDatabase {
		return unreachable(err)
	}
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return malformed()
	}
	name := config.Database
	config.Database = maintenanceDatabase
	conn, err = pgx.ConnectConfig(ctx, config)
	if err != nil {
		return unreachable(err)
	}
	defer closeQuietly(conn)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if err != nil && code(err) != duplicateDatabase && code(err) != uniqueViolation {
		return fault.Wrap(fault.Internal, err, "create database %q", name)
	}
	return nil
}

// parse drops the parameters that only pgx knows: dbmate's driver would send them to the server as settings.
func parse(databaseURL string) (*url.URL, error) {
	target, err := url.Parse(databaseURL)
	if err != nil || target.Scheme == "" {
		return nil, malformed()
	}
	query := target.Query()
	for name := range query {
		if strings.HasPrefix(name, poolParameterPrefix) || name == execModeParameter || strings.HasSuffix(name, statementCacheSuffix) {
			query.Del(name)
		}
	}
	if target.Hostname() != "" && query.Get("sslmode") == "" {
		// pgx prefers TLS and accepts a server without it; dbmate's driver would insist.
		query.Set("sslmode", "prefer")
	}
	target.RawQuery = query.Encode()
	return target, nil
}

func closeQuietly(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), unlockTimeout)
	defer cancel()
	_ = conn.Close(ctx) // the lock goes with the session, however it ends
}

func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}

// malformed says nothing of the URL itself, because it holds a password.
func malformed() error {
	return fault.Invalid("the database address", fault.Field{Name: "DATABASE_URL", Detail: "is not a postgres:// URL"})
}

func unreachable(err error) error {
	return fault.Wrap(fault.Unavailable, err, "connect to the database")
}
