package adminschema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Need is one demand for access that a document makes: any one of the scopes satisfies it.
type Need struct {
	At    string   // the type or Type.field that asks
	AnyOf []string // access scopes, sorted
}

// Met tells whether the granted scopes satisfy the need. A write scope includes the read scope of the same name.
func (n Need) Met(granted []string) bool {
	return slices.ContainsFunc(n.AnyOf, func(scope string) bool {
		return slices.Contains(granted, scope) ||
			slices.Contains(granted, strings.Replace(scope, "read_", "write_", 1))
	})
}

// scopeName is how `requiredAccess` names a scope: "`read_orders` access scope".
var scopeName = regexp.MustCompile("`((?:read|write)_[a-z_]+)` access scope")

// Needs lists the access scopes that a valid document asks for, by its types and its fields. What Shopify says in other
// words than scopes (a plan, a user's permission) is not a scope and not listed.
func (s *Schema) Needs(document string) ([]Need, error) {
	doc, err := s.parse(document)
	if err != nil {
		return nil, err
	}
	seen := map[string]Need{}
	for _, operation := range doc.Operations {
		s.collect(operation.SelectionSet, seen)
	}
	needs := make([]Need, 0, len(seen))
	for _, need := range seen {
		needs = append(needs, need)
	}
	slices.SortFunc(needs, func(a, b Need) int { return strings.Compare(a.At, b.At) })
	return needs, nil
}

func (s *Schema) collect(set ast.SelectionSet, seen map[string]Need) {
	for field := range fields(set) {
		s.add(field.ObjectDefinition.Name, seen) // also of `... on Type`, whose type no field declares
		s.add(field.ObjectDefinition.Name+"."+field.Name, seen)
		s.collect(field.SelectionSet, seen)
	}
}

func (s *Schema) add(at string, seen map[string]Need) {
	var scopes []string
	for _, match := range scopeName.FindAllStringSubmatch(s.access[at], -1) {
		scopes = append(scopes, match[1])
	}
	if len(scopes) == 0 {
		return
	}
	slices.Sort(scopes)
	seen[at] = Need{At: at, AnyOf: slices.Compact(scopes)}
}
