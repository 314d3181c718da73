package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Plan is an operation that is ready to be executed.
type Plan struct {
	// Roots are the names of the operation's root fields.
	Roots []string
	// Requested is what the operation may cost at most, in points.
	Requested float64
	// Connections is how many connections there are.
	Connections int

	root *selection
	reg  *Registry
}

// selection is a selection set, compiled for each object type that it may meet.
type selection struct {
	plans map[string]*plan
	only  *plan // where there is but one
	cost  float64
}

type plan struct{ items []item }

// item is one field of a selection.
type item struct {
	key      []byte // `"name":`
	name     string
	typename string // of the object, where __typename is asked for
	field    *Field
	args     Arguments
	sub      *selection // of an object, a list's elements, a connection's nodes
	page     []pageItem // of a connection: what is asked for around the nodes
}

// pageItem is "edges", "nodes" or "pageInfo" of a connection.
type pageItem struct {
	key  []byte
	kind string
	sub  []pageItem // "cursor" and "node" of edges; the fields of pageInfo
}

type compiler struct {
	reg       *Registry
	doc       *ast.QueryDocument
	operation *ast.OperationDefinition
	variables map[string]any
	out       *Plan
	granted   func(scope string) bool
}

// Compile prepares an operation of a document: rootType is the type of its
// root ("QueryRoot", "Mutation"). granted tells which access scopes there are.
func (r *Registry) Compile(
	doc *ast.QueryDocument, op *ast.OperationDefinition, rootType string, variables map[string]any, granted func(string) bool,
) (*Plan, error) {
	out := &Plan{reg: r}
	c := &compiler{reg: r, doc: doc, operation: op, variables: variables, out: out, granted: granted}
	var err error
	out.root, err = c.selection(nil, rootType, op.SelectionSet)
	if err != nil {
		return nil, err
	}
	for _, it := range out.root.plans[rootType].items {
		if it.field != nil {
			out.Roots = append(out.Roots, it.field.Name)
		}
	}
	out.Requested = math.Ceil(out.root.cost)
	return out, nil
}

func (c *compiler) selection(path []string, typ string, set ast.SelectionSet) (*selection, error) {
	objects := c.reg.objects(typ)
	if len(objects) == 0 {
		return nil, refuse(path, CodeUnsupported, fmt.Sprintf("type %s is not supported by the simulator", typ))
	}
	s := &selection{plans: map[string]*plan{}}
	connections, deepest := c.out.Connections, 0
	for _, object := range objects {
		c.out.Connections = connections // those of each possible type are the same in the text
		merged, err := c.collect(path, object, set, nil)
		if err != nil {
			return nil, err
		}
		p, cost, err := c.plan(path, c.reg.types[object], merged)
		if err != nil {
			return nil, err
		}
		s.plans[object] = p
		s.cost = max(s.cost, cost)
		deepest = max(deepest, c.out.Connections)
	}
	c.out.Connections = deepest
	if len(objects) == 1 {
		s.only = s.plans[objects[0]]
	}
	return s, nil
}

// collect gives the fields that apply to an object type, those of the same
// response key merged.
func (c *compiler) collect(path []string, object string, set ast.SelectionSet, into []*ast.Field) ([]*ast.Field, error) {
	for _, s := range set {
		var err error
		switch s := s.(type) {
		case *ast.Field:
			if skip, err := c.skipped(path, s.Directives); err != nil || skip {
				if err != nil {
					return nil, err
				}
				continue
			}
			into = merge(into, s)
		case *ast.InlineFragment:
			if s.TypeCondition == "" || c.reg.covers(s.TypeCondition, object) {
				into, err = c.collect(path, object, s.SelectionSet, into)
			}
		case *ast.FragmentSpread:
			f := c.doc.Fragments.ForName(s.Name)
			if f == nil {
				return nil, refuse(path, CodeUndefinedField, fmt.Sprintf("fragment %s is not defined", s.Name))
			}
			if c.reg.covers(f.TypeCondition, object) {
				into, err = c.collect(path, object, f.SelectionSet, into)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return into, nil
}

func merge(into []*ast.Field, f *ast.Field) []*ast.Field {
	at := slices.IndexFunc(into, func(g *ast.Field) bool { return g.Alias == f.Alias })
	if at < 0 {
		return append(into, f)
	}
	both := *into[at]
	both.SelectionSet = slices.Concat(both.SelectionSet, f.SelectionSet)
	into = slices.Clone(into)
	into[at] = &both
	return into
}

func (c *compiler) skipped(path []string, directives ast.DirectiveList) (bool, error) {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			return false, refuse(path, CodeUnsupported, fmt.Sprintf("directive @%s is not supported by the simulator", d.Name))
		}
		value, _, err := c.value(d.Arguments.ForName("if").Value)
		if err != nil {
			return false, err
		}
		if condition, _ := value.(bool); condition == (d.Name == "skip") {
			return true, nil
		}
	}
	return false, nil
}

func (c *compiler) plan(path []string, t *Type, fields []*ast.Field) (*plan, float64, error) {
	p, total := &plan{}, 0.0
	for _, f := range fields {
		it, cost, err := c.item(append(slices.Clip(path), f.Alias), t, f)
		if err != nil {
			return nil, 0, err
		}
		p.items = append(p.items, it)
		total += cost
	}
	return p, total, nil
}

func (c *compiler) item(path []string, t *Type, f *ast.Field) (item, float64, error) {
	it := item{key: appendString(nil, f.Alias), name: f.Alias}
	it.key = append(it.key, ':')
	if f.Name == "__typename" {
		it.typename = t.Name
		return it, 0, nil
	}
	field := t.Fields[f.Name]
	if field == nil {
		return it, 0, refuse(path, CodeUndefinedField,
			fmt.Sprintf("field %q of type %q does not exist, or is not supported by the simulator", f.Name, t.Name))
	}
	if field.Scope != "" && !c.granted(field.Scope) {
		return it, 0, &Error{
			Message: fmt.Sprintf("Access denied for %s field. Required access: `%s` access scope.", f.Name, field.Scope), Path: path,
			Extensions: map[string]any{"code": "ACCESS_DENIED", "requiredAccess": "`" + field.Scope + "` access scope."},
		}
	}
	args, err := c.arguments(path, t.Name, field, f.Arguments)
	if err != nil {
		return it, 0, err
	}
	it.field, it.args = field, args
	if field.Type == "" {
		if len(f.SelectionSet) > 0 {
			return it, 0, refuse(path, CodeUndefinedField, fmt.Sprintf("%s.%s is a scalar: it has no fields", t.Name, f.Name))
		}
		return it, field.Cost, nil
	}
	if len(f.SelectionSet) == 0 {
		return it, 0, refuse(path, CodeUndefinedField, fmt.Sprintf("field %s.%s needs a selection of fields", t.Name, f.Name))
	}
	if field.Shape == Connection {
		return c.connection(path, it, f)
	}
	it.sub, err = c.selection(path, field.Type, f.SelectionSet)
	if err != nil {
		return it, 0, err
	}
	if ids, ok := args["ids"].([]any); ok {
		return it, field.Cost + float64(len(ids))*(1+it.sub.cost), nil
	}
	return it, field.Cost + 1 + it.sub.cost, nil
}

// connection compiles the selection around the nodes and the nodes themselves.
func (c *compiler) connection(path []string, it item, f *ast.Field) (item, float64, error) {
	c.out.Connections++
	var nodes ast.SelectionSet
	around, err := c.collect(path, it.field.Type+"Connection", f.SelectionSet, nil)
	if err != nil {
		return it, 0, err
	}
	for _, part := range around {
		p := pageItem{key: append(appendString(nil, part.Alias), ':'), kind: part.Name}
		switch part.Name {
		case "nodes":
			nodes = append(nodes, part.SelectionSet...)
		case "edges", "pageInfo":
			p.sub, err = c.pageParts(path, part, &nodes)
		default:
			err = refuse(path, CodeUndefinedField,
				fmt.Sprintf("field %q of a connection does not exist, or is not supported by the simulator", part.Name))
		}
		if err != nil {
			return it, 0, err
		}
		it.page = append(it.page, p)
	}
	it.sub = &selection{plans: map[string]*plan{}}
	if len(nodes) > 0 {
		if it.sub, err = c.selection(path, it.field.Type, nodes); err != nil {
			return it, 0, err
		}
	}
	return it, connectionCost(pageSize(it.args), it.sub.cost), nil
}

func (c *compiler) pageParts(path []string, part *ast.Field, nodes *ast.SelectionSet) ([]pageItem, error) {
	known := []string{"cursor", "node"}
	if part.Name == "pageInfo" {
		known = []string{"hasNextPage", "hasPreviousPage", "startCursor", "endCursor"}
	}
	fields, err := c.collect(path, strings.ToUpper(part.Name[:1])+part.Name[1:], part.SelectionSet, nil)
	if err != nil {
		return nil, err
	}
	var parts []pageItem
	for _, f := range fields {
		if !slices.Contains(known, f.Name) {
			return nil, refuse(path, CodeUndefinedField, fmt.Sprintf("field %q of %s does not exist", f.Name, part.Name))
		}
		if f.Name == "node" {
			*nodes = append(*nodes, f.SelectionSet...)
		}
		parts = append(parts, pageItem{key: append(appendString(nil, f.Alias), ':'), kind: f.Name})
	}
	return parts, nil
}

func pageSize(args Arguments) int {
	if n, ok := args.Int("first"); ok {
		return n
	}
	n, _ := args.Int("last")
	return n
}

// connectionCost grows with the logarithm of the page, as Shopify's has been
// seen to: product { variants(first: 250) { nodes { inventoryItem } } } is
// charged 25 points.
func connectionCost(n int, node float64) float64 {
	return math.Ceil(math.Log2(float64(max(n, 1))+1)) * (1 + node)
}
