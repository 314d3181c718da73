// Package datacache keeps immutable data files of the lake on local disk, so that DuckDB reads them natively: bounded in
// size, least recently used first out, checked against damage. The measurement's refresh and its reader use it. It never
// asks whether a file has changed: a data file's address is written once.
package datacache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/fault"
)

// downloads is how many files come at once: small files are bound by latency, large ones by one stream's bandwidth.
const downloads = 8

// File is a data file as a table's manifest names it.
type File struct {
	Address string
	Size    int64
}

// Open reads a file from where it lives.
type Open func(ctx context.Context, address string) (io.ReadCloser, error)

// Cache is one process's cache. It is safe for concurrent use.
type Cache struct {
	dir   string
	limit int64
	lock  *os.File

	mu      sync.Mutex
	entries map[string]*entry // by key
	size    int64             // of the complete entries
}

// entry is one file. Its name on disk is key, checksum and size, so that a file proves itself after a restart.
type entry struct {
	mu       sync.Mutex // held while the file is fetched or checked
	key      string
	size     int64
	sum      uint32
	complete bool
	checked  bool // the content was seen to be whole since this process began
	leases   int
	used     time.Time
}

// New opens the cache below dir, or beside it when another process has that one: a cache is never shared, so that no
// process evicts what another reads. Files that an earlier process left are used again.
func New(dir string, limit int64) (*Cache, error) {
	for n := range 16 {
		c, err := open(filepath.Join(dir, strconv.Itoa(n)), limit)
		if err != nil || c != nil {
			return c, err
		}
	}
	return nil, fault.New(fault.Unavailable, "sixteen processes hold a cache of data files in %s", dir)
}

// open answers nil where another process holds the folder.
func open(dir string, limit int64) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "make the cache of data files")
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "lock the cache of data files")
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, fault.Wrap(fault.Internal, err, "lock the cache of data files")
	}
	c := &Cache{dir: dir, limit: limit, lock: lock, entries: map[string]*entry{}}
	if err := c.recover(); err != nil {
		_ = lock.Close()
		return nil, err
	}
	return c, nil
}

// Close gives the folder free. Leases must have been released.
func (c *Cache) Close() error { return c.lock.Close() }

// Size is the bytes on disk.
func (c *Cache) Size() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}

func (c *Cache) recover() error {
	return filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "lock" {
			return err
		}
		e, ok := parse(d.Name())
		info, statErr := d.Info()
		if !ok || statErr != nil || info.Size() != e.size {
			return os.Remove(path) // unfinished, damaged, or not ours
		}
		e.used = info.ModTime()
		c.entries[e.key] = e
		c.size += e.size
		return nil
	})
}

func (e *entry) name() string { return fmt.Sprintf("%s-%08x-%d.parquet", e.key, e.sum, e.size) }

func parse(name string) (*entry, bool) {
	parts := strings.Split(strings.TrimSuffix(name, ".parquet"), "-")
	if len(parts) != 3 || !strings.HasSuffix(name, ".parquet") {
		return nil, false
	}
	sum, err := strconv.ParseUint(parts[1], 16, 32)
	size, sizeErr := strconv.ParseInt(parts[2], 10, 64)
	return &entry{key: parts[0], sum: uint32(sum), size: size, complete: true}, err == nil && sizeErr == nil
}

// Lease holds files in the cache until it is released.
type Lease struct {
	Paths   []string // in the order in which they were asked for
	Fetched int64    // bytes that had to come from afar
	cache   *Cache
	held    []*entry
}

// Lease makes the files local and keeps them there. The files of all leases may exceed the limit; what no lease holds
// is removed, least recently used first. Fault: Unavailable, also for a file that is not of the size that its
// manifest says: it may have been cut off on its way.
func (c *Cache) Lease(ctx context.Context, files []File, open Open) (*Lease, error) {
	l := &Lease{Paths: make([]string, len(files)), cache: c}
	held := make([]*entry, len(files))
	for i, f := range files {
		held[i] = c.hold(f)
	}
	l.held = held
	fetched := make([]int64, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(downloads)
	for i, f := range files {
		group.Go(func() (err error) {
			l.Paths[i], fetched[i], err = c.local(ctx, held[i], f, open)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		l.Release()
		return nil, err
	}
	for _, n := range fetched {
		l.Fetched += n
	}
	return l, nil
}

// Release lets the files go. It may be called more than once.
func (l *Lease) Release() {
	if l == nil {
		return
	}
	l.cache.mu.Lock()
	for _, e := range l.held {
		e.leases--
	}
	l.held = nil
	l.cache.mu.Unlock()
	l.cache.evict()
}

func (c *Cache) hold(f File) *entry {
	digest := sha256.Sum256([]byte(f.Address))
	key := hex.EncodeToString(digest[:16])
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
		e = &entry{key: key}
		c.entries[key] = e
	}
	e.leases++
	e.used = time.Now()
	return e
}

// local returns the path of a file that is there and whole.
func (c *Cache) local(ctx context.Context, e *entry, f File, open Open) (string, int64, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.complete {
		path := filepath.Join(c.dir, e.name())
		if c.whole(e, path, f.Size) {
			now := time.Now()
			_ = os.Chtimes(path, now, now) // the order of use outlives the process
			return path, 0, nil
		}
		c.forget(e, path)
	}
	if err := c.fetch(ctx, e, f, open); err != nil {
		return "", 0, err
	}
	return filepath.Join(c.dir, e.name()), e.size, nil
}

// whole tells whether the file is what was downloaded: its size each time, its checksum once a process.
func (c *Cache) whole(e *entry, path string, size int64) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() != size || e.size != size {
		return false
	}
	if e.checked {
		return true
	}
	in, err := os.Open(path)
	if err != nil {
		return false
	}
	defer in.Close()
	sum := crc32.New(castagnoli())
	if _, err := io.Copy(sum, in); err != nil || sum.Sum32() != e.sum {
		return false
	}
	e.checked = true
	return true
}

// Adopt takes over a file that this process has written and sent to an address, so that it is not fetched to be read. The
// path is gone afterwards. A file that the cache cannot take is no fault: it is fetched when it is asked for.
func (c *Cache) Adopt(f File, path string) {
	defer os.Remove(path)
	in, err := os.Open(path)
	if err != nil {
		return
	}
	defer in.Close()
	sum := crc32.New(castagnoli())
	if n, err := io.Copy(sum, in); err != nil || n != f.Size {
		return
	}
	l := &Lease{cache: c, held: []*entry{c.hold(f)}}
	defer l.Release()
	e := l.held[0]
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.complete {
		_ = c.keep(e, path, f.Size, sum.Sum32())
	}
}

// keep names a file that is whole as the entry's. The caller holds the entry.
func (c *Cache) keep(e *entry, path string, size int64, sum uint32) error {
	e.size, e.sum = size, sum
	if err := os.Rename(path, filepath.Join(c.dir, e.name())); err != nil {
		return fault.Wrap(fault.Internal, err, "write to the cache of data files")
	}
	e.complete, e.checked = true, true
	c.mu.Lock()
	c.size += size
	c.mu.Unlock()
	return nil
}

func (c *Cache) forget(e *entry, path string) {
	_ = os.Remove(path)
	c.mu.Lock()
	c.size -= e.size
	c.mu.Unlock()
	e.complete, e.checked = false, false
}

func (c *Cache) fetch(ctx context.Context, e *entry, f File, open Open) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := open(ctx, f.Address)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(c.dir, "incoming-")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write to the cache of data files")
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	sum := crc32.New(castagnoli())
	n, err := io.Copy(io.MultiWriter(out, sum), in)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "download a data file")
	}
	if n != f.Size {
		return fault.New(fault.Unavailable, "a data file of %d bytes arrived with %d", f.Size, n)
	}
	if err := out.Close(); err != nil {
		return fault.Wrap(fault.Internal, err, "write to the cache of data files")
	}
	if err := c.keep(e, out.Name(), n, sum.Sum32()); err != nil {
		return err
	}
	c.evict()
	return nil
}

// evict removes what nobody holds until the size is within the limit.
func (c *Cache) evict() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var idle []*entry
	for key, e := range c.entries {
		switch {
		case e.leases > 0:
		case !e.complete:
			delete(c.entries, key) // a download that failed
		default:
			idle = append(idle, e)
		}
	}
	if c.size <= c.limit {
		return
	}
	slices.SortFunc(idle, func(a, b *entry) int { return a.used.Compare(b.used) })
	for _, e := range idle {
		if c.size <= c.limit {
			return
		}
		_ = os.Remove(filepath.Join(c.dir, e.name()))
		delete(c.entries, e.key)
		c.size -= e.size
	}
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }
