package artifact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/fault"
)

// ClassificationSpec is the spec of a classification_spec artifact: the classes a product can be in. The first class,
// by rank, whose conditions all hold is the product's; the default class is for the rest.
type ClassificationSpec struct {
	Windows      []int   `json:"windows"` // days, of 7, 14, 30
	Classes      []Class `json:"classes"`
	DefaultClass string  `json:"default_class"`
	Scope        Scope   `json:"scope"`
}

// Class is one class and what makes a product belong to it.
type Class struct {
	Name       string      `json:"name"`
	Rank       int         `json:"rank"` // lowest is tried first
	Conditions []Condition `json:"conditions"`
}

// Condition compares a metric with a value. A metric that a product does not have (the trend of one that sold nothing
// in the week before) makes the condition false, whatever the operator.
type Condition struct {
	Metric string          `json:"metric"`
	Op     Op              `json:"op"`
	Value  decimal.Decimal `json:"value"`
}

// Scope says which products are classified. An empty list does not restrict.
type Scope struct {
	Vendors      []string `json:"vendors,omitempty"`
	ProductTypes []string `json:"product_types,omitempty"`
	Tags         []string `json:"tags,omitempty"`
}

// Op is a comparison.
type Op string

// The comparisons.
const (
	Greater        Op = "gt"
	GreaterOrEqual Op = "gte"
	Less           Op = "lt"
	LessOrEqual    Op = "lte"
	Equal          Op = "eq"
	NotEqual       Op = "ne"
)

// Metric is something that measurement.performance knows about a product.
type Metric struct {
	Name    string
	Window  int  // days; 0 where the metric has no window
	Whole   bool // counts and days, as opposed to amounts and ratios
	Meaning string
}

// Metrics lists what conditions may speak of, given the windows of a spec.
func Metrics(windows []int) []Metric {
	metrics := make([]Metric, 0, len(windows)*5+3)
	for _, days := range windows {
		metrics = append(metrics,
			Metric{fmt.Sprintf("units_%dd", days), days, true, "units ordered"},
			Metric{fmt.Sprintf("orders_%dd", days), days, true, "orders with the product"},
			Metric{fmt.Sprintf("gross_%dd", days), days, false, "units at their price before discounts, in the shop's currency"},
			Metric{fmt.Sprintf("net_%dd", days), days, false, "gross less discounts and refunds"},
			Metric{fmt.Sprintf("refunded_units_%dd", days), days, true, "units refunded"},
		)
	}
	return append(metrics,
		Metric{"trend_7d", 0, false, "units of 7 days over those of the 7 days before: 1.5 is half as many again"},
		Metric{"days_since_last_sale", 0, true, "whole days"},
		Metric{"days_since_first_sale", 0, true, "whole days"},
	)
}

// Equal tells whether two specs say the same, however they are written.
func (c ClassificationSpec) Equal(other ClassificationSpec) bool {
	one, err := json.Marshal(c)
	if err != nil {
		return false
	}
	two, err := json.Marshal(other)
	return err == nil && bytes.Equal(one, two)
}

// ParseClassification reads and checks a spec. The error names every fault by its JSON pointer.
func (s *Schemas) ParseClassification(spec json.RawMessage) (ClassificationSpec, error) {
	if faults := s.Faults(ClassificationSpecKind, spec); len(faults) > 0 {
		return ClassificationSpec{}, fault.Invalid("the classification", faults...)
	}
	parsed, faults := decodeClassification(spec)
	if len(faults) > 0 {
		return ClassificationSpec{}, fault.Invalid("the classification", faults...)
	}
	return parsed, nil
}

func decodeClassification(spec json.RawMessage) (ClassificationSpec, []fault.Field) {
	var parsed ClassificationSpec
	if err := json.Unmarshal(spec, &parsed); err != nil {
		return ClassificationSpec{}, []fault.Field{{Name: "/spec", Detail: err.Error()}}
	}
	faults := parsed.Faults()
	slices.SortStableFunc(parsed.Classes, func(a, b Class) int { return a.Rank - b.Rank })
	return parsed, faults
}

// Faults names everything that is wrong with the classification itself, by JSON pointer below /spec. Pointers count
// classes in the order in which they are given.
func (c ClassificationSpec) Faults() []fault.Field {
	var faults []fault.Field
	report := func(at, format string, args ...any) {
		faults = append(faults, fault.Field{Name: at, Detail: fmt.Sprintf(format, args...)})
	}
	if len(c.Windows) == 0 {
		report("/spec/windows", "names no window")
	}
	for i, days := range c.Windows {
		if !slices.Contains([]int{7, 14, 30}, days) {
			report(index("/spec/windows", i), "%d days are not measured, only 7, 14 and 30", days)
		}
		if slices.Contains(c.Windows[:i], days) {
			report(index("/spec/windows", i), "%d is there twice", days)
		}
	}
	if len(c.Classes) == 0 {
		report("/spec/classes", "names no class")
	}
	names, ranks := map[string]int{}, map[int]int{}
	for i, class := range c.Classes {
		at := index("/spec/classes", i)
		if class.Name == "" {
			report(at+"/name", "is empty")
		} else if first, taken := names[class.Name]; taken {
			report(at+"/name", "%q is the name of class %d too", class.Name, first)
		} else {
			names[class.Name] = i
		}
		if class.Rank < 1 {
			report(at+"/rank", "%d is not a rank, the first is 1", class.Rank)
		} else if first, taken := ranks[class.Rank]; taken {
			report(at+"/rank", "%d is the rank of class %d (%s) too: which is tried first would be chance", class.Rank, first, c.Classes[first].Name)
		} else {
			ranks[class.Rank] = i
		}
		if len(class.Conditions) == 0 {
			report(at+"/conditions", "is empty: the class would take every product")
		}
		c.conditionFaults(at, class, report)
	}
	if _, named := names[c.DefaultClass]; !named {
		report("/spec/default_class", "%q is not the name of a class", c.DefaultClass)
	}
	return faults
}

func (c ClassificationSpec) conditionFaults(at string, class Class, report func(at, format string, args ...any)) {
	known := Metrics(c.Windows)
	bounds := map[string]*bound{}
	for i, condition := range class.Conditions {
		at := index(at+"/conditions", i)
		if !slices.ContainsFunc(known, func(m Metric) bool { return m.Name == condition.Metric }) {
			if slices.ContainsFunc(Metrics([]int{7, 14, 30}), func(m Metric) bool { return m.Name == condition.Metric }) {
				report(at+"/metric", "%q needs a window that the spec does not name", condition.Metric)
			} else {
				report(at+"/metric", "%q is not a metric, use one of %s", condition.Metric, metricNames(known))
			}
			continue
		}
		if bounds[condition.Metric] == nil {
			bounds[condition.Metric] = &bound{}
		}
		if !bounds[condition.Metric].narrow(condition) {
			report(at+"/op", "%q is not a comparison, use gt, gte, lt, lte, eq or ne", condition.Op)
		}
	}
	for _, metric := range known {
		if b := bounds[metric.Name]; b != nil && b.empty() {
			report(at+"/conditions", "no value of %s meets all of them: the class would stay empty", metric.Name)
		}
	}
}

func metricNames(metrics []Metric) string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Name
	}
	return strings.Join(names, ", ")
}

// bound is the interval that the conditions on one metric leave.
type bound struct {
	low, high         decimal.NullDecimal
	lowOpen, highOpen bool
}

// narrow reports false for an operator that does not exist.
func (b *bound) narrow(c Condition) bool {
	switch c.Op {
	case Greater, GreaterOrEqual:
		b.raise(c.Value, c.Op == Greater)
	case Less, LessOrEqual:
		b.lower(c.Value, c.Op == Less)
	case Equal:
		b.raise(c.Value, false)
		b.lower(c.Value, false)
	case NotEqual:
	default:
		return false
	}
	return true
}

func (b *bound) raise(to decimal.Decimal, open bool) {
	if !b.low.Valid || to.GreaterThan(b.low.Decimal) {
		b.low, b.lowOpen = decimal.NewNullDecimal(to), open
	} else if to.Equal(b.low.Decimal) {
		b.lowOpen = b.lowOpen || open
	}
}

func (b *bound) lower(to decimal.Decimal, open bool) {
	if !b.high.Valid || to.LessThan(b.high.Decimal) {
		b.high, b.highOpen = decimal.NewNullDecimal(to), open
	} else if to.Equal(b.high.Decimal) {
		b.highOpen = b.highOpen || open
	}
}

func (b *bound) empty() bool {
	if !b.low.Valid || !b.high.Valid {
		return false
	}
	if b.low.Decimal.Equal(b.high.Decimal) {
		return b.lowOpen || b.highOpen
	}
	return b.low.Decimal.GreaterThan(b.high.Decimal)
}
