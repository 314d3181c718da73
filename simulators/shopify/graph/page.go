package graph

import (
	"encoding/base64"
	"fmt"
	"strconv"
)

// page is the part of a list that a connection's arguments ask for.
type page struct {
	list     List
	reverse  bool
	from, to int
}

func (w *page) at(i int) any { return w.list.At(w.place(i)) }

func (w *page) place(i int) int {
	if w.reverse {
		return w.list.Len() - 1 - i
	}
	return i
}

func (w *page) cursor(i int) string {
	if s, ok := w.list.(Seeker); ok {
		return s.Cursor(i)
	}
	return base64.StdEncoding.EncodeToString([]byte("position:" + strconv.Itoa(i)))
}

func (w *page) appendInfo(b []byte, parts []pageItem) []byte {
	b = append(b, '{')
	for n, part := range parts {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(b, part.key...)
		switch part.kind {
		case "hasNextPage":
			b = strconv.AppendBool(b, w.to < w.list.Len())
		case "hasPreviousPage":
			b = strconv.AppendBool(b, w.from > 0)
		case "startCursor", "endCursor":
			switch {
			case w.from == w.to:
				b = append(b, "null"...)
			case part.kind == "startCursor":
				b = appendString(b, w.cursor(w.from))
			default:
				b = appendString(b, w.cursor(w.to-1))
			}
		}
	}
	return append(b, '}')
}

// MaxPage is the most that a connection gives at once.
const MaxPage = 250

func window(it *item, list List) (*page, error) {
	_, sorted := list.(Seeker) // a Seeker was made in the order that was asked for
	w := &page{list: list, reverse: it.args.Bool("reverse") && !sorted, to: list.Len()}
	var err error
	if after := it.args.String("after"); after != "" {
		if w.from, err = w.seek(after, 1); err != nil {
			return nil, refuse(nil, CodeInvalidArgument, err.Error())
		}
	}
	if before := it.args.String("before"); before != "" {
		if w.to, err = w.seek(before, 0); err != nil {
			return nil, refuse(nil, CodeInvalidArgument, err.Error())
		}
	}
	w.from = min(w.from, list.Len())
	w.to = min(max(w.to, w.from), list.Len())
	first, hasFirst := it.args.Int("first")
	last, hasLast := it.args.Int("last")
	switch {
	case hasFirst == hasLast:
		return nil, refuse(nil, CodeMissingPagination, "you must provide one of first or last")
	case first < 0 || last < 0 || first > MaxPage || last > MaxPage:
		return nil, refuse(nil, CodeMissingPagination, fmt.Sprintf("a page has 0 to %d elements", MaxPage))
	case hasFirst:
		w.to = min(w.to, w.from+first)
	default:
		w.from = max(w.from, w.to-last)
	}
	return w, nil
}

// seek gives the position that a cursor stands for, plus one where it is to be past it.
func (w *page) seek(cursor string, past int) (int, error) {
	if s, ok := w.list.(Seeker); ok {
		i, err := s.After(cursor)
		return i - 1 + past, err
	}
	text, err := base64.StdEncoding.DecodeString(cursor)
	var i int
	if err == nil {
		_, err = fmt.Sscanf(string(text), "position:%d", &i)
	}
	if err != nil || i < 0 {
		return 0, fmt.Errorf("invalid cursor %q", cursor)
	}
	return i + past, nil
}
