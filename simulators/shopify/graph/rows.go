package graph

import (
	"fmt"
	"iter"
)

// Group is a root object of a bulk query and all that hangs on it: one JSON
// object a line, the root first, every child after its parent. It is valid
// until the next is made.
type Group struct {
	text []byte
	ends []int
}

// Len is the number of lines.
func (g *Group) Len() int { return len(g.ends) }

// Line gives a line without its end.
func (g *Group) Line(i int) []byte {
	from := 0
	if i > 0 {
		from = g.ends[i-1]
	}
	return g.text[from:g.ends[i]]
}

// Rows runs a plan as a bulk operation does: a group for each object of each
// root connection. Connections below give lines of their own, with the parent's
// id in __parentId. Paging arguments are ignored.
func (p *Plan) Rows(env any, root any, rootType string) iter.Seq2[*Group, error] {
	return func(yield func(*Group, error) bool) {
		x := &execution{reg: p.reg, call: Call{Env: env}}
		for i := range p.root.plans[rootType].items {
			it := &p.root.plans[rootType].items[i]
			if it.field == nil || it.field.Shape != Connection {
				continue
			}
			v, err := x.resolve(it, root)
			if err != nil {
				yield(nil, at(err, it.name))
				return
			}
			group := &Group{}
			for node := range all(v.(List)) {
				group.text, group.ends = group.text[:0], group.ends[:0]
				if err := x.rows(group, it, node, ""); err != nil {
					yield(nil, err)
					return
				}
				if !yield(group, nil) {
					return
				}
			}
		}
	}
}

func all(list List) iter.Seq[any] {
	if s, ok := list.(Stream); ok {
		return s.All()
	}
	return func(yield func(any) bool) {
		for i := range list.Len() {
			if !yield(list.At(i)) {
				return
			}
		}
	}
}

// rows writes a node's line and, after it, those of its connections.
func (x *execution) rows(g *Group, it *item, node any, parent string) error {
	p, err := it.sub.of(x.reg, it.field.Type, node)
	if err != nil {
		return err
	}
	b := append(g.text, '{')
	for i := range p.items {
		field := &p.items[i]
		if field.field != nil && field.field.Shape == Connection {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(b, field.key...)
		if b, err = x.item(b, field, node); err != nil {
			return at(err, field.name)
		}
	}
	if parent != "" {
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(b, `"__parentId":`...)
		b = appendString(b, parent)
	}
	g.text = append(b, '}')
	g.ends = append(g.ends, len(g.text))
	return x.children(g, p, node)
}

func (x *execution) children(g *Group, p *plan, node any) error {
	id := ""
	for i := range p.items {
		field := &p.items[i]
		if field.field == nil || field.field.Shape != Connection {
			continue
		}
		if id == "" {
			var err error
			if id, err = x.id(p, node); err != nil {
				return err
			}
		}
		v, err := x.resolve(field, node)
		if err != nil {
			return at(err, field.name)
		}
		for child := range all(v.(List)) {
			if err := x.rows(g, field, child, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// id reads a node's id, which a parent of a connection must select.
func (x *execution) id(p *plan, node any) (string, error) {
	for i := range p.items {
		if it := &p.items[i]; it.name == "id" && it.field != nil && it.field.Name == "id" {
			v, err := x.resolve(it, node)
			if id, ok := v.(string); ok {
				return id, err
			}
			return "", err
		}
	}
	return "", fmt.Errorf("the parent of a nested connection must select the 'id' field without an alias")
}
