package schema_test

import (
	"context"
	"io/fs"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/oklog/ulid/v2"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/schema"
)

// missingDatabase names a database that does not exist yet on the test server, and drops it in the end.
func missingDatabase(t *testing.T) string {
	t.Helper()
	server := testenv.Stack(t)["DATABASE_URL"]
	target, err := url.Parse(server)
	require.NoError(t, err)
	name := "migrate_" + ulid.Make().String()
	target.Path = "/" + name
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		conn, err := pgx.Connect(ctx, server)
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close(ctx)) }()
		_, err = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{name}.Sanitize()+" WITH (FORCE)")
		require.NoError(t, err)
	})
	return target.String()
}

func TestMigratingTwiceAtOnceGivesOneSchema(t *testing.T) {
	target := missingDatabase(t)
	var group errgroup.Group
	for range 3 {
		group.Go(func() error { return schema.Migrate(t.Context(), target) })
	}
	require.NoError(t, group.Wait())
	require.Equal(t, 153, domainTables(t, target))
	pending, err := schema.Pending(t.Context(), target)
	require.NoError(t, err)
	require.Zero(t, pending)
}

func TestDownAndUpAgainGivesTheSameSchema(t *testing.T) {
	target := missingDatabase(t)
	require.NoError(t, schema.Migrate(t.Context(), target))
	before := catalog(t, target)

	require.NoError(t, schema.RollbackAll(t.Context(), target))
	require.Zero(t, domainTables(t, target))
	require.Empty(t, catalog(t, target), "the down migrations leave something behind")

	require.NoError(t, schema.Migrate(t.Context(), target))
	require.Equal(t, before, catalog(t, target))
}

func TestRollbackUndoesTheLatestMigrationOnly(t *testing.T) {
	target := missingDatabase(t)
	require.NoError(t, schema.Migrate(t.Context(), target))
	require.NoError(t, schema.Rollback(t.Context(), target))
	pending, err := schema.Pending(t.Context(), target)
	require.NoError(t, err)
	require.Equal(t, 1, pending)
}

func TestAnAddressThatIsNoURLIsRefusedWithoutRepeatingIt(t *testing.T) {
	err := schema.Migrate(t.Context(), "postgres://user:hunter2@localhost:port/db")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hunter2")
}

func TestAServerThatIsNotThereIsUnavailable(t *testing.T) {
	err := schema.Migrate(t.Context(), "postgres://nobody@127.0.0.1:1/blunt")
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
}

func TestEveryMigrationHasBothDirections(t *testing.T) {
	files, err := fs.Glob(schema.Files, "migrations/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	form := regexp.MustCompile(`(?s)\A(--[^\n]*\n|\n)*-- migrate:up[^\n]*\n.*;\n.*\n-- migrate:down[^\n]*\n.*;\n\z`)
	for _, file := range files {
		text, err := fs.ReadFile(schema.Files, file)
		require.NoError(t, err)
		require.Regexp(t, `migrations/\d{14}_[a-z0-9_]+\.sql$`, file)
		require.Regexp(t, form, string(text), file)
	}
}

func domainTables(t *testing.T, target string) int {
	t.Helper()
	var n int
	query(t, target, &n, `SELECT count(*) FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations'`)
	return n
}

// catalog lists every table, column, constraint, index and comment, one line each.
func catalog(t *testing.T, target string) []string {
	t.Helper()
	var lines []string
	query(t, target, &lines, `
		SELECT coalesce(array_agg(line ORDER BY line), '{}') FROM (
			SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(c.oid, a.attnum))
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE n.nspname IN ('public', 'runtime') AND a.attnum > 0 AND c.relname NOT LIKE 'schema_migrations%'
			UNION ALL
			SELECT format('%s %s', k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
			WHERE n.nspname IN ('public', 'runtime') AND k.conname NOT LIKE 'schema_migrations%'
			UNION ALL
			SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'runtime') AND tablename <> 'schema_migrations'
			UNION ALL
			SELECT nspname FROM pg_namespace WHERE nspname = 'runtime') AS facts (line)`)
	return lines
}

func query(t *testing.T, target string, into any, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), target)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(into))
}
