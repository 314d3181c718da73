package demo

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/streams"
)

//go:embed figures.sql
var figuresSQL string

// Figures are what a store comes to. Money is in the shop's currency.
type Figures struct {
	Orders       int64            `json:"orders"`
	LineItems    int64            `json:"line_items"`
	Units        int64            `json:"units"`
	Gross        decimal.Decimal  `json:"gross"`
	RefundLines  int64            `json:"refund_lines"`
	RefundUnits  int64            `json:"refund_units"`
	Refunded     decimal.Decimal  `json:"refunded"`
	Products     int64            `json:"products"`
	Customers    int64            `json:"customers"`
	EventsByType map[string]int64 `json:"events_by_type"`
}

// readFigures reads what arrived, from PostgreSQL and from the stream, and what the simulated shop says it holds.
func readFigures(ctx context.Context, env map[string]string) (Report, error) {
	var report Report
	if err := readDatabase(ctx, env["DATABASE_URL"], &report.Figures); err != nil {
		return report, fmt.Errorf("read the figures from PostgreSQL: %w", err)
	}
	if err := readStream(ctx, env["NATS_URL"], &report); err != nil {
		return report, fmt.Errorf("read the figures from the stream: %w", err)
	}
	if err := readShop(ctx, env["SHOPIFY_URL"], &report.Shop); err != nil {
		return report, fmt.Errorf("ask the shop for its figures: %w", err)
	}
	return report, nil
}

func readDatabase(ctx context.Context, url string, f *Figures) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return conn.QueryRow(ctx, figuresSQL).Scan(&f.Orders, &f.Products, &f.Customers,
		&f.LineItems, &f.Units, &f.Gross, &f.RefundLines, &f.RefundUnits, &f.Refunded)
}

// readStream counts the events of the commerce stream by type, each event id once, and how many came again.
func readStream(ctx context.Context, url string, report *Report) error {
	client, err := streams.Connect(config.Streams{URL: url}, "demo")
	if err != nil {
		return err
	}
	defer client.Close()
	report.EventsByType = map[string]int64{}
	seen, seed := map[uint64]struct{}{}, maphash.MakeSeed()
	var lines []byte
	return client.Read(ctx, streams.Shard{Stream: event.StreamCommerce}, 0, func(m streams.Stored) (bool, error) {
		if lines, err = m.NDJSON(lines[:0]); err != nil {
			return false, err
		}
		for scan := bufio.NewScanner(bytes.NewReader(lines)); scan.Scan(); {
			var e struct {
				ID   string `json:"event_id"`
				Type string `json:"event_type"`
			}
			if err := json.Unmarshal(scan.Bytes(), &e); err != nil {
				return false, fmt.Errorf("message %d: %w", m.Sequence, err)
			}
			id := maphash.String(seed, e.ID)
			if _, again := seen[id]; again {
				report.RepeatedEvents++
				continue
			}
			seen[id] = struct{}{}
			report.EventsByType[e.Type]++
		}
		return true, nil
	})
}

func readShop(ctx context.Context, url string, f *Figures) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/_sim/totals", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	return json.NewDecoder(response.Body).Decode(f)
}
