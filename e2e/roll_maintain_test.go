package e2e_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
)

// Maintenance says what it did, changes no row, and does nothing where the catalog does it.
func TestMaintenanceReportsWhatItDidAndCanBeSwitchedOff(t *testing.T) {
	l := startLanding(t)
	l.land()
	for range 4 {
		l.publish()
		l.requireLanded(mortal)
	}
	before, err := l.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)

	l.run("sync,streams", "LAKE_MAINTAIN=false")
	require.Contains(t, l.blunt("lake", "maintain"), "LAKE_MAINTAIN is false")
	after, err := l.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	require.ElementsMatch(t, before, after)

	l.run("sync,streams")
	var done contract.LakeMaintenanceResult
	out := l.blunt("lake", "maintain", lakehouse.CommerceTelemetry, "--orphans", "--json")
	progress, _, _ := strings.Cut(out, "{")
	require.Contains(t, progress, "started as run")
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(out, progress)), &done))
	require.Len(t, done.Tables, 1)
	table := done.Tables[0]
	require.Empty(t, table.Fault)
	require.Positive(t, table.Compacted.Partitions)
	require.Greater(t, table.Compacted.FilesBefore, table.Compacted.FilesAfter)
	require.Greater(t, table.Manifests.Before, table.Manifests.After)
	require.Equal(t, table.Expired.Before, table.Expired.After, "all of them are young")
	compacted, err := l.reader.Files(t.Context(), lakehouse.CommerceTelemetry)
	require.NoError(t, err)
	require.EqualValues(t, table.Compacted.FilesBefore-table.Compacted.FilesAfter, len(before)-len(compacted))
	l.publish()
	l.requireLanded(mortal)
}
