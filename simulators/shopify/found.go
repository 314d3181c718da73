package shopify

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// found is what a search found, sorted: the nodes of a root connection. Its
// cursors hold the sort value and the id, so that a page follows the one before
// it even where objects have come or gone in between.
type found[T any] struct {
	items   []T
	key     func(T) int64
	id      func(T) int64
	reverse bool
}

var _ graph.Seeker = (*found[int])(nil)

func (f *found[T]) sort() *found[T] {
	slices.SortFunc(f.items, func(a, b T) int {
		c := cmp.Or(cmp.Compare(f.key(a), f.key(b)), cmp.Compare(f.id(a), f.id(b)))
		if f.reverse {
			return -c
		}
		return c
	})
	return f
}

func (f *found[T]) Len() int     { return len(f.items) }
func (f *found[T]) At(i int) any { return f.items[i] }

type cursor struct {
	ID    int64 `json:"last_id"`
	Value int64 `json:"last_value"`
}

// Cursor names the place of an element.
func (f *found[T]) Cursor(i int) string {
	text, err := json.Marshal(cursor{f.id(f.items[i]), f.key(f.items[i])})
	if err != nil {
		panic(err) // two integers can always be marshalled
	}
	return base64.StdEncoding.EncodeToString(text)
}

// After finds the first element past a cursor.
func (f *found[T]) After(text string) (int, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	var at cursor
	if err == nil {
		err = json.Unmarshal(raw, &at)
	}
	if err != nil {
		return 0, fmt.Errorf("invalid cursor %q", text)
	}
	i, _ := slices.BinarySearchFunc(f.items, at, func(v T, at cursor) int {
		c := cmp.Or(cmp.Compare(f.key(v), at.Value), cmp.Compare(f.id(v), at.ID))
		if f.reverse {
			c = -c
		}
		if c == 0 {
			return -1 // past it
		}
		return c
	})
	return i, nil
}

// streamed is a root connection over orders that are made as they are read. A
// bulk operation walks all of them; a page sees the first few.
type streamed struct {
	snap  *store.Snapshot
	match func(*store.Order) bool
}

var _ graph.Stream = streamed{}

func (s streamed) All() iter.Seq[any] {
	return func(yield func(any) bool) {
		for o := range s.snap.Orders() {
			if s.match(o) && !yield(o) {
				return
			}
		}
	}
}

func (s streamed) page() []*store.Order {
	var some []*store.Order
	for o := range s.All() {
		if some = append(some, o.(*store.Order)); len(some) > graph.MaxPage {
			break
		}
	}
	return some
}

func (s streamed) Len() int     { return len(s.page()) }
func (s streamed) At(i int) any { return s.page()[i] }
