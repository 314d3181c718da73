package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/shopspring/decimal"
)

// Report is what a demonstration brought.
type Report struct {
	Figures
	// RepeatedEvents are events that the stream holds more than once; they are counted once.
	RepeatedEvents int64              `json:"repeated_events"`
	Shop           Figures            `json:"shop"`  // what the whole shop holds, as it says
	Whole          bool               `json:"whole"` // the history was loaded, and not only its end
	Seconds        float64            `json:"seconds"`
	Steps          map[string]float64 `json:"seconds_by_step"`
}

// row is one figure, as it arrived and as the shop has it.
type row struct{ name, arrived, shop string }

func (r Report) rows() []row {
	a, s := r.Figures, r.Shop
	number := func(n int64) string { return fmt.Sprint(n) }
	rows := []row{
		{"orders", number(a.Orders), number(s.Orders)},
		{"line items", number(a.LineItems), number(s.LineItems)},
		{"units", number(a.Units), number(s.Units)},
		{"gross", money(a.Gross), money(s.Gross)},
		{"refund lines", number(a.RefundLines), number(s.RefundLines)},
		{"refund units", number(a.RefundUnits), number(s.RefundUnits)},
		{"refunded", money(a.Refunded), money(s.Refunded)},
		{"products", number(a.Products), number(s.Products)},
		{"customers", number(a.Customers), number(s.Customers)},
	}
	types := map[string]bool{}
	for _, events := range []map[string]int64{a.EventsByType, s.EventsByType} {
		for name := range events {
			types[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		rows = append(rows, row{"event " + name, number(a.EventsByType[name]), number(s.EventsByType[name])})
	}
	return rows
}

// differences are the figures that are not the shop's.
func (r Report) differences() []error {
	var differ []error
	for _, row := range r.rows() {
		if row.arrived != row.shop {
			differ = append(differ, fmt.Errorf("%s: %s arrived, the shop holds %s", row.name, row.arrived, row.shop))
		}
	}
	return differ
}

func (r Report) print(out io.Writer) error {
	arrived := "last 128 days"
	if r.Whole {
		arrived = "arrived"
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintf(table, "\n\t%s\tthe whole shop\t\n", arrived)
	for _, row := range r.rows() {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t\n", row.name, thousands(row.arrived), thousands(row.shop))
	}
	_, _ = fmt.Fprintf(table, "seconds\t%.1f\t\t\n", r.Seconds)
	return table.Flush()
}

// money has two decimals, and more where an amount needs more.
func money(amount decimal.Decimal) string {
	exact := amount.String()
	if _, fraction, _ := strings.Cut(exact, "."); len(fraction) > 2 {
		return exact
	}
	return amount.StringFixed(2)
}

// thousands groups the digits before the point.
func thousands(number string) string {
	whole, fraction, found := strings.Cut(number, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		return whole + "." + fraction
	}
	return whole
}

func (r Report) write(path string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o644)
}
