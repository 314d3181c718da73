package dictionary_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/dictionary"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

const published = "../../docs/reference/data-dictionary.md"

var update = flag.Bool("update", false, "write the dictionary instead of comparing it")

func TestThePublishedDictionaryIsTheDatabases(t *testing.T) {
	var made bytes.Buffer
	require.NoError(t, dictionary.Write(t.Context(), open(t), &made))
	if *update {
		require.NoError(t, os.WriteFile(published, made.Bytes(), 0o644))
	}
	have, err := os.ReadFile(published)
	require.NoError(t, err)
	require.Equal(t, made.String(), string(have), "run: go test ./internal/dictionary -update")
}

func TestTheDictionaryNamesValuesAndReferences(t *testing.T) {
	var made bytes.Buffer
	require.NoError(t, dictionary.Write(t.Context(), open(t), &made))
	require.Contains(t, made.String(), "## Module 06: Order")
	require.Contains(t, made.String(), "| `total_price` | money |")
	require.Contains(t, made.String(), "→ [customer](#customer).id")
	require.Contains(t, made.String(), "one of pending, authorized, partially_paid")
	require.NotContains(t, made.String(), "| `raw_total_price`")
}

func TestAWriterThatFailsIsReported(t *testing.T) {
	require.ErrorIs(t, dictionary.Write(t.Context(), open(t), full{}), errFull)
}

var errFull = errors.New("no space left")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}
