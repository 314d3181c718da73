package e2e_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
)

// A spec that anybody changes is in the table soon after, without anybody's doing, and also where ingest was killed
// meanwhile.
func TestAChangedClassificationReachesTheLakeByItself(t *testing.T) {
	l := startLanding(t)
	l.land()
	schemas, err := artifact.LoadSchemas()
	require.NoError(t, err)
	artifacts := artifact.New(l.pool, schemas)
	spec, err := artifacts.ByName(t.Context(), artifact.ClassificationSpecKind, "sales-performance")
	require.NoError(t, err)
	holds := func(generation int64) func() bool {
		return func() bool {
			var newest int64
			err := l.reader.Query(t.Context(), lakehouse.ObjectiveSpec, "SELECT coalesce(max(generation), 0) FROM t", &newest)
			return err == nil && newest == generation
		}
	}
	l.eventually(mortal, "the first classification to arrive", holds(spec.Generation))
	change := func(class string) {
		spec, err = artifacts.Update(t.Context(), spec.ID, spec.ResourceVersion, artifact.Change{Spec: json.RawMessage(
			`{"windows": [7], "classes": [{"name": "` + class + `", "rank": 1, "conditions": [{"metric": "units_7d", "op": "gte", "value": 9}]},
			  {"name": "cold", "rank": 2, "conditions": [{"metric": "units_7d", "op": "lte", "value": 0}]}],
			  "default_class": "cold", "scope": {}}`)})
		require.NoError(t, err)
	}
	change("hot")
	l.eventually(mortal, "the changed classification to arrive", holds(spec.Generation))

	l.stop()
	change("burning")
	l.land()
	l.eventually(mortal, "the classification that changed while ingest was down to arrive", holds(spec.Generation))

	value, err := l.temporal.QueryWorkflow(t.Context(), contract.ObjectiveReplicationID, "", contract.QueryObjectives)
	require.NoError(t, err)
	var state contract.ObjectiveState
	require.NoError(t, value.Get(&state))
	require.EqualValues(t, 3, state.Rows)
	require.Empty(t, state.Fault)
}
