package lakehouse

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/iceberg-go"

	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/fault"
)

// Show writes a partition's value as Iceberg shows it: 2026-11-01, or 2026-11-01-13 for an hour.
func (p Partition) Show(ordinal int64) string {
	if p.By == ByHour {
		return time.Unix(ordinal*3600, 0).UTC().Format("2006-01-02-15")
	}
	return time.Unix(ordinal*86400, 0).UTC().Format("2006-01-02")
}

// dataFile describes an uploaded file to Iceberg. Strings get no bounds: nearly all of them are ids without order, and
// bounds make every manifest larger.
func (t *Table) dataFile(f LocalFile, address string) (iceberg.DataFile, error) {
	partition, logical := map[int]any{}, map[int]string{}
	spec := t.Spec()
	for i := range spec.NumFields() {
		field := spec.Field(i)
		partition[field.FieldID] = t.Definition.Partition.value(f.Ordinal)
		if t.Definition.Partition.By != ByHour {
			logical[field.FieldID] = "date"
		}
	}
	b, err := iceberg.NewDataFileBuilder(spec, iceberg.EntryContentData, address, iceberg.ParquetFile, partition, logical, nil, f.Rows, f.Bytes)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "describe a file of %s", t.Definition.Name)
	}
	sizes, values, nulls := map[int]int64{}, map[int]int64{}, map[int]int64{}
	lower, upper := map[int][]byte{}, map[int][]byte{}
	record := func(id int, typ iceberg.Type, stats duck.ColumnStats) error {
		sizes[id], values[id], nulls[id] = stats.Bytes, stats.Values, stats.Nulls
		if !stats.Known {
			return nil
		}
		low, err := bound(typ, stats.Min)
		if err != nil {
			return err
		}
		high, err := bound(typ, stats.Max)
		if err == nil && low != nil {
			lower[id], upper[id] = low, high
		}
		return err
	}
	for _, field := range t.Schema().Fields() {
		id, typ, name := field.ID, field.Type, field.Name
		if list, ok := typ.(*iceberg.ListType); ok {
			id, typ, name = list.ElementID, list.Element, name+".element"
		}
		if stats, ok := f.Columns[name]; ok {
			if err := record(id, typ, stats); err != nil {
				return nil, fault.Wrap(fault.Internal, err, "describe column %s of %s", name, t.Definition.Name)
			}
		}
	}
	return b.ColumnSizes(sizes).ValueCounts(values).NullValueCounts(nulls).LowerBoundValues(lower).UpperBoundValues(upper).Build(), nil
}

// bound encodes a value that DuckDB wrote as text in Iceberg's single-value form; nil for types without bounds here.
func bound(typ iceberg.Type, text string) ([]byte, error) {
	switch typ := typ.(type) {
	case iceberg.Int32Type:
		n, err := strconv.ParseInt(text, 10, 32)
		return binary.LittleEndian.AppendUint32(nil, uint32(n)), err
	case iceberg.Int64Type:
		n, err := strconv.ParseInt(text, 10, 64)
		return binary.LittleEndian.AppendUint64(nil, uint64(n)), err
	case iceberg.DateType:
		day, err := time.Parse(time.DateOnly, text)
		return binary.LittleEndian.AppendUint32(nil, uint32(day.Unix()/86400)), err
	case iceberg.TimestampTzType:
		at, err := time.Parse("2006-01-02 15:04:05.999999-07", text)
		return binary.LittleEndian.AppendUint64(nil, uint64(at.UnixMicro())), err
	case iceberg.DecimalType:
		return decimalBound(text, typ.Scale())
	default:
		return nil, nil
	}
}

// decimalBound is the unscaled value as the shortest big-endian two's complement.
func decimalBound(text string, scale int) ([]byte, error) {
	whole, places, _ := strings.Cut(text, ".")
	if len(places) > scale {
		return nil, fmt.Errorf("%q has more than %d places", text, scale)
	}
	n, ok := new(big.Int).SetString(whole+places+strings.Repeat("0", scale-len(places)), 10)
	if !ok {
		return nil, fmt.Errorf("%q is no decimal", text)
	}
	if n.Sign() >= 0 {
		raw := n.Bytes()
		if len(raw) == 0 || raw[0]&0x80 != 0 {
			raw = append([]byte{0}, raw...)
		}
		return raw, nil
	}
	size := new(big.Int).Not(n).BitLen()/8 + 1
	return new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*size))).FillBytes(make([]byte, size)), nil
}
