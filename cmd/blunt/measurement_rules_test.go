package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/measurement/shopdb"
)

const aProduct = "prd_00000000000000000000000001"

// atRules is an operator at a shop with one product, which was never measured.
func atRules(t *testing.T) *atLake {
	return atShop(t, `INSERT INTO product (id, store_id, title, handle) VALUES ('`+aProduct+`', 'sto_1', 'One', '1')`)
}

func TestStaffSaveAnotherClassification(t *testing.T) {
	o := atRules(t)
	path := filepath.Join(t.TempDir(), "spec.json")
	write := func(spec artifact.ClassificationSpec) {
		text, err := json.Marshal(spec)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, text, 0o600))
	}
	var spec artifact.ClassificationSpec
	require.NoError(t, json.Unmarshal([]byte(o.must("measurement", "spec")), &spec))

	write(spec)
	same := decode[saved](o, "measurement", "save", path)
	require.False(t, same.Changed)

	spec.Classes[0].Name = "blazing"
	write(spec)
	other := decode[saved](o, "measurement", "save", path)
	require.Equal(t, saved{same.Name, same.Generation + 1, true}, other)
	require.Contains(t, o.must("measurement", "spec"), "blazing")

	spec.Classes[1].Rank = spec.Classes[0].Rank
	spec.Classes[2].Conditions = nil
	write(spec)
	faults := o.refused(fault.InvalidInput, "measurement", "save", path)
	require.Contains(t, faults, "rank")
	require.Contains(t, faults, "conditions")
	require.Contains(t, o.must("measurement", "spec"), "blazing", "what holds is left alone")
}

func TestStaffGiveAProductAClassByHand(t *testing.T) {
	o := atRules(t)
	set := decode[shopdb.Override](o, "measurement", "override", "set", aProduct, "hot", "--reason", "a fair", "--from", "2026-06-01", "--until", "2099-07-01")
	require.Equal(t, "2026-05-31 23:00:00 +0000 UTC", set.From.UTC().String(), "days are the shop's")
	require.Equal(t, []shopdb.Override{set}, decode[[]shopdb.Override](o, "measurement", "override"))
	require.Contains(t, o.must("measurement", "override"), "2099-07-01")

	ended := decode[shopdb.Override](o, "measurement", "override", "end", set.ID)
	require.True(t, ended.To.Before(*set.To))
	require.Empty(t, decode[[]shopdb.Override](o, "measurement", "override"))
	require.Len(t, decode[[]shopdb.Override](o, "measurement", "override", "--all", "--product", aProduct), 1)
	require.Equal(t, ended.To.UTC(), decode[shopdb.Override](o, "measurement", "override", "end", set.ID).To.UTC(), "what has ended stays so")

	for _, test := range []struct {
		code                              fault.Code
		says, product, class, from, until string
	}{
		{fault.InvalidInput, "tepid", aProduct, "tepid", "2026-06-01", "2026-07-01"},
		{fault.InvalidInput, "after its beginning", aProduct, "hot", "2026-06-01", "2026-06-01"},
		{fault.NotFound, "no product", "prd_00000000000000000000000009", "hot", "2026-06-01", "2026-07-01"},
		{fault.InvalidInput, "--until", aProduct, "hot", "2026-06-01", "soon"},
	} {
		says := o.refused(test.code, "measurement", "override", "set", test.product, test.class, "--reason", "a fair", "--from", test.from, "--until", test.until)
		require.Contains(t, says, test.says)
	}
	o.refused(fault.NotFound, "measurement", "override", "end", "mart_00000000000000000000000009")
}
