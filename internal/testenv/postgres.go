package testenv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/schema"
)

// templateLock is the advisory lock under which the template database is made.
const templateLock int64 = 0x74656d706c617465

const migrateWithin = 2 * time.Minute

// Postgres is the URL of a database of the test's own with every migration applied. It is a copy of a template that the
// test processes make once, and is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	server := Stack(t)["DATABASE_URL"]
	template, err := migrated(server)
	if err != nil {
		t.Fatalf("make the template database: %v", err)
	}
	return create(t, server, "TEMPLATE "+template)
}

// EmptyPostgres is the URL of a database of the test's own without anything in it.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return create(t, Stack(t)["DATABASE_URL"], "")
}

func create(t testing.TB, server, option string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), provisionWithin)
	defer cancel()
	name := "test_" + unique()
	if err := admin(ctx, server, "CREATE DATABASE "+name+" "+option); err != nil {
		t.Fatalf("create a database: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), provisionWithin)
		defer cancel()
		if err := admin(ctx, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return within(server, name)
}

var templates sync.Map // server URL → func() (string, error)

// migrated is the name of the template on a server, made when it is missing. Its name follows from the migrations, so
// that a changed migration makes a new one.
func migrated(server string) (string, error) {
	made, _ := templates.LoadOrStore(server, sync.OnceValues(func() (string, error) {
		name, err := templateName()
		if err != nil {
			return "", err
		}
		return name, makeTemplate(server, name)
	}))
	return made.(func() (string, error))()
}

func templateName() (string, error) {
	digest := sha256.New()
	err := fs.WalkDir(schema.Files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := schema.Files.ReadFile(path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(digest, "%s\n%s\n", path, content)
		return err
	})
	return "template_" + hex.EncodeToString(digest.Sum(nil))[:16], err
}

func makeTemplate(server, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), migrateWithin)
	defer cancel()
	conn, err := pgx.Connect(ctx, within(server, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }() // gives the advisory lock back
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, templateLock); err != nil {
		return err
	}
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil {
		return err
	}
	if exists {
		return nil
	}
	// Made under another name: a process that dies in the middle leaves no half template.
	fresh := name + "_new"
	for _, step := range []func() error{
		func() error { _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+fresh+" WITH (FORCE)"); return err },
		func() error { _, err := conn.Exec(ctx, "CREATE DATABASE "+fresh); return err },
		func() error { return schema.Migrate(ctx, within(server, fresh)) },
		func() error { _, err := conn.Exec(ctx, "ALTER DATABASE "+fresh+" RENAME TO "+name); return err },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// admin runs one statement on the server's maintenance database.
func admin(ctx context.Context, server, statement string) error {
	conn, err := pgx.Connect(ctx, within(server, "postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	return errors.Join(err, conn.Close(ctx))
}

// within is the URL of another database on the same server.
func within(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + database
	return u.String()
}
