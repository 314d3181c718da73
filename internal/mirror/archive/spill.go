package archive

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"

	"bluntcases.com/platform/internal/fault"
)

// Layout says what the lines of an entity's archive are.
type Layout struct {
	// Nested holds the types (of gid://shopify/Type/1) of children that have children of their own: a grandchild's
	// parent is looked up among them.
	Nested []string
}

func (l Layout) nests(kind string) bool { return slices.Contains(l.Nested, kind) }

const (
	partitionBytes = 8 << 20
	maxPartitions  = 256
	writeBuffers   = 16 << 20 // for all partitions together
	readBuffer     = 256 << 10
	maxLine        = 32 << 20
)

// Partitions is how many partitions an archive of so many bytes is spilled to. It depends on nothing else, so that a
// retry finds the same lines in the same partitions.
func Partitions(size int64) int {
	return int(min(max((size+partitionBytes-1)/partitionBytes, 1), maxPartitions))
}

// Spill is the first pass over an archive: Operation, then Details if there are any, then Close.
type Spill struct {
	layout Layout
	parts  []*part
	nested map[string]int // id of a nested parent → its root's partition

	// Lines and Roots count what Operation read, duplicates included; Bytes counts both passes.
	Lines, Roots, Bytes int64
}

type part struct {
	file *os.File
	w    *bufio.Writer
}

// NewSpill makes the partitions' files in dir, which the caller removes.
func NewSpill(dir string, partitions int, layout Layout) (*Spill, error) {
	s := &Spill{layout: layout, nested: map[string]int{}}
	for i := range partitions {
		file, err := os.Create(path(dir, i))
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.parts = append(s.parts, &part{file: file, w: bufio.NewWriterSize(file, min(256<<10, writeBuffers/partitions))})
	}
	return s, nil
}

func path(dir string, partition int) string {
	return filepath.Join(dir, fmt.Sprintf("%04d.spill", partition))
}

// Close ends the pass.
func (s *Spill) Close() error {
	var errs []error
	for _, p := range s.parts {
		errs = append(errs, p.w.Flush(), p.file.Close())
	}
	s.parts = nil
	return errors.Join(errs...)
}

// Operation spills a bulk operation's result. A line that is not whole is a fault that names it.
func (s *Spill) Operation(ctx context.Context, object string, r io.Reader) error {
	return s.each(ctx, object, r, func(number int64, line []byte) error {
		head, err := Scan(line)
		if err != nil {
			return err
		}
		s.Lines++
		if len(head.Parent) == 0 {
			if len(head.ID) == 0 {
				return errors.New("a root object has no id")
			}
			s.Roots++
			return s.write(s.partition(head.ID), number<<1, line)
		}
		at, nested := s.nested[string(head.Parent)]
		if !nested {
			at = s.partition(head.Parent)
			if s.layout.nests(TypeOf(string(head.Parent))) {
				return fmt.Errorf("its parent %s does not come before it", head.Parent)
			}
			if s.layout.nests(TypeOf(string(head.ID))) {
				s.nested[string(head.ID)] = at
			}
		}
		return s.write(at, number<<1, line)
	})
}

// Details spills the answers of detail queries, which name the order they belong to, or are the order's own.
func (s *Spill) Details(ctx context.Context, object string, r io.Reader) error {
	return s.each(ctx, object, r, func(number int64, line []byte) error {
		head, err := Scan(line)
		if err != nil {
			return err
		}
		owner := head.Order
		if len(owner) == 0 {
			owner = head.ID
		}
		if len(owner) == 0 {
			return errors.New("it names neither an id nor an order")
		}
		return s.write(s.partition(owner), number<<1|1, line)
	})
}

func (s *Spill) each(ctx context.Context, object string, r io.Reader, line func(int64, []byte) error) error {
	lines := bufio.NewReaderSize(r, readBuffer)
	var long []byte
	for number := int64(1); ; number++ {
		if number%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		text, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long[:0], text...)
			for errors.Is(err, bufio.ErrBufferFull) && len(long) <= maxLine {
				text, err = lines.ReadSlice('\n')
				long = append(long, text...)
			}
			text = long
		}
		if err != nil && !errors.Is(err, io.EOF) {
			if errors.Is(err, bufio.ErrBufferFull) {
				return Malformed(object, number, fmt.Errorf("it is longer than %d bytes", maxLine))
			}
			return fmt.Errorf("read %s: %w", object, err)
		}
		s.Bytes += int64(len(text))
		if n := len(text); n > 0 && text[n-1] == '\n' {
			text = text[:n-1]
		}
		if len(text) > 0 {
			if cause := line(number, text); cause != nil {
				var disk *os.PathError
				if errors.As(cause, &disk) {
					return fault.Wrap(fault.Unavailable, cause, "spill %s", object)
				}
				return Malformed(object, number, cause)
			}
		}
		if err != nil {
			return nil
		}
	}
}

// Malformed is the fault of a line that cannot be read. It is not retryable: the archive stays as it is.
func Malformed(object string, line int64, cause error) error {
	return fault.Wrap(fault.MalformedArchive, cause, "%s, line %d", object, line)
}

func (s *Spill) partition(gid []byte) int {
	h := fnv.New64a()
	h.Write(gid)
	return int(h.Sum64() % uint64(len(s.parts)))
}

func (s *Spill) write(at int, tag int64, line []byte) error {
	w := s.parts[at].w
	var head [2 * binary.MaxVarintLen64]byte
	n := binary.PutUvarint(head[:], uint64(tag))
	n += binary.PutUvarint(head[n:], uint64(len(line)))
	if _, err := w.Write(head[:n]); err != nil {
		return err
	}
	_, err := w.Write(line)
	return err
}
