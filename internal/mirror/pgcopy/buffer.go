// Package pgcopy writes rows in PostgreSQL's binary COPY format, by hand and without an allocation per value: it is the
// hot path of the loader. A Buffer is filled by the generated encoders of package row and sent by the loader. It checks
// nothing but what would make the stream itself invalid: a value that is no number, or text with a NUL byte.
//
// Source: https://www.postgresql.org/docs/15/sql-copy.html (Binary Format), and the send/receive functions of the types.
package pgcopy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

	"bluntcases.com/platform/internal/money"
)

var (
	header  = []byte("PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00")
	trailer = []byte{0xff, 0xff}
)

const textOID = 25

// null is the length of a NULL.
var null = []byte{0xff, 0xff, 0xff, 0xff}

// epoch is what PostgreSQL counts microseconds from.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

// Buffer collects the rows of one COPY. The zero Buffer is empty and ready.
type Buffer struct {
	data []byte
	rows int
	err  error
}

// Reset empties the buffer and keeps its memory.
func (b *Buffer) Reset() { b.data, b.rows, b.err = b.data[:0], 0, nil }

// Rows is the number of rows begun.
func (b *Buffer) Rows() int { return b.rows }

// Len is the size of the rows in bytes.
func (b *Buffer) Len() int { return len(b.data) }

// Err is the first value that could not be written.
func (b *Buffer) Err() error { return b.err }

// Reader reads the whole COPY stream.
func (b *Buffer) Reader() io.Reader {
	return io.MultiReader(bytes.NewReader(header), bytes.NewReader(b.data), bytes.NewReader(trailer))
}

// Row begins a row of so many columns.
func (b *Buffer) Row(columns int) {
	b.rows++
	b.data = binary.BigEndian.AppendUint16(b.data, uint16(columns))
}

// Null writes a NULL.
func (b *Buffer) Null() { b.data = append(b.data, null...) }

// Text writes a string.
func (b *Buffer) Text(s string) {
	b.check(s)
	b.data = append(b.size(len(s)), s...)
}

// TextOrNull writes a string, or NULL where it is empty.
func (b *Buffer) TextOrNull(s string) {
	if s == "" {
		b.Null()
		return
	}
	b.Text(s)
}

// Bytes writes a bytea.
func (b *Buffer) Bytes(p []byte) { b.data = append(b.size(len(p)), p...) }

// Bool writes a boolean.
func (b *Buffer) Bool(v bool) {
	b.data = append(b.size(1), 0)
	if v {
		b.data[len(b.data)-1] = 1
	}
}

// Int32 writes an integer.
func (b *Buffer) Int32(v int32) { b.data = binary.BigEndian.AppendUint32(b.size(4), uint32(v)) }

// Int64 writes a bigint.
func (b *Buffer) Int64(v int64) { b.data = binary.BigEndian.AppendUint64(b.size(8), uint64(v)) }

// Time writes a timestamptz, or NULL where it is zero.
func (b *Buffer) Time(t time.Time) {
	if t.IsZero() {
		b.Null()
		return
	}
	b.data = binary.BigEndian.AppendUint64(b.size(8), uint64(t.UnixMicro()-epoch))
}

// JSON writes a jsonb, or NULL where it is empty.
func (b *Buffer) JSON(text string) {
	if text == "" {
		b.Null()
		return
	}
	b.check(text)
	b.data = append(b.size(len(text)+1), 1) // the version of jsonb's wire format
	b.data = append(b.data, text...)
}

// Texts writes a text[].
func (b *Buffer) Texts(values []string) {
	at := len(b.data)
	b.data = append(b.data, 0, 0, 0, 0)
	dimensions := uint32(1)
	if len(values) == 0 {
		dimensions = 0
	}
	b.data = binary.BigEndian.AppendUint32(b.data, dimensions)
	b.data = binary.BigEndian.AppendUint32(b.data, 0) // no NULLs
	b.data = binary.BigEndian.AppendUint32(b.data, textOID)
	if len(values) > 0 {
		b.data = binary.BigEndian.AppendUint32(b.data, uint32(len(values)))
		b.data = binary.BigEndian.AppendUint32(b.data, 1) // lower bound
		for _, value := range values {
			b.Text(value)
		}
	}
	binary.BigEndian.PutUint32(b.data[at:], uint32(len(b.data)-at-4))
}

// Amount writes the two columns of an amount: NUMERIC and raw JSONB.
func (b *Buffer) Amount(a money.Amount) {
	if a.Value == "" {
		b.Null()
		b.Null()
		return
	}
	b.Numeric(a.Value)
	if a.Presentment != "" && !money.IsDecimal(a.Presentment) {
		b.fail(fmt.Errorf("%q is not a decimal amount", a.Presentment))
	}
	at := len(b.data)
	b.data = append(b.data, 0, 0, 0, 0, 1)
	b.data = a.AppendRaw(b.data)
	binary.BigEndian.PutUint32(b.data[at:], uint32(len(b.data)-at-4))
}

func (b *Buffer) size(n int) []byte {
	b.data = binary.BigEndian.AppendUint32(b.data, uint32(n))
	return b.data
}

func (b *Buffer) check(s string) {
	if strings.IndexByte(s, 0) >= 0 {
		b.fail(fmt.Errorf("text holds a NUL byte, which PostgreSQL cannot store"))
	}
}

func (b *Buffer) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}
