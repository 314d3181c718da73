package measurement_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
)

// This file is the measurement a second time: plain Go over rows, one day and one product at a time, written to be
// obviously right. It shares nothing with the SQL.

// row is one line of an order, or one refunded line of it.
type row struct {
	at                   time.Time
	order, line, product string // product is empty for a custom item
	currency             string
	units                int64
	gross, discount, net decimal.Decimal
	refund, test         bool
}

type salesKey struct{ day, product, currency string }

type sales struct {
	orders                       map[string]bool
	units, refunded              int64
	gross, discount, refundedNet decimal.Decimal
}

func (s *sales) net() decimal.Decimal { return s.gross.Sub(s.discount).Sub(s.refundedNet) }

// referenceSales adds up the rows by the shop's day, product and currency.
func referenceSales(rows []row, zone *time.Location) map[salesKey]*sales {
	all := map[salesKey]*sales{}
	for _, r := range rows {
		if r.test {
			continue
		}
		key := salesKey{r.at.In(zone).Format(time.DateOnly), r.product, r.currency}
		if all[key] == nil {
			all[key] = &sales{orders: map[string]bool{}}
		}
		s := all[key]
		if r.refund {
			s.refunded += r.units
			s.refundedNet = s.refundedNet.Add(r.net)
			continue
		}
		s.orders[r.order] = true
		s.units += r.units
		s.gross = s.gross.Add(r.gross)
		s.discount = s.discount.Add(r.discount)
	}
	return all
}

// salesLines writes sales as text, one line per row of measurement.sales, sorted.
func salesLines(all map[salesKey]*sales) []string {
	var lines []string
	for key, s := range all {
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%d|%d|%s|%s|%d|%s|%s", key.day, key.product, key.currency, len(s.orders), s.units,
			money(s.gross), money(s.discount), s.refunded, money(s.refundedNet), money(s.net())))
	}
	slices.Sort(lines)
	return lines
}

func money(d decimal.Decimal) string { return d.StringFixed(4) }

const salesText = `SELECT concat_ws('|', day, coalesce(product_id, ''), currency_code, orders, units_ordered, gross_amount, discount_amount,
	units_refunded, refund_amount, net_amount) FROM %s`

const performanceText = `SELECT concat_ws('|', as_of_day, product_id, currency_code,
	units_7d, orders_7d, gross_7d, net_7d, refunded_units_7d, units_14d, orders_14d, gross_14d, net_14d, refunded_units_14d,
	units_30d, orders_30d, gross_30d, net_30d, refunded_units_30d, coalesce(trend_7d::VARCHAR, 'none'), first_sale_day, last_sale_day,
	days_since_last_sale, coalesce(classification, 'none'), spec_name, spec_generation) FROM %s`

// referencePerformance looks back from the end of every day until today, product by product.
func referencePerformance(all map[salesKey]*sales, spec classification.Spec, overrides []classification.DayOverride, today string) []string {
	first := today
	for key := range all {
		if key.product != "" {
			first = min(first, key.day)
		}
	}
	var days []string
	for day := first; day <= today; day = plus(day, 1) {
		days = append(days, day)
	}
	return referencePerformanceOn(days, all, spec, overrides)
}

// referencePerformanceOn looks back from the end of the given days.
func referencePerformanceOn(days []string, all map[salesKey]*sales, spec classification.Spec, overrides []classification.DayOverride) []string {
	type product struct{ id, currency string }
	byProduct := map[product]map[string]*sales{}
	for key, s := range all {
		if key.product == "" {
			continue
		}
		p := product{key.product, key.currency}
		if byProduct[p] == nil {
			byProduct[p] = map[string]*sales{}
		}
		byProduct[p][key.day] = s
	}
	var lines []string
	for _, day := range days {
		for p, sold := range byProduct {
			if line, ok := standing(sold, day, spec, overrideOn(overrides, p.id, day)); ok {
				lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s|%d", day, p.id, p.currency, line, spec.Name, spec.Generation))
			}
		}
	}
	slices.Sort(lines)
	return lines
}

// standing is how one product stands at the end of a day; false where it has no row.
func standing(days map[string]*sales, asOf string, spec classification.Spec, override string) (string, bool) {
	firstSale, lastSale := "", ""
	for day, s := range days {
		if s.units == 0 || day > asOf {
			continue
		}
		if firstSale == "" || day < firstSale {
			firstSale = day
		}
		lastSale = max(lastSale, day)
	}
	if firstSale == "" || between(lastSale, asOf) > 365 {
		return "", false
	}
	metrics := map[string]decimal.Decimal{
		"days_since_last_sale": decimal.NewFromInt(between(lastSale, asOf)), "days_since_first_sale": decimal.NewFromInt(between(firstSale, asOf)),
	}
	var parts []string
	for _, window := range []int{7, 14, 30} {
		var units, orders, refunded int64
		var gross, net decimal.Decimal
		for back := range window {
			s := days[plus(asOf, -back)]
			if s == nil {
				continue
			}
			units, orders, refunded = units+s.units, orders+int64(len(s.orders)), refunded+s.refunded
			gross, net = gross.Add(s.gross), net.Add(s.net())
		}
		parts = append(parts, fmt.Sprintf("%d|%d|%s|%s|%d", units, orders, money(gross), money(net), refunded))
		name := func(metric string) string { return fmt.Sprintf("%s_%dd", metric, window) }
		metrics[name("units")], metrics[name("orders")] = decimal.NewFromInt(units), decimal.NewFromInt(orders)
		metrics[name("refunded_units")], metrics[name("gross")], metrics[name("net")] = decimal.NewFromInt(refunded), gross, net
	}
	var before int64
	for back := 7; back < 14; back++ {
		if s := days[plus(asOf, -back)]; s != nil {
			before += s.units
		}
	}
	trend := "none"
	if before > 0 {
		metrics["trend_7d"] = metrics["units_7d"].DivRound(decimal.NewFromInt(before), 4)
		trend = money(metrics["trend_7d"])
	}
	class := override
	if class == "" {
		class = classOf(spec, metrics)
	}
	return fmt.Sprintf("%s|%s|%s|%s|%d|%s", strings.Join(parts, "|"), trend, firstSale, lastSale, between(lastSale, asOf), class), true
}

func classOf(spec classification.Spec, metrics map[string]decimal.Decimal) string {
	classes := slices.Clone(spec.Classes)
	slices.SortFunc(classes, func(a, b artifact.Class) int { return a.Rank - b.Rank })
	for _, class := range classes {
		if !slices.ContainsFunc(class.Conditions, func(c artifact.Condition) bool { return !meets(metrics, c) }) {
			return class.Name
		}
	}
	return spec.DefaultClass
}

func meets(metrics map[string]decimal.Decimal, c artifact.Condition) bool {
	value, known := metrics[c.Metric]
	if !known {
		return false
	}
	order := value.Cmp(c.Value)
	switch c.Op {
	case artifact.Greater:
		return order > 0
	case artifact.GreaterOrEqual:
		return order >= 0
	case artifact.Less:
		return order < 0
	case artifact.LessOrEqual:
		return order <= 0
	case artifact.Equal:
		return order == 0
	default:
		return order != 0
	}
}

func overrideOn(overrides []classification.DayOverride, product, day string) string {
	class, priority := "", 0
	for _, o := range overrides {
		if o.ProductID == product && o.From <= day && (o.To == "" || day < o.To) && (class == "" || o.Priority < priority) {
			class, priority = o.Class, o.Priority
		}
	}
	return class
}

func date(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

func plus(day string, days int) string { return date(day).AddDate(0, 0, days).Format(time.DateOnly) }

func between(from, to string) int64 { return int64(date(to).Sub(date(from)).Hours() / 24) }
