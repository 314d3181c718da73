package adminschema_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/shopify/adminschema"
)

// adminSchema loads the published schema. In CI its absence is a failure: a contract test that skips proves nothing.
func adminSchema(t *testing.T) *adminschema.Schema {
	t.Helper()
	path, err := adminschema.Find()
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	require.NoError(t, err)
	schema, err := adminschema.Load(path)
	require.NoError(t, err)
	return schema
}

func TestLoadBuildsTheWholeSchema(t *testing.T) {
	schema := adminSchema(t)

	require.Equal(t, "QueryRoot", schema.Query.Name)
	require.Equal(t, "Mutation", schema.Mutation.Name)
	require.Greater(t, len(schema.Types), 3000)
	require.Equal(t, "UnsignedInt64", schema.Types["BulkOperation"].Fields.ForName("objectCount").Type.Name())
	require.Equal(t, "OrderConnection!", schema.Query.Fields.ForName("orders").Type.String())
	require.NotNil(t, schema.Directives["idempotent"])
	require.NotEmpty(t, schema.PossibleTypes["Node"])
	require.Equal(t, "false", schema.Query.Fields.ForName("orders").Arguments.ForName("reverse").DefaultValue.String())
	require.Contains(t, schema.RequiredAccess("Order", ""), "`read_orders`")
}

func TestLoadRefusesWhatIsNotAnIntrospectionResult(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.json")
	for name, body := range map[string]string{
		"truncated":     `{"data": {"__sch`,
		"other JSON":    `{"errors": []}`,
		"bad default":   `{"data":{"__schema":{"queryType":{"name":"Q"},"types":[{"kind":"OBJECT","name":"Q","fields":[{"name":"f","type":{"kind":"SCALAR","name":"Int"},"args":[{"name":"a","type":{"kind":"SCALAR","name":"Int"},"defaultValue":"{"}]}]}]}}}`,
		"dangling type": `{"data":{"__schema":{"queryType":{"name":"Q"},"types":[{"kind":"OBJECT","name":"Q","fields":[{"name":"f","type":{"kind":"OBJECT","name":"Gone"},"args":[]}]}]}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, []byte(body), 0o600))
			_, err := adminschema.Load(path)
			require.ErrorContains(t, err, path)
		})
	}
}

func TestFindPrefersTheEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.json")
	t.Setenv(adminschema.EnvPath, path)
	_, err := adminschema.Find()
	require.ErrorContains(t, err, adminschema.EnvPath)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	found, err := adminschema.Find()
	require.NoError(t, err)
	require.Equal(t, path, found)
}
