package graph

import "fmt"

// Limits of a bulk query, from Shopify's documentation of bulk operations.
const (
	maxBulkConnections = 5
	maxBulkDepth       = 2 // connections below the root's
)

// BulkFaults says why the plan cannot run as a bulk operation; nothing means
// that it can.
func (p *Plan) BulkFaults(rootType string) []string {
	w := &bulkWalk{}
	for i := range p.root.plans[rootType].items {
		it := &p.root.plans[rootType].items[i]
		switch {
		case it.field == nil:
		case it.name == "node" || it.name == "nodes" || it.field.Name == "node" || it.field.Name == "nodes":
			w.refuse("top-level %q cannot be used in a bulk query", it.field.Name)
		case it.field.Shape != Connection:
			w.refuse("top-level field %q is not a connection", it.field.Name)
		default:
			w.connection(it, 0)
		}
	}
	switch {
	case p.Connections == 0:
		w.refuse("a bulk query must have at least one connection")
	case p.Connections > maxBulkConnections:
		w.refuse("a bulk query can have %d connections at most, this one has %d", maxBulkConnections, p.Connections)
	}
	return w.faults
}

type bulkWalk struct{ faults []string }

func (w *bulkWalk) refuse(format string, args ...any) {
	fault := fmt.Sprintf(format, args...)
	for _, known := range w.faults {
		if known == fault {
			return
		}
	}
	w.faults = append(w.faults, fault)
}

func (w *bulkWalk) connection(it *item, depth int) {
	if depth > maxBulkDepth {
		w.refuse("connection %q is nested deeper than %d levels", it.name, maxBulkDepth)
	}
	if len(it.sub.plans) == 0 {
		w.refuse("connection %q selects no node", it.name)
	}
	for _, p := range it.sub.plans {
		w.node(it, p, depth)
	}
}

func (w *bulkWalk) node(it *item, p *plan, depth int) {
	hasID, hasConnection := false, false
	for i := range p.items {
		child := &p.items[i]
		switch {
		case child.field == nil:
		case child.field.Shape == Connection:
			hasConnection = true
			w.connection(child, depth+1)
		case child.sub != nil:
			w.below(child, child.field.Shape == Many)
		case child.name == "id" && child.field.Name == "id":
			hasID = true
		}
	}
	if hasConnection && !hasID {
		w.refuse("the parent %q of a nested connection must select the 'id' field without an alias", it.name)
	}
}

// below refuses connections in lists, and in objects that are no nodes of a
// connection: their rows would have no line to belong to.
func (w *bulkWalk) below(it *item, inList bool) {
	for _, p := range it.sub.plans {
		for i := range p.items {
			child := &p.items[i]
			switch {
			case child.field == nil || child.sub == nil:
			case child.field.Shape == Connection && inList:
				w.refuse("queries that contain a connection field (%q) within a list field (%q) are not supported", child.name, it.name)
			case child.field.Shape == Connection:
				w.refuse("connection %q within the object %q is not supported", child.name, it.name)
			default:
				w.below(child, inList || child.field.Shape == Many)
			}
		}
	}
}

// Override makes a field of an object type answer with a fixed string, such as
// an enum value that the reader has never seen. It tells whether the plan asks
// for the field.
func (p *Plan) Override(typ, field, value string) bool {
	return p.root.override(typ, field, value)
}

func (s *selection) override(typ, field, value string) bool {
	found := false
	for name, p := range s.plans {
		for i := range p.items {
			it := &p.items[i]
			switch {
			case it.sub != nil:
				found = it.sub.override(typ, field, value) || found
			case it.field != nil && name == typ && it.field.Name == field:
				it.field, it.typename, found = nil, value, true
			}
		}
	}
	return found
}
