package integrity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/integrity"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/dump"
	"bluntcases.com/platform/simulators/shopify/store"
)

// What the platform itself loads refers to nothing that it does not load.
func TestTheSampleStoreHasNoBrokenReferences(t *testing.T) {
	pool := open(t)
	now := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	server, err := shopify.New(shopify.Config{
		Dir: t.TempDir(), RestoreRate: 1e9,
		Store: &store.Recipe{Kind: store.KindGenerated, Size: "small", Seed: 7, Now: now},
		Clock: func() time.Time { return now },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	client := dump.Client{Server: server, Operations: "../shopify/operations"}
	loader := mirror.New(pool, mirror.Options{Workers: 2, ChunkRoots: 40, ScratchDir: t.TempDir()})

	_, err = loader.LoadShop(t.Context(), mirror.Load{Entity: contract.Shop, Shop: store.DefaultDomain, RunID: "shop", Operation: shopAndLocations(t, client)})
	require.NoError(t, err)
	for _, entity := range []contract.Entity{contract.Products, contract.Customers, contract.Orders} {
		dir := t.TempDir()
		bulk, err := client.Bulk(t.Context(), "bulk_"+string(entity), "", filepath.Join(dir, "bulk.jsonl"))
		require.NoError(t, err)
		load := mirror.Load{
			Entity: entity, Shop: store.DefaultDomain, RunID: "run", Objects: bulk.Objects, RootObjects: bulk.RootObjects,
			Operation: file(t, bulk.Path),
		}
		if entity == contract.Orders {
			details, err := client.Details(t.Context(), bulk.Path, filepath.Join(dir, "details.jsonl"))
			require.NoError(t, err)
			o := file(t, details.Path)
			load.Details = &o
		}
		result, err := loader.Load(t.Context(), load)
		require.NoError(t, err)
		require.Positive(t, result.Written, entity)
	}

	byColumn := map[string]int{}
	var first []integrity.Finding
	for _, finding := range audit(t, pool, integrity.PageRows) {
		if byColumn[finding.Table+"."+finding.Column]++; len(first) < 10 {
			first = append(first, finding)
		}
	}
	require.Empty(t, byColumn, "such as %v", first)
}

// shopAndLocations is what a sync archives first: the shop, then its locations, one a line.
func shopAndLocations(t *testing.T, client dump.Client) mirror.Object {
	t.Helper()
	var shop struct {
		Shop json.RawMessage `json:"shop"`
	}
	require.NoError(t, client.Ask(t.Context(), "shop", nil, &shop))
	var locations struct {
		Locations struct {
			Nodes []json.RawMessage `json:"nodes"`
		} `json:"locations"`
	}
	require.NoError(t, client.Ask(t.Context(), "locations", map[string]any{"first": 50}, &locations))
	path := filepath.Join(t.TempDir(), "shop.jsonl")
	lines := append([][]byte{shop.Shop}, bytesOf(locations.Locations.Nodes)...)
	require.NoError(t, os.WriteFile(path, append(bytes.Join(lines, []byte("\n")), '\n'), 0o600))
	return file(t, path)
}

func bytesOf(nodes []json.RawMessage) [][]byte {
	lines := make([][]byte, len(nodes))
	for i, node := range nodes {
		lines[i] = node
	}
	return lines
}

func file(t *testing.T, path string) mirror.Object {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return mirror.Object{Key: filepath.Base(path), Size: info.Size(), Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }}
}
