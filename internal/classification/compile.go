// Package classification turns a classification spec (inventory 3.1) into SQL and decides which staff overrides hold on
// which day. The measurement's refresh, its preview and its reader use it. What makes a spec valid is internal/artifact's
// to say: only a parsed spec is compiled.
package classification

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/duck"
)

// Spec is a classification spec with the name and generation that result rows carry.
type Spec struct {
	artifact.ClassificationSpec
	Name       string
	Generation int64
}

// SQL is the class of a product as an expression over its metrics, which are the fields of row: an alias of a relation
// with a column per metric. The classes are tried by rank. A metric that is NULL meets no condition.
func (s Spec) SQL(row string) string {
	classes := slices.Clone(s.Classes)
	slices.SortStableFunc(classes, func(a, b artifact.Class) int { return a.Rank - b.Rank })
	var b strings.Builder
	b.WriteString("CASE")
	for _, class := range classes {
		conditions := make([]string, len(class.Conditions))
		for i, c := range class.Conditions {
			conditions[i] = Condition(row, c)
		}
		fmt.Fprintf(&b, "\n    WHEN %s THEN %s", strings.Join(conditions, " AND "), duck.Text(class.Name))
	}
	fmt.Fprintf(&b, "\n    ELSE %s\nEND", duck.Text(s.DefaultClass))
	return b.String()
}

// Macro defines class_of(m), the class of the relation m's row.
func (s Spec) Macro() string {
	return "CREATE OR REPLACE TEMP MACRO class_of(m) AS " + s.SQL("m") + ";"
}

var operators = map[artifact.Op]string{
	artifact.Greater: ">", artifact.GreaterOrEqual: ">=", artifact.Less: "<", artifact.LessOrEqual: "<=",
	artifact.Equal: "=", artifact.NotEqual: "<>",
}

// beyond is larger than any metric can be.
var beyond = decimal.New(1, 19)

// Condition compares exactly: a value is written as the decimal that it is, never as a float. DuckDB's decimals have 38
// digits; a value beyond every metric compares as the bound does, and a metric has four places at most.
func Condition(row string, c artifact.Condition) string {
	value := c.Value
	if value.Abs().GreaterThan(beyond) {
		value = beyond.Mul(decimal.NewFromInt(int64(value.Sign())))
	}
	places := min(max(0, -value.Exponent()), 18)
	return fmt.Sprintf("%s.%s %s %s::DECIMAL(38, %d)", row, duck.Name(c.Metric), operators[c.Op], value.StringFixed(places), places)
}

// ClassNames lists the names that a product may have, in the order of their ranks.
func (s Spec) ClassNames() []string {
	classes := slices.Clone(s.Classes)
	slices.SortStableFunc(classes, func(a, b artifact.Class) int { return a.Rank - b.Rank })
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.Name
	}
	return names
}

// Scoped tells whether the spec classifies only some of the products.
func (s Spec) Scoped() bool {
	return len(s.Scope.Vendors)+len(s.Scope.ProductTypes)+len(s.Scope.Tags) > 0
}

// KnownOp tells whether an operator is one.
func KnownOp(op artifact.Op) bool { _, known := operators[op]; return known }
