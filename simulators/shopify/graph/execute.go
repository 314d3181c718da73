package graph

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
)

// Execute runs a plan and gives the JSON of "data", and what it cost.
func (p *Plan) Execute(env any, root any, rootType string) (data []byte, actual float64, err error) {
	x := &execution{reg: p.reg, call: Call{Env: env}}
	data, err = x.object(nil, p.root.plans[rootType], root)
	return data, min(x.cost, p.Requested), err
}

// execution is one run of a plan. An error's path is put together on the way
// back, so that nothing is spent on it where there is none.
type execution struct {
	reg  *Registry
	call Call // of the resolver that runs
	cost float64
}

func (x *execution) resolve(it *item, parent any) (any, error) {
	x.call.Args = it.args
	return it.field.Resolve(&x.call, parent)
}

func (x *execution) object(b []byte, p *plan, v any) ([]byte, error) {
	b = append(b, '{')
	var err error
	for i := range p.items {
		if i > 0 {
			b = append(b, ',')
		}
		it := &p.items[i]
		b = append(b, it.key...)
		if b, err = x.item(b, it, v); err != nil {
			return b, at(err, it.name)
		}
	}
	return append(b, '}'), nil
}

func (x *execution) item(b []byte, it *item, parent any) ([]byte, error) {
	if it.field == nil {
		return appendString(b, it.typename), nil
	}
	v, err := x.resolve(it, parent)
	if err != nil {
		return b, err
	}
	switch {
	case it.field.Type == "":
		return appendScalar(b, v), nil
	case it.field.Shape == Connection:
		return x.connection(b, it, v.(List))
	case it.field.Shape == Many:
		list, _ := v.(List)
		return x.list(b, it, list)
	default:
		return x.value(b, it, v)
	}
}

// value writes an object, or null.
func (x *execution) value(b []byte, it *item, v any) ([]byte, error) {
	if v == nil {
		return append(b, "null"...), nil
	}
	x.cost++
	p, err := it.sub.of(x.reg, it.field.Type, v)
	if err != nil {
		return b, err
	}
	return x.object(b, p, v)
}

func (x *execution) list(b []byte, it *item, list List) ([]byte, error) {
	if list == nil {
		return append(b, "null"...), nil
	}
	b = append(b, '[')
	for i := range list.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = x.value(b, it, list.At(i)); err != nil {
			return b, at(err, strconv.Itoa(i))
		}
	}
	return append(b, ']'), nil
}

// of gives the plan for a value's object type.
func (s *selection) of(reg *Registry, typ string, v any) (*plan, error) {
	if s.only != nil {
		return s.only, nil
	}
	name := reg.typeOf(v)
	if p := s.plans[name]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("a value of type %s (%T) where %s is expected", name, v, typ)
}

// connection writes a page.
func (x *execution) connection(b []byte, it *item, list List) ([]byte, error) {
	w, err := window(it, list)
	if err != nil {
		return b, err
	}
	x.cost += 1 + float64(w.to-w.from)/8
	b = append(b, '{')
	for n, part := range it.page {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(b, part.key...)
		if part.kind == "pageInfo" {
			b = w.appendInfo(b, part.sub)
			continue
		}
		b = append(b, '[')
		for i := w.from; i < w.to; i++ {
			if i > w.from {
				b = append(b, ',')
			}
			if b, err = x.edge(b, it, part, w, i); err != nil {
				return b, at(at(err, strconv.Itoa(i-w.from)), part.kind)
			}
		}
		b = append(b, ']')
	}
	return append(b, '}'), nil
}

// edge writes a node, or an edge around it.
func (x *execution) edge(b []byte, it *item, part pageItem, w *page, i int) ([]byte, error) {
	if part.kind == "nodes" {
		return x.value(b, it, w.at(i))
	}
	b = append(b, '{')
	for n, field := range part.sub {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(b, field.key...)
		if field.kind == "cursor" {
			b = appendString(b, w.cursor(i))
			continue
		}
		var err error
		if b, err = x.value(b, it, w.at(i)); err != nil {
			return b, at(err, "node")
		}
	}
	return append(b, '}'), nil
}

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

// at puts a step before an error's path.
func at(err error, step string) error {
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Message: err.Error()}
	}
	e.Path = append([]string{step}, e.Path...)
	return e
}

func appendScalar(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case float64:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	case Text:
		b = append(b, '"')
		return append(v.Append(b), '"')
	case []string:
		b = append(b, '[')
		for i, s := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		return append(b, ']')
	case json.RawMessage:
		return append(b, v...)
	default:
		panic(fmt.Sprintf("a scalar cannot be a %T", v)) // a mistake in a table
	}
}

// appendString writes a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // strings can always be marshalled
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
