package catalog

import (
	"regexp"
	"slices"
	"strings"
)

var quoted = regexp.MustCompile(`'((?:[^']|'')*)'`)

// literals lists the quoted strings of an expression.
func literals(expression string) []string {
	var values []string
	for _, match := range quoted.FindAllStringSubmatch(expression, -1) {
		values = append(values, strings.ReplaceAll(match[1], "''", "'"))
	}
	return values
}

// PostgreSQL writes CHECK (x IN ('a', 'b')) back as CHECK ((x = ANY (ARRAY['a'::text, 'b'::text]))), and a single value
// as CHECK ((x = 'a'::text)).
var (
	enumForm  = regexp.MustCompile(`^CHECK \(\(([a-z0-9_]+) = (?:ANY \(ARRAY\[(.*)\]\)|('.*'::text))\)\)$`)
	setForm   = regexp.MustCompile(`^CHECK \(\(([a-z0-9_]+) <@ ARRAY\[(.*)\]\)\)$`)
	phaseForm = regexp.MustCompile(`^CHECK \(\(\(jsonb_typeof\(status\) = 'object'::text\) AND \(COALESCE\(\(status ->> 'phase'::text\), ''::text\) = (.*)\)\)\)$`)
)

// Values lists the values that a CHECK admits in an enum-like or set column; nil where it is no such column.
func (t *Table) Values(column string) []string {
	for _, c := range t.Constraints {
		if c.Type != "c" {
			continue
		}
		for _, form := range []*regexp.Regexp{enumForm, setForm} {
			if match := form.FindStringSubmatch(c.Definition); match != nil && match[1] == column {
				return literals(strings.Join(match[2:], ""))
			}
		}
	}
	return nil
}

// Phases lists the phases that the status CHECK admits; nil where there is no such CHECK.
func (t *Table) Phases() []string {
	for _, c := range t.Constraints {
		if match := phaseForm.FindStringSubmatch(c.Definition); c.Type == "c" && match != nil {
			return literals(match[1])
		}
	}
	return nil
}

// HasCheck tells whether one of the CHECKs is written exactly so by PostgreSQL.
func (t *Table) HasCheck(definition string) bool {
	return slices.ContainsFunc(t.Constraints, func(c Constraint) bool { return c.Type == "c" && c.Definition == definition })
}
