package measurement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/classification"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
)

// strict is the default spec, but only what sells 14 in a week is hot: prod_1, with 7, no longer is.
func strict() classification.Spec {
	spec := defaultSpec()
	spec.Name, spec.Classes[0].Conditions[0].Value = "preview", dec("14")
	return spec
}

func TestAPreviewTellsWhichProductsWouldMoveAndWritesNothing(t *testing.T) {
	_, r, _ := shopWithReader(t)
	_, before, err := r.Latest(t.Context())
	require.NoError(t, err)
	p, err := r.Preview(t.Context(), measurement.Rules{Spec: strict()}, measurement.MoveFilter{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, measurement.Preview{
		Day: "2026-06-09", Products: 3, Changing: 1, Matching: 1,
		Before: map[string]int64{"hot": 3}, After: map[string]int64{"hot": 2, "steady": 1},
		Moves: []measurement.Move{{ProductID: "prod_1", Title: "Amber", Currency: "GBP", From: "hot", To: "steady", Units30d: 30}},
	}, p)
	require.NoError(t, r.Refresh(t.Context()))
	_, after, err := r.Latest(t.Context())
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// What a preview says is what a refresh by the same rules then makes so: the scope takes classes away, overrides win on
// their days and over the scope, and one that is over says nothing.
func TestAPreviewIsWhatARefreshWouldMakeSo(t *testing.T) {
	scoped := strict()
	scoped.Generation++
	scoped.Scope = artifact.Scope{Vendors: []string{"A"}}
	override := func(product, class, from, to string, priority int) classification.DayOverride {
		return classification.DayOverride{ProductID: product, Class: class, From: from, To: to, Priority: priority}
	}
	tests := map[string]struct {
		rules measurement.Rules
		after map[string]string
	}{
		"no scope":             {measurement.Rules{Spec: strict()}, map[string]string{"prod_1": "steady", "prod_2": "hot", "prod_3": "hot"}},
		"a scope":              {measurement.Rules{Spec: scoped, InScope: []string{"prod_1", "prod_3"}}, map[string]string{"prod_1": "steady", "prod_2": "unclassified", "prod_3": "hot"}},
		"a scope of nothing":   {measurement.Rules{Spec: scoped}, map[string]string{"prod_1": "unclassified", "prod_2": "unclassified", "prod_3": "unclassified"}},
		"an override":          {measurement.Rules{Spec: strict(), Overrides: []classification.DayOverride{override("prod_1", "kept", "2026-06-01", "", 0)}}, map[string]string{"prod_1": "kept", "prod_2": "hot", "prod_3": "hot"}},
		"one beyond the scope": {measurement.Rules{Spec: scoped, InScope: []string{"prod_1"}, Overrides: []classification.DayOverride{override("prod_2", "kept", "2026-06-09", "2026-06-10", 0)}}, map[string]string{"prod_1": "steady", "prod_2": "kept", "prod_3": "unclassified"}},
		"one that is over":     {measurement.Rules{Spec: strict(), Overrides: []classification.DayOverride{override("prod_1", "kept", "2026-06-01", "2026-06-09", 0)}}, map[string]string{"prod_1": "steady", "prod_2": "hot", "prod_3": "hot"}},
		"one that is to come":  {measurement.Rules{Spec: strict(), Overrides: []classification.DayOverride{override("prod_1", "kept", "2026-06-10", "", 0)}}, map[string]string{"prod_1": "steady", "prod_2": "hot", "prod_3": "hot"}},
		"the later of two": {measurement.Rules{Spec: strict(), Overrides: []classification.DayOverride{
			override("prod_1", "later", "2026-06-05", "", 0), override("prod_1", "earlier", "2026-06-01", "", 1),
		}}, map[string]string{"prod_1": "later", "prod_2": "hot", "prod_3": "hot"}},
	}
	l, r, now := shopWithReader(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l.refresh(t, now, measurement.Rules{Spec: defaultSpec()}, true)
			require.NoError(t, r.Refresh(t.Context()))
			preview, err := r.Preview(t.Context(), test.rules, measurement.MoveFilter{Limit: 10})
			require.NoError(t, err)
			moved := map[string]string{"prod_1": "hot", "prod_2": "hot", "prod_3": "hot"}
			for _, m := range preview.Moves {
				require.Equal(t, moved[m.ProductID], m.From)
				moved[m.ProductID] = m.To
			}
			require.Equal(t, test.after, moved)

			l.refresh(t, now, test.rules, true)
			require.NoError(t, r.Refresh(t.Context()))
			page, err := r.List(t.Context(), measurement.Query{Currency: "GBP"})
			require.NoError(t, err)
			found, count := map[string]string{}, map[string]int64{}
			for _, s := range page.Items {
				found[s.ProductID] = s.Classification
				count[s.Classification]++
			}
			require.Equal(t, test.after, found)
			require.Equal(t, count, preview.After)
		})
	}
}

func TestAPreviewListsTheMovesThatAreAskedFor(t *testing.T) {
	_, r, _ := shopWithReader(t)
	rules := measurement.Rules{Spec: strict()} // prod_1 to steady
	rules.Overrides = []classification.DayOverride{{ProductID: "prod_2", Class: "kept", From: "2026-06-01"}, {ProductID: "prod_3", Class: "kept", From: "2026-06-01"}}
	tests := map[string]struct {
		filter   measurement.MoveFilter
		listed   []string
		matching int64
	}{
		"all, the best sellers first": {measurement.MoveFilter{Limit: 10}, []string{"prod_3", "prod_2", "prod_1"}, 3},
		"the first":                   {measurement.MoveFilter{Limit: 1}, []string{"prod_3"}, 3},
		"to a class":                  {measurement.MoveFilter{Limit: 10, To: []string{"steady", "cold"}}, []string{"prod_1"}, 1},
		"from a class":                {measurement.MoveFilter{Limit: 10, From: []string{"cold"}}, nil, 0},
		"by title":                    {measurement.MoveFilter{Limit: 10, Search: "AM"}, []string{"prod_3", "prod_1"}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := r.Preview(t.Context(), rules, test.filter)
			require.NoError(t, err)
			var listed []string
			for _, m := range p.Moves {
				listed = append(listed, m.ProductID)
			}
			require.Equal(t, test.listed, listed)
			require.Equal(t, test.matching, p.Matching)
			require.EqualValues(t, 3, p.Changing, "counts are of all")
		})
	}
}

func TestAPreviewOfNothingIsNotFoundAndOfAnEmptyTableIsEmpty(t *testing.T) {
	l := newLake(t)
	r := measurement.NewReader(l.Lake, l.cache, catalogue{}, "64MB")
	defer r.Close()
	_, err := r.Preview(t.Context(), measurement.Rules{Spec: strict()}, measurement.MoveFilter{Limit: 10})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)

	l.land(t, lakehouse.CommerceTelemetry, telemetryQuery(t, []row{{at: date("2026-06-01"), order: "o", line: "l", currency: "GBP", units: 1}}))
	l.refresh(t, date("2026-06-09"), measurement.Rules{Spec: defaultSpec()}, false)
	p, err := r.Preview(t.Context(), measurement.Rules{Spec: strict()}, measurement.MoveFilter{Limit: 10})
	require.NoError(t, err)
	require.Zero(t, p.Products)
	require.Empty(t, p.Moves)
}
