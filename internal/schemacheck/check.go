// Package schemacheck holds a live database against the schema's conventions, from the system catalogs alone: it needs
// no file and reads no row. `blunt schema check` prints what it finds; a migration that breaks a convention fails the
// tests through it.
package schemacheck

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/uid"
)

// Report is the outcome.
type Report struct {
	Tables     int // tables of the domain found
	Columns    int
	References int // declared by comments
	Violations []Violation
}

// Violation is one broken convention.
type Violation struct {
	Table  string
	Object string // column, constraint, index or other object; empty where it is the table
	Rule   string // short name, for grouping
	Detail string
}

func (v Violation) String() string {
	subject := v.Table
	if v.Object != "" {
		subject = strings.TrimPrefix(subject+"."+v.Object, ".")
	}
	return fmt.Sprintf("%s: %s (%s)", subject, v.Detail, v.Rule)
}

// OK tells whether nothing was found.
func (r Report) OK() bool { return len(r.Violations) == 0 }

// Check holds the schemas public and runtime of the database against the conventions.
func Check(ctx context.Context, db store.DBTX) (Report, error) {
	public, err := catalog.Read(ctx, db, "public")
	if err != nil {
		return Report{}, err
	}
	runtime, err := catalog.Read(ctx, db, "runtime")
	if err != nil {
		return Report{}, err
	}
	c := checker{catalog: public, report: Report{Tables: len(public.Tables)}}
	c.registry()
	c.forbidden(public)
	for i := range public.Tables {
		c.domainTable(&public.Tables[i])
	}
	c.forbidden(runtime)
	for i := range runtime.Tables {
		c.times(&runtime.Tables[i])
	}
	slices.SortStableFunc(c.report.Violations, func(a, b Violation) int { return strings.Compare(a.Table+"."+a.Object, b.Table+"."+b.Object) })
	return c.report, nil
}

type checker struct {
	catalog *catalog.Catalog
	report  Report
}

func (c *checker) violated(table, object, rule, format string, args ...any) {
	c.report.Violations = append(c.report.Violations, Violation{Table: table, Object: object, Rule: rule, Detail: fmt.Sprintf(format, args...)})
}

// registry holds the tables to the prefixes of internal/uid: each table has one, each one a table.
func (c *checker) registry() {
	for _, table := range uid.Tables() {
		if _, found := c.catalog.Table(table); !found {
			c.violated(table, "", "tables", "is missing")
		}
	}
	for _, table := range c.catalog.Tables {
		if _, known := uid.Of(table.Name); !known {
			c.violated(table.Name, "", "tables", "is not a table of the domain: it has no prefix")
		}
	}
}

// forbidden refuses everything that is not a table, an index, or a CHECK or UNIQUE constraint.
func (c *checker) forbidden(schema *catalog.Catalog) {
	for _, other := range schema.Others {
		c.violated("", other.Name, "objects", "is a %s: only tables and indexes are allowed", other.Kind)
	}
	for _, table := range schema.Tables {
		for _, trigger := range table.Triggers {
			c.violated(table.Name, trigger, "objects", "is a trigger")
		}
		for _, constraint := range table.Constraints {
			switch constraint.Type {
			case "f":
				c.violated(table.Name, constraint.Name, "objects", "is a foreign key: references are declared in comments, never enforced")
			case "x":
				c.violated(table.Name, constraint.Name, "objects", "is an exclusion constraint")
			}
		}
	}
}

func (c *checker) domainTable(t *catalog.Table) {
	c.report.Columns += len(t.Columns)
	c.prefix(t)
	c.common(t)
	c.mirror(t)
	c.comment(t)
	c.names(t)
	c.times(t)
	for i := range t.Columns {
		column := &t.Columns[i]
		c.columnType(t, column)
		c.money(t, column)
		c.enum(t, column)
		c.reference(t, column)
	}
}
