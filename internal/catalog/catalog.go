package catalog

import (
	"context"
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"bluntcases.com/platform/internal/store"
)

// Catalog describes one schema of one database.
type Catalog struct {
	Tables []Table // by name
	Others []Other // what is neither a table nor belongs to one
}

// Other is a database object that is not a table: a view, sequence, function or type.
type Other struct{ Kind, Name string }

// Table is a table as the database describes it.
type Table struct {
	Name        string
	Comment     string
	Columns     []Column // in their order
	Constraints []Constraint
	Indexes     []Index
	Triggers    []string
}

// Column is a column.
type Column struct {
	Name    string
	Type    string // as format_type writes it
	NotNull bool
	Default string // expression; empty is none
	Comment string
}

// Constraint is a primary key (p), unique (u), check (c), foreign key (f) or exclusion (x) constraint.
type Constraint struct {
	Name       string
	Type       string
	Definition string
}

// Index is an index; Leading is its first column, empty where that is an expression.
type Index struct {
	Name       string
	Definition string
	Leading    string
	Method     string
	Unique     bool
	Predicate  string
}

// Reference is what a comment declares: the values of a column are values of another table's column.
type Reference struct {
	Column   string
	Table    string
	ToColumn string
	Prose    string
}

//go:embed columns.sql
var columnsSQL string

//go:embed constraints.sql
var constraintsSQL string

//go:embed indexes.sql
var indexesSQL string

//go:embed triggers.sql
var triggersSQL string

//go:embed others.sql
var othersSQL string

// MigrationsTable is dbmate's own; it is not part of the schema.
const MigrationsTable = "schema_migrations"

// Read describes the tables of a schema.
func Read(ctx context.Context, db store.DBTX, schema string) (*Catalog, error) {
	var c collector
	parts := []struct {
		sql  string
		scan func(pgx.Rows) error
	}{
		{columnsSQL, c.column}, {constraintsSQL, c.constraint}, {indexesSQL, c.index}, {triggersSQL, c.trigger}, {othersSQL, c.other},
	}
	for _, part := range parts {
		if err := each(ctx, db, part.sql, schema, part.scan); err != nil {
			return nil, store.Classify(err, "read the catalog of schema %s", schema)
		}
	}
	return c.catalog(), nil
}

func each(ctx context.Context, db store.DBTX, sql, schema string, scan func(pgx.Rows) error) error {
	rows, err := db.Query(ctx, sql, schema)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

type collector struct {
	tables map[string]*Table
	others []Other
}

func (c *collector) column(rows pgx.Rows) error {
	var table, comment string
	var found Column
	err := rows.Scan(&table, &comment, &found.Name, &found.Type, &found.NotNull, &found.Default, &found.Comment)
	t := c.table(table)
	t.Comment, t.Columns = comment, append(t.Columns, found)
	return err
}

func (c *collector) constraint(rows pgx.Rows) error {
	var table string
	var found Constraint
	err := rows.Scan(&table, &found.Name, &found.Type, &found.Definition)
	t := c.table(table)
	t.Constraints = append(t.Constraints, found)
	return err
}

func (c *collector) index(rows pgx.Rows) error {
	var table string
	var found Index
	err := rows.Scan(&table, &found.Name, &found.Definition, &found.Leading, &found.Method, &found.Unique, &found.Predicate)
	t := c.table(table)
	t.Indexes = append(t.Indexes, found)
	return err
}

func (c *collector) trigger(rows pgx.Rows) error {
	var table, name string
	err := rows.Scan(&table, &name)
	t := c.table(table)
	t.Triggers = append(t.Triggers, name)
	return err
}

func (c *collector) other(rows pgx.Rows) error {
	var found Other
	err := rows.Scan(&found.Kind, &found.Name)
	c.others = append(c.others, found)
	return err
}

func (c *collector) table(name string) *Table {
	if c.tables == nil {
		c.tables = map[string]*Table{}
	}
	if c.tables[name] == nil {
		c.tables[name] = &Table{Name: name}
	}
	return c.tables[name]
}

func (c *collector) catalog() *Catalog {
	found := &Catalog{Others: c.others}
	for name, table := range c.tables {
		if name != MigrationsTable {
			found.Tables = append(found.Tables, *table)
		}
	}
	slices.SortFunc(found.Tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// Table finds a table by name.
func (c *Catalog) Table(name string) (*Table, bool) {
	at, found := slices.BinarySearchFunc(c.Tables, name, func(t Table, name string) int { return strings.Compare(t.Name, name) })
	if !found {
		return nil, false
	}
	return &c.Tables[at], true
}

// Column finds a column by name.
func (t *Table) Column(name string) (*Column, bool) {
	at := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if at < 0 {
		return nil, false
	}
	return &t.Columns[at], true
}

var referenceForm = regexp.MustCompile(`^ref: ([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)(?: — (.+))?$`)

// Reference reads the reference that the column's comment declares. ok is false where it declares none; a comment that
// begins like a reference and is none is malformed.
func (c *Column) Reference() (ref Reference, ok, malformed bool) {
	if !strings.HasPrefix(c.Comment, "ref:") {
		return Reference{}, false, false
	}
	match := referenceForm.FindStringSubmatch(c.Comment)
	if match == nil {
		return Reference{}, false, true
	}
	return Reference{Column: c.Name, Table: match[1], ToColumn: match[2], Prose: match[3]}, true, false
}

// References lists the references that the table's comments declare, in the order of the columns.
func (t *Table) References() []Reference {
	var refs []Reference
	for i := range t.Columns {
		if ref, ok, _ := t.Columns[i].Reference(); ok {
			refs = append(refs, ref)
		}
	}
	return refs
}

// Facts are the key: value lines of a table's comment, with its first line under "purpose".
func (t *Table) Facts() map[string]string {
	facts := map[string]string{}
	key := "purpose"
	for i, line := range strings.Split(t.Comment, "\n") {
		switch name, value, found := strings.Cut(line, ": "); {
		case i == 0:
			facts[key] = line
		case strings.HasPrefix(line, "  "):
			facts[key] += " " + strings.TrimSpace(line)
		case found:
			key = name
			facts[key] = value
		}
	}
	return facts
}

// Prefix is the table's UID prefix, read from its primary key's name.
func (t *Table) Prefix() string {
	for _, c := range t.Constraints {
		if c.Type == "p" {
			return strings.TrimSuffix(c.Name, "pkey")
		}
	}
	return ""
}

// IsMirror tells whether the table mirrors a Shopify type.
func (t *Table) IsMirror() bool {
	_, mirrored := t.Column("shopify_gid")
	return mirrored
}
