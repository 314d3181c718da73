package lakehouse

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// lender is a pool of real databases that counts those that it opened.
func lender(t *testing.T, size int) (p *pool, opened *int) {
	l := New(config.Lake{Dir: t.TempDir()}, config.Objects{})
	opened = new(int)
	p = newPool(size, func(ctx context.Context) (*duck.DB, error) {
		*opened++
		return l.single(ctx, compareMemory, 1)
	})
	t.Cleanup(p.close)
	return p, opened
}

// leaveMark makes what only the same database holds; marked tells whether it does.
func leaveMark(db *duck.DB) error {
	return db.Run(context.Background(), "CREATE TABLE mark (i INTEGER)")
}

func marked(t *testing.T, db *duck.DB) bool {
	n, err := db.Count(t.Context(), "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mark'")
	require.NoError(t, err)
	return n == 1
}

func TestADatabaseIsLentAgain(t *testing.T) {
	p, opened := lender(t, 1)
	require.NoError(t, p.with(t.Context(), leaveMark))
	require.NoError(t, p.with(t.Context(), func(db *duck.DB) error {
		require.True(t, marked(t, db))
		return nil
	}))
	require.Equal(t, 1, *opened)
}

func TestADatabaseInWhichSomethingFailedIsNotLentAgain(t *testing.T) {
	p, opened := lender(t, 1)
	broken := errors.New("broken")
	require.ErrorIs(t, p.with(t.Context(), func(db *duck.DB) error { return errors.Join(leaveMark(db), broken) }), broken)
	require.NoError(t, p.with(t.Context(), func(db *duck.DB) error {
		require.False(t, marked(t, db))
		return nil
	}))
	require.Equal(t, 2, *opened)
}

func TestADatabaseThatCannotBeOpenedIsTriedAgain(t *testing.T) {
	p, opened := lender(t, 1)
	open := p.open
	p.open = func(context.Context) (*duck.DB, error) { return nil, fault.New(fault.Internal, "no disk") }
	require.ErrorContains(t, p.with(t.Context(), leaveMark), "no disk")
	p.open = open
	require.NoError(t, p.with(t.Context(), leaveMark))
	require.Equal(t, 1, *opened)
}

func TestNoMoreDatabasesAreLentThanThereAre(t *testing.T) {
	p, _ := lender(t, 1)
	require.NoError(t, p.with(t.Context(), func(*duck.DB) error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := p.with(ctx, func(*duck.DB) error {
			t.Error("the one database was lent twice")
			return nil
		})
		require.Equal(t, fault.Canceled, fault.Of(err).Code)
		return nil
	}))
}

// The sweep removes scratch that is older than a roll can be: a database's folder must not be that old.
func TestADatabaseIsReplacedBeforeItsFolderIsSwept(t *testing.T) {
	require.Less(t, keepFor, abandoned)
	synctest.Test(t, func(t *testing.T) {
		p, opened := lender(t, 1)
		require.NoError(t, p.with(t.Context(), leaveMark))
		time.Sleep(keepFor + time.Second) // the bubble's clock
		require.NoError(t, p.with(t.Context(), func(db *duck.DB) error {
			require.False(t, marked(t, db))
			return nil
		}))
		require.Equal(t, 2, *opened)
	})
}
