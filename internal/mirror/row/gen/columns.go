package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"bluntcases.com/platform/internal/mirror/row"
	"bluntcases.com/platform/internal/money"
)

// column is a column, and how its field is written.
type column struct {
	name      string
	field     string
	call      string // with %s for the field
	inherited bool
	status    bool
	keys      []string // of annotations
}

func columnsOf(t table) ([]column, error) {
	columns, err := walk(reflect.TypeOf(t.row), "r")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	for _, c := range columns {
		if c.name == "source_update_ts" {
			return append(columns, column{name: "sync_ts", call: "b.Time(at)", inherited: true}), nil
		}
	}
	return columns, nil
}

func walk(t reflect.Type, path string) ([]column, error) {
	var columns []column
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous {
			more, err := walk(field.Type, path+"."+field.Name)
			if err != nil {
				return nil, err
			}
			columns = append(columns, more...)
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("col"), ",")
		if name == "" {
			return nil, fmt.Errorf("field %s has no column", field.Name)
		}
		c := column{name: name, field: path + "." + field.Name, inherited: strings.Contains(options, "inherited")}
		null := strings.Contains(options, "null")
		switch reflect.Zero(field.Type).Interface().(type) {
		case string:
			c.call = "b.Text(%s)"
			if null {
				c.call = "b.TextOrNull(%s)"
			}
		case []string:
			c.call = "b.Texts(%s)"
		case []byte:
			c.call = "b.Bytes(%s)"
		case bool:
			c.call = "b.Bool(%s)"
		case int32:
			c.call = "b.Int32(%s)"
		case int64:
			c.call = "b.Int64(%s)"
		case row.Opt[int32]:
			c.call = "if %[1]s.OK { b.Int32(%[1]s.V) } else { b.Null() }"
		case row.Opt[int64]:
			c.call = "if %[1]s.OK { b.Int64(%[1]s.V) } else { b.Null() }"
		case time.Time:
			c.call = "b.Time(%s)"
		case row.Decimal:
			c.call = "b.Numeric(string(%s))"
		case row.JSON:
			c.call = "b.JSON(string(%s))"
		case row.Object:
			c.call = "text(b, %s)"
		case row.Annotations:
			c.call = "text(b, Object(%s))"
			c.keys = strings.Fields(field.Tag.Get("keys"))
		case row.Phase:
			c.call, c.status = "phase(b, %s)", true
		case money.Amount:
			c.call = "b.Amount(%s)"
			columns = append(columns, c)
			c = column{name: "raw_" + name}
		default:
			return nil, fmt.Errorf("field %s has a type that no column has: %s", field.Name, field.Type)
		}
		columns = append(columns, c)
	}
	return columns, nil
}

func names(columns []column) []string {
	var out []string
	for _, c := range columns {
		out = append(out, c.name)
	}
	return out
}
