package mirror

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/faultpoint"
	"bluntcases.com/platform/internal/mirror/archive"
	"bluntcases.com/platform/internal/mirror/lifecycle"
	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/mirror/source"
	"bluntcases.com/platform/internal/uid"
)

// stored is what the database holds of a root.
type stored struct {
	updated, deleted time.Time
	digest           string
	completed        bool
	redacted         bool
}

func (s stored) same(other stored) bool {
	return s.updated.Equal(other.updated) && s.deleted.Equal(other.deleted) && s.digest == other.digest
}

func (r *run) stored(ctx context.Context, q interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}, sql string, ids []string,
) (map[string]stored, error) {
	rows, err := q.Query(ctx, sql, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]stored, len(ids))
	var (
		id               string
		one              stored
		updated, deleted *time.Time
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &updated, &deleted, &one.digest, &one.completed, &one.redacted}, func() error {
		s := one
		if updated != nil {
			s.updated = *updated
		}
		if deleted != nil {
			s.deleted = *deleted
		}
		found[id] = s
		return nil
	})
	return found, err
}

// prepare decides which aggregates of a chunk have to be written, maps them, and encodes their rows. It reads and writes
// nothing but shared rows. With merge, the children of new roots are staged, too.
func (r *run) prepare(ctx context.Context, m mapper, b *batch, chunk []archive.Aggregate, merge bool) error {
	b.reset(r.options.Now())
	b.counts.roots = int64(len(chunk))
	type one struct {
		id        string
		aggregate *archive.Aggregate
	}
	all := make([]one, len(chunk))
	ids := make([]string, len(chunk))
	for i := range chunk {
		all[i] = one{uid.Derive(r.kind.prefix, r.load.Shop, chunk[i].Root.ID), &chunk[i]}
		ids[i] = all[i].id
	}
	known, err := r.stored(ctx, r.pool, r.kind.roots(), ids)
	if err != nil {
		return classify(err, "read what is stored of the "+string(r.load.Entity))
	}
	all = slices.DeleteFunc(all, func(o one) bool {
		s, exists := known[o.id]
		if !exists {
			return false
		}
		if !r.load.Force && s.digest == o.aggregate.Digest && s.deleted.IsZero() {
			b.counts.unchanged++
			return true
		}
		if s.redacted {
			b.counts.stale++
			return true
		}
		updated, failed := source.Updated(o.aggregate.Root.Data)
		if failed != nil {
			err = errors.Join(err, &mapping.BadLine{Line: o.aggregate.Root, Err: failed})
			return true
		}
		if updated.Before(s.updated) || (!s.deleted.IsZero() && !updated.After(s.deleted)) {
			b.counts.stale++
			return true
		}
		b.existing[o.id] = s
		return false
	})
	if err != nil || len(all) == 0 {
		return err
	}
	// Locks are taken in the order of ids, so that two loaders of the same roots wait for each other and never cross.
	slices.SortFunc(all, func(x, y one) int {
		if x.id < y.id {
			return -1
		}
		return 1
	})
	priors, err := r.priors(ctx, b)
	if err != nil {
		return err
	}
	if err := r.tags.prefetch(ctx, r, chunk); err != nil {
		return err
	}
	for _, o := range all {
		prior := priors[o.id]
		if prior == nil {
			prior = &lifecycle.Prior{}
		}
		_, exists := b.existing[o.id]
		b.merge = merge
		if err := m.put(ctx, b, o.aggregate, !exists, prior); err != nil {
			return err
		}
		if err := r.tags.err(); err != nil {
			return err
		}
		if err := b.err(); err != nil {
			return &mapping.BadLine{Line: o.aggregate.Root, Err: err}
		}
		b.roots = append(b.roots, o.id)
	}
	b.counts.written = int64(len(all))
	again, err := r.shared.ensure(ctx, r, b)
	if err != nil || !again {
		return err
	}
	// A shared value has a row under another id than the derived one: map again with that.
	return r.prepare(ctx, m, b, chunk, merge)
}

// priors reads what changed orders had before.
func (r *run) priors(ctx context.Context, b *batch) (map[string]*lifecycle.Prior, error) {
	if r.kind.group != "order" || len(b.existing) == 0 {
		return nil, nil
	}
	ids := make([]string, 0, len(b.existing))
	priors := make(map[string]*lifecycle.Prior, len(b.existing))
	for id, s := range b.existing {
		ids = append(ids, id)
		priors[id] = &lifecycle.Prior{Known: map[string]struct{}{}, Completed: s.completed}
	}
	err := pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, query("by_index")); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, query("order_prior"), ids, lifecycle.NotShipped)
		if err != nil {
			return err
		}
		var order, id string
		_, err = pgx.ForEachRow(rows, []any{&order, &id}, func() error {
			priors[order].Known[id] = struct{}{}
			return nil
		})
		return err
	})
	return priors, classify(err, "read what the orders had before")
}

// errMoved says that a root changed between preparing and writing.
var errMoved = errors.New("a root changed since it was read")

// attempts bounds how often one chunk is prepared again because somebody else wrote the same roots.
const attempts = 10

// write commits a prepared chunk, preparing it again where somebody else was quicker.
func (r *run) write(ctx context.Context, m mapper, b *batch, chunk []archive.Aggregate) (counts, error) {
	merge := false
	for attempt := 1; ; attempt++ {
		if len(b.roots) == 0 {
			return b.counts, nil
		}
		err := r.commit(ctx, b)
		if err == nil {
			faultpoint.Hit("committed " + string(r.load.Entity)) // and no heartbeat tells of it
			return b.counts, nil
		}
		var pg *pgconn.PgError
		switch {
		case errors.Is(err, errMoved):
		case errors.As(err, &pg) && pg.Code == "23505":
			// A root that appeared meanwhile is simply read again. Anything else is a child that is there without its
			// root; merging copes with it.
			merge = merge || pg.TableName != r.kind.tables[0]
		case errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01"):
		default:
			return counts{}, classify(err, "write "+string(r.load.Entity))
		}
		if attempt == attempts {
			return counts{}, fault.Wrap(fault.Unavailable, err, "write %s that others write at the same time", r.load.Entity)
		}
		select {
		case <-time.After(time.Duration(attempt) * 20 * time.Millisecond):
		case <-ctx.Done():
			return counts{}, ctx.Err()
		}
		if err := r.prepare(ctx, m, b, chunk, merge); err != nil {
			return counts{}, err
		}
	}
}

// commit writes a batch in one transaction.
func (r *run) commit(ctx context.Context, b *batch) error {
	return pgx.BeginFunc(ctx, r.pool, func(tx pgx.Tx) error {
		if len(b.existing) > 0 {
			if err := r.lock(ctx, tx, b); err != nil {
				return err
			}
		}
		var rows, removed int64
		root := b.index[r.kind.tables[0]]
		for _, t := range append([]*tableRows{root}, b.tables...) {
			if t == nil || t.fresh.Rows() == 0 || (t == root && rows > 0) {
				continue
			}
			tag, err := tx.Conn().PgConn().CopyFrom(ctx, t.fresh.Reader(), t.table.Copy(false))
			if err != nil {
				return err
			}
			if t.table.Name != outboxTable {
				rows += tag.RowsAffected()
			}
		}
		if b.hasStaged() {
			var err error
			var merged int64
			if merged, removed, err = merge(ctx, tx.Conn().PgConn(), r.kind.group, r.kind.tables, b); err != nil {
				return err
			}
			rows += merged
		}
		b.counts.rows, b.counts.removed = rows, removed
		return nil
	})
}

const outboxTable = "runtime.telemetry_outbox"

// lock takes the locks of the roots that are there and makes sure that they are as they were when the batch was made.
func (r *run) lock(ctx context.Context, tx pgx.Tx, b *batch) error {
	ids := make([]string, 0, len(b.existing))
	for id := range b.existing {
		ids = append(ids, id)
	}
	now, err := r.stored(ctx, tx, r.kind.roots()+"FOR UPDATE", ids)
	if err != nil {
		return err
	}
	for id, before := range b.existing {
		if after, ok := now[id]; !ok || !after.same(before) {
			return errMoved
		}
	}
	return nil
}

// merge stages the batch's staged rows and merges them, and removes what their roots no longer have.
func merge(ctx context.Context, conn *pgconn.PgConn, group string, tables []string, b *batch) (merged, removed int64, err error) {
	if _, err := conn.Exec(ctx, row.Stage(group)).ReadAll(); err != nil {
		return 0, 0, err
	}
	for _, name := range tables {
		if t := b.index[name]; t != nil && t.staged.Rows() > 0 {
			if _, err := conn.CopyFrom(ctx, t.staged.Reader(), t.table.Copy(true)); err != nil {
				return 0, 0, err
			}
		}
	}
	for _, name := range tables {
		if t := b.index[name]; t != nil && t.staged.Rows() > 0 {
			n, err := exec(ctx, conn, row.Merge(name))
			if err != nil {
				return 0, 0, err
			}
			merged += n
		}
	}
	for _, name := range tables {
		if statement := row.Remove(name); statement != "" {
			n, err := exec(ctx, conn, statement)
			if err != nil {
				return 0, 0, err
			}
			removed += n
		}
	}
	return merged, removed, nil
}

func exec(ctx context.Context, conn *pgconn.PgConn, statement string) (int64, error) {
	results, err := conn.Exec(ctx, statement).ReadAll()
	if err != nil || len(results) == 0 {
		return 0, err
	}
	return results[0].CommandTag.RowsAffected(), nil
}
