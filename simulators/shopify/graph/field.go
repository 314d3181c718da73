package graph

// Scalar is a field that is read off the parent.
func Scalar[P any](name string, read func(P) any) *Field {
	return &Field{Name: name, Resolve: func(_ *Call, parent any) (any, error) { return read(parent.(P)), nil }}
}

// Computed is a scalar field that needs the request, or takes arguments.
func Computed[P any](name string, read func(*Call, P) (any, error), args ...string) *Field {
	return &Field{Name: name, Args: args, Resolve: func(c *Call, parent any) (any, error) { return read(c, parent.(P)) }}
}

// Object is a field that gives an object of the type, or nil.
func Object[P any](name, typ string, read func(*Call, P) any, args ...string) *Field {
	return &Field{Name: name, Type: typ, Args: args, Resolve: func(c *Call, parent any) (any, error) {
		return read(c, parent.(P)), nil
	}}
}

// ListOf is a field that gives a list of objects.
func ListOf[P any](name, typ string, read func(*Call, P) List, args ...string) *Field {
	return &Field{Name: name, Type: typ, Shape: Many, Args: args, Resolve: func(c *Call, parent any) (any, error) {
		return read(c, parent.(P)), nil
	}}
}

// Edges is a connection to objects of the type. The paging arguments are understood by themselves.
func Edges[P any](name, typ string, read func(*Call, P) List, args ...string) *Field {
	return &Field{Name: name, Type: typ, Shape: Connection, Args: args, Resolve: func(c *Call, parent any) (any, error) {
		return read(c, parent.(P)), nil
	}}
}

// Needs says which access scope the field needs.
func (f *Field) Needs(scope string) *Field {
	f.Scope = scope
	return f
}
