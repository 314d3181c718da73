package measurement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
)

// Table properties of the measurement tables: what a table shows. They are set in the commit that makes it true.
const (
	// PropertyInput is the input's snapshot that the table has processed; expiry of the input's snapshots keeps it.
	PropertyInput     = "measurement.input-snapshot"
	propertyZone      = "measurement.time-zone"
	propertyScripts   = "measurement.sql"       // digest of the SQL: other SQL means other rows
	propertyFrom      = "measurement.from"      // first as_of_day
	propertyThrough   = "measurement.through"   // last as_of_day
	propertySpec      = "measurement.spec"      // name@generation
	propertyRules     = "measurement.rules"     // digest of the spec as SQL: one name and generation may come again
	propertyScope     = "measurement.scope"     // digest of the products in scope
	propertyOverrides = "measurement.overrides" // JSON of the overrides that were applied

	summaryRun = "measurement.run-id"
)

// Request is one refresh of one table.
type Request struct {
	Full  bool
	Now   time.Time
	RunID string
	Zone  *time.Location
	// Progress is told how many of how many days are done. It may be nil.
	Progress func(done, total int)
}

// Refresher brings the measurement tables up to date. It is safe for concurrent use, but two refreshes of one table at
// once only get in each other's way: one of them ends in a CommitConflict.
type Refresher struct {
	lake  *lakehouse.Lake
	cache *datacache.Cache
}

// NewRefresher makes a refresher over the lake; data files go through the cache.
func NewRefresher(lake *lakehouse.Lake, cache *datacache.Cache) *Refresher {
	return &Refresher{lake: lake, cache: cache}
}

// refresh is one refresh under way.
type refresh struct {
	Request
	lake    *lakehouse.Lake
	in, out *shelf
	db      *duck.DB
	sheet   *Sheet
	writer  *output

	mode    contract.RefreshMode
	reason  string
	removed []iceberg.DataFile
	written []span
	done    int
	total   int
}

func (r *Refresher) begin(ctx context.Context, req Request, input, out string) (*refresh, error) {
	in, err := r.lake.Table(ctx, input)
	if err != nil {
		return nil, err
	}
	output, err := r.lake.Table(ctx, out)
	if err != nil {
		return nil, err
	}
	return &refresh{
		Request: req, lake: r.lake, mode: contract.RefreshIncremental,
		in: &shelf{table: in, cache: r.cache}, out: &shelf{table: output, cache: r.cache},
	}, nil
}

// open starts DuckDB, when there is something to compute.
func (r *refresh) open(ctx context.Context) error {
	db, err := r.lake.Duck(ctx)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "open DuckDB")
	}
	r.db = db
	if r.sheet, err = NewSheet(ctx, db, r.Zone); err != nil {
		return err
	}
	r.writer, err = newOutput(ctx, r.lake, r.out.cache, r.out.table, db)
	return err
}

func (r *refresh) close() {
	if r.writer != nil {
		r.writer.close()
	}
	if r.db != nil {
		_ = r.db.Close()
	}
}

// full switches to recomputing every day, and keeps the first reason for it.
func (r *refresh) full(reason string) {
	if r.mode != contract.RefreshFull {
		r.mode, r.reason = contract.RefreshFull, reason
	}
}

// differs switches to a full recompute where the table was made under another setting.
func (r *refresh) differs(property, now, reason string) {
	if r.was(property) != now {
		r.full(reason)
	}
}

func (r *refresh) was(property string) string { return r.out.table.Properties()[property] }

// changed lists the files of the input that are new or gone since the output was made. It switches to a full recompute
// where that cannot be told.
func (r *refresh) changed(ctx context.Context) ([]iceberg.DataFile, error) {
	if r.Full {
		r.full("asked for")
	}
	since, err := strconv.ParseInt(r.was(PropertyInput), 10, 64)
	if err != nil || since == 0 {
		r.full("first refresh")
		return nil, nil
	}
	files, err := r.in.changes(ctx, since)
	if fault.Is(err, fault.SnapshotExpired) {
		r.full("the last processed snapshot has expired")
		return nil, nil
	}
	return files, err
}

func (r *refresh) progress(days int) {
	r.done += days
	if r.Progress != nil {
		r.Progress(r.done, r.total)
	}
}

// replace notes that the days' files give way to what was written.
func (r *refresh) replace(old dayFiles, days ...span) {
	r.written = append(r.written, days...)
	r.removed = append(r.removed, old.of(days...)...)
}

// commit puts what was written into the table, in one fenced commit together with what the table then shows. Where
// another writer has touched the same days, it fails with CommitConflict and nothing has happened.
func (r *refresh) commit(ctx context.Context, properties iceberg.Properties) (contract.TableRefresh, error) {
	properties[PropertyInput] = strconv.FormatInt(r.in.table.Snapshot(), 10)
	properties[propertyZone] = r.Zone.String()
	var added []iceberg.DataFile
	if r.writer != nil {
		var err error
		if added, err = r.writer.files(); err != nil {
			return contract.TableRefresh{}, err
		}
	}
	after := r.out.table
	if len(added)+len(r.removed) > 0 || !within(r.out.table.Properties(), properties) {
		table, err := r.lake.Commit(ctx, r.out.table.Definition.Name, lakehouse.Commit{
			Add: added, Remove: r.removed, Properties: properties,
			Summary: iceberg.Properties{summaryRun: r.RunID}, Prepare: r.fits(properties, added),
		})
		if errors.Is(err, errOvertaken) {
			return contract.TableRefresh{}, fault.New(fault.CommitConflict, "another refresh of %s came first", r.out.table.Definition.Name)
		}
		if err != nil {
			return contract.TableRefresh{}, err
		}
		after = table
	}
	return r.result(after, added), nil
}

// errOvertaken says that the files to be replaced are no longer the table's: only a new refresh can tell what they are.
var errOvertaken = errors.New("overtaken")

// fits decides whether the commit still fits the table.
func (r *refresh) fits(properties iceberg.Properties, added []iceberg.DataFile) func(context.Context, *lakehouse.Commit, *lakehouse.Table) (lakehouse.Verdict, error) {
	return func(ctx context.Context, _ *lakehouse.Commit, now *lakehouse.Table) (lakehouse.Verdict, error) {
		if now.Snapshot() == r.out.table.Snapshot() && maps.Equal(now.Properties(), r.out.table.Properties()) {
			return lakehouse.Proceed, nil
		}
		files, err := (&shelf{table: now, cache: r.out.cache}).plan(ctx, everyDay)
		if err != nil {
			return 0, err
		}
		live := map[string]bool{}
		for _, f := range files.of(everyDayOf(files)...) {
			live[f.FilePath()] = true
		}
		if within(now.Properties(), properties) && all(live, added, true) && all(live, r.removed, false) {
			return lakehouse.Done, nil
		}
		// Maintenance makes snapshots too: the commit holds where the files it replaces are those of before, and the table
		// shows what it showed. A day that is measured for the first time replaces no file.
		if !maps.Equal(shown(now), shown(r.out.table)) || !all(live, r.removed, true) {
			return 0, errOvertaken
		}
		return lakehouse.Proceed, nil
	}
}

// shown are the properties that tell what the table shows.
func shown(t *lakehouse.Table) iceberg.Properties {
	properties := maps.Clone(t.Properties())
	maps.DeleteFunc(properties, func(key, _ string) bool { return !strings.HasPrefix(key, "measurement.") })
	return properties
}

func everyDayOf(files dayFiles) []span {
	if s, some := files.bounds(); some {
		return []span{s}
	}
	return nil
}

func all(live map[string]bool, files []iceberg.DataFile, want bool) bool {
	return !slices.ContainsFunc(files, func(f iceberg.DataFile) bool { return live[f.FilePath()] != want })
}

// within tells whether all of some properties are set so already.
func within(set, some iceberg.Properties) bool {
	for key, value := range some {
		if set[key] != value {
			return false
		}
	}
	return true
}

func (r *refresh) result(after *lakehouse.Table, added []iceberg.DataFile) contract.TableRefresh {
	t := contract.TableRefresh{
		Mode: r.mode, Reason: r.reason, Snapshot: after.Snapshot(), InputSnapshot: r.in.table.Snapshot(),
		FilesRead: r.in.read.files + r.out.read.files, BytesRead: r.in.read.bytes + r.out.read.bytes,
		RowsRead: r.in.read.rows + r.out.read.rows, FilesWritten: int64(len(added)), FilesReplaced: int64(len(r.removed)),
	}
	if r.writer != nil {
		t.BytesWritten, t.RowsWritten = r.writer.bytes, r.writer.rows
	}
	days := spans(r.written)
	for _, s := range days {
		t.Days += s.days()
	}
	if len(days) > 0 {
		t.FirstDay, t.LastDay = days[0].from.String(), days[len(days)-1].to.String()
	} else {
		t.Mode = contract.RefreshUnchanged
	}
	return t
}

// digest identifies texts.
func digest(texts ...string) string {
	h := sha256.New()
	for _, t := range texts {
		h.Write([]byte(t))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// blocks cuts days into runs whose rows stay within a bound, so that memory does not grow with the history. A day is
// never cut.
func blocks(days span, rows func(Day) int64, limit int64) []span {
	var all []span
	block, sum := span{days.from, days.from - 1}, int64(0)
	for day := days.from; day <= days.to; day++ {
		n := rows(day)
		if block.days() > 0 && sum+n > limit {
			all = append(all, block)
			block, sum = span{day, day - 1}, 0
		}
		block.to, sum = day, sum+n
	}
	return append(all, block)
}
