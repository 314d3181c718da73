package graph

import (
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

// at puts a step before an error's path.
func at(err error, step string) error {
	e, ok := err.(*Error)
	if !ok {
		e = &Error{Message: err.Error()}
	}
	e.Path = append([]string{step}, e.Path...)
	return e
}
