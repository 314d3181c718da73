package store

import (
	"fmt"
	"math/rand/v2"
)

// maker makes one order; what happens to it later is in generator_life.go.
type maker struct {
	g      *generator
	n      int // the order's number
	r      *rand.Rand
	o      *Order
	market market
	rate   float64 // of tax
}

// order makes the nth order, as it stands at the horizon.
func (g *generator) order(n int) *Order {
	m := &maker{g: g, n: n, r: g.random(streamOrder, n)}
	at := g.orderTime(n, m.r)
	m.o = &Order{
		ID: firstOrder + int64(n), Number: 1001 + n, Name: fmt.Sprintf("#%d", 1001+n),
		Confirmation: fmt.Sprintf("BC%07X", uint32(n)*2654435761>>4), Currency: "USD",
		Created: at, Processed: at, Updated: at.After(2e9), SourceName: "web", Channel: "Online Store",
		Test: chance(m.r, 1), Lines: make([]Line, 0, 4),
	}
	m.buyer()
	m.discounts()
	m.basket()
	m.ship()
	m.o.seal()
	m.live()
	return m.o.seal()
}

// What every store has to show, however small it is, happens to one order in
// sixty, besides what chance brings.
const (
	mustRemove         = 7 // an edit takes a unit away
	mustAdd            = 17
	mustRefundShipping = 27
	mustGoodwill       = 37
	mustSendBack       = 47
)

func (m *maker) must(what int) bool { return m.n%60 == what }

func (m *maker) buyer() {
	o, r := m.o, m.r
	c := m.g.people[r.IntN(len(m.g.people))]
	m.market, m.rate = m.g.marketOf(&c.Addresses[0])
	o.Presentment, o.Locale, o.TaxesIncluded = m.market.currency, m.market.locale, m.market.taxIncluded
	o.ShipTo, o.BillTo = &c.Addresses[0], &c.Addresses[0]
	o.Email, o.Phone = c.Email, c.Phone
	if len(c.Addresses) > 1 && chance(r, 30) {
		o.ShipTo = &c.Addresses[1]
	}
	switch {
	case chance(r, 12): // a guest: the same person, but no account
		o.Email = "guest." + c.Email
	case c.Created <= o.Created:
		o.Customer = c.ID
	default: // ordered before the account was made
		o.Email = "early." + c.Email
	}
	switch {
	case chance(r, 4) && !m.must(mustRefundShipping):
		o.SourceName, o.Channel = "pos", "Point of Sale"
	case chance(r, 6):
		o.SourceName, o.Channel, o.SourceID = "580111", "Shop", fmt.Sprintf("shop-%d", o.Number)
	}
	if chance(r, 4) {
		o.Note = "Leave it with a neighbour, “please”.\nThanks!"
	}
	if chance(r, 3) {
		o.Tags = append(o.Tags, "gift")
		o.Attributes = append(o.Attributes, Attribute{"gift_message", "Happy birthday 🎂"})
	}
	if o.SourceName == "web" {
		m.journey()
	}
}

func (m *maker) journey() {
	r := m.r
	source := pick(r, []string{"direct", "google", "Instagram", "TikTok", "newsletter"})
	j := &Journey{
		Index: 1 + r.IntN(3), DaysToConvert: r.IntN(9), Source: source, Landing: "https://bluntcases.com/",
		LastVisit: m.o.Created - Instant(r.IntN(3600)) - 60,
	}
	j.FirstVisit = j.LastVisit - Instant(j.DaysToConvert)*86400
	switch source {
	case "google":
		j.Referrer = "https://www.google.com/"
	case "Instagram", "TikTok":
		j.Referrer, j.Campaign, j.Medium = "https://l."+source+".com/", "creators", "social"
	case "newsletter":
		j.Campaign, j.Medium = "weekly", "email"
	}
	m.o.Journey = j
}

// discounts decides which discounts the order carries.
func (m *maker) discounts() {
	switch p := m.r.IntN(100); {
	case m.must(mustRefundShipping):
	case p < 12:
		m.o.Discounts = []Discount{{Code: pick(m.r, []string{"WELCOME10", "MARA15", "HALM10"}), Percent: 10, OrderLevel: true}}
	case p < 17:
		m.o.Discounts = []Discount{{Title: "Bundle and save", Amount: Cents(300)}}
	case p < 21:
		m.o.Discounts = []Discount{{Code: "SHIPFREE", Percent: 100, Shipping: true}}
	case p < 23:
		m.o.Discounts = []Discount{
			{Title: "Bundle and save", Amount: Cents(300)}, {Code: "VIP20", Percent: 20, OrderLevel: true},
		}
	}
}

func (m *maker) basket() {
	lines := m.g.scale.lines
	if lines == 0 {
		lines = 1
		for lines < 6 && chance(m.r, 32) {
			lines++
		}
	}
	for range lines {
		quantity := 1
		if m.must(mustRemove) {
			quantity = 2
		}
		for quantity < 4 && chance(m.r, 12) {
			quantity++
		}
		m.addLine(quantity, 0)
	}
}

// addLine puts a design in the basket; at is the edit that adds it, or 0.
func (m *maker) addLine(quantity int, at Instant) {
	o := m.o
	p := m.design()
	v := &p.Variants[m.r.IntN(len(p.Variants))]
	l := Line{
		ID: Child(o.ID, len(o.Lines)), Order: o, Product: p.ID, Variant: v.ID, Title: p.Title, Choice: v.Title, SKU: v.SKU,
		Quantity: int32(quantity), UnitPrice: m.bag(v.Price), AddedAt: at,
	}
	if chance(m.r, 2) {
		l.Attributes = []Attribute{{"engraving", o.ShipTo.First}}
	}
	price := l.UnitPrice
	for i, d := range o.Discounts {
		if d.Shipping || at != 0 {
			continue
		}
		off := m.bag(d.Amount)
		if d.Percent > 0 {
			off = price.Percent(d.Percent)
		}
		l.Discounts = append(l.Discounts, Allocation{i, off})
		price = price.Minus(off)
	}
	if tax := m.tax(price); tax != nil {
		l.Taxes = []TaxLine{*tax}
	}
	o.Lines = append(o.Lines, l)
}

// design picks a product by its popularity; seasonal ones sell in season.
func (m *maker) design() *Product {
	seasons := [...]string{"winter", "winter", "spring", "spring", "spring", "summer", "summer", "summer", "fall", "fall", "fall", "winter"}
	season := "season:" + seasons[m.o.Created.Time().Month()-1]
	weights := m.g.weights
	for {
		at := m.r.IntN(weights[len(weights)-1])
		lo, hi := 0, len(weights)-1
		for lo < hi {
			if mid := (lo + hi) / 2; weights[mid] > at {
				hi = mid
			} else {
				lo = mid + 1
			}
		}
		p := m.g.products[lo]
		off := false
		for _, tag := range p.Tags {
			off = off || len(tag) > 7 && tag[:7] == "season:" && tag != season
		}
		if p.Status != "DRAFT" && (!off || chance(m.r, 30)) {
			return p
		}
	}
}

func (m *maker) ship() {
	o := m.o
	if o.SourceName == "pos" {
		return
	}
	worth := Amount(0)
	for i := range o.Lines {
		worth += o.Lines[i].DiscountedUnit(true).Shop * Amount(o.Lines[i].Quantity)
	}
	s := ShippingLine{ID: Child(o.ID, 0), Order: o, Title: "Standard", Code: "standard", Price: m.bag(Cents(495))}
	switch {
	case chance(m.r, 12) || m.must(mustRefundShipping):
		s.Title, s.Code, s.Price = "Express", "express", m.bag(Cents(1495))
	case worth >= Cents(6000):
		s.Title, s.Code, s.Price = "Free shipping", "free", Bag{}
	}
	for i, d := range o.Discounts {
		if d.Shipping && !s.Price.IsZero() {
			s.Discounts = []Allocation{{i, s.Price}}
		}
	}
	if price := s.Discounted(); m.market.taxIncluded && !price.IsZero() {
		if tax := m.tax(price); tax != nil {
			s.Taxes = []TaxLine{*tax}
		}
	}
	o.Shipping = []ShippingLine{s}
}

// bag converts a price of the shop into what the customer sees.
func (m *maker) bag(a Amount) Bag {
	if m.market.rate == 1 {
		return Bag{a, a}
	}
	return Bag{a, Amount(float64(a)*m.market.rate/100+0.5) * 100}
}

// tax gives the tax on a price: on top of it, or the part that it includes.
func (m *maker) tax(price Bag) *TaxLine {
	if m.rate == 0 {
		return nil
	}
	percent := m.rate * 100
	if m.market.taxIncluded {
		percent = m.rate / (1 + m.rate) * 100
	}
	return &TaxLine{Title: m.market.tax, Rate: m.rate, Unit: price.Percent(percent)}
}
