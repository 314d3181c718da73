package artifact_test

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/catalog"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
	"bluntcases.com/platform/internal/uid"
)

func TestTheCatalogsRowsAreTheFiles(t *testing.T) {
	pool := open(t)
	catalogs, err := store.New(pool).Catalogs(t.Context())
	require.NoError(t, err)
	inRows := map[artifact.Kind]bool{}
	for _, row := range catalogs {
		require.Len(t, row.SpecSchemas, len(row.Kinds), row.Code)
		for _, name := range row.Kinds {
			kind := artifact.Kind(name)
			inRows[kind] = true
			require.Equal(t, row.Code, kind.Catalog())
			require.Equal(t, row.ID, kind.CatalogID())
			file, err := artifact.Files.ReadFile("schemas/" + name + ".json")
			require.NoError(t, err)
			require.JSONEq(t, string(file), string(row.SpecSchemas[name]), "schema of %s", name)
		}
	}
	require.Len(t, inRows, len(artifact.Kinds()))
}

func TestKindsAndPhasesAreTheDatabases(t *testing.T) {
	c, err := catalog.Read(t.Context(), open(t), "public")
	require.NoError(t, err)
	table, _ := c.Table("macrodata_artifact")
	kinds := []string{}
	for _, kind := range artifact.Kinds() {
		kinds = append(kinds, string(kind))
		require.Subset(t, table.Phases(), kind.Phases(), kind)
	}
	require.ElementsMatch(t, table.Values("kind"), kinds)
}

func TestTheDefaultClassificationIsSound(t *testing.T) {
	s := service(t, open(t))
	row, err := s.ByName(t.Context(), artifact.ClassificationSpecKind, "sales-performance")
	require.NoError(t, err)
	spec, err := load(t).ParseClassification(row.Spec)
	require.NoError(t, err)
	require.Equal(t, "dormant", spec.DefaultClass)
	require.Equal(t, hash(t, string(row.Spec)), *row.ContentHash)
	require.Equal(t, artifact.Active, row.Status.Phase)
}

func TestGenerationGrowsWithTheSpecAloneAndTheVersionWithEveryWrite(t *testing.T) {
	s := service(t, open(t))
	flag, err := s.Create(t.Context(), artifact.Draft{Kind: artifact.FeatureFlag, Name: "new-search", Spec: json.RawMessage(`{"enabled":false}`)})
	require.NoError(t, err)
	require.Equal(t, artifact.Active, flag.Status.Phase)
	require.EqualValues(t, 1, flag.Generation)
	require.EqualValues(t, 1, flag.ResourceVersion)

	renamed, err := s.Update(t.Context(), flag.ID, 1, artifact.Change{DisplayName: ptr("New search")})
	require.NoError(t, err)
	require.EqualValues(t, 1, renamed.Generation)
	require.EqualValues(t, 2, renamed.ResourceVersion)
	require.Equal(t, flag.ContentHash, renamed.ContentHash)

	same, err := s.Update(t.Context(), flag.ID, 2, artifact.Change{Spec: json.RawMessage(` { "enabled" : false } `)})
	require.NoError(t, err)
	require.EqualValues(t, 1, same.Generation, "the same spec in other words is no new generation")

	on, err := s.Update(t.Context(), flag.ID, 3, artifact.Change{Spec: json.RawMessage(`{"enabled":true}`)})
	require.NoError(t, err)
	require.EqualValues(t, 2, on.Generation)
	require.NotEqual(t, flag.ContentHash, on.ContentHash)
	require.Equal(t, "New search", *on.DisplayName, "what a change does not name stays")

	seen, err := s.SetStatus(t.Context(), flag.ID, 4, artifact.Observation{Phase: artifact.Active, ObservedGeneration: 2, Conditions: []store.Condition{{Type: "Applied", Status: "True"}}})
	require.NoError(t, err)
	require.EqualValues(t, 2, seen.Generation)
	require.EqualValues(t, 2, seen.ObservedGeneration)
	require.Equal(t, "Applied", seen.Status.Conditions[0].Type)
}

func TestTheSecondOfTwoWritersGetsAConflictWithTheCurrentVersion(t *testing.T) {
	s := service(t, open(t))
	flag, err := s.Create(t.Context(), artifact.Draft{Kind: artifact.FeatureFlag, Name: "raced", Spec: json.RawMessage(`{"enabled":false}`)})
	require.NoError(t, err)

	writes := map[string]func() error{
		"update": func() error {
			_, err := s.Update(t.Context(), flag.ID, 1, artifact.Change{DisplayName: ptr("b")})
			return err
		},
		"status": func() error {
			_, err := s.SetStatus(t.Context(), flag.ID, 1, artifact.Observation{Phase: artifact.Active})
			return err
		},
		"archive": func() error { _, err := s.Archive(t.Context(), flag.ID, 1, nil); return err },
	}
	_, err = s.Update(t.Context(), flag.ID, 1, artifact.Change{DisplayName: ptr("a")})
	require.NoError(t, err)
	for name, write := range writes {
		t.Run(name, func(t *testing.T) {
			err := write()
			var conflict *artifact.Conflict
			require.ErrorAs(t, err, &conflict)
			require.EqualValues(t, 1, conflict.Expected)
			require.EqualValues(t, 2, conflict.Current)
			require.True(t, fault.Is(err, fault.Conflict))
			require.Contains(t, err.Error(), "2")
		})
	}
}

func TestOfManyWritersAtOnceOneWins(t *testing.T) {
	s := service(t, open(t))
	flag, err := s.Create(t.Context(), artifact.Draft{Kind: artifact.FeatureFlag, Name: "crowded", Spec: json.RawMessage(`{"enabled":false}`)})
	require.NoError(t, err)
	var group sync.WaitGroup
	outcomes := make(chan error, 8)
	for i := range 8 {
		group.Go(func() {
			_, err := s.Update(t.Context(), flag.ID, 1, artifact.Change{Spec: json.RawMessage(`{"enabled":true,"rollout":` + string(rune('0'+i)) + `}`)})
			outcomes <- err
		})
	}
	group.Wait()
	close(outcomes)
	won := 0
	for err := range outcomes {
		if err == nil {
			won++
			continue
		}
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
	}
	require.Equal(t, 1, won)
}

func TestABadDraftIsRefusedWholeWithEveryFault(t *testing.T) {
	s := service(t, open(t))
	_, err := s.Create(t.Context(), artifact.Draft{
		Kind: artifact.FeatureFlag, Name: " x", Phase: "Pending", Spec: json.RawMessage(`{"rollout":101}`),
		ParentID: ptr(uid.New(uid.Product)), AgentPrincipalID: ptr("prn_x"), Annotations: json.RawMessage(`[]`),
		EffectiveTS: ptr(time.Now()), ExpireTS: ptr(time.Now().Add(-time.Hour)),
		File: artifact.File{Bucket: ptr("attic"), ContentLength: ptr(int64(-1)), ContentHash: ptr("ABC")},
	})
	require.True(t, fault.Is(err, fault.InvalidInput))
	names := []string{}
	for _, f := range fault.Of(err).Fields {
		names = append(names, f.Name)
	}
	require.ElementsMatch(t, []string{
		"/spec/enabled", "/spec/rollout", "/name", "macrodata_artifact.status", "macrodata_artifact.parent_artifact_id",
		"macrodata_artifact.agent_principal_id", "/annotations", "/expire_ts", "macrodata_artifact.storage_bucket",
		"macrodata_artifact.content_length", "macrodata_artifact.content_hash",
	}, names)
	require.ErrorContains(t, err, `"Pending" is not a phase of feature_flag`)
	page, err := s.List(t.Context(), artifact.Query{Kind: artifact.FeatureFlag})
	require.NoError(t, err)
	require.Empty(t, page.Items, "nothing is half done")
}

func TestAStatusThatCannotBeIsRefused(t *testing.T) {
	s := service(t, open(t))
	flag, err := s.Create(t.Context(), artifact.Draft{Kind: artifact.FeatureFlag, Name: "f", Spec: json.RawMessage(`{"enabled":false}`)})
	require.NoError(t, err)
	_, err = s.SetStatus(t.Context(), flag.ID, 1, artifact.Observation{Phase: "Ready", ObservedGeneration: 2})
	require.ErrorContains(t, err, "macrodata_artifact.status")
	require.ErrorContains(t, err, "macrodata_artifact.observed_generation")
}

func TestANameIsTakenUntilItsArtifactIsArchived(t *testing.T) {
	s := service(t, open(t))
	draft := artifact.Draft{Kind: artifact.ComboTemplate, Name: "two-tone", Spec: json.RawMessage(`{"slots":[{"role":"base"}]}`)}
	first, err := s.Create(t.Context(), draft)
	require.NoError(t, err)
	_, err = s.Create(t.Context(), draft)
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)

	archived, err := s.Archive(t.Context(), first.ID, 1, nil)
	require.NoError(t, err)
	require.Equal(t, artifact.Archived, archived.Status.Phase)
	_, err = s.Get(t.Context(), first.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.Archive(t.Context(), first.ID, 2, nil)
	require.True(t, fault.Is(err, fault.NotFound), "an archived artifact is gone, not in conflict")
	_, err = s.Create(t.Context(), draft)
	require.NoError(t, err)
}

func TestTheSameBytesAreStoredOnce(t *testing.T) {
	s := service(t, open(t))
	bytes := strings.Repeat("ab", 32)
	draft := artifact.Draft{Kind: artifact.DesignAsset, Name: "one", Spec: json.RawMessage(`{"filename":"a.png"}`), File: artifact.File{ContentHash: &bytes}}
	first, err := s.Create(t.Context(), draft)
	require.NoError(t, err)
	draft.Name = "two"
	_, err = s.Create(t.Context(), draft)
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
	found, err := s.ByHash(t.Context(), artifact.DesignAsset, bytes)
	require.NoError(t, err)
	require.Equal(t, first.ID, found.ID)
}

func TestListsPageThroughEverythingOnce(t *testing.T) {
	pool := open(t)
	s := service(t, pool)
	agent, parent := uid.New(uid.Principal), uid.New(uid.MacrodataArtifact)
	for i := range 25 {
		draft := artifact.Draft{Kind: artifact.ComboSuggestion, Name: strings.Repeat("n", i+1), Spec: json.RawMessage(`{"combo_key":"k","tag_ids":["ptag_01h455vb4pex5vsknk084sn02q"],"score":1,"run_id":"r"}`)}
		if i%5 == 0 {
			draft.Phase, draft.AgentPrincipalID, draft.ParentID = artifact.Accepted, &agent, &parent
		}
		_, err := s.Create(t.Context(), draft)
		require.NoError(t, err)
	}
	// Rows of one moment are told apart by their ids.
	_, err := pool.Exec(t.Context(), `UPDATE macrodata_artifact SET update_ts = '2026-07-01' WHERE kind = 'combo_suggestion' AND length(name) > 10`)
	require.NoError(t, err)

	for name, c := range map[string]struct {
		query artifact.Query
		want  int
	}{
		"all":       {artifact.Query{Kind: artifact.ComboSuggestion, Limit: 4}, 25},
		"by phase":  {artifact.Query{Kind: artifact.ComboSuggestion, Phase: artifact.Accepted, Limit: 2}, 5},
		"by agent":  {artifact.Query{Kind: artifact.ComboSuggestion, AgentPrincipalID: agent, Limit: 2}, 5},
		"by parent": {artifact.Query{Kind: artifact.ComboSuggestion, ParentID: parent, Limit: 5}, 5},
		"none":      {artifact.Query{Kind: artifact.ComboTemplate}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			for q := c.query; ; {
				page, err := s.List(t.Context(), q)
				require.NoError(t, err)
				for _, item := range page.Items {
					require.False(t, seen[item.ID], "twice")
					seen[item.ID] = true
				}
				if page.Next == nil {
					break
				}
				q.After = *page.Next
			}
			require.Len(t, seen, c.want)
		})
	}
	_, err = s.List(t.Context(), artifact.Query{Kind: artifact.ComboSuggestion, Phase: artifact.Accepted, ParentID: parent, Limit: 501})
	require.ErrorContains(t, err, "limit")
	require.ErrorContains(t, err, "only one")
}

func TestWritesOfOneTransactionStandOrFallTogether(t *testing.T) {
	pool := open(t)
	s := service(t, pool)
	failed := errors.New("later step failed")
	err := store.InTx(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := s.In(tx).Create(t.Context(), artifact.Draft{Kind: artifact.FeatureFlag, Name: "half", Spec: json.RawMessage(`{"enabled":true}`)})
		require.NoError(t, err)
		return failed
	})
	require.ErrorIs(t, err, failed)
	_, err = s.ByName(t.Context(), artifact.FeatureFlag, "half")
	require.True(t, fault.Is(err, fault.NotFound))
}

func service(t *testing.T, pool *pgxpool.Pool) *artifact.Service {
	t.Helper()
	return artifact.New(pool, load(t))
}

func open(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func ptr[T any](v T) *T { return &v }
