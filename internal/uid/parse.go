package uid

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/fault"
)

// Table returns the table that the prefix belongs to.
func (p Prefix) Table() (string, bool) {
	table, found := tables[p]
	return table, found
}

// Of returns the prefix of a table's ids.
func Of(table string) (Prefix, bool) {
	for prefix, name := range tables {
		if name == table {
			return prefix, true
		}
	}
	return "", false
}

// Tables lists the tables that have a prefix, sorted.
func Tables() []string {
	return slices.Sorted(maps.Values(tables))
}

// Parse returns the prefix of an id. It fails with invalid_input for anything that is not the id of some table.
func Parse(id string) (Prefix, error) {
	prefix, detail := split(id)
	if detail != "" {
		return "", fault.Invalid("the id", fault.Field{Name: "id", Detail: detail})
	}
	return prefix, nil
}

// Check refuses an id that does not belong in table.column, whose references go to the table of want. The message names
// table, column and value.
func Check(want Prefix, table, column, id string) error {
	if field, ok := Fault(want, table+"."+column, id); !ok {
		return fault.Invalid("a row of "+table, field)
	}
	return nil
}

// Fault reports what is wrong with an id under the given name, for callers that collect the faults of a whole input.
func Fault(want Prefix, name, id string) (fault.Field, bool) {
	prefix, detail := split(id)
	if detail == "" && prefix != want {
		detail = fmt.Sprintf("%q is the id of a %s, want one that begins with %s (%s)", id, tables[prefix], want, tables[want])
	}
	return fault.Field{Name: name, Detail: detail}, detail == ""
}

func split(id string) (prefix Prefix, detail string) {
	at := strings.IndexByte(id, '_')
	if at < 0 {
		return "", fmt.Sprintf("%q has no prefix", shorten(id))
	}
	prefix = Prefix(id[:at+1])
	if _, known := tables[prefix]; !known {
		return "", fmt.Sprintf("%q has a prefix that no table has", shorten(id))
	}
	rest := id[at+1:]
	if len(rest) != length || strings.Trim(rest, alphabet) != "" {
		return "", fmt.Sprintf("%q is not %s and %d characters of lower-case Crockford base32", shorten(id), prefix, length)
	}
	return prefix, ""
}

// shorten keeps a message readable whatever somebody sends.
func shorten(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
