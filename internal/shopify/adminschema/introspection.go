package adminschema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// The shape of a GraphQL introspection result, and Shopify's addition `requiredAccess`.
type (
	introspection struct {
		Data struct {
			Schema rawSchema `json:"__schema"`
		} `json:"data"`
	}
	rawSchema struct {
		QueryType    *rawName       `json:"queryType"`
		MutationType *rawName       `json:"mutationType"`
		Types        []rawType      `json:"types"`
		Directives   []rawDirective `json:"directives"`
	}
	rawName struct {
		Name string `json:"name"`
	}
	rawType struct {
		Kind           ast.DefinitionKind `json:"kind"`
		Name           string             `json:"name"`
		IsOneOf        bool               `json:"isOneOf"`
		Fields         []rawField         `json:"fields"`
		InputFields    []rawInput         `json:"inputFields"`
		Interfaces     []rawName          `json:"interfaces"`
		EnumValues     []rawName          `json:"enumValues"`
		PossibleTypes  []rawName          `json:"possibleTypes"`
		RequiredAccess string             `json:"requiredAccess"`
	}
	rawField struct {
		Name           string     `json:"name"`
		Args           []rawInput `json:"args"`
		Type           rawRef     `json:"type"`
		RequiredAccess string     `json:"requiredAccess"`
	}
	rawInput struct {
		Name         string  `json:"name"`
		Type         rawRef  `json:"type"`
		DefaultValue *string `json:"defaultValue"`
	}
	rawRef struct {
		Kind   string  `json:"kind"`
		Name   string  `json:"name"`
		OfType *rawRef `json:"ofType"`
	}
	rawDirective struct {
		Name         string     `json:"name"`
		Locations    []string   `json:"locations"`
		Args         []rawInput `json:"args"`
		IsRepeatable bool       `json:"isRepeatable"`
	}
)

// builder turns introspection nodes into the parser's tree. Every node shares one position: the validator's messages
// dereference it, and an introspection result has none to give.
type builder struct {
	at     *ast.Position
	access map[string]string
}

func (s rawSchema) build(name string) (*Schema, error) {
	if s.QueryType == nil || len(s.Types) == 0 {
		return nil, fmt.Errorf("no introspection result under data.__schema")
	}
	b := &builder{at: &ast.Position{Src: &ast.Source{Name: name}, Line: 1, Column: 1}, access: map[string]string{}}
	prelude, err := parser.ParseSchema(validator.Prelude)
	if err != nil {
		return nil, fmt.Errorf("parse the prelude: %w", err)
	}
	builtIn := map[string]bool{}
	for _, definition := range prelude.Definitions {
		builtIn[definition.Name] = true
	}
	for _, directive := range prelude.Directives {
		builtIn["@"+directive.Name] = true
	}

	doc := &ast.SchemaDocument{Position: b.at, Schema: ast.SchemaDefinitionList{b.roots(s)}}
	for _, t := range s.Types {
		if strings.HasPrefix(t.Name, "__") || builtIn[t.Name] {
			continue
		}
		definition, err := b.definition(t)
		if err != nil {
			return nil, fmt.Errorf("type %s: %w", t.Name, err)
		}
		doc.Definitions = append(doc.Definitions, definition)
	}
	for _, d := range s.Directives {
		if builtIn["@"+d.Name] {
			continue
		}
		directive, err := b.directive(d)
		if err != nil {
			return nil, fmt.Errorf("directive @%s: %w", d.Name, err)
		}
		doc.Directives = append(doc.Directives, directive)
	}
	doc.Merge(prelude)
	validated, err := validator.ValidateSchemaDocument(doc)
	if err != nil {
		return nil, err
	}
	return &Schema{Schema: validated, access: b.access}, nil
}

func (b *builder) roots(s rawSchema) *ast.SchemaDefinition {
	roots := ast.OperationTypeDefinitionList{{Operation: ast.Query, Type: s.QueryType.Name, Position: b.at}}
	if s.MutationType != nil {
		roots = append(roots, &ast.OperationTypeDefinition{Operation: ast.Mutation, Type: s.MutationType.Name, Position: b.at})
	}
	return &ast.SchemaDefinition{OperationTypes: roots, Position: b.at}
}

func (b *builder) definition(t rawType) (*ast.Definition, error) {
	d := &ast.Definition{Kind: t.Kind, Name: t.Name, Position: b.at}
	if t.IsOneOf {
		d.Directives = ast.DirectiveList{{Name: "oneOf", Position: b.at, Location: ast.LocationInputObject}}
	}
	if t.RequiredAccess != "" {
		b.access[t.Name] = t.RequiredAccess
	}
	if t.Kind == ast.Union {
		d.Types = names(t.PossibleTypes)
	} else {
		d.Interfaces = names(t.Interfaces)
	}
	for _, value := range t.EnumValues {
		d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{Name: value.Name, Position: b.at})
	}
	for _, f := range t.Fields {
		arguments, err := b.arguments(f.Args)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Name, err)
		}
		if f.RequiredAccess != "" {
			b.access[t.Name+"."+f.Name] = f.RequiredAccess
		}
		d.Fields = append(d.Fields, &ast.FieldDefinition{Name: f.Name, Arguments: arguments, Type: b.typeOf(f.Type), Position: b.at})
	}
	for _, f := range t.InputFields {
		value, err := b.defaultValue(f)
		if err != nil {
			return nil, err
		}
		d.Fields = append(d.Fields, &ast.FieldDefinition{Name: f.Name, DefaultValue: value, Type: b.typeOf(f.Type), Position: b.at})
	}
	return d, nil
}

func (b *builder) directive(d rawDirective) (*ast.DirectiveDefinition, error) {
	arguments, err := b.arguments(d.Args)
	if err != nil {
		return nil, err
	}
	directive := &ast.DirectiveDefinition{Name: d.Name, Arguments: arguments, IsRepeatable: d.IsRepeatable, Position: b.at}
	for _, location := range d.Locations {
		directive.Locations = append(directive.Locations, ast.DirectiveLocation(location))
	}
	return directive, nil
}

func (b *builder) arguments(inputs []rawInput) (ast.ArgumentDefinitionList, error) {
	var list ast.ArgumentDefinitionList
	for _, in := range inputs {
		value, err := b.defaultValue(in)
		if err != nil {
			return nil, err
		}
		list = append(list, &ast.ArgumentDefinition{Name: in.Name, DefaultValue: value, Type: b.typeOf(in.Type), Position: b.at})
	}
	return list, nil
}

// defaultValue parses a default, which introspection gives as GraphQL text, by making it an argument of a query.
func (b *builder) defaultValue(in rawInput) (*ast.Value, error) {
	if in.DefaultValue == nil {
		return nil, nil
	}
	doc, err := parser.ParseQuery(&ast.Source{Name: b.at.Src.Name, Input: "{f(a:" + *in.DefaultValue + ")}"})
	if err != nil {
		return nil, fmt.Errorf("default of %s: %w", in.Name, err)
	}
	return doc.Operations[0].SelectionSet[0].(*ast.Field).Arguments[0].Value, nil
}

func (b *builder) typeOf(r rawRef) *ast.Type {
	switch {
	case r.Kind == "NON_NULL" && r.OfType != nil:
		inner := b.typeOf(*r.OfType)
		inner.NonNull = true
		return inner
	case r.Kind == "LIST" && r.OfType != nil:
		return ast.ListType(b.typeOf(*r.OfType), b.at)
	default:
		return ast.NamedType(r.Name, b.at)
	}
}

func names(list []rawName) []string {
	var out []string
	for _, n := range list {
		if !slices.Contains(out, n.Name) {
			out = append(out, n.Name)
		}
	}
	return out
}
