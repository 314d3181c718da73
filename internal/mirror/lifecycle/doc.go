// Package lifecycle says which events of commerce.telemetry a change of an order makes newly true, and writes them as
// the NDJSON of internal/event.Commerce. It is pure: the loader tells it what was there before and puts what comes out
// into the outbox, in the transaction of the rows. The rules are in the design, "Iceberg tables".
//
// An event is identified by what happened (shop, Shopify object, event type; for edits the time, too), never by when it
// was seen, so the same fact found twice is the same event.
package lifecycle

import (
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/uid"
)

// EventPrefix begins every event id.
const EventPrefix uid.Prefix = "evt_"

// EventID is the id of an event: what is the object's gid, for an edit followed by |time.
func EventID(shop, what, eventType string) string {
	return uid.Derive(EventPrefix, shop, what+"|"+eventType)
}

// Prior is what the database holds of an order before the change. The zero Prior is a new order.
type Prior struct {
	// Known holds the ids of its child rows, removed ones included: order_line_item, payment_capture, payment_refund,
	// payment_refund_item, fulfillment_item (of fulfillments that count as shipped), return_item, order_change_action.
	Known map[string]struct{}
	// Completed says that the order was completed before.
	Completed bool
}

func (p *Prior) knows(id string) bool {
	_, ok := p.Known[id]
	return ok
}

// pair is an amount in the shop's currency and in the buyer's.
type pair struct{ shop, presentment money.Fixed }

func (a pair) minus(b pair) pair { return pair{a.shop - b.shop, a.presentment - b.presentment} }

func (a pair) plus(b pair) pair { return pair{a.shop + b.shop, a.presentment + b.presentment} }

func (a pair) abs() pair { return pair{a.shop.Abs(), a.presentment.Abs()} }

func (a pair) times(n int64) (pair, error) {
	shop, err := a.shop.Times(n)
	if err != nil {
		return pair{}, err
	}
	presentment, err := a.presentment.Times(n)
	return pair{shop, presentment}, err
}

func (a pair) atLeastZero() pair { return pair{max(a.shop, 0), max(a.presentment, 0)} }

func pairOf(a money.Amount) (pair, error) {
	presentment := a.Presentment
	if presentment == "" {
		presentment = a.Value
	}
	return parse(a.Value, presentment)
}

func pairOfBag(b money.Bag) (pair, error) {
	presentment := b.Presentment
	if presentment == "" {
		presentment = b.Shop
	}
	return parse(b.Shop, presentment)
}

func parse(shop, presentment string) (pair, error) {
	s, err := money.ParseFixed(shop)
	if err != nil || presentment == shop {
		return pair{s, s}, err
	}
	p, err := money.ParseFixed(presentment)
	return pair{s, p}, err
}
