package store

import (
	"fmt"
	"strings"
	"time"
)

// shipsAfter is how long after its sale every real order leaves the house.
const shipsAfter = 2 * time.Hour

// finish pays, ships and closes the orders, makes products and customers of
// what they mention, and moves the days where that is wanted.
func (b *csvStore) finish() *Snapshot {
	shift := b.shift()
	for _, o := range b.orders {
		b.finishOrder(o, shift)
	}
	s := &Snapshot{
		Shop: &Shop{
			ID: firstShop, Name: "Online Retail", Domain: b.recipe.Domain, PrimaryDomain: "https://onlineretail.example",
			Email: "shop@onlineretail.example", ContactEmail: "help@onlineretail.example", Owner: "The Owner",
			Currency: "GBP", Currencies: []string{"GBP"}, Country: "GB", Timezone: "Europe/London",
			Address: Address{Line1: "1 High Street", City: "London", Zip: "E1 6AN", Country: "United Kingdom", CountryCode: "GB"},
		},
		orders:  b.orders,
		skipped: &b.skipped,
	}
	for _, c := range b.people {
		c.Created += shift
		c.Updated += shift
	}
	first := b.orders[0].Created
	s.Shop.Created, s.Shop.Updated = first, first
	s.Locations = []*Location{{
		ID: firstLocation, Name: "Warehouse", Address: s.Shop.Address, Primary: true, Created: first, Updated: first,
	}}
	s.Products = b.makeProducts(first)
	s.Customers = b.people
	s.countCustomers()
	return s
}

// shift gives the seconds to move every time by: whole days, so that the
// newest day of an order is the day before Now.
func (b *csvStore) shift() Instant {
	if !b.recipe.Shift {
		return 0
	}
	var newest Instant
	for _, o := range b.orders {
		newest = max(newest, o.Created)
	}
	yesterday := InstantOf(b.recipe.Now)/86400 - 1
	return (yesterday - newest/86400) * 86400
}

func (b *csvStore) finishOrder(o *Order, shift Instant) {
	o.Created += shift
	o.Processed += shift
	shipped := o.Created.After(shipsAfter)
	o.Closed, o.Updated = shipped, shipped
	lines := make([]FulfillmentLine, len(o.Lines))
	for i := range o.Lines {
		lines[i] = FulfillmentLine{Line: int32(i), Quantity: o.Lines[i].Quantity}
	}
	o.Fulfillments = []Fulfillment{{
		ID: Child(o.ID, 0), Name: o.Name + "-F1", Status: "SUCCESS", Display: "FULFILLED",
		Location: firstLocation, Created: shipped, Updated: shipped, Lines: lines,
	}}
	o.seal()
	o.Transactions = []Transaction{{
		ID: Child(o.ID, 0), Parent: -1, Kind: "SALE", Status: "SUCCESS", Gateway: "invoice", Formatted: "Invoice",
		PaymentID: "pay-" + o.Name, Amount: o.Totals.Total, Created: o.Created, Processed: o.Created,
	}}
	for i := range o.Refunds {
		r := &o.Refunds[i]
		r.Created += shift
		r.Updated += shift
		r.Lines[0].Location = firstLocation
		o.Updated = max(o.Updated, r.Created)
		r.Transactions = []int{len(o.Transactions)}
		o.Transactions = append(o.Transactions, Transaction{
			ID: Child(o.ID, len(o.Transactions)), Parent: 0, Kind: "REFUND", Status: "SUCCESS",
			Gateway: "invoice", Formatted: "Invoice", PaymentID: fmt.Sprintf("refund-%s-%d", o.Name, i+1),
			Amount: r.Total(), Created: r.Created, Processed: r.Created,
		})
	}
	o.seal()
}

func (b *csvStore) makeProducts(at Instant) []*Product {
	prices := map[int64]Amount{}
	for _, o := range b.orders {
		for i := range o.Lines {
			prices[o.Lines[i].Product] = o.Lines[i].UnitPrice.Shop
		}
	}
	products := make([]*Product, len(b.order))
	for i, code := range b.order {
		id := firstProduct + int64(i)
		title := mostFrequent(b.titles[i])
		if title == "" {
			title = code
		}
		p := &Product{
			ID: id, Title: title, Handle: "item-" + strings.ToLower(strings.ReplaceAll(code, " ", "-")), Vendor: "Online Retail",
			Status: "ACTIVE", Options: []Option{{Name: "Title", Values: []OptionValue{{Name: "Default Title"}}}},
			Published: at, Created: at, Updated: at,
		}
		p.Variants = []Variant{{
			ID: Child(id, 0), Product: p, Position: 1, Title: "Default Title", SKU: code, Choice: []int{0},
			Price: prices[id], Policy: "CONTINUE", Image: -1, Created: at, Updated: at,
		}}
		products[i] = p
	}
	return products
}

// mostFrequent gives the title that occurs most often, the first in
// alphabetical order where several do.
func mostFrequent(titles map[string]int) string {
	best := ""
	for title, n := range titles {
		if n > titles[best] || n == titles[best] && title < best {
			best = title
		}
	}
	return best
}

// countCustomers adds up what each customer ordered.
func (s *Snapshot) countCustomers() {
	for o := range s.Orders() {
		if c := s.Customer(o.Customer); c != nil {
			c.Orders++
			c.Spent += o.Totals.Received.Shop - o.Totals.Refunded.Shop
			c.LastOrder = o.ID
			c.Updated = max(c.Updated, o.Created)
		}
	}
}
