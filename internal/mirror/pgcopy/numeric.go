package pgcopy

import (
	"encoding/binary"
	"fmt"
	"strings"

	"bluntcases.com/platform/internal/money"
)

// maxNumericDigits bounds what is taken for a number; Shopify's amounts have a dozen digits.
const maxNumericDigits = 128

// Numeric writes a decimal with all its digits (12.50 keeps its scale), or NULL where it is empty.
//
// On the wire a numeric is: the number of base-10000 digits, the weight of the first of them, the sign, the number of
// decimals to show, and the digits.
func (b *Buffer) Numeric(s string) {
	if s == "" {
		b.Null()
		return
	}
	if !money.IsDecimal(s) || len(s) > maxNumericDigits {
		b.fail(fmt.Errorf("%q is not a decimal number", s))
		b.Null()
		return
	}
	sign := uint16(0)
	if s[0] == '-' {
		sign, s = 0x4000, s[1:]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	scale := len(fraction)
	whole = strings.TrimLeft(whole, "0")
	fraction = strings.TrimRight(fraction, "0")

	at := len(b.data)
	b.data = append(b.data, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) // length and four header words
	count := 0
	digit := func(group string, width int) {
		value := uint16(0)
		for i := range width {
			value *= 10
			if i < len(group) {
				value += uint16(group[i] - '0')
			}
		}
		b.data = binary.BigEndian.AppendUint16(b.data, value)
		count++
	}
	weight := (len(whole)+3)/4 - 1
	for first := len(whole) % 4; len(whole) > 0; first = 4 {
		if first == 0 {
			first = 4
		}
		digit(whole[:first], first)
		whole = whole[first:]
	}
	for len(fraction) > 0 {
		n := min(4, len(fraction))
		digit(fraction[:n], 4)
		fraction = fraction[n:]
	}
	head := b.data[at:]
	// The first and the last digit must not be zero: PostgreSQL stores what it receives, and equal numbers would differ.
	first, end := 12, len(head)
	for count > 0 && head[first] == 0 && head[first+1] == 0 {
		first += 2
		weight--
		count--
	}
	for count > 0 && head[end-1] == 0 && head[end-2] == 0 {
		end -= 2
		count--
	}
	if count == 0 {
		weight, sign = 0, 0
	}
	copy(head[12:], head[first:end])
	b.data = b.data[:at+12+2*count]
	binary.BigEndian.PutUint32(head[0:], uint32(8+2*count))
	binary.BigEndian.PutUint16(head[4:], uint16(count))
	binary.BigEndian.PutUint16(head[6:], uint16(int16(weight)))
	binary.BigEndian.PutUint16(head[8:], sign)
	binary.BigEndian.PutUint16(head[10:], uint16(scale))
}
