package adminschema

import (
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Check holds a document against the schema: every field, argument, variable and type. The error names each fault.
func (s *Schema) Check(document string) error {
	_, err := s.parse(document)
	return err
}

// parse validates the document; the validator also binds each field to its definition, which the walks below use.
func (s *Schema) parse(document string) (*ast.QueryDocument, error) {
	doc, faults := gqlparser.LoadQueryWithRules(s.Schema, document, rules.NewDefaultRules())
	if len(faults) > 0 {
		return nil, faults
	}
	return doc, nil
}

// Shopify's limits on a bulk query: https://shopify.dev/docs/api/usage/bulk-operations/queries#operation-restrictions.
// The root connection is not nested: products → variants → metafields is as deep as it goes.
const (
	maxBulkConnections = 5
	maxBulkNesting     = 2
)

// CheckBulk holds a bulk query against the schema and against the restrictions of bulk operations, which the API tells
// only by running the query. The error names each fault.
func (s *Schema) CheckBulk(document string) error {
	doc, err := s.parse(document)
	if err != nil {
		return err
	}
	if len(doc.Operations) != 1 || doc.Operations[0].Operation != ast.Query {
		return errors.New("a bulk document holds exactly one query")
	}
	operation := doc.Operations[0]
	w := &bulkWalk{schema: s}
	if len(operation.VariableDefinitions) > 0 {
		w.refuse("a bulk query takes no variables: they cannot be sent with it")
	}
	w.walk(operation.SelectionSet, place{path: "query"})
	if w.connections == 0 {
		w.refuse("a bulk query needs at least one connection")
	}
	if w.connections > maxBulkConnections {
		w.refuse("%d connections; at most %d are allowed", w.connections, maxBulkConnections)
	}
	return errors.Join(w.faults...)
}

// bulkWalk counts connections along every path of a bulk query.
type bulkWalk struct {
	schema      *Schema
	connections int
	faults      []error
}

// place is where the walk stands: within how many connections, whether below a list, and the selection set of the node
// that the next connection would be nested in (nil outside a connection).
type place struct {
	path   string
	depth  int
	inList bool
	node   ast.SelectionSet
}

func (w *bulkWalk) refuse(format string, args ...any) {
	w.faults = append(w.faults, fmt.Errorf(format, args...))
}

func (w *bulkWalk) walk(set ast.SelectionSet, at place) {
	for field := range fields(set) {
		here := at
		here.path = at.path + "." + field.Alias
		if at.path == "query" && (field.Name == "node" || field.Name == "nodes") {
			w.refuse("%s: top-level %s is not allowed", here.path, field.Name)
		}
		if w.isConnection(field) {
			w.connection(field, here)
			continue
		}
		here.inList = at.inList || field.Definition.Type.Elem != nil
		w.walk(field.SelectionSet, here)
	}
}

func (w *bulkWalk) connection(field *ast.Field, at place) {
	w.connections++
	if at.inList {
		w.refuse("%s: a connection inside a list is not allowed", at.path)
	}
	if at.depth > maxBulkNesting {
		w.refuse("%s: connections are nested %d deep; at most %d are allowed", at.path, at.depth, maxBulkNesting)
	}
	at.depth++
	if at.node != nil && !selectsID(at.node) {
		w.refuse("%s: the parent of a nested connection has to select `id` without an alias", at.path)
	}
	for inner := range fields(field.SelectionSet) {
		switch inner.Name {
		case "edges":
			for node := range fields(inner.SelectionSet) {
				if node.Name == "node" {
					w.walk(node.SelectionSet, place{path: at.path, depth: at.depth, node: node.SelectionSet})
				}
			}
		case "nodes":
			w.walk(inner.SelectionSet, place{path: at.path, depth: at.depth, node: inner.SelectionSet})
		}
	}
}

func (w *bulkWalk) isConnection(field *ast.Field) bool {
	definition := w.schema.Types[field.Definition.Type.Name()]
	return definition != nil && definition.Kind == ast.Object && definition.Fields.ForName("pageInfo") != nil &&
		definition.Fields.ForName("edges") != nil
}

func selectsID(set ast.SelectionSet) bool {
	for field := range fields(set) {
		if field.Name == "id" && field.Alias == "id" {
			return true
		}
	}
	return false
}

// fields yields the fields of a selection set, those of its fragments among them.
func fields(set ast.SelectionSet) func(yield func(*ast.Field) bool) {
	return func(yield func(*ast.Field) bool) {
		for _, selection := range set {
			var inner ast.SelectionSet
			switch selection := selection.(type) {
			case *ast.Field:
				if !yield(selection) {
					return
				}
				continue
			case *ast.InlineFragment:
				inner = selection.SelectionSet
			case *ast.FragmentSpread:
				inner = selection.Definition.SelectionSet
			}
			for field := range fields(inner) {
				if !yield(field) {
					return
				}
			}
		}
	}
}
