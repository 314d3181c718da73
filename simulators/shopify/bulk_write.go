package shopify

import (
	"bufio"
	"context"
	"errors"
	"os"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

var (
	errTimeout  = errors.New("the operation took too long")
	errInjected = errors.New("the operation was told to fail")
)

// How lines are mixed: the roots of a block come first, then the children of
// the block before, dealt out one root after the other; the children of every
// stragglers-th root come at the very end.
const (
	blockRoots = 64
	stragglers = 997
)

// resultWriter writes the file of an operation.
type resultWriter struct {
	out                  *bufio.Writer
	objects, roots, size int64
	duplicate            *Fault
	malformed            *Fault
	lost                 *Fault
}

// write evaluates the operation into its file. The order of the lines is the
// same every time.
func (b *bulk) write(ctx context.Context, o *operation) (*resultWriter, error) {
	file, err := os.Create(b.result(o.ID))
	if err != nil {
		return &resultWriter{}, err
	}
	defer file.Close()
	w := &resultWriter{
		out:       bufio.NewWriterSize(file, 1<<20),
		duplicate: o.fault(FaultDuplicateLines), malformed: o.fault(FaultMalformedLine), lost: o.fault(FaultLostLines),
	}
	err = b.evaluate(ctx, o, w)
	if flushed := w.out.Flush(); err == nil {
		err = flushed
	}
	return w, err
}

func (b *bulk) evaluate(ctx context.Context, o *operation, w *resultWriter) error {
	s := b.server
	plan, e, err := s.compileBulk(o.Query, s.granted)
	if err != nil {
		return err
	}
	if f := o.fault(FaultUnknownEnum); f != nil {
		typ, field := f.field()
		plan.Override(typ, field, f.Value)
	}
	mix := &mixer{write: w.line, grouped: o.Group}
	for group, err := range plan.Rows(e, queryRoot{}, rootQuery) {
		if err != nil {
			return err
		}
		if err := b.stop(ctx, o, w); err != nil {
			return errors.Join(err, mix.flush())
		}
		w.roots++
		if err := mix.add(group); err != nil {
			return err
		}
		b.progress(o, w)
	}
	return mix.flush()
}

// stop tells why an operation has to end before all is written.
func (b *bulk) stop(ctx context.Context, o *operation, w *resultWriter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for kind, err := range map[string]error{
		FaultBulkFailed: errInjected, FaultBulkTimeout: errTimeout, FaultBulkCanceled: errInjected,
	} {
		if f := o.fault(kind); f != nil && w.roots >= int64(f.After) {
			return err
		}
	}
	if w.roots%1000 == 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		if o.Cancelled {
			return errInjected
		}
	}
	return nil
}

// progress shows the counts while the operation runs.
func (b *bulk) progress(o *operation, w *resultWriter) {
	if w.roots%1000 == 0 {
		b.mu.Lock()
		o.Objects, o.Roots = w.objects, w.roots
		b.mu.Unlock()
	}
}

// line writes one line, with the faults that were drawn for the operation. The
// counts are of what should be there.
func (w *resultWriter) line(line []byte) error {
	w.objects++
	if w.lost != nil && w.objects == int64(max(w.lost.Line, 1)) {
		return nil
	}
	if w.malformed != nil && w.objects == int64(max(w.malformed.Line, 1)) {
		line = line[:len(line)/2]
	}
	if err := w.put(line); err != nil {
		return err
	}
	if w.duplicate != nil && w.objects%int64(max(w.duplicate.Every, 1)) == 0 {
		return w.put(line)
	}
	return nil
}

func (w *resultWriter) put(line []byte) error {
	n, err := w.out.Write(line)
	w.size += int64(n) + 1
	if err != nil {
		return err
	}
	return w.out.WriteByte('\n')
}

// mixer puts the lines in an order in which children do not follow their
// parents, though they never come before them.
type mixer struct {
	write   func([]byte) error
	grouped bool
	now     []children // of the roots of this block
	before  []children // of the block before
	last    []children // of the stragglers
	roots   int
	pool    [][]byte
}

// children are the lines below one root.
type children struct {
	text []byte
	ends []int
}

func (m *mixer) add(g *graph.Group) error {
	if err := m.write(g.Line(0)); err != nil {
		return err
	}
	m.roots++
	if m.grouped {
		for i := 1; i < g.Len(); i++ {
			if err := m.write(g.Line(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if g.Len() > 1 {
		kept := m.keep(g)
		if m.roots%stragglers == 1 {
			m.last = append(m.last, kept)
		} else {
			m.now = append(m.now, kept)
		}
	}
	if m.roots%blockRoots == 0 {
		return m.turn()
	}
	return nil
}

// keep copies the children: the group is used again for the next root.
func (m *mixer) keep(g *graph.Group) children {
	var c children
	if n := len(m.pool); n > 0 {
		c.text, m.pool = m.pool[n-1][:0], m.pool[:n-1]
	}
	for i := 1; i < g.Len(); i++ {
		c.text = append(c.text, g.Line(i)...)
		c.ends = append(c.ends, len(c.text))
	}
	return c
}

// turn writes the children of the block before, and makes this one that.
func (m *mixer) turn() error {
	err := m.deal(m.before)
	m.before, m.now = m.now, m.before[:0]
	return err
}

// deal writes the first child of each root, then the second of each, and so on.
func (m *mixer) deal(all []children) error {
	for round, left := 0, true; left; round++ {
		left = false
		for _, c := range all {
			if round >= len(c.ends) {
				continue
			}
			left = true
			from := 0
			if round > 0 {
				from = c.ends[round-1]
			}
			if err := m.write(c.text[from:c.ends[round]]); err != nil {
				return err
			}
		}
	}
	for _, c := range all {
		m.pool = append(m.pool, c.text)
	}
	return nil
}

func (m *mixer) flush() error {
	return errors.Join(m.turn(), m.turn(), m.deal(m.last))
}

// bulkEnv is what resolvers of a bulk operation see.
func (s *Server) bulkEnv() *env {
	return &env{server: s, snap: s.store.Snapshot(), now: store.InstantOf(s.config.Clock()), client: &client{}}
}
