package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"

	"bluntcases.com/platform/internal/fault"
)

// ExplainDenied finds out why a bulk query ended with ACCESS_DENIED: the bulk operation does not tell, but the same
// query run directly, with one object of each connection, names the field. It returns that fault, or one that says
// that the direct query was allowed.
func (c *Client) ExplainDenied(ctx context.Context, query string) error {
	small, err := firstOnly(query)
	if err != nil {
		return fault.Wrap(fault.MissingScope, err, "the bulk query was denied access, and it cannot be read")
	}
	var ignored jsontext.Value
	err = c.do(ctx, operation{name: "preflight", text: small}, nil, &ignored)
	if err == nil {
		return fault.New(fault.MissingScope, "Shopify denied the bulk query access and allows the same query directly: the token is of a kind that may not run bulk operations, or a scope was just granted")
	}
	return err
}

// firstOnly makes every connection of the query ask for one object.
func firstOnly(query string) (string, error) {
	doc, err := parser.ParseQuery(&ast.Source{Name: "bulk query", Input: query})
	if err != nil {
		return "", err
	}
	for _, operation := range doc.Operations {
		limit(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		limit(fragment.SelectionSet)
	}
	var b strings.Builder
	formatter.NewFormatter(&b).FormatQueryDocument(doc)
	return b.String(), nil
}

func limit(set ast.SelectionSet) {
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			if isConnection(selection) {
				selection.Arguments = slices.DeleteFunc(selection.Arguments, func(a *ast.Argument) bool { return a.Name == "first" })
				selection.Arguments = append(selection.Arguments, &ast.Argument{Name: "first", Value: &ast.Value{Kind: ast.IntValue, Raw: "1"}})
			}
			limit(selection.SelectionSet)
		case *ast.InlineFragment:
			limit(selection.SelectionSet)
		}
	}
}

// isConnection goes by the selection: a bulk query reads a connection through edges or nodes, and nothing else has them.
func isConnection(field *ast.Field) bool {
	return slices.ContainsFunc(field.SelectionSet, func(s ast.Selection) bool {
		inner, ok := s.(*ast.Field)
		return ok && (inner.Name == "edges" || inner.Name == "nodes")
	})
}
