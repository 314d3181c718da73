package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// market is a country that the shop sells to.
type market struct {
	country, code, currency, locale string
	rate                            float64 // presentment currency per shop currency
	tax                             string
	taxRate                         float64
	taxIncluded                     bool
	share                           int // of a hundred customers
	dial                            string
	places                          []place
}

type place struct {
	city, zip, province, provinceCode string
	tax                               float64 // a state's own rate
	lat, long                         float64
}

func markets() []market {
	return []market{
		{country: "United States", code: "US", currency: "USD", locale: "en-US", rate: 1, tax: "State Tax", share: 68, dial: "+1", places: []place{
			{"New York", "10001", "New York", "NY", 0.04, 40.75, -73.99},
			{"Brooklyn", "11211", "New York", "NY", 0.04, 40.71, -73.95},
			{"Austin", "78701", "Texas", "TX", 0.0625, 30.27, -97.74},
			{"Los Angeles", "90012", "California", "CA", 0.0725, 34.06, -118.24},
			{"Portland", "97205", "Oregon", "OR", 0, 45.52, -122.69},
			{"Chicago", "60601", "Illinois", "IL", 0.0625, 41.89, -87.62},
			{"Miami", "33101", "Florida", "FL", 0.06, 25.78, -80.2},
			{"Seattle", "98101", "Washington", "WA", 0.065, 47.61, -122.33},
		}},
		{country: "Canada", code: "CA", currency: "CAD", locale: "en-CA", rate: 1.37, tax: "GST", taxRate: 0.05, share: 9, dial: "+1", places: []place{
			{"Toronto", "M5V 2T6", "Ontario", "ON", 0, 43.64, -79.39}, {"Montréal", "H2Y 1C6", "Quebec", "QC", 0, 45.5, -73.55},
		}},
		{country: "United Kingdom", code: "GB", currency: "GBP", locale: "en-GB", rate: 0.78, tax: "VAT", taxRate: 0.2, taxIncluded: true, share: 10, dial: "+44", places: []place{
			{"London", "E1 6AN", "England", "ENG", 0, 51.52, -0.07}, {"Leeds", "LS1 4AP", "England", "ENG", 0, 53.8, -1.55},
		}},
		{country: "Germany", code: "DE", currency: "EUR", locale: "de", rate: 0.91, tax: "MwSt", taxRate: 0.19, taxIncluded: true, share: 8, dial: "+49", places: []place{
			{"Berlin", "10115", "", "", 0, 52.53, 13.38}, {"Köln", "50667", "", "", 0, 50.94, 6.96},
		}},
		{country: "Australia", code: "AU", currency: "AUD", locale: "en-AU", rate: 1.52, tax: "GST", taxRate: 0.1, taxIncluded: true, share: 5, dial: "+61", places: []place{
			{"Melbourne", "3000", "Victoria", "VIC", 0, -37.81, 144.96},
		}},
	}
}

func firstNames() []string {
	return []string{
		"Ada", "Ben", "Chloé", "Dmitri", "Ebele", "Finn", "Grace", "Hiro", "Isla", "Jamal", "Kira", "Luca", "Maya", "Nils",
		"Olive", "Priya", "Quinn", "Rosa", "Sven", "Tala", "Uma", "Victor", "Wren", "Ximena", "Yusuf", "Zoë",
	}
}

func lastNames() []string {
	return []string{
		"Abbott", "Baker", "Castillo", "Dupont", "Eriksen", "Ferrari", "Grant", "Hughes", "Ivanov", "Jones", "Kim", "Lopez",
		"Müller", "Nguyen", "O'Brien", "Patel", "Quigley", "Rossi", "Schmidt", "Tanaka", "Usman", "Vega", "Walker", "Young", "Zhang",
	}
}

func (g *generator) makeCustomers() {
	// What an e-mail address cannot hold.
	plain := strings.NewReplacer("é", "e", "ë", "e", "ü", "ue", "'", "")
	g.people = make([]*Customer, g.scale.customers)
	for i := range g.people {
		g.people[i] = g.customer(i, plain)
	}
}

func (g *generator) customer(i int, plain *strings.Replacer) *Customer {
	r := g.random(streamCustomer, i)
	m := g.market(r)
	c := &Customer{
		ID: firstCustomer + int64(i), First: pick(r, firstNames()), Last: pick(r, lastNames()), Locale: m.locale,
		State: "DISABLED", Marketing: "NOT_SUBSCRIBED", Verified: chance(r, 90), TaxExempt: chance(r, 1),
		Created: g.first + Instant(r.IntN(historyDays*86400/2)) - 100*86400,
	}
	c.Email = strings.ToLower(fmt.Sprintf("%s.%s.%d@example.com", plain.Replace(c.First), plain.Replace(c.Last), i+1))
	c.Updated = c.Created
	switch {
	case chance(r, 35):
		c.State = "ENABLED"
	case chance(r, 3):
		c.State = "INVITED"
	}
	if chance(r, 40) {
		c.Marketing = "SUBSCRIBED"
	}
	if chance(r, 30) {
		c.Phone = fmt.Sprintf("%s%010d", m.dial, 2_025_550_000+i)
	}
	if chance(r, 5) {
		c.Tags = append(c.Tags, "vip")
	}
	if chance(r, 2) {
		c.Note = "Prefers “plastic-free” packaging"
	}
	for n := range 1 + r.IntN(100)/85 {
		c.Addresses = append(c.Addresses, address(r, m, c, n))
	}
	return c
}

func (g *generator) market(r *rand.Rand) market {
	at := r.IntN(100)
	for _, m := range g.markets {
		if at -= m.share; at < 0 {
			return m
		}
	}
	return g.markets[0]
}

func address(r *rand.Rand, m market, c *Customer, n int) Address {
	p := pick(r, m.places)
	a := Address{
		ID: Child(c.ID, n), First: c.First, Last: c.Last, Line1: fmt.Sprintf("%d %s", 1+r.IntN(900), pick(r, []string{
			"Oak Street", "Mill Lane", "5th Avenue", "Hauptstraße", "Station Road", "King Street", "Elm Court",
		})),
		City: p.city, Zip: p.zip, Province: p.province, ProvinceCode: p.provinceCode, Country: m.country, CountryCode: m.code,
		Phone: c.Phone, Latitude: p.lat, Longitude: p.long, CoordinatesAreValidated: true,
	}
	if chance(r, 15) {
		a.Line2 = fmt.Sprintf("Apt %d", 1+r.IntN(40))
	}
	if chance(r, 5) {
		a.Company = c.Last + " & Co."
	}
	return a
}

// marketOf finds the market of a country, and the tax rate at a place in it.
func (g *generator) marketOf(a *Address) (market, float64) {
	for _, m := range g.markets {
		if m.code != a.CountryCode {
			continue
		}
		for _, p := range m.places {
			if p.city == a.City && m.taxRate == 0 {
				return m, p.tax
			}
		}
		return m, m.taxRate
	}
	return g.markets[0], 0
}
