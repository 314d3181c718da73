package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/fault"
)

// Line is one JSON object of an archive.
type Line struct {
	Number int64 // in its object, from 1
	ID     string
	Parent string
	Data   []byte
}

// Type is the Shopify type of the line's object; empty where the object has no id.
func (l Line) Type() string { return TypeOf(l.ID) }

// TypeOf is the type in a global id: LineItem in gid://shopify/LineItem/1.
func TypeOf(gid string) string {
	_, rest, _ := strings.Cut(gid, "gid://shopify/")
	kind, _, _ := strings.Cut(rest, "/")
	return kind
}

// Aggregate is a root object with all lines that belong to it.
type Aggregate struct {
	Root     Line
	Children []Line // of any depth, in the order of the archive
	Details  []Line // answers of detail queries
	// Digest stands for the content of all lines, in whatever order they came.
	Digest string
	// Bytes is the size of all lines.
	Bytes int
}

// Partition is one file of a Spill.
type Partition struct {
	Dir   string
	Index int
	// Object and DetailsObject name the sources in faults.
	Object, DetailsObject string
	Layout                Layout
	// Version goes into every digest: a new one makes every aggregate look changed.
	Version string
}

// Contents is a partition that was read. Lines and Roots count the operation's objects without duplicates: lines of the
// same object under the same parent, of which the last holds.
type Contents struct {
	Aggregates   []Aggregate
	Lines, Roots int64
}

// Read reads the partition into memory, drops duplicates, and puts the lines of each root together. Aggregates come in
// the order in which their roots first appear.
func (p Partition) Read() (Contents, error) {
	data, err := os.ReadFile(path(p.Dir, p.Index))
	if err != nil {
		return Contents{}, fault.Wrap(fault.Unavailable, err, "read a spilled partition of %s", p.Object)
	}
	var c Contents
	index := map[string]int{}    // root id → aggregate
	owner := map[string]int{}    // nested parent's id → aggregate
	seen := map[identity]place{} // where the last line of an object stands
	at := func(root string) int {
		i, ok := index[root]
		if !ok {
			i = len(c.Aggregates)
			index[root] = i
			c.Aggregates = append(c.Aggregates, Aggregate{})
		}
		return i
	}
	for len(data) > 0 {
		line, detail, rest, err := p.next(data)
		if err != nil {
			return Contents{}, err
		}
		data = rest
		head, err := Scan(line.Data)
		if err != nil {
			return Contents{}, Malformed(p.object(detail), line.Number, err)
		}
		line.ID, line.Parent = string(head.ID), string(head.Parent)
		switch {
		case detail:
			root := string(head.Order)
			if root == "" {
				root = line.ID
			}
			a := &c.Aggregates[at(root)]
			if !slices.ContainsFunc(a.Details, func(other Line) bool { return bytes.Equal(other.Data, line.Data) }) {
				a.Details = append(a.Details, line)
			}
		case line.Parent == "":
			a := &c.Aggregates[at(line.ID)]
			if a.Root.ID == "" {
				c.Roots++
				c.Lines++
			}
			a.Root = line
		default:
			i, ok := owner[line.Parent]
			if !ok {
				i = at(line.Parent)
			}
			a := &c.Aggregates[i]
			if line.ID == "" {
				a.Children = append(a.Children, line)
				c.Lines++
				continue
			}
			who := identity{line.ID, line.Parent}
			if before, again := seen[who]; again {
				c.Aggregates[before.aggregate].Children[before.child] = line
				continue
			}
			seen[who] = place{i, len(a.Children)}
			if p.Layout.nests(line.Type()) {
				owner[line.ID] = i
			}
			a.Children = append(a.Children, line)
			c.Lines++
		}
	}
	return c, p.finish(c.Aggregates)
}

type (
	identity struct{ id, parent string }
	place    struct{ aggregate, child int }
)

func (p Partition) next(data []byte) (line Line, detail bool, rest []byte, err error) {
	tag, n := binary.Uvarint(data)
	if n <= 0 {
		return line, false, nil, p.torn()
	}
	data = data[n:]
	size, n := binary.Uvarint(data)
	if n <= 0 || uint64(len(data)-n) < size {
		return line, false, nil, p.torn()
	}
	data = data[n:]
	return Line{Number: int64(tag >> 1), Data: data[:size:size]}, tag&1 == 1, data[size:], nil
}

func (p Partition) torn() error {
	return fault.Wrap(fault.Unavailable, errors.New("it ends too early"), "read a spilled partition of %s", p.Object)
}

func (p Partition) object(detail bool) string {
	if detail {
		return p.DetailsObject
	}
	return p.Object
}

func (p Partition) finish(aggregates []Aggregate) error {
	for i := range aggregates {
		a := &aggregates[i]
		if a.Root.ID == "" {
			if len(a.Children) > 0 {
				line := a.Children[0]
				return Malformed(p.Object, line.Number, fmt.Errorf("its parent %s is not in the archive", line.Parent))
			}
			line := a.Details[0]
			return Malformed(p.DetailsObject, line.Number, errors.New("the order it belongs to is not in the archive"))
		}
		a.sum(p.Version)
	}
	return nil
}

// sum adds the lines' hashes up, so that their order does not count, and hashes the sum.
func (a *Aggregate) sum(version string) {
	var total [4]uint64
	a.Bytes = 0
	add := func(lines []Line) {
		for _, line := range lines {
			a.Bytes += len(line.Data)
			hash := sha256.Sum256(line.Data)
			for i := range total {
				total[i] += binary.LittleEndian.Uint64(hash[8*i:])
			}
		}
	}
	add([]Line{a.Root})
	add(a.Children)
	add(a.Details)
	text := []byte(version)
	for _, word := range total {
		text = binary.LittleEndian.AppendUint64(text, word)
	}
	hash := sha256.Sum256(text)
	a.Digest = hex.EncodeToString(hash[:16])
}

// New makes an aggregate of lines that did not come from an archive, as a webhook brings them.
func New(version string, root Line, children, details []Line) Aggregate {
	a := Aggregate{Root: root, Children: children, Details: details}
	a.sum(version)
	return a
}
