package schemacheck

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/catalog"
)

// columnType admits the types that the rules name, and holds each to its nullability and default.
func (c *checker) columnType(t *catalog.Table, column *catalog.Column) {
	switch column.Type {
	case text, integer, bigint, numeric, timestamptz, date:
	case boolean:
		if !column.NotNull || (column.Default != "false" && column.Default != "true") {
			c.violated(t.Name, column.Name, "types", "a boolean is NOT NULL and has a default")
		}
	case jsonb, texts:
		if column.NotNull && column.Default == "" && !strings.HasPrefix(column.Name, "raw_") {
			c.violated(t.Name, column.Name, "types", "a %s that may not be null has a default", column.Type)
		}
	default:
		c.violated(t.Name, column.Name, "types", "is %s, which no rule admits", column.Type)
	}
	if strings.HasSuffix(column.Name, "_count") && column.Type == bigint {
		if column.Default != "0" || !column.NotNull || !t.HasCheck(fmt.Sprintf("CHECK ((%s >= 0))", column.Name)) {
			c.violated(t.Name, column.Name, "types", "a count is NOT NULL, begins at 0, and has a CHECK that it is not negative")
		}
	}
}

// isMoney finds amounts by their names: these may not be a NUMERIC alone.
var isMoney = regexp.MustCompile(`(^|_)(amount|price|total|subtotal|cost|budget|budget_limit|budget_used|spent|fee|due|posted|pending)$`)

// money holds an amount to its two halves.
func (c *checker) money(t *catalog.Table, column *catalog.Column) {
	if value, isRaw := strings.CutPrefix(column.Name, "raw_"); isRaw {
		if half, found := t.Column(value); !found || half.Type != numeric {
			c.violated(t.Name, column.Name, "money", "there is no NUMERIC %s that it is the raw half of", value)
		}
		return
	}
	raw, hasRaw := t.Column("raw_" + column.Name)
	if !hasRaw {
		if isMoney.MatchString(column.Name) && (column.Type == numeric || column.Type == "double precision" || column.Type == "real") {
			c.violated(t.Name, column.Name, "money", "is an amount without raw_%s", column.Name)
		}
		return
	}
	if raw.Type != jsonb || raw.NotNull != column.NotNull {
		c.violated(t.Name, raw.Name, "money", "must be jsonb, and null where %s may be", column.Name)
	}
	if !t.HasCheck(fmt.Sprintf("CHECK (((%[1]s IS NULL) = (raw_%[1]s IS NULL)))", column.Name)) {
		c.violated(t.Name, column.Name, "money", "has no CHECK that both halves are there or neither")
	}
	if !slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return c.Name == "currency_code" || c.Name == "default_currency_code" }) {
		c.violated(t.Name, column.Name, "money", "the row has no currency_code or default_currency_code")
	}
}

// isEnum finds columns that hold one of a few words.
var isEnum = regexp.MustCompile(`(^|_)(kind|status|state|role|method|direction|model|operator|side|visibility|objective|outcome|policy)$`)

// enum holds columns of a few words to a CHECK.
func (c *checker) enum(t *catalog.Table, column *catalog.Column) {
	if column.Type == text && isEnum.MatchString(column.Name) && len(t.Values(column.Name)) == 0 {
		c.violated(t.Name, column.Name, "enums", "has no CHECK of its values")
	}
}

// foreign ids name rows of other systems.
func isForeign(name string) bool {
	return name == "id" || name == "external_id" || strings.HasSuffix(name, "_legacy_id")
}

// reference holds a column that refers to a row to saying so, to a target that exists, and to an index.
func (c *checker) reference(t *catalog.Table, column *catalog.Column) {
	ref, declared, malformed := column.Reference()
	if malformed {
		c.violated(t.Name, column.Name, "references", "the comment %q is not of the form ref: table.column", column.Comment)
		return
	}
	want := ""
	switch {
	case column.Type != text:
	case strings.HasSuffix(column.Name, "currency_code"):
		want = "currency.code"
	case strings.HasSuffix(column.Name, "country_code"):
		want = "region_country.iso_2"
	case strings.HasSuffix(column.Name, "_id") && !isForeign(column.Name) && !declared:
		c.violated(t.Name, column.Name, "references", "has no comment that says what it refers to")
	}
	if target := ref.Table + "." + ref.ToColumn; want != "" && target != want {
		c.violated(t.Name, column.Name, "references", "must say ref: %s", want)
	}
	if !declared {
		return
	}
	c.report.References++
	c.target(t, column, ref)
	if ref.ToColumn == "id" && !strings.HasSuffix(column.Name, "_principal_id") && !indexed(t, column.Name) {
		c.violated(t.Name, column.Name, "references", "has no index that begins with it")
	}
}

func (c *checker) target(t *catalog.Table, column *catalog.Column, ref catalog.Reference) {
	to, found := c.catalog.Table(ref.Table)
	if !found {
		c.violated(t.Name, column.Name, "references", "refers to %s, which is not a table", ref.Table)
		return
	}
	key, found := to.Column(ref.ToColumn)
	if !found || key.Type != column.Type {
		c.violated(t.Name, column.Name, "references", "refers to %s.%s, which is not a %s column", ref.Table, ref.ToColumn, column.Type)
		return
	}
	unique := func(i catalog.Index) bool {
		return i.Unique && i.Predicate == "" && strings.HasSuffix(i.Definition, "("+ref.ToColumn+")")
	}
	if !slices.ContainsFunc(to.Indexes, unique) {
		c.violated(t.Name, column.Name, "references", "refers to %s.%s, which is not unique", ref.Table, ref.ToColumn)
	}
}

// indexed tells whether an index over all rows, or all live rows, begins with the column.
func indexed(t *catalog.Table, column string) bool {
	return slices.ContainsFunc(t.Indexes, func(i catalog.Index) bool {
		return i.Leading == column && i.Method == "btree" && (i.Predicate == "" || i.Predicate == "(delete_ts IS NULL)")
	})
}
