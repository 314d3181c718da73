package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/measurement"
)

// benchCatalogue has a title and two tags for every product.
type benchCatalogue struct{ products []measurement.Product }

func (c benchCatalogue) Products(context.Context) ([]measurement.Product, error) {
	return c.products, nil
}

func (c benchCatalogue) TagGroups(context.Context) ([]measurement.TagGroup, error) {
	return []measurement.TagGroup{{Name: "group", Tags: []string{"tag1", "tag2"}}}, nil
}

// pages asks the reader for filtered, sorted pages, one after the other and from four callers at once.
func (s *benchShop) pages(ctx context.Context, b *B) error {
	c, err := s.catalogue(ctx)
	if err != nil {
		return err
	}
	reader := measurement.NewReader(s.lake, s.cache, c, "256MB")
	defer reader.Close()
	if _, err := reader.List(ctx, measurement.Query{}); err != nil { // loads the day
		return err
	}
	for _, callers := range []int{1, 4} {
		var mu sync.Mutex
		var took []time.Duration
		var group errgroup.Group
		for caller := range callers {
			group.Go(func() error {
				random := rand.New(rand.NewPCG(1, uint64(caller)))
				for range 4000 / callers {
					q := s.question(random)
					began := time.Now()
					if _, err := reader.List(ctx, q); err != nil {
						return err
					}
					mu.Lock()
					took = append(took, time.Since(began))
					mu.Unlock()
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		slices.Sort(took)
		at := func(percent int) float64 { return float64(took[len(took)*percent/100].Microseconds()) / 1000 }
		b.Single(fmt.Sprintf("reader: median of a page, 20,000 products, %d at once", callers), at(50), "ms", "")
		b.Single(fmt.Sprintf("reader: p99 of a page, 20,000 products, %d at once", callers), at(99), "ms", "< 10")
	}
	return nil
}

// question is a page of some products, sorted by any column; a fifth of them ask for all products.
func (s *benchShop) question(random *rand.Rand) measurement.Query {
	columns := measurement.SortColumns()
	q := measurement.Query{Sort: columns[random.IntN(len(columns))], Descending: random.IntN(2) == 0, Offset: random.IntN(200), Limit: 50}
	switch random.IntN(5) {
	case 0:
		q.Classes = []string{"hot", "rising"}
	case 1:
		q.Search = fmt.Sprint(random.IntN(100))
	case 2:
		q.Tag = fmt.Sprintf("tag%d", random.IntN(50))
	case 3:
		q.Where = []artifact.Condition{{Metric: "gross_30d", Op: artifact.Greater, Value: decimal.NewFromInt(int64(random.IntN(3000)))}}
	}
	return q
}

// catalogue gives every product of the shop a title and tags.
func (s *benchShop) catalogue(ctx context.Context) (benchCatalogue, error) {
	var c benchCatalogue
	db, err := duck.Open(ctx, duck.Options{Dir: s.Dir})
	if err != nil {
		return c, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, fmt.Sprintf("SELECT 'prd_' || hex(hash(p::INTEGER, 5)) || hex(hash(p::INTEGER, 6))[1:10] FROM range(%d) AS r (p)", s.Products+1))
	if err != nil {
		return c, err
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		p := measurement.Product{Title: fmt.Sprintf("Case number %d", i), Vendor: "Blunt", Tags: []string{fmt.Sprintf("tag%d", i%50), "all"}}
		if err := rows.Scan(&p.ID); err != nil {
			return c, err
		}
		c.products = append(c.products, p)
	}
	return c, rows.Err()
}
