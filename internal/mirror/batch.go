package mirror

import (
	"time"

	"bluntcases.com/platform/internal/mirror/pgcopy"
	"bluntcases.com/platform/internal/mirror/row"
)

// batch is the rows of one chunk, encoded: what can be copied straight into the tables because its aggregate is new, and
// what has to be staged and merged.
type batch struct {
	at     time.Time
	tables []*tableRows // in the order in which they are written: the root first
	index  map[string]*tableRows
	shared shared
	seen   map[string]struct{} // payments, which two orders may share

	root  string // the root's table
	merge bool   // stage the children of new roots, too

	roots    []string          // ids of all roots of the chunk that are written
	existing map[string]stored // what was stored of those that are not new, when the batch was made
	counts   counts
}

type tableRows struct {
	table         row.Table
	fresh, staged pgcopy.Buffer
}

func newBatch(root string) *batch {
	return &batch{root: root, index: map[string]*tableRows{}, existing: map[string]stored{}, seen: map[string]struct{}{}}
}

func (b *batch) reset(at time.Time) {
	b.at = at
	for _, t := range b.tables {
		t.fresh.Reset()
		t.staged.Reset()
	}
	b.roots = b.roots[:0]
	clear(b.existing)
	clear(b.seen)
	b.shared.reset()
	b.counts = counts{}
}

func (b *batch) rows(table row.Table) *tableRows {
	t, ok := b.index[table.Name]
	if !ok {
		t = &tableRows{table: table}
		b.index[table.Name] = t
		b.tables = append(b.tables, t)
	}
	return t
}

// into is the buffer for rows of a table. The root of a new aggregate and what has no merge go straight in any case.
func (b *batch) into(t *tableRows, fresh bool) *pgcopy.Buffer {
	if fresh && (!b.merge || t.table.Name == b.root || t.table.Name == outboxTable) {
		return &t.fresh
	}
	return &t.staged
}

// err is the first value that could not be encoded.
func (b *batch) err() error {
	for _, t := range b.tables {
		if err := t.fresh.Err(); err != nil {
			return err
		}
		if err := t.staged.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) hasStaged() bool {
	for _, t := range b.tables {
		if t.staged.Rows() > 0 {
			return true
		}
	}
	return false
}

type rowOf[T any] interface {
	*T
	row.Row
}

// put encodes rows of one table: straight where fresh, else staged.
func put[T any, R rowOf[T]](b *batch, fresh bool, rows []T) {
	if len(rows) == 0 {
		return
	}
	t := b.rows(R(&rows[0]).Table())
	into := b.into(t, fresh)
	for i := range rows {
		R(&rows[i]).Encode(into, b.at)
	}
}

func put1[T any, R rowOf[T]](b *batch, fresh bool, one *T) {
	t := b.rows(R(one).Table())
	into := b.into(t, fresh)
	R(one).Encode(into, b.at)
}
