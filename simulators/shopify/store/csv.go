package store

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Skipped counts the rows of a file that are no part of the store.
type Skipped struct {
	WriteOffs              int `json:"write_off_lines"`
	Adjustments            int `json:"adjustments"`
	CreditsWithoutCustomer int `json:"credits_without_customer"`
	CreditsWithoutLine     int `json:"credits_without_line"`
}

// csvRow is one row: a line of an invoice or of a credit note.
type csvRow struct {
	invoice, code, title string
	quantity             int
	at                   Instant
	price                Amount
	customer, country    string
}

const csvTime = "2006-01-02 15:04:05"

// loadCSV makes a store of the "Online Retail" transactions: an invoice is an
// order, a credit note refunds the lines that it matches. The rules and the
// totals that follow from them are in the data's README.
func loadCSV(r Recipe) (*Snapshot, error) {
	b := newCSVStore(r)
	if err := readCSV(r.Path, b.addRow); err != nil {
		return nil, fmt.Errorf("store %s: %w", r.Path, err)
	}
	if len(b.orders) == 0 {
		return nil, fmt.Errorf("store %s: no orders in it", r.Path)
	}
	b.applyCredits()
	return b.finish(), nil
}

// readCSV hands over each row of a gzipped file.
func readCSV(path string, row func(csvRow) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		return err
	}
	rows := csv.NewReader(unzipped)
	rows.FieldsPerRecord, rows.ReuseRecord = 8, true
	parse := rowParser()
	for n := 0; ; n++ {
		fields, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			continue // the header
		}
		parsed, err := parse(fields)
		if err == nil {
			err = row(parsed)
		}
		if err != nil {
			line, _ := rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// rowParser reads rows. It remembers the last time: the lines of an invoice
// share it.
func rowParser() func([]string) (csvRow, error) {
	var text string
	var at Instant
	return func(f []string) (csvRow, error) {
		row := csvRow{
			invoice: f[0], code: f[1], title: strings.TrimSpace(f[2]),
			customer: strings.TrimSuffix(f[6], ".0"), country: f[7],
		}
		var err error
		if row.quantity, err = strconv.Atoi(f[3]); err != nil {
			return row, fmt.Errorf("quantity: %w", err)
		}
		if f[4] != text {
			t, err := time.Parse(csvTime, f[4])
			if err != nil {
				return row, err
			}
			text, at = strings.Clone(f[4]), InstantOf(t)
		}
		row.at = at
		row.price, err = ParseAmount(f[5])
		return row, err
	}
}

// csvStore collects orders while a file is read.
type csvStore struct {
	recipe    Recipe
	strings   map[string]string // one copy of each text that repeats
	orders    []*Order
	byInvoice map[string]*Order
	products  map[string]int64
	titles    []map[string]int
	order     []string // codes in the order in which they were met
	customers map[string]int64
	people    []*Customer
	credits   []csvRow
	skipped   Skipped
	refused   map[string]bool
	lines     map[csvKey][]csvLine
}

type csvKey struct{ customer, code string }

type csvLine struct {
	order *Order
	index int32
	at    Instant
	left  int
}

func newCSVStore(r Recipe) *csvStore {
	return &csvStore{
		recipe: r, strings: map[string]string{}, byInvoice: map[string]*Order{}, products: map[string]int64{},
		customers: map[string]int64{}, refused: map[string]bool{}, lines: map[csvKey][]csvLine{},
	}
}

func (b *csvStore) text(s string) string {
	if kept, ok := b.strings[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	b.strings[s] = s
	return s
}

func (b *csvStore) addRow(row csvRow) error {
	row.invoice, row.code, row.title = b.text(row.invoice), b.text(row.code), b.text(row.title)
	row.customer, row.country = b.text(row.customer), b.text(row.country)
	switch {
	case strings.HasPrefix(row.invoice, "A"):
		if !b.refused[row.invoice] {
			b.refused[row.invoice] = true
			b.skipped.Adjustments++
		}
	case strings.HasPrefix(row.invoice, "C"):
		b.credits = append(b.credits, row)
	case row.quantity <= 0:
		b.skipped.WriteOffs++
	default:
		b.addLine(row)
	}
	return nil
}

func (b *csvStore) addLine(row csvRow) {
	o := b.byInvoice[row.invoice]
	if o == nil {
		o = b.newOrder(row)
	}
	l := Line{
		ID: Child(o.ID, len(o.Lines)), Order: o, Product: b.product(row), Title: row.title, SKU: row.code,
		Quantity: int32(row.quantity), UnitPrice: Bag{row.price, row.price},
	}
	l.Variant = Child(l.Product, 0)
	o.Lines = append(o.Lines, l)
	if row.customer != "" {
		key := csvKey{row.customer, row.code}
		b.lines[key] = append(b.lines[key], csvLine{o, int32(len(o.Lines) - 1), row.at, row.quantity})
	}
}

func (b *csvStore) newOrder(row csvRow) *Order {
	n := len(b.orders)
	address := &Address{Country: row.country, CountryCode: countryCodes()[row.country]}
	if address.CountryCode == "" {
		address.Country = ""
	}
	o := &Order{
		ID: firstOrder + int64(n), Number: n + 1, Name: row.invoice, Confirmation: "R" + row.invoice,
		Customer: b.customer(row), Currency: "GBP", Presentment: "GBP", Locale: "en",
		Created: row.at, Processed: row.at, SourceName: "web", Channel: "Online Store",
		ShipTo: address, BillTo: address,
	}
	b.byInvoice[row.invoice] = o
	b.orders = append(b.orders, o)
	return o
}

func (b *csvStore) product(row csvRow) int64 {
	id, ok := b.products[row.code]
	if !ok {
		id = firstProduct + int64(len(b.order))
		b.products[row.code] = id
		b.order = append(b.order, row.code)
		b.titles = append(b.titles, map[string]int{})
	}
	if row.title != "" {
		b.titles[id-firstProduct][row.title]++
	}
	return id
}

func (b *csvStore) customer(row csvRow) int64 {
	if row.customer == "" {
		return 0
	}
	id, ok := b.customers[row.customer]
	if !ok {
		id = firstCustomer + int64(len(b.people))
		b.customers[row.customer] = id
		b.people = append(b.people, &Customer{
			ID: id, Last: "Customer " + row.customer, Locale: "en", State: "DISABLED", Marketing: "NOT_SUBSCRIBED",
			Created: row.at, Updated: row.at,
		})
	}
	return id
}

// applyCredits turns credit lines, by time and then by place in the file, into
// refunds of the latest line that still has as many units.
func (b *csvStore) applyCredits() {
	slices.SortStableFunc(b.credits, func(x, y csvRow) int { return int(x.at - y.at) })
	for _, credit := range b.credits {
		if credit.customer == "" {
			b.skipped.CreditsWithoutCustomer++
			continue
		}
		line := b.match(credit)
		if line == nil {
			b.skipped.CreditsWithoutLine++
			continue
		}
		line.left += credit.quantity
		o := line.order
		o.Refunds = append(o.Refunds, Refund{
			ID: Child(o.ID, len(o.Refunds)), Order: o, Created: credit.at, Updated: credit.at, Return: -1,
			Lines: []RefundLine{{Line: line.index, Quantity: int32(-credit.quantity), Restock: "RETURN"}},
		})
	}
}

func (b *csvStore) match(credit csvRow) *csvLine {
	lines := b.lines[csvKey{credit.customer, credit.code}]
	var best *csvLine
	for i := range lines {
		l := &lines[i]
		if l.at <= credit.at && l.left >= -credit.quantity && (best == nil || l.at >= best.at) {
			best = l
		}
	}
	return best
}
