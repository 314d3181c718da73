package shopify

import (
	"encoding/json"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"bluntcases.com/platform/internal/shopify/adminschema"
	"bluntcases.com/platform/simulators/shopify/graph"
	"bluntcases.com/platform/simulators/shopify/store"
)

// realSchema loads Shopify's schema, or skips. Where CI is set it must be there.
func realSchema(t *testing.T) *ast.Schema {
	t.Helper()
	path, err := adminschema.Find()
	if errors.Is(err, adminschema.ErrNotFound) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	schema, err := adminschema.Load(path)
	require.NoError(t, err)
	return schema.Schema
}

// TestTheTablesFollowTheSchema holds every type, field, argument and shape that
// the simulator has against the real ones.
func TestTheTablesFollowTheSchema(t *testing.T) {
	schema := realSchema(t)
	for _, typ := range newRegistry().Types() {
		definition := schema.Types[typ.Name]
		require.NotNil(t, definition, typ.Name)
		for _, f := range typ.Fields {
			name := typ.Name + "." + f.Name
			real := definition.Fields.ForName(f.Name)
			require.NotNil(t, real, name)
			for _, a := range f.Args {
				require.NotNil(t, real.Arguments.ForName(a), "%s(%s)", name, a)
			}
			want, shape := real.Type.Name(), graph.One
			switch {
			case strings.HasSuffix(want, "Connection"):
				want, shape = strings.TrimSuffix(want, "Connection"), graph.Connection
			case real.Type.Elem != nil && f.Type != "":
				shape = graph.Many
			}
			require.Equal(t, shape, f.Shape, name)
			if f.Type == "" {
				kind := schema.Types[want].Kind
				require.True(t, kind == ast.Scalar || kind == ast.Enum, "%s is a %s", name, kind)
			} else {
				require.Equal(t, want, f.Type, name)
			}
		}
	}
}

// TestAnswersFollowTheSchema holds every value that bulk operations give
// against its type: nothing is null that must not be, and every enum value is
// one.
func TestAnswersFollowTheSchema(t *testing.T) {
	schema := realSchema(t)
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	server, err := New(Config{
		Dir: t.TempDir(), Store: &store.Recipe{Size: "small", Seed: 7, Now: now}, Clock: func() time.Time { return now },
	})
	require.NoError(t, err)
	defer server.Close() //nolint:errcheck // a test
	for _, name := range []string{"bulk_orders", "bulk_products", "bulk_customers"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "internal", "shopify", "operations", name+".graphql"))
		require.NoError(t, err)
		query := strings.ReplaceAll(string(text), "{{filter}}", "")
		doc, err := server.parse(query)
		require.NoError(t, err)
		plan, e, err := server.compileBulk(query, server.granted)
		require.NoError(t, err)
		v := &values{t: t, schema: schema, doc: doc}
		v.connections(doc.Operations[0].SelectionSet)
		for group, err := range plan.Rows(e, queryRoot{}, rootQuery) {
			require.NoError(t, err)
			for i := range group.Len() {
				var row map[string]any
				require.NoError(t, json.Unmarshal(group.Line(i), &row))
				v.row(row)
			}
		}
	}
}

// values checks values against the schema's types.
type values struct {
	t      *testing.T
	schema *ast.Schema
	doc    *ast.QueryDocument
	nodes  map[string]ast.SelectionSet // of connections, by the type of their nodes
}

// connections notes what is selected of the nodes of each connection.
func (v *values) connections(set ast.SelectionSet) {
	if v.nodes == nil {
		v.nodes = map[string]ast.SelectionSet{}
	}
	for f := range v.fields(set) {
		if f.Name == "node" {
			v.nodes[f.Definition.Type.Name()] = f.SelectionSet
		}
		v.connections(f.SelectionSet)
	}
}

func (v *values) fields(set ast.SelectionSet) func(func(*ast.Field) bool) {
	return func(yield func(*ast.Field) bool) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if !yield(s) {
					return
				}
			case *ast.InlineFragment:
				v.fields(s.SelectionSet)(yield)
			case *ast.FragmentSpread:
				v.fields(v.doc.Fragments.ForName(s.Name).SelectionSet)(yield)
			}
		}
	}
}

// row finds the type of a line by its id.
func (v *values) row(row map[string]any) {
	kind, _, err := store.ParseGID(row["id"].(string))
	require.NoError(v.t, err)
	for _, alias := range [][2]string{{"MediaImage", "Media"}, {"ReturnLineItem", "ReturnLineItemType"}} {
		if kind == alias[0] {
			kind = alias[1]
		}
	}
	set := v.nodes[kind]
	require.NotNil(v.t, set, kind)
	v.object(kind, set, row)
}

func (v *values) object(path string, set ast.SelectionSet, object map[string]any) {
	for f := range v.fields(set) {
		value, there := object[f.Alias]
		if !there || f.Name == "__typename" { // a connection, or of another type than the fragment's
			continue
		}
		v.value(path+"."+f.Name, f.Definition.Type, f.SelectionSet, value)
	}
}

func (v *values) value(path string, typ *ast.Type, set ast.SelectionSet, value any) {
	if value == nil {
		require.False(v.t, typ.NonNull, "%s is null", path)
		return
	}
	if typ.Elem != nil {
		for _, one := range value.([]any) {
			v.value(path, typ.Elem, set, one)
		}
		return
	}
	definition := v.schema.Types[typ.Name()]
	switch {
	case definition.Kind == ast.Enum:
		require.NotNil(v.t, definition.EnumValues.ForName(value.(string)), "%s: %v", path, value)
	case definition.Kind != ast.Scalar:
		v.object(path, set, value.(map[string]any))
	case typ.Name() == "Int" || typ.Name() == "Float":
		require.IsType(v.t, 0.0, value, path)
	case typ.Name() == "Boolean":
		require.IsType(v.t, true, value, path)
	case typ.Name() == "DateTime":
		_, err := time.Parse(time.RFC3339, value.(string))
		require.NoError(v.t, err, path)
	default:
		require.IsType(v.t, "", value, path)
	}
}

// TestADocumentThatTheSchemaDoesNotKnowIsRefused is the control: the schema is
// really asked.
func TestADocumentThatTheSchemaDoesNotKnowIsRefused(t *testing.T) {
	realSchema(t)
	server, err := New(Config{Dir: t.TempDir(), Store: &store.Recipe{Size: "small", Now: time.Unix(1_760_000_000, 0)}})
	require.NoError(t, err)
	defer server.Close() //nolint:errcheck // a test
	require.True(t, server.Validated())
	r := httptest.NewRequest("POST", "/admin/api/2026-07/graphql.json", strings.NewReader(`{"query":"{ bulkOperation(id: 5.5) { id } }"}`))
	r.Header.Set("X-Shopify-Access-Token", "shpat_simulator")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	text, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	require.Contains(t, string(text), "ID cannot represent")
}
