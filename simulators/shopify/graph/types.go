package graph

import (
	"fmt"
	"iter"
	"slices"
)

// Registry holds the types that can be asked for.
type Registry struct {
	types  map[string]*Type
	unions map[string][]string // interfaces and unions: their object types
	typeOf func(any) string
}

// NewRegistry makes an empty one. typeOf names the object type of a value that
// a field of an interface or union type gives.
func NewRegistry(typeOf func(any) string) *Registry {
	return &Registry{types: map[string]*Type{}, unions: map[string][]string{}, typeOf: typeOf}
}

// Type is an object type.
type Type struct {
	Name   string
	Fields map[string]*Field
}

// Shape is how many values a field gives, and how.
type Shape int

// Shapes of fields.
const (
	One        Shape = iota
	Many             // a list: the resolver gives a List
	Connection       // a connection: the resolver gives a List
)

// Field is a field of an object type.
type Field struct {
	Name  string
	Type  string // of what it gives; "" is a scalar or a list of scalars
	Shape Shape
	Args  []string // those that it understands
	Scope string   // the access scope that it needs, "" = none
	Cost  float64  // fixed points for asking; objects and connections cost by themselves
	// Resolve reads the field. For a scalar it gives nil, a string, bool, int, int64, float64, []string, Text or
	// json.RawMessage; otherwise an object for Type, nil, or a List.
	Resolve func(c *Call, parent any) (any, error)
}

// Text is a scalar that JSON writes as a string.
type Text interface{ Append([]byte) []byte }

// Call is what a resolver knows of the request.
type Call struct {
	Env  any // whatever the caller of Execute or Rows gave
	Args Arguments
}

// List is what lists and connections give.
type List interface {
	Len() int
	At(i int) any
}

// Seeker is a List whose cursors are not positions: the list may change
// between two pages.
type Seeker interface {
	List
	Cursor(i int) string
	// After gives the position of the first element past a cursor.
	After(cursor string) (int, error)
}

// Stream is a List that can be walked without being held.
type Stream interface {
	List
	All() iter.Seq[any]
}

// Of makes a List of pointers to a slice's elements.
func Of[T any](slice []T) List { return pointers[T](slice) }

type pointers[T any] []T

func (p pointers[T]) Len() int     { return len(p) }
func (p pointers[T]) At(i int) any { return &p[i] }

// Values makes a List of a slice's elements.
func Values[T any](slice []T) List { return values[T](slice) }

type values[T any] []T

func (v values[T]) Len() int     { return len(v) }
func (v values[T]) At(i int) any { return v[i] }

// Define adds an object type, and puts it under the interfaces and unions named.
func (r *Registry) Define(name string, unions []string, fields ...*Field) {
	t := &Type{Name: name, Fields: make(map[string]*Field, len(fields))}
	for _, f := range fields {
		t.Fields[f.Name] = f
	}
	r.types[name] = t
	for _, u := range unions {
		r.unions[u] = append(r.unions[u], name)
	}
}

// Check finds fields whose type nobody defined.
func (r *Registry) Check() error {
	for _, t := range r.types {
		for _, f := range t.Fields {
			if f.Type != "" && len(r.objects(f.Type)) == 0 {
				return fmt.Errorf("%s.%s is of type %s, which is not defined", t.Name, f.Name, f.Type)
			}
		}
	}
	return nil
}

// Types gives the object types.
func (r *Registry) Types() []*Type {
	var all []*Type
	for _, t := range r.types {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *Type) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}

// objects gives the object types that a type name stands for.
func (r *Registry) objects(name string) []string {
	if _, ok := r.types[name]; ok {
		return []string{name}
	}
	return r.unions[name]
}

// covers tells whether a type condition holds for an object type.
func (r *Registry) covers(condition, object string) bool {
	return condition == object || slices.Contains(r.unions[condition], object)
}
