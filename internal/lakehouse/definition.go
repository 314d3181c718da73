package lakehouse

import (
	"fmt"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
)

// Definition is a table as the design fixes it. Names never change; columns are added at the end.
type Definition struct {
	Name      string // namespace.table
	About     string
	Columns   []Column
	Partition Partition
}

// Column is one column: its name, its Iceberg type in short, and what it means.
type Column struct {
	Name string
	Type string // string, timestamptz, date, int, long, boolean, money, or strings
	Doc  string
}

// Partition says how a table is divided. The zero value is no partition.
type Partition struct {
	Column string
	By     Transform
}

// Transform is how a partition's value is made of its column.
type Transform string

// The transforms that are used here.
const (
	ByDay   Transform = "day"      // of a timestamptz
	ByHour  Transform = "hour"     // of a timestamptz
	ByValue Transform = "identity" // of a date
)

// Identifier is the table's name as the catalog takes it.
func (d Definition) Identifier() table.Identifier { return strings.Split(d.Name, ".") }

// Namespace is the first part of the name.
func (d Definition) Namespace() string { return d.Identifier()[0] }

// Schema is the definition as Iceberg has it. Its ids are a proposal: the catalog may give others, so that whoever
// writes takes them from the loaded table.
func (d Definition) Schema() (*iceberg.Schema, error) {
	ids := &ids{}
	fields := make([]iceberg.NestedField, 0, len(d.Columns))
	for _, c := range d.Columns {
		id := ids.next()
		typ, err := c.icebergType(ids)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", d.Name, c.Name, err)
		}
		fields = append(fields, iceberg.NestedField{ID: id, Name: c.Name, Type: typ, Doc: c.Doc})
	}
	return iceberg.NewSchema(0, fields...), nil
}

// PartitionSpec is the definition's partition over a schema.
func (d Definition) PartitionSpec(schema *iceberg.Schema) (*iceberg.PartitionSpec, error) {
	if d.Partition.Column == "" {
		return iceberg.UnpartitionedSpec, nil
	}
	source, ok := schema.FindFieldByName(d.Partition.Column)
	if !ok {
		return nil, fmt.Errorf("%s is partitioned by %s, which it does not have", d.Name, d.Partition.Column)
	}
	field := iceberg.PartitionField{SourceIDs: []int{source.ID}, FieldID: 1000}
	switch d.Partition.By {
	case ByDay:
		field.Name, field.Transform = d.Partition.Column+"_day", iceberg.DayTransform{}
	case ByHour:
		field.Name, field.Transform = d.Partition.Column+"_hour", iceberg.HourTransform{}
	case ByValue:
		field.Name, field.Transform = d.Partition.Column, iceberg.IdentityTransform{}
	default:
		return nil, fmt.Errorf("%s: unknown transform %q", d.Name, d.Partition.By)
	}
	spec := iceberg.NewPartitionSpec(field)
	return &spec, nil
}

// ordinal is the SQL of the partition's value: whole days or hours since 1970, as Iceberg counts them.
func (p Partition) ordinal() string {
	switch p.By {
	case ByDay:
		return fmt.Sprintf("epoch_us(%s) // 86400000000", p.Column)
	case ByHour:
		return fmt.Sprintf("epoch_us(%s) // 3600000000", p.Column)
	case ByValue:
		return fmt.Sprintf("%s - DATE '1970-01-01'", p.Column)
	default:
		return "0"
	}
}

// value is the ordinal as Iceberg's type.
func (p Partition) value(ordinal int64) any {
	if p.By == ByHour {
		return int32(ordinal)
	}
	return iceberg.Date(ordinal)
}

type ids struct{ last int }

func (i *ids) next() int { i.last++; return i.last }

func (c Column) icebergType(ids *ids) (iceberg.Type, error) {
	switch c.Type {
	case "string":
		return iceberg.PrimitiveTypes.String, nil
	case "timestamptz":
		return iceberg.PrimitiveTypes.TimestampTz, nil
	case "date":
		return iceberg.PrimitiveTypes.Date, nil
	case "int":
		return iceberg.PrimitiveTypes.Int32, nil
	case "long":
		return iceberg.PrimitiveTypes.Int64, nil
	case "boolean":
		return iceberg.PrimitiveTypes.Bool, nil
	case "money":
		return iceberg.DecimalTypeOf(18, 4), nil
	case "ratio":
		return iceberg.DecimalTypeOf(18, 4), nil
	case "strings":
		return &iceberg.ListType{ElementID: ids.next(), Element: iceberg.PrimitiveTypes.String}, nil
	default:
		return nil, fmt.Errorf("unknown type %q", c.Type)
	}
}
