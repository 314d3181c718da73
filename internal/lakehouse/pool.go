package lakehouse

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// StagedAtOnce is how many batches are staged at once, each with its share of the cores: also where several streams have
// a backlog, as after an outage.
const StagedAtOnce = 2

// What DuckDB may take leaves the process below one gigabyte: some batches are staged while another, which may have to be
// compared, lands. Go, and what DuckDB does not count, come on top.
const (
	stageMemory   = "256MB"
	compareMemory = "192MB"
	compactMemory = "512MB"
)

// keepFor is how long a database serves. Its folder is scratch, which lives for longer (see abandoned).
const keepFor = time.Hour

// pool lends databases to the steps that every batch goes through. To open one for each would cost as much as a tenth of a
// batch; worse, one that is closed gives all memory that the process has to spare back to the system, also what the others
// are about to use again.
type pool struct {
	free   chan kept // as many places as databases; each is made when it is first needed
	open   func(context.Context) (*duck.DB, error)
	closed atomic.Bool
}

type kept struct {
	db    *duck.DB // nil where the place is empty
	since time.Time
}

func newPool(size int, open func(context.Context) (*duck.DB, error)) *pool {
	p := &pool{free: make(chan kept, size), open: open}
	for range size {
		p.free <- kept{}
	}
	return p
}

// with waits for a database and lends it. One that something failed in is not used again: it may be broken.
func (p *pool) with(ctx context.Context, do func(*duck.DB) error) (err error) {
	var k kept
	select {
	case k = <-p.free:
	case <-ctx.Done():
		return classify(ctx.Err(), "wait for a database")
	}
	whole := false
	defer func() {
		if !whole || p.closed.Load() {
			k.close()
		}
		p.free <- k
	}()
	if k.db != nil && time.Since(k.since) > keepFor {
		k.close()
	}
	if k.db == nil {
		if k.db, err = p.open(ctx); err != nil {
			return err
		}
		k.since = time.Now()
	}
	err = do(k.db)
	whole = err == nil
	return err
}

// close closes the databases; one that is lent, when it is given back.
func (p *pool) close() {
	p.closed.Store(true)
	for range cap(p.free) {
		select {
		case k := <-p.free:
			k.close()
			p.free <- kept{}
		default:
		}
	}
}

func (k *kept) close() {
	if k.db != nil {
		_ = k.db.Close() // nothing but memory and scratch
	}
	*k = kept{}
}

// share opens a database for one of the steps that run side by side. It has one connection, because a transform's
// variables belong to one.
//
// Its share of the cores is what it takes where nobody says otherwise: a partitioned write buffers every partition once
// per thread, so that batches side by side cost less than threads side by side.
func (l *Lake) share(ctx context.Context, memory string) (*duck.DB, error) {
	threads := l.cfg.Threads
	if threads <= 0 {
		threads = max(1, runtime.NumCPU()/StagedAtOnce)
	}
	return l.single(ctx, memory, threads)
}

// single opens a database with one connection.
func (l *Lake) single(ctx context.Context, memory string, threads int) (*duck.DB, error) {
	db, err := duck.Open(ctx, duck.Options{Memory: memory, Threads: threads, Dir: l.ScratchDir()})
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	db.SetMaxOpenConns(1)
	return db, nil
}
