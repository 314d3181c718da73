package lifecycle

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/mirror/mapping"
	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/money"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/internal/uid"
)

// maxPart bounds the NDJSON of one outbox row, and so of one stream message.
const maxPart = 512 << 10

// OutboxPrefix begins the id of every outbox row, which is the Nats-Msg-Id of its message.
const OutboxPrefix uid.Prefix = "tob_"

// Writer writes the events of one order after the other. It is not safe for concurrent use.
type Writer struct {
	Shop, RunID string
	// Tags gives the tags of a product by its id.
	Tags func(productID string) []string

	raw    []byte
	common []byte
	text   []byte // of the time of ingestion
	events int
	ids    []byte
}

// Write appends the outbox rows of one order's change, one or more, or none where nothing became newly true. Now is the
// events' ingest_ts. The rows' ids are derived from the order, its source state, and the events.
func (w *Writer) Write(out []row.Outbox, o *mapping.Order, digest string, prior *Prior, now time.Time) ([]row.Outbox, error) {
	w.raw, w.ids, w.events = w.raw[:0], w.ids[:0], 0
	w.text = now.UTC().AppendFormat(w.text[:0], time.RFC3339Nano)
	w.head(o)
	part := 0
	flush := func() error {
		if w.events == 0 {
			return nil
		}
		payload, err := streams.Compress(w.raw)
		if err != nil {
			return err
		}
		part++
		sum := sha256.Sum256(w.ids)
		out = append(out, row.Outbox{
			ID:         uid.Derive(OutboxPrefix, w.Shop, fmt.Sprintf("%s|%s|%d|%x", o.Header.GID, digest, part, sum[:8])),
			Stream:     event.StreamCommerce,
			Subject:    event.SubjectCommerce,
			Payload:    payload,
			EventCount: int32(w.events),
			RunID:      w.RunID,
		})
		w.raw, w.ids, w.events = w.raw[:0], w.ids[:0], 0
		return nil
	}
	err := each(o, prior, func(f *fact) error {
		before := len(w.raw)
		w.event(o, f)
		if len(w.raw) <= maxPart || w.events == 1 {
			return nil
		}
		last := string(w.raw[before:])
		w.raw, w.events = w.raw[:before], w.events-1
		if err := flush(); err != nil {
			return err
		}
		w.raw, w.events = append(w.raw, last...), 1
		return nil
	})
	if err == nil {
		err = flush()
	}
	return out, err
}

// head writes what all events of an order share.
func (w *Writer) head(o *mapping.Order) {
	h := &o.Header
	b := w.common[:0]
	b = field(b, "shop_domain", w.Shop)
	b = field(b, "order_id", h.ID)
	b = field(b, "order_name", h.OrderName)
	b = field(b, "currency_code", h.CurrencyCode)
	b = field(b, "customer_id", h.CustomerID)
	b = field(b, "channel", o.Channel)
	b = field(b, "country_code", o.Country)
	b = append(b, `,"is_test":`...)
	b = strconv.AppendBool(b, h.IsTest)
	b = field(b, "run_id", w.RunID)
	b = append(b, `,"schema_version":`...)
	b = strconv.AppendInt(b, event.SchemaVersion, 10)
	w.common = append(b, "}\n"...)
}

func (w *Writer) event(o *mapping.Order, f *fact) {
	id := EventID(w.Shop, f.what, f.kind)
	w.ids = append(w.ids, id...)
	w.events++
	b := append(w.raw, `{"event_id":"`...)
	b = append(b, id...)
	b = append(b, `","event_type":"`...)
	b = append(b, f.kind...)
	b = append(b, `","event_ts":"`...)
	b = f.at.UTC().AppendFormat(b, time.RFC3339Nano)
	b = append(b, `","ingest_ts":"`...)
	b = append(b, w.text...)
	b = append(b, '"')
	if f.line != nil {
		b = field(b, "line_item_id", f.line.ID)
		b = field(b, "product_id", f.line.ProductID)
		b = field(b, "product_variant_id", f.line.ProductVariantID)
		b = field(b, "sku", f.line.SKU)
		b = field(b, "title", f.line.Title)
		b = append(b, `,"quantity":`...)
		b = strconv.AppendInt(b, int64(f.quantity), 10)
		b = amount(b, "unit_price", f.unit)
		if f.line.ProductID != "" {
			b = tags(b, w.Tags(f.line.ProductID))
		}
	}
	net := f.net()
	b = amount(b, "gross_amount", f.gross.shop)
	b = amount(b, "discount_amount", f.discount.shop)
	b = amount(b, "tax_amount", f.tax.shop)
	b = amount(b, "net_amount", net.shop)
	if currency := o.Header.PresentmentCurrencyCode; currency != "" {
		b = amount(b, "presentment_amount", net.presentment)
		b = field(b, "presentment_currency_code", currency)
	}
	w.raw = append(b, w.common...)
}

// field appends a text field; an empty one is left out.
func field(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, `,"`...)
	b = append(b, name...)
	b = append(b, `":`...)
	b, _ = jsontext.AppendQuote(b, value) // bad UTF-8 was refused by the decoder
	return b
}

func amount(b []byte, name string, value money.Fixed) []byte {
	b = append(b, `,"`...)
	b = append(b, name...)
	b = append(b, `":"`...)
	b = value.Append(b)
	return append(b, '"')
}

func tags(b []byte, list []string) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(b, `,"product_tags":[`...)
	for i, tag := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, tag)
	}
	return append(b, ']')
}
