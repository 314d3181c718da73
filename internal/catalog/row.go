package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/uid"
)

// Faults names what the database would refuse in a row, and references to the wrong table, which it would not: each by
// table, column and value. It checks what is in the row, by column; it does not ask for columns that are left out.
// Values are strings, []string, store.Status, decimals, store.MoneyAmount, or nil; others pass.
func (c *Catalog) Faults(table string, row map[string]any) []fault.Field {
	t, found := c.Table(table)
	if !found {
		return []fault.Field{{Name: table, Detail: "is not a table"}}
	}
	var faults []fault.Field
	for _, column := range sortedKeys(row) {
		if _, found := t.Column(column); !found {
			faults = append(faults, fault.Field{Name: table + "." + column, Detail: "is not a column"})
			continue
		}
		faults = append(faults, t.valueFaults(column, row[column])...)
		if raw, isMoney := row["raw_"+column]; isMoney {
			faults = append(faults, moneyFaults(table, column, row[column], raw, row["currency_code"])...)
		}
	}
	return faults
}

func (t *Table) valueFaults(column string, value any) []fault.Field {
	name := t.Name + "." + column
	c, _ := t.Column(column)
	switch value := value.(type) {
	case nil:
		if c.NotNull {
			return []fault.Field{{Name: name, Detail: "is null"}}
		}
	case store.Status:
		if phases := t.Phases(); !slices.Contains(phases, value.Phase) {
			return []fault.Field{{Name: name, Detail: fmt.Sprintf("%q is not a phase, use one of %s", value.Phase, strings.Join(phases, ", "))}}
		}
	case []string:
		var faults []fault.Field
		for _, member := range value {
			if allowed := t.Values(column); allowed != nil && !slices.Contains(allowed, member) {
				faults = append(faults, fault.Field{Name: name, Detail: fmt.Sprintf("%q is not one of %s", member, strings.Join(allowed, ", "))})
			}
		}
		return faults
	case string:
		return t.textFaults(name, c, value)
	}
	return nil
}

func (t *Table) textFaults(name string, c *Column, value string) []fault.Field {
	want, isID := "", false
	if c.Name == "id" {
		want, isID = t.Name, true
	} else if ref, ok, _ := c.Reference(); ok && ref.ToColumn == "id" {
		want, isID = ref.Table, true
	}
	if isID {
		prefix, _ := uid.Of(want)
		if field, ok := uid.Fault(prefix, name, value); !ok {
			return []fault.Field{field}
		}
	}
	if allowed := t.Values(c.Name); allowed != nil && !slices.Contains(allowed, value) {
		return []fault.Field{{Name: name, Detail: fmt.Sprintf("%q is not one of %s", value, strings.Join(allowed, ", "))}}
	}
	return nil
}

func moneyFaults(table, column string, value, raw, currency any) []fault.Field {
	var amount decimal.NullDecimal
	switch value := value.(type) {
	case decimal.Decimal:
		amount = decimal.NewNullDecimal(value)
	case decimal.NullDecimal:
		amount = value
	}
	money, _ := raw.(store.MoneyAmount)
	code, _ := currency.(string)
	return store.CheckMoney(table, column, amount, money, code)
}

func sortedKeys(row map[string]any) []string {
	keys := make([]string, 0, len(row))
	for key := range row {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
