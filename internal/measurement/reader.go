package measurement

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/semaphore"

	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// Catalogue is what PostgreSQL knows of the products: it gives the reader titles, tags and tag groups.
type Catalogue interface {
	Products(ctx context.Context) ([]Product, error)
	TagGroups(ctx context.Context) ([]TagGroup, error)
}

// Product is one product of the catalogue.
type Product struct {
	ID     string   `json:"product_id"`
	Title  string   `json:"title"`
	Vendor string   `json:"vendor"`
	Tags   []string `json:"tags"`
}

// TagGroup is a named set of tags.
type TagGroup struct {
	Name string   `json:"tag_group"`
	Tags []string `json:"tags"`
}

// keptDays is how many earlier days stay in memory beside the latest.
const keptDays = 4

// Reader answers questions about products from DuckDB in memory: those of `blunt measurement`. The latest day is replaced
// when Refresh finds a new snapshot; an earlier day is loaded when it is first asked for. It is safe for concurrent use.
type Reader struct {
	lake      *lakehouse.Lake
	cache     *datacache.Cache
	catalogue Catalogue
	memory    string

	// loading lets one day be loaded at a time. Who asks for the same one finds it when his turn comes, memory is needed
	// for one, and no day is kept that was loaded from another snapshot than the latest.
	loading *semaphore.Weighted

	mu     sync.Mutex
	latest *view
	older  []*view // of the latest's snapshot, most recently used last
}

// NewReader makes a reader whose days may each use as much memory as a DuckDB size says, for instance 256MB.
func NewReader(lake *lakehouse.Lake, cache *datacache.Cache, catalogue Catalogue, memory string) *Reader {
	return &Reader{lake: lake, cache: cache, catalogue: catalogue, memory: memory, loading: semaphore.NewWeighted(1)}
}

// Refresh loads the latest day, and the catalogue, if the table has a new snapshot. Questions that are being answered
// keep the one they began with. Fault: NotFound where nothing has been measured.
func (r *Reader) Refresh(ctx context.Context) error {
	if err := r.loading.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.loading.Release(1)
	_, err := r.refresh(ctx)
	return err
}

// refresh answers with the table whose snapshot the latest day is of.
func (r *Reader) refresh(ctx context.Context) (*lakehouse.Table, error) {
	table, err := r.lake.Table(ctx, lakehouse.MeasurementPerform)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	current := r.latest
	r.mu.Unlock()
	if current != nil && current.snapshot == table.Snapshot() {
		return table, nil
	}
	_, through, err := measured(table)
	if err != nil {
		return nil, err
	}
	next, err := r.load(ctx, table, through)
	if err != nil {
		return nil, err
	}
	r.replace(next)
	return table, nil
}

// replace lets go of all days, which a refresh may have changed, and of the latest, for the next.
func (r *Reader) replace(next *view) {
	r.mu.Lock()
	stale := r.older
	if r.latest != nil {
		stale = append(stale, r.latest)
	}
	r.latest, r.older = next, nil
	r.mu.Unlock()
	for _, v := range stale {
		v.release()
	}
}

// measured tells the first and the last day that the table has been computed for. Fault: NotFound.
func measured(table *lakehouse.Table) (from, through Day, err error) {
	through, err = ParseDay(table.Properties()[propertyThrough])
	if err != nil {
		return 0, 0, fault.New(fault.NotFound, "nothing has been measured yet")
	}
	from, err = ParseDay(table.Properties()[propertyFrom])
	if err != nil { // nothing has been sold
		from = through
	}
	return from, through, nil
}

// Close lets go of everything in memory. Nobody may ask afterwards.
func (r *Reader) Close() { r.replace(nil) }

// Latest is the day and the snapshot that the reader answers with. Fault: NotFound where nothing has been measured.
func (r *Reader) Latest(ctx context.Context) (Day, int64, error) {
	v, err := r.at(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer v.release()
	return v.day, v.snapshot, nil
}

// at holds a day's view; nil means the latest. The caller releases it. Fault: NotFound for a day that has not been
// measured.
func (r *Reader) at(ctx context.Context, day *Day) (*view, error) {
	if v := r.held(day); v != nil {
		return v, nil
	}
	if err := r.loading.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer r.loading.Release(1)
	if v := r.held(day); v != nil { // another has loaded it meanwhile
		return v, nil
	}
	table, err := r.refresh(ctx)
	if err != nil {
		return nil, err
	}
	if v := r.held(day); v != nil {
		return v, nil
	}
	from, through, err := measured(table)
	if err != nil {
		return nil, err
	}
	if *day < from || *day > through {
		return nil, fault.New(fault.NotFound, "%s has not been measured: there are the days from %s to %s", day, from, through)
	}
	v, err := r.load(ctx, table, *day)
	if err != nil {
		return nil, err
	}
	r.keep(v.hold())
	return v, nil
}

// keep remembers an earlier day, and forgets the one that nobody has asked for the longest.
func (r *Reader) keep(v *view) {
	r.mu.Lock()
	r.older = append(r.older, v)
	var stale *view
	if len(r.older) > keptDays {
		stale, r.older = r.older[0], r.older[1:]
	}
	r.mu.Unlock()
	if stale != nil {
		stale.release()
	}
}

func (r *Reader) held(day *Day) *view {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.latest == nil {
		return nil
	}
	if day == nil || *day == r.latest.day {
		return r.latest.hold()
	}
	for i, v := range r.older {
		if v.day == *day {
			r.older = append(append(r.older[:i:i], r.older[i+1:]...), v)
			return v.hold()
		}
	}
	return nil
}

// view is one day in a database of its own. It is closed when the last who hold it let go.
type view struct {
	db       *duck.DB
	day      Day
	snapshot int64
	shown    []string // a Standing as JSON, by its row in the table standing

	mu      sync.Mutex
	holders int
	counts  map[string]int64 // by filter: a view never changes
}

// countsKept bounds the filters whose counts a view remembers.
const countsKept = 1000

// count tells how many products a filter selects.
func (v *view) count(ctx context.Context, where string, args []any) (int64, error) {
	filter := fmt.Sprintf("%s %q", where, args)
	v.mu.Lock()
	n, known := v.counts[filter]
	v.mu.Unlock()
	if known {
		return n, nil
	}
	n, err := v.db.Count(ctx, "SELECT count(*) FROM standing AS s WHERE "+where, args...)
	if err != nil {
		return 0, broken(ctx, err, "count the products")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.counts == nil || len(v.counts) >= countsKept {
		v.counts = map[string]int64{}
	}
	v.counts[filter] = n
	return n, nil
}

func (v *view) hold() *view {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.holders++
	return v
}

func (v *view) release() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.holders--; v.holders == 0 {
		_ = v.db.Close()
	}
}
