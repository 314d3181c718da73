package measurement

import (
	"context"
	"fmt"
	"sync"
	"time"

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

// Reader answers the APIs' questions from DuckDB in memory. The latest day is replaced when Refresh finds a new snapshot;
// an earlier day is loaded when it is first asked for. It is safe for concurrent use.
type Reader struct {
	lake      *lakehouse.Lake
	cache     *datacache.Cache
	catalogue Catalogue
	memory    string

	mu     sync.Mutex
	latest *view
	older  []*view // most recently used last
}

// NewReader makes a reader whose days may each use as much memory as a DuckDB size says, for instance 256MB.
func NewReader(lake *lakehouse.Lake, cache *datacache.Cache, catalogue Catalogue, memory string) *Reader {
	return &Reader{lake: lake, cache: cache, catalogue: catalogue, memory: memory}
}

// Refresh loads the latest day if the table has a new snapshot, or if the catalogue is to be read again. Questions that
// are being answered keep the one they began with.
func (r *Reader) Refresh(ctx context.Context, catalogue bool) error {
	table, err := r.lake.Table(ctx, lakehouse.MeasurementPerform)
	if err != nil {
		return err
	}
	r.mu.Lock()
	current := r.latest
	r.mu.Unlock()
	if current != nil && current.snapshot == table.Snapshot() && !catalogue {
		return nil
	}
	day, err := ParseDay(table.Properties()[propertyThrough])
	if err != nil {
		return fault.New(fault.NotFound, "nothing has been measured yet")
	}
	next, err := r.load(ctx, table, day)
	if err != nil {
		return err
	}
	r.mu.Lock()
	stale := r.older
	if r.latest != nil {
		stale = append(stale, r.latest)
	}
	r.latest, r.older = next, nil // a refresh may have changed any day
	r.mu.Unlock()
	for _, v := range stale {
		v.release()
	}
	return nil
}

// Run refreshes every so often until the context ends; the catalogue is read again with each tenth look. What goes wrong
// is given to report, and the reader goes on with what it has.
func (r *Reader) Run(ctx context.Context, every time.Duration, report func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for look := 0; ; look++ {
		if err := r.Refresh(ctx, look%10 == 9); err != nil && ctx.Err() == nil && !fault.Is(err, fault.NotFound) {
			report(err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// Close lets go of everything in memory.
func (r *Reader) Close() {
	r.mu.Lock()
	views := r.older
	if r.latest != nil {
		views = append(views, r.latest)
	}
	r.latest, r.older = nil, nil
	r.mu.Unlock()
	for _, v := range views {
		v.release()
	}
}

// Latest is the day and the snapshot that the reader answers with. Fault: NotFound where nothing has been measured.
func (r *Reader) Latest(ctx context.Context) (Day, int64, error) {
	v, err := r.at(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer v.release()
	return v.day, v.snapshot, nil
}

// at holds a day's view; nil means the latest. The caller releases it.
func (r *Reader) at(ctx context.Context, day *Day) (*view, error) {
	if v := r.held(day); v != nil {
		return v, nil
	}
	if err := r.Refresh(ctx, false); err != nil {
		return nil, err
	}
	if v := r.held(day); v != nil {
		return v, nil
	}
	table, err := r.lake.Table(ctx, lakehouse.MeasurementPerform)
	if err != nil {
		return nil, err
	}
	through, err := ParseDay(table.Properties()[propertyThrough])
	if err != nil || day == nil || *day > through {
		return nil, fault.New(fault.NotFound, "that day has not been measured")
	}
	v, err := r.load(ctx, table, *day)
	if err != nil {
		return nil, err
	}
	v.hold()
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
	return v, nil
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
