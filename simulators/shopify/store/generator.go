package store

import (
	"math/rand/v2"
	"sort"
	"time"
)

// generator makes a phone-case shop. Every object is made from the seed and
// its own number alone, so that an order can be made again without the ones
// before it: that is what lets a store be streamed at any size.
type generator struct {
	recipe   Recipe
	scale    scale
	horizon  Instant // nothing happens after it: midnight (UTC) at the start of Now's day
	first    Instant // start of the first day with orders
	upTo     []int   // orders up to and including each day
	weights  []int   // popularity of each product, summed up
	products []*Product
	people   []*Customer
	markets  []market
}

// historyDays is how far back the orders go.
const historyDays = 400

// Streams of random numbers, one for each kind of object.
const (
	streamProduct = iota + 1
	streamCustomer
	streamOrder
	streamDay
)

func newGenerator(r Recipe, size scale) *generator {
	g := &generator{recipe: r, scale: size, markets: markets()}
	g.horizon = InstantOf(r.Now.UTC().Truncate(24 * time.Hour))
	g.first = g.horizon - historyDays*86400
	g.spreadOverDays()
	g.makeProducts()
	g.makeCustomers()
	return g
}

// random gives the random numbers of one object.
func (g *generator) random(stream, n int) *rand.Rand {
	return rand.New(rand.NewPCG(g.recipe.Seed*1_000_003+uint64(stream), uint64(n)))
}

// spreadOverDays gives each day its share of the orders: a growing shop with
// busy weekends, a Christmas season, and a peak on Black Friday.
func (g *generator) spreadOverDays() {
	shares := make([]float64, historyDays)
	total := 0.0
	for d := range shares {
		day := (g.first + Instant(d)*86400).Time()
		share := 1 + float64(d)/historyDays*0.6
		switch day.Weekday() {
		case time.Friday, time.Saturday:
			share *= 1.15
		case time.Sunday:
			share *= 1.3
		}
		switch month, date := day.Month(), day.Day(); {
		case month == time.November && date >= 23 && date <= 30:
			share *= 2.6
		case month == time.November || month == time.December && date <= 20:
			share *= 1.5
		case month == time.September:
			share *= 1.3 // new phones
		case month == time.January || month == time.February:
			share *= 0.8
		}
		share *= 0.85 + 0.3*g.random(streamDay, d).Float64()
		total += share
		shares[d] = total
	}
	g.upTo = make([]int, historyDays)
	for d := range g.upTo {
		g.upTo[d] = int(shares[d] / total * float64(g.scale.orders))
	}
	g.upTo[historyDays-1] = g.scale.orders
}

// orderTime gives the time of the nth order: times ascend with the number.
func (g *generator) orderTime(n int, r *rand.Rand) Instant {
	day := sort.SearchInts(g.upTo, n+1)
	before := 0
	if day > 0 {
		before = g.upTo[day-1]
	}
	slot := 86400 / float64(g.upTo[day]-before)
	second := (float64(n-before) + r.Float64()) * slot
	return g.first + Instant(day)*86400 + Instant(min(second, 86399))
}

// store makes the whole shop and holds it.
func (g *generator) store() *Snapshot {
	s := g.frame()
	s.orders = make([]*Order, g.scale.orders)
	for i := range s.orders {
		s.orders[i] = g.order(i)
	}
	s.countCustomers()
	return s
}

// streamed makes the shop without its orders.
func (g *generator) streamed() *Snapshot {
	s := g.frame()
	s.stream = &stream{count: g.scale.orders, make: g.order}
	return s
}

func (g *generator) frame() *Snapshot {
	opened := g.first - 90*86400
	address := Address{
		Line1: "88 Mercer Street", City: "New York", Zip: "10012", Province: "New York", ProvinceCode: "NY",
		Country: "United States", CountryCode: "US", Phone: "+12125550188",
	}
	west := Address{
		Line1: "2100 Harbor Way", City: "Reno", Zip: "89502", Province: "Nevada", ProvinceCode: "NV",
		Country: "United States", CountryCode: "US",
	}
	return &Snapshot{
		Shop: &Shop{
			ID: firstShop, Name: "Blunt Cases", Domain: g.recipe.Domain, PrimaryDomain: "https://bluntcases.com",
			Email: "owner@bluntcases.com", ContactEmail: "hello@bluntcases.com", Owner: "Robin Blunt",
			Currency: "USD", Currencies: []string{"USD", "CAD", "GBP", "EUR", "AUD"}, Country: "US",
			Timezone: "America/New_York", Address: address, Created: opened, Updated: g.first,
		},
		Locations: []*Location{
			{ID: firstLocation, Name: "Mercer Street", Address: address, Primary: true, Created: opened, Updated: opened},
			{ID: firstLocation + 1, Name: "Reno Fulfilment", Address: west, Created: opened, Updated: opened},
		},
		Products: g.products, Customers: g.people, Collections: g.collections(),
	}
}

// pick chooses one.
func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// chance is true in so many of a hundred cases.
func chance(r *rand.Rand, percent float64) bool { return r.Float64()*100 < percent }
