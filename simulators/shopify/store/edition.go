package store

import (
	"fmt"
	"slices"
)

// Edition is one edit of the store, as the journal keeps it. Do names it; the
// fields that it uses are in the comment of each.
type Edition struct {
	Do string  `json:"do"`
	At Instant `json:"at"`
	ID int64   `json:"id,omitempty"` // the order or product

	Lines    []LineEdit  `json:"lines,omitempty"`
	Customer int64       `json:"customer,omitempty"`
	Shipping bool        `json:"shipping,omitempty"`
	Beyond   Amount      `json:"beyond,omitempty"`
	Reason   string      `json:"reason,omitempty"`
	Note     string      `json:"note,omitempty"`
	Title    string      `json:"title,omitempty"`
	Tags     []string    `json:"tags,omitempty"`
	Status   string      `json:"status,omitempty"`
	Price    Amount      `json:"price,omitempty"`
	Fields   []Metafield `json:"fields,omitempty"`
}

// LineEdit names units of a line (by its place in the order), or a variant and
// how many of it.
type LineEdit struct {
	Line     int   `json:"line"`
	Variant  int64 `json:"variant,omitempty"`
	Quantity int   `json:"quantity"`
}

// Edit makes an edit: it is on disk before anyone can see it. The id that it
// gives is that of the order or product that was made or changed.
func (s *Store) Edit(e Edition) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.current.Load()
	if before.stream != nil {
		return 0, fmt.Errorf("a streamed store cannot be edited")
	}
	if e.At == 0 {
		e.At = InstantOf(s.clock())
	}
	if e.Do == "create_order" {
		e.ID = firstOrder
		if n := len(before.orders); n > 0 {
			e.ID = before.orders[n-1].ID + 1
		}
		for _, d := range before.Destroyed {
			if d.Kind == "Order" {
				e.ID = max(e.ID, d.Subject+1)
			}
		}
	}
	next, err := e.apply(before)
	if err != nil {
		return 0, err
	}
	if err := s.journal.append(e); err != nil {
		return 0, err
	}
	s.current.Store(next)
	return e.ID, nil
}

// apply gives the snapshot after the edit.
func (e Edition) apply(before *Snapshot) (*Snapshot, error) {
	next := before.clone()
	switch e.Do {
	case "create_order":
		return next, e.createOrder(next)
	case "set_metafields":
		for _, f := range e.Fields {
			next.putMetafields(f.Owner, mergeMetafield(next.Metafields[f.Owner], f))
		}
		return next, nil
	case "delete_order":
		if before.Order(e.ID) == nil {
			return nil, fmt.Errorf("no order %d", e.ID)
		}
		next.orders = without(before.orders, e.ID, func(o *Order) int64 { return o.ID })
		next.destroy("Order", e)
		return next, nil
	case "delete_product":
		if before.Product(e.ID) == nil {
			return nil, fmt.Errorf("no product %d", e.ID)
		}
		next.Products = without(before.Products, e.ID, func(p *Product) int64 { return p.ID })
		next.destroy("Product", e)
		return next, nil
	case "edit_product":
		return next, e.editProduct(next)
	default:
		return next, e.editOrder(next)
	}
}

func (s *Snapshot) destroy(kind string, e Edition) {
	s.Destroyed = append(slices.Clip(s.Destroyed), &Destruction{
		ID: int64(len(s.Destroyed)) + 1, Kind: kind, Subject: e.ID, At: e.At,
	})
}

func (e Edition) editProduct(next *Snapshot) error {
	p := next.Product(e.ID)
	if p == nil {
		return fmt.Errorf("no product %d", e.ID)
	}
	p = p.clone()
	if e.Title != "" {
		p.Title = e.Title
	}
	if e.Tags != nil {
		p.Tags = e.Tags
	}
	if e.Status != "" {
		p.Status = e.Status
	}
	if e.Price != 0 {
		for i := range p.Variants {
			p.Variants[i].Price = e.Price
			p.Variants[i].Updated = max(p.Variants[i].Updated+1, e.At)
		}
	}
	p.Revision = Revision{At: e.At, Before: p.Updated}
	p.Updated = max(p.Updated+1, e.At)
	next.putProduct(p)
	return nil
}

// mergeMetafield gives an owner's metafields with one set.
func mergeMetafield(fields []*Metafield, f Metafield) []*Metafield {
	fields = slices.Clone(fields)
	at := slices.IndexFunc(fields, func(g *Metafield) bool { return g.Namespace == f.Namespace && g.Key == f.Key })
	if at < 0 {
		return append(fields, &f)
	}
	f.ID, f.Created = fields[at].ID, fields[at].Created
	fields[at] = &f
	return fields
}

// SetMetafields sets metafields, all of them or none.
func (s *Store) SetMetafields(fields []Metafield) error {
	_, err := s.Edit(Edition{Do: "set_metafields", Fields: fields})
	return err
}
