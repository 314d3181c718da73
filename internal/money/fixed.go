package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
)

// Scale is the number of decimals of a Fixed, which is that of the Iceberg tables' decimal(18,4).
const Scale = 4

const unit = 10_000 // 10^Scale

// Fixed is an amount in ten-thousandths. It holds what decimal(18,4) holds, adds without allocating, and overflows with
// an error, never silently.
type Fixed int64

// ErrRange says that an amount does not fit decimal(18,4).
var ErrRange = errors.New("amount is out of the range of decimal(18,4)")

const limit = 1_000_000_000_000_000_000 // 10^18

// ParseFixed reads a decimal. Digits past the fourth are rounded half away from zero, as PostgreSQL's round does. The
// empty string is zero: an amount that Shopify left out.
func ParseFixed(s string) (Fixed, error) {
	if s == "" {
		return 0, nil
	}
	if !IsDecimal(s) {
		return 0, fmt.Errorf("%q is not a decimal amount", s)
	}
	negative := s[0] == '-'
	if negative {
		s = s[1:]
	}
	var value int64
	decimals := -1
	for i := range len(s) {
		if s[i] == '.' {
			decimals = 0
			continue
		}
		digit := int64(s[i] - '0')
		if decimals == Scale {
			if digit >= 5 {
				value++
			}
			break
		}
		if value >= limit/10 {
			return 0, ErrRange
		}
		value = value*10 + digit
		if decimals >= 0 {
			decimals++
		}
	}
	for decimals = max(decimals, 0); decimals < Scale; decimals++ {
		if value >= limit/10 {
			return 0, ErrRange
		}
		value *= 10
	}
	if negative {
		value = -value
	}
	return Fixed(value), nil
}

// Times multiplies by a count of units.
func (f Fixed) Times(n int64) (Fixed, error) {
	high, low := bits.Mul64(uint64(abs(int64(f))), uint64(abs(n)))
	if high != 0 || low >= limit {
		return 0, ErrRange
	}
	if (f < 0) != (n < 0) {
		return Fixed(-int64(low)), nil
	}
	return Fixed(low), nil
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// Abs is the amount without its sign.
func (f Fixed) Abs() Fixed { return Fixed(abs(int64(f))) }

// Append appends the amount as a decimal with no more decimals than it needs: 12.5, 7, -0.0001.
func (f Fixed) Append(b []byte) []byte {
	value := int64(f)
	if value < 0 {
		b = append(b, '-')
		if value == math.MinInt64 {
			return append(b, "922337203685477.5808"...)
		}
		value = -value
	}
	b = strconv.AppendInt(b, value/unit, 10)
	rest := value % unit
	if rest == 0 {
		return b
	}
	b = append(b, '.', byte('0'+rest/1000), byte('0'+rest/100%10), byte('0'+rest/10%10), byte('0'+rest%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

func (f Fixed) String() string { return string(f.Append(nil)) }
