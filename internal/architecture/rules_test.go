// Package architecture holds the imports to the design: one way, from the processes to the adapters.
package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "bluntcases.com/platform/"

// adapters each speak to one technology. They never import each other: what two of them do together is an activity.
var adapters = []string{
	"internal/shopify", "internal/objects", "internal/store", "internal/streams", "internal/access",
	"internal/lakehouse",
}

type rule struct {
	from   []string // packages, with all below them
	never  []string
	reason string
}

var rules = []rule{
	{
		from: []string{"workflows"}, never: append([]string{"activities", "workers", "api", "cmd", "temporal", "internal/duck", "internal/measurement"}, adapters...),
		reason: "a workflow names its activities through internal/contract, so that a replay links no side effect",
	},
	{from: []string{"activities"}, never: []string{"workflows", "workers", "api", "cmd"}, reason: "imports run one way"},
	{from: []string{"api"}, never: []string{"workflows", "activities", "workers", "cmd"}, reason: "an API starts work through the dispatcher"},
	{from: []string{"temporal"}, never: []string{"workflows", "activities", "workers", "api", "cmd"}, reason: "imports run one way"},
	{from: []string{"internal"}, never: []string{"workflows", "activities", "workers", "api", "cmd", "temporal"}, reason: "imports run one way"},
	{from: []string{"internal/contract"}, never: adapters, reason: "the contract holds types and names only"},
	{
		from:  []string{"cmd", "api", "workers", "workflows", "activities", "temporal", "internal"},
		never: []string{"simulators", "devstack", "bench", "e2e", "internal/testenv", "internal/freeport"}, reason: "production never imports simulators, the local stack, or test support",
	},
}

func TestImportsRunOneWay(t *testing.T) {
	packages := list(t)
	all := rules
	for _, adapter := range adapters {
		all = append(all, rule{from: []string{adapter}, never: without(adapters, adapter), reason: "adapters never import each other"})
	}
	for _, p := range packages {
		for _, r := range all {
			if !within(p.ImportPath, r.from) || within(p.ImportPath, []string{"internal/testenv", "internal/freeport"}) {
				continue
			}
			for _, imported := range p.Imports {
				if within(imported, r.never) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, r.reason)
				}
			}
		}
	}
}

func TestARuleThatIsBrokenIsSeen(t *testing.T) {
	require.True(t, within(module+"internal/shopify/operations", adapters))
	require.False(t, within(module+"internal/shopifyish", adapters))
	require.False(t, within("github.com/other/internal/shopify", adapters))
}

func TestDuckDBIsLinkedWhereItIsUsedOnly(t *testing.T) {
	for _, p := range list(t) {
		if !within(p.ImportPath, []string{"workflows", "temporal", "cmd/dashboard-api"}) {
			continue
		}
		require.NotContains(t, p.Deps, "github.com/duckdb/duckdb-go/v2", "%s links DuckDB", p.ImportPath)
	}
}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"...")
	out, err := command.Output()
	require.NoError(t, err)
	var packages []pkg
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
	require.NotEmpty(t, packages)
	return packages
}

func within(path string, roots []string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return path == module+root || strings.HasPrefix(path, module+root+"/")
	})
}

func without(all []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(other string) bool { return other == one })
}
