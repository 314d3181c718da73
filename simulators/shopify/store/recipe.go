package store

import (
	"fmt"
	"path/filepath"
	"time"
)

// Kinds of stores.
const (
	KindGenerated = "generated" // a phone-case shop, made from a seed
	KindCSV       = "csv"       // real orders from a file
	KindStream    = "stream"    // the generated shop at any size, orders made as they are read
)

// DefaultDomain is the shop's where none is given.
const DefaultDomain = "bluntcases.myshopify.com"

// Recipe says how the store is made. The same recipe gives the same store, to
// the last byte, on any day: Now is part of it.
type Recipe struct {
	Kind string `json:"kind"`
	// Size of a generated store: small (300 orders), medium (5,000) or large (100,000).
	Size string `json:"size,omitempty"`
	Seed uint64 `json:"seed,omitempty"`
	// Orders and Lines (per order) set the size of a stream.
	Orders int `json:"orders,omitempty"`
	Lines  int `json:"lines,omitempty"`
	// Path of the file of real orders (CSV, gzipped).
	Path string `json:"path,omitempty"`
	// Shift moves real orders by whole days, so that the newest day is the day before Now.
	Shift bool `json:"shift,omitempty"`
	// Now is the instant that the store is made for: its newest day is the day before.
	Now time.Time `json:"now"`
	// Domain is the shop's myshopify domain.
	Domain string `json:"domain,omitempty"`
}

// complete fills in what was left open.
func (r Recipe) complete(now time.Time) (Recipe, error) {
	if r.Kind == "" {
		r.Kind = KindGenerated
	}
	if r.Now.IsZero() {
		r.Now = now.UTC().Truncate(time.Second)
	}
	if r.Domain == "" {
		r.Domain = DefaultDomain
	}
	switch r.Kind {
	case KindGenerated:
		if r.Size == "" {
			r.Size = "medium"
		}
		if _, ok := sizes()[r.Size]; !ok {
			return r, fmt.Errorf("store size %q: want small, medium or large", r.Size)
		}
	case KindCSV:
		if r.Path == "" {
			return r, fmt.Errorf("a csv store needs a path")
		}
		// The simulator may be started elsewhere the next time.
		path, err := filepath.Abs(r.Path)
		if err != nil {
			return r, err
		}
		r.Path = path
	case KindStream:
		if r.Orders <= 0 || r.Lines <= 0 || r.Lines > 1000 {
			return r, fmt.Errorf("a stream needs orders, and 1 to 1,000 lines per order")
		}
	default:
		return r, fmt.Errorf("store kind %q: want %s, %s or %s", r.Kind, KindGenerated, KindCSV, KindStream)
	}
	return r, nil
}

// sameAs tells whether another recipe asks for the same store, whenever it was made.
func (r Recipe) sameAs(other Recipe) bool {
	r.Now, other.Now = time.Time{}, time.Time{}
	return r == other
}

// build makes the store.
func (r Recipe) build() (*Snapshot, error) {
	switch r.Kind {
	case KindCSV:
		return loadCSV(r)
	case KindStream:
		return newGenerator(r, scale{orders: r.Orders, products: 200, customers: 20_000, lines: r.Lines}).streamed(), nil
	default:
		return newGenerator(r, sizes()[r.Size]).store(), nil
	}
}

// scale is how much of each there is; lines = 0 lets the generator choose.
type scale struct{ orders, products, customers, lines int }

func sizes() map[string]scale {
	return map[string]scale{
		"small":  {orders: 300, products: 24, customers: 180},
		"medium": {orders: 5_000, products: 160, customers: 3_100},
		"large":  {orders: 100_000, products: 900, customers: 61_000},
	}
}
