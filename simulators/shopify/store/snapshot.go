package store

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// Snapshot is one consistent state of the shop. It is never changed: an edit
// makes the next one.
type Snapshot struct {
	Shop        *Shop
	Locations   []*Location
	Products    []*Product
	Customers   []*Customer
	Collections []*Collection
	Destroyed   []*Destruction
	// Metafields by owner's gid, then in the order in which they were made.
	Metafields map[string][]*Metafield

	orders  []*Order
	stream  *stream  // orders that are made as they are read; nil = orders holds them
	skipped *Skipped // of a csv store
}

// Metafield is a value that an app keeps on an object.
type Metafield struct {
	ID                          int64
	Owner                       string
	Namespace, Key, Type, Value string
	Created, Updated            Instant
}

// stream makes the orders of a store that is too large to hold.
type stream struct {
	count int
	make  func(i int) *Order
}

// OrderCount is the number of orders.
func (s *Snapshot) OrderCount() int {
	if s.stream != nil {
		return s.stream.count
	}
	return len(s.orders)
}

// Orders gives the orders by ascending id.
func (s *Snapshot) Orders() iter.Seq[*Order] {
	if s.stream == nil {
		return slices.Values(s.orders)
	}
	return func(yield func(*Order) bool) {
		for i := range s.stream.count {
			if !yield(s.stream.make(i)) {
				return
			}
		}
	}
}

// Streamed tells that the orders are made as they are read, by ascending id
// and time, and cannot be edited.
func (s *Snapshot) Streamed() bool { return s.stream != nil }

// Order finds an order, or nil.
func (s *Snapshot) Order(id int64) *Order {
	if s.stream != nil {
		if i := id - firstOrder; i >= 0 && i < int64(s.stream.count) {
			return s.stream.make(int(i))
		}
		return nil
	}
	return find(s.orders, id, func(o *Order) int64 { return o.ID })
}

// Product finds a product, or nil.
func (s *Snapshot) Product(id int64) *Product {
	return find(s.Products, id, func(p *Product) int64 { return p.ID })
}

// Variant finds a variant, or nil.
func (s *Snapshot) Variant(id int64) *Variant {
	parent, n := ParentOf(id)
	if p := s.Product(parent); p != nil && n < len(p.Variants) {
		return &p.Variants[n]
	}
	return nil
}

// Customer finds a customer, or nil.
func (s *Snapshot) Customer(id int64) *Customer {
	return find(s.Customers, id, func(c *Customer) int64 { return c.ID })
}

// Collection finds a collection, or nil.
func (s *Snapshot) Collection(id int64) *Collection {
	return find(s.Collections, id, func(c *Collection) int64 { return c.ID })
}

// Location finds a location, or nil.
func (s *Snapshot) Location(id int64) *Location {
	return find(s.Locations, id, func(l *Location) int64 { return l.ID })
}

func (s *Snapshot) clone() *Snapshot {
	c := *s
	return &c
}

// find looks an id up in a slice that is sorted by it. Ids are dense until
// something is deleted, so the first guess is nearly always right.
func find[T any](sorted []*T, id int64, idOf func(*T) int64) *T {
	if len(sorted) == 0 {
		return nil
	}
	if guess := id - idOf(sorted[0]); guess >= 0 && guess < int64(len(sorted)) && idOf(sorted[guess]) == id {
		return sorted[guess]
	}
	i, ok := slices.BinarySearchFunc(sorted, id, func(t *T, id int64) int { return cmp.Compare(idOf(t), id) })
	if !ok {
		return nil
	}
	return sorted[i]
}

// put gives a copy of the slice with the object in its place: replaced, or
// inserted where the id is new.
func put[T any](sorted []*T, t *T, idOf func(*T) int64) []*T {
	i, ok := slices.BinarySearchFunc(sorted, idOf(t), func(t *T, id int64) int { return cmp.Compare(idOf(t), id) })
	c := slices.Clone(sorted)
	if ok {
		c[i] = t
		return c
	}
	return slices.Insert(c, i, t)
}

// without gives a copy of the slice that lacks the id.
func without[T any](sorted []*T, id int64, idOf func(*T) int64) []*T {
	return slices.DeleteFunc(slices.Clone(sorted), func(t *T) bool { return idOf(t) == id })
}

func (s *Snapshot) putOrder(o *Order) {
	s.orders = put(s.orders, o.seal(), func(o *Order) int64 { return o.ID })
}

func (s *Snapshot) putProduct(p *Product) {
	s.Products = put(s.Products, p, func(p *Product) int64 { return p.ID })
}

func (s *Snapshot) putCustomer(c *Customer) {
	s.Customers = put(s.Customers, c, func(c *Customer) int64 { return c.ID })
}

func (s *Snapshot) putMetafields(owner string, fields []*Metafield) {
	s.Metafields = maps.Clone(s.Metafields)
	if s.Metafields == nil {
		s.Metafields = map[string][]*Metafield{}
	}
	s.Metafields[owner] = fields
}
