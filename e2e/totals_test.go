package e2e_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"iter"
	"net/http"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/streams"
)

//go:embed figures.sql
var figuresSQL string

// totals are what the store says it holds, and what must be found.
type totals struct {
	Orders       int             `json:"orders"`
	Products     int             `json:"products"`
	Variants     int             `json:"variants"`
	Customers    int             `json:"customers"`
	LineItems    int             `json:"line_items"`
	Units        int             `json:"units"`
	Gross        decimal.Decimal `json:"gross"`
	RefundLines  int             `json:"refund_lines"`
	RefundUnits  int             `json:"refund_units"`
	Refunded     decimal.Decimal `json:"refunded"`
	EventsByType map[string]int  `json:"events_by_type"`
}

// requireExact compares PostgreSQL and the stream with what the store says of itself.
func (p *platform) requireExact() {
	p.t.Helper()
	p.requireTotals(p.stated())
}

// requireTotals compares PostgreSQL and the stream with the totals. No event may have come twice, and none may be left.
func (p *platform) requireTotals(want totals) {
	p.t.Helper()
	got := p.stored()
	got.EventsByType = map[string]int{}
	for _, kind := range []string{
		event.OrderCreated, event.OrderCompleted, event.PaymentCaptured, event.PaymentRefunded, event.FulfillmentShipped, event.ReturnRequested,
	} {
		got.EventsByType[kind] = 0
	}
	for _, kind := range p.published() {
		got.EventsByType[kind]++
	}
	require.Truef(p.t, want.Gross.Equal(got.Gross), "gross is %s, not %s", got.Gross, want.Gross)
	require.Truef(p.t, want.Refunded.Equal(got.Refunded), "refunded is %s, not %s", got.Refunded, want.Refunded)
	want.Gross, got.Gross, want.Refunded, got.Refunded = decimal.Zero, decimal.Zero, decimal.Zero, decimal.Zero
	require.Equal(p.t, want, got)
	var waiting int
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), "SELECT count(*) FROM runtime.telemetry_outbox").Scan(&waiting))
	require.Zero(p.t, waiting, "events wait in the outbox")
}

func (p *platform) stated() (t totals) {
	p.t.Helper()
	p.shop(http.MethodGet, "totals", "", &t)
	return t
}

// shop asks the simulator.
func (p *platform) shop(method, path, body string, answer any) {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.own.Env()["SHOPIFY_URL"]+"/_sim/"+path, strings.NewReader(body))
	require.NoError(p.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(p.t, err)
	defer response.Body.Close()
	require.Less(p.t, response.StatusCode, 300)
	if answer != nil {
		require.NoError(p.t, json.NewDecoder(response.Body).Decode(answer))
	}
}

func (p *platform) stored() (t totals) {
	p.t.Helper()
	var gross, refunded string
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), figuresSQL).Scan(&t.Orders, &t.Products, &t.Variants, &t.Customers,
		&t.LineItems, &t.Units, &gross, &t.RefundLines, &t.RefundUnits, &refunded))
	t.Gross, t.Refunded = decimal.RequireFromString(gross), decimal.RequireFromString(refunded)
	return t
}

// published reads commerce.telemetry to its end: event ids with their types. An id that comes twice fails the test.
func (p *platform) published() map[string]string {
	p.t.Helper()
	seen := map[string]string{}
	for e := range read[event.Commerce](p, event.StreamCommerce) {
		if _, again := seen[e.EventID]; again {
			p.t.Fatalf("%s %s was published twice", e.EventType, e.EventID)
		}
		seen[e.EventID] = e.EventType
	}
	return seen
}

// read decodes everything that a stream holds, one event after the other.
func read[E any](p *platform, stream string) iter.Seq[E] {
	return func(yield func(E) bool) {
		p.t.Helper()
		c, err := streams.Connect(p.own.Env().Streams(), "e2e")
		require.NoError(p.t, err)
		defer c.Close()
		var lines []byte
		err = c.Read(p.t.Context(), streams.Shards(stream, 1)[0], 0, func(m streams.Stored) (bool, error) {
			if lines, err = m.NDJSON(lines[:0]); err != nil {
				return false, err
			}
			decoder := json.NewDecoder(bytes.NewReader(lines))
			for decoder.More() {
				var e E
				if err := decoder.Decode(&e); err != nil {
					return false, err
				}
				if !yield(e) {
					return false, nil
				}
			}
			return true, nil
		})
		require.NoError(p.t, err)
	}
}
