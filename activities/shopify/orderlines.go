package shopify

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json"

	"bluntcases.com/platform/internal/fault"
)

// maxLine bounds a line of an archive: the largest order with every field at its longest stays well below.
const maxLine = 16 << 20

// orderLine is what decides which details an order has. The lines of its children have none of these fields.
type orderLine struct {
	ID           string `json:"id"`
	Edited       bool   `json:"edited"`
	Refunds      []node `json:"refunds"`
	Fulfillments []node `json:"fulfillments"`
	Parent       string `json:"__parentId"`
}

type node struct {
	ID string `json:"id"`
}

// orderReader reads the orders of an archive and passes over their children.
type orderReader struct {
	r      *bufio.Reader
	key    string
	offset int64 // of the next line
	line   int64 // of the last line read, from 1
	long   []byte
}

func newOrderReader(r io.Reader, key string, offset, line int64) *orderReader {
	return &orderReader{r: bufio.NewReaderSize(r, 256<<10), key: key, offset: offset, line: line}
}

// next is the next order, or nil at the end. fault.MalformedArchive names a line that is no JSON object.
func (o *orderReader) next() (*orderLine, error) {
	for {
		text, err := o.read()
		if err != nil || text == nil {
			return nil, err
		}
		if text = bytes.TrimSpace(text); len(text) == 0 {
			continue
		}
		var order orderLine
		if err := json.Unmarshal(text, &order); err != nil {
			return nil, fault.Wrap(fault.MalformedArchive, err, "line %d of %s cannot be read", o.line, o.key)
		}
		if order.Parent == "" {
			return &order, nil
		}
	}
}

// read is the next line, or nil at the end. It is valid until the next call.
func (o *orderReader) read() ([]byte, error) {
	o.long = o.long[:0]
	for {
		part, err := o.r.ReadSlice('\n')
		o.offset += int64(len(part))
		if len(o.long)+len(part) > maxLine {
			return nil, fault.New(fault.MalformedArchive, "line %d of %s is longer than %d bytes", o.line+1, o.key, maxLine)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			o.long = append(o.long, part...)
		case err == nil, err == io.EOF && len(part)+len(o.long) > 0:
			o.line++
			if len(o.long) == 0 {
				return part, nil
			}
			o.long = append(o.long, part...)
			return o.long, nil
		case err == io.EOF:
			return nil, nil
		default:
			return nil, err
		}
	}
}
