package mirror

import (
	"context"
	"embed"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/mirror/mapping"
)

//go:embed sql/*.sql
var files embed.FS

func query(name string) string {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // the name is a constant of this package
	}
	return string(text)
}

// Options bound what a Loader uses.
type Options struct {
	// Workers is how many partitions are loaded at once, each with two connections of the pool at most. 0 is as many as
	// there are processors, at most 4.
	Workers int
	// ChunkRoots is how many root objects one transaction writes at most. 0 is 500, which the narrowest host allows.
	ChunkRoots int
	// ScratchDir is where partitions are spilled; empty is the system's temporary directory. It needs the size of the
	// archive.
	ScratchDir string
	// Now is the clock of sync_ts and ingest_ts; nil is time.Now.
	Now func() time.Time
}

// Loader loads aggregates into the mirror. It is safe for concurrent use.
type Loader struct {
	pool    *pgxpool.Pool
	options Options
}

// New makes a Loader over a pool that it does not close.
func New(pool *pgxpool.Pool, options Options) *Loader {
	if options.Workers <= 0 {
		options.Workers = min(runtime.GOMAXPROCS(0), 4)
	}
	if options.ChunkRoots <= 0 {
		options.ChunkRoots = 500
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Loader{pool: pool, options: options}
}

// Object is an archived object of JSON lines.
type Object struct {
	Key  string
	Size int64
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Load is one archive to be loaded.
type Load struct {
	Entity    contract.Entity
	Shop      string // permanent myshopify.com domain
	RunID     string
	Operation Object
	Details   *Object
	// Objects and RootObjects are what Shopify says that the operation's result holds; negative is unknown.
	Objects, RootObjects int64
	// Lenient says that Shopify no longer knew some of the objects whose details it was asked for; see mapping.Scope.
	Lenient bool
	// Force maps and compares aggregates whose source has not changed, too.
	Force bool
	// Cursor is where an earlier attempt stood.
	Cursor Cursor
	// Progress is called after each chunk and each partition, never by two at once.
	Progress func(Progress)
}

// Cursor is what a retry needs of an earlier attempt: which partitions are done, and what came of them.
type Cursor struct {
	Partitions int                 `json:"partitions"`
	Done       []int               `json:"done,omitempty"`
	Lines      int64               `json:"lines"` // of the partitions done, without duplicates
	Roots      int64               `json:"roots"`
	Result     contract.LoadResult `json:"result"`
}

// Progress is how far a load is. Total is the number of root objects.
type Progress struct {
	Done, Total int64
	Cursor      Cursor
}

// run is one load.
type run struct {
	*Loader
	kind   *kind
	load   Load
	scope  mapping.Scope
	shared *sharedCache
	tags   *tagCache
}

func (l *Loader) begin(ctx context.Context, load Load) (*run, error) {
	kind, err := kindOf(load.Entity)
	if err != nil {
		return nil, err
	}
	r := &run{Loader: l, kind: kind, load: load, shared: newSharedCache(), tags: newTagCache(l.pool)}
	r.scope = mapping.Scope{Shop: load.Shop, Reasons: map[string]string{}, Alias: r.shared.alias, Lenient: load.Lenient}
	if load.Entity == contract.Customers {
		return r, nil
	}
	err = l.pool.QueryRow(ctx, query("scope"), load.Shop).Scan(&r.scope.StoreID, &r.scope.Currency)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "the shop %s is not mirrored yet: load the shop before its %s", load.Shop, load.Entity)
	}
	if err != nil {
		return nil, classify(err, "read the store")
	}
	rows, err := l.pool.Query(ctx, query("return_reasons"))
	if err != nil {
		return nil, classify(err, "read the return reasons")
	}
	var code, id string
	_, err = pgx.ForEachRow(rows, []any{&code, &id}, func() error {
		r.scope.Reasons[code] = id
		return nil
	})
	return r, classify(err, "read the return reasons")
}

// counts is what became of some aggregates.
type counts struct {
	roots, written, unchanged, stale int64
	rows, removed, events            int64
}

func (c *counts) addTo(r *contract.LoadResult) {
	r.Roots += c.roots
	r.Written += c.written
	r.Unchanged += c.unchanged
	r.Stale += c.stale
	r.Rows += c.rows
	r.Removed += c.removed
	r.Events += c.events
}

// progress adds up what the workers report.
type progress struct {
	mu     sync.Mutex
	report func(Progress)
	total  int64
	open   contract.LoadResult // partitions that are not done
	cursor Cursor
}

func (p *progress) chunk(c counts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.addTo(&p.open)
	p.send()
}

func (p *progress) partition(index int, lines, roots int64, c counts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cursor.Done = append(p.cursor.Done, index)
	p.cursor.Lines += lines
	p.cursor.Roots += roots
	c.addTo(&p.cursor.Result)
	p.open.Roots -= c.roots
	p.send()
}

func (p *progress) send() {
	if p.report == nil {
		return
	}
	cursor := p.cursor
	cursor.Done = append([]int(nil), p.cursor.Done...)
	p.report(Progress{Done: p.cursor.Result.Roots + p.open.Roots, Total: p.total, Cursor: cursor})
}
