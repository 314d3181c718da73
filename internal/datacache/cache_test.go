package datacache_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/datacache"
)

// origin serves contents by address and counts what was asked of it.
type origin struct {
	content map[string]string
	opened  atomic.Int64
}

func (o *origin) open(_ context.Context, address string) (io.ReadCloser, error) {
	o.opened.Add(1)
	text, ok := o.content[address]
	if !ok {
		return nil, errors.New("no such file " + address)
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

func (o *origin) file(address string) datacache.File {
	return datacache.File{Address: address, Size: int64(len(o.content[address]))}
}

func newOrigin(addresses ...string) *origin {
	o := &origin{content: map[string]string{}}
	for _, a := range addresses {
		o.content[a] = strings.Repeat(a, 100)
	}
	return o
}

func openCache(t *testing.T, dir string, limit int64) *datacache.Cache {
	t.Helper()
	c, err := datacache.New(dir, limit)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestAFileIsDownloadedOnceAndSurvivesARestart(t *testing.T) {
	dir, o := t.TempDir(), newOrigin("a", "b")
	for round := range 3 {
		c := openCache(t, dir, 1<<20)
		l, err := c.Lease(t.Context(), []datacache.File{o.file("a"), o.file("b"), o.file("a")}, o.open)
		require.NoError(t, err)
		for i, want := range []string{"a", "b", "a"} {
			got, err := os.ReadFile(l.Paths[i])
			require.NoError(t, err)
			require.Equal(t, o.content[want], string(got))
		}
		require.EqualValues(t, 200*boolInt(round == 0), l.Fetched)
		l.Release()
		require.NoError(t, c.Close())
	}
	require.EqualValues(t, 2, o.opened.Load())
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestTheLeastRecentlyUsedGoesFirstAndALeasedFileStays(t *testing.T) {
	o := newOrigin("a", "b", "c", "d")
	c := openCache(t, t.TempDir(), 250) // two files of 100
	held, err := c.Lease(t.Context(), []datacache.File{o.file("a")}, o.open)
	require.NoError(t, err)
	for _, name := range []string{"b", "c", "b", "d"} { // c is the one that was not used again
		l, err := c.Lease(t.Context(), []datacache.File{o.file(name)}, o.open)
		require.NoError(t, err)
		l.Release()
	}
	require.LessOrEqual(t, c.Size(), int64(250))
	require.FileExists(t, held.Paths[0], "a lease keeps its file")
	before := o.opened.Load()
	l, err := c.Lease(t.Context(), []datacache.File{o.file("a"), o.file("d")}, o.open)
	require.NoError(t, err)
	require.Equal(t, before, o.opened.Load(), "the newest are still there")
	l.Release()
	held.Release()
}

func TestLeasesMayExceedTheLimitAndAreTrimmedAfterwards(t *testing.T) {
	o := newOrigin("a", "b", "c")
	c := openCache(t, t.TempDir(), 150)
	l, err := c.Lease(t.Context(), []datacache.File{o.file("a"), o.file("b"), o.file("c")}, o.open)
	require.NoError(t, err)
	for _, p := range l.Paths {
		require.FileExists(t, p)
	}
	l.Release()
	require.LessOrEqual(t, c.Size(), int64(150))
}

func TestAnAdoptedFileIsNotFetched(t *testing.T) {
	o := newOrigin("a", "b")
	c := openCache(t, t.TempDir(), 1<<20)
	written := func(content string) string {
		path := filepath.Join(t.TempDir(), "written")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		return path
	}
	whole, short := written(o.content["a"]), written("b")
	c.Adopt(o.file("a"), whole)
	c.Adopt(o.file("b"), short) // not what was sent: it is left to be fetched
	require.NoFileExists(t, whole)
	require.NoFileExists(t, short)
	l, err := c.Lease(t.Context(), []datacache.File{o.file("a"), o.file("b")}, o.open)
	require.NoError(t, err)
	defer l.Release()
	for i, want := range []string{"a", "b"} {
		got, err := os.ReadFile(l.Paths[i])
		require.NoError(t, err)
		require.Equal(t, o.content[want], string(got))
	}
	require.EqualValues(t, 1, o.opened.Load())
	require.EqualValues(t, 200, c.Size())
}

func TestADamagedFileIsDownloadedAgain(t *testing.T) {
	for name, damage := range map[string]func(string) error{
		"flipped bytes": func(p string) error {
			b, _ := os.ReadFile(p)
			return os.WriteFile(p, bytes.ToUpper(b), 0o644)
		},
		"cut short": func(p string) error { return os.Truncate(p, 10) },
		"removed":   os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			dir, o := t.TempDir(), newOrigin("a")
			c := openCache(t, dir, 1<<20)
			l, err := c.Lease(t.Context(), []datacache.File{o.file("a")}, o.open)
			require.NoError(t, err)
			l.Release()
			require.NoError(t, c.Close())
			require.NoError(t, damage(l.Paths[0]))

			c = openCache(t, dir, 1<<20)
			l, err = c.Lease(t.Context(), []datacache.File{o.file("a")}, o.open)
			require.NoError(t, err)
			got, err := os.ReadFile(l.Paths[0])
			require.NoError(t, err)
			require.Equal(t, o.content["a"], string(got))
			require.EqualValues(t, 100, c.Size())
			l.Release()
		})
	}
}

func TestAFileThatIsNotWhatItsManifestSaysIsRefused(t *testing.T) {
	dir, o := t.TempDir(), newOrigin("a")
	c := openCache(t, dir, 1<<20)
	_, err := c.Lease(t.Context(), []datacache.File{{Address: "a", Size: 99}}, o.open)
	require.ErrorContains(t, err, "99 bytes")
	_, err = c.Lease(t.Context(), []datacache.File{{Address: "missing", Size: 1}}, o.open)
	require.ErrorContains(t, err, "missing")
	left, err := filepath.Glob(filepath.Join(dir, "*", "incoming-*"))
	require.NoError(t, err)
	require.Empty(t, left)
	require.Zero(t, c.Size())
}

func TestTwoProcessesNeverShareAFolder(t *testing.T) {
	dir, o := t.TempDir(), newOrigin("a")
	one, two := openCache(t, dir, 1<<20), openCache(t, dir, 1<<20)
	first, err := one.Lease(t.Context(), []datacache.File{o.file("a")}, o.open)
	require.NoError(t, err)
	second, err := two.Lease(t.Context(), []datacache.File{o.file("a")}, o.open)
	require.NoError(t, err)
	require.NotEqual(t, first.Paths[0], second.Paths[0])
	first.Release()
	second.Release()
}

func TestManyAskingForOneFileShareItsDownload(t *testing.T) {
	o := newOrigin("a")
	c := openCache(t, t.TempDir(), 1<<20)
	var wait sync.WaitGroup
	for range 20 {
		wait.Go(func() {
			l, err := c.Lease(t.Context(), []datacache.File{o.file("a")}, o.open)
			if err != nil {
				t.Error(err)
				return
			}
			l.Release()
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, o.opened.Load())
}
