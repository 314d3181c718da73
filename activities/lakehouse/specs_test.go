package lakehouse_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

// specs is a database with the classification spec that every platform begins with, and a lake.
type specs struct {
	*harness
	artifacts *artifact.Service
}

func newSpecs(t *testing.T) *specs {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{Name: "specs"})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	schemas, err := artifact.LoadSchemas()
	require.NoError(t, err)
	return &specs{harness: newHarness(t), artifacts: artifact.New(pool, schemas)}
}

func (s *specs) activities() *activities.Activities {
	a := s.harness.activities()
	a.Lake, a.Specs = s.newLake(), s.artifacts
	return a
}

func (s *specs) replicate() contract.Replicated {
	s.t.Helper()
	out, err := s.activities().ReplicateObjectives(s.t.Context(), contract.ReplicateInput{})
	require.NoError(s.t, err)
	return out
}

// change gives the spec two classes; the number is the threshold of the first.
func (s *specs) change(threshold int) artifact.Artifact {
	s.t.Helper()
	now, err := s.artifacts.ByName(s.t.Context(), artifact.ClassificationSpecKind, "sales-performance")
	require.NoError(s.t, err)
	now, err = s.artifacts.Update(s.t.Context(), now.ID, now.ResourceVersion, artifact.Change{Spec: json.RawMessage(fmt.Sprintf(
		`{"windows": [7], "classes": [{"name": "hot", "rank": 1, "conditions": [{"metric": "units_7d", "op": "gte", "value": %d}]},
		    {"name": "cold", "rank": 2, "conditions": [{"metric": "units_7d", "op": "lte", "value": 0}]}],
		  "default_class": "cold", "scope": {}}`, threshold))})
	require.NoError(s.t, err)
	return now
}

// holds reads the table: how many rows, and the conditions of the class hot, all its specs'.
func (s *specs) holds() (rows int, hot string) {
	s.t.Helper()
	require.NoError(s.t, s.reader.Query(s.t.Context(), lakehouse.ObjectiveSpec,
		"SELECT count(*), coalesce(string_agg(name || ' ' || generation || ' ' || conditions, '; ' ORDER BY name) FILTER (WHERE class_name = 'hot'), '') FROM t", &rows, &hot))
	return rows, hot
}

func hot(name string, generation int64, threshold int) string {
	return fmt.Sprintf(`%s %d [{"metric":"units_7d","op":"gte","value":"%d"}]`, name, generation, threshold)
}

func TestAChangedSpecArrivesAndTheSameTwiceAddsNothing(t *testing.T) {
	s := newSpecs(t)
	require.True(t, s.replicate().Changed, "the spec that every platform begins with")
	changed := s.change(20)
	out := s.replicate()
	require.Equal(t, contract.Replicated{Specs: 1, Rows: 3, Changed: true}, out)
	rows, classes := s.holds()
	require.Equal(t, 3, rows, "the classes, and the default")
	require.Equal(t, hot(changed.Name, changed.Generation, 20), classes)

	before, err := s.lake.Snapshots(t.Context(), lakehouse.ObjectiveSpec)
	require.NoError(t, err)
	require.False(t, s.replicate().Changed)
	after, err := s.lake.Snapshots(t.Context(), lakehouse.ObjectiveSpec)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestADeletedSpecLeavesTheTable(t *testing.T) {
	s := newSpecs(t)
	first := s.change(20)
	_, err := s.artifacts.Create(t.Context(), artifact.Draft{Kind: artifact.ClassificationSpecKind, Name: "another", Spec: first.Spec})
	require.NoError(t, err)
	s.replicate()
	rows, classes := s.holds()
	require.Equal(t, 6, rows)
	require.Equal(t, hot("another", 1, 20)+"; "+hot(first.Name, first.Generation, 20), classes)

	_, err = s.artifacts.Archive(t.Context(), first.ID, first.ResourceVersion, nil)
	require.NoError(t, err)
	require.True(t, s.replicate().Changed)
	rows, classes = s.holds()
	require.Equal(t, 3, rows)
	require.Equal(t, hot("another", 1, 20), classes)

	last, err := s.artifacts.ByName(t.Context(), artifact.ClassificationSpecKind, "another")
	require.NoError(t, err)
	_, err = s.artifacts.Archive(t.Context(), last.ID, last.ResourceVersion, nil)
	require.NoError(t, err)
	require.Equal(t, contract.Replicated{Changed: true}, s.replicate())
	files, err := s.reader.Files(t.Context(), lakehouse.ObjectiveSpec)
	require.NoError(t, err)
	require.Empty(t, files)
	require.False(t, s.replicate().Changed)
}

func TestAReplicationThatWaitsSeesTheChange(t *testing.T) {
	s := newSpecs(t)
	s.replicate()
	arrived := make(chan contract.Replicated, 1)
	a := s.activities()
	looked := make(chan struct{}, 100)
	a.Specs = listed{s.artifacts, func() { looked <- struct{}{} }}
	go func() {
		out, err := a.ReplicateObjectives(t.Context(), contract.ReplicateInput{Wait: time.Minute})
		if err != nil {
			t.Errorf("replicate: %v", err)
		}
		arrived <- out
	}()
	for range 3 { // it has seen that nothing is new, and looks again
		<-looked
	}
	changed := s.change(30)
	select {
	case out := <-arrived:
		require.True(t, out.Changed)
	case <-time.After(30 * time.Second):
		t.Fatal("the change did not arrive within 30 s")
	}
	_, classes := s.holds()
	require.Equal(t, hot(changed.Name, changed.Generation, 30), classes)
}

// listed tells of every look at the specs.
type listed struct {
	activities.Specs
	then func()
}

func (l listed) List(ctx context.Context, q artifact.Query) (artifact.Page, error) {
	page, err := l.Specs.List(ctx, q)
	l.then()
	return page, err
}

func TestTheReplicationThatReadEarlierHasNotTheLastWord(t *testing.T) {
	s := newSpecs(t)
	s.change(1)
	s.replicate()
	s.change(2)
	slow := s.activities()
	var overtaken atomic.Bool
	slow.Specs = listed{s.artifacts, func() {
		if overtaken.CompareAndSwap(false, true) { // it knows of 2; then another one brings 3
			s.change(3)
			s.replicate()
		}
	}}
	_, err := slow.ReplicateObjectives(t.Context(), contract.ReplicateInput{})
	require.NoError(t, err)
	require.True(t, overtaken.Load())
	_, classes := s.holds()
	require.Equal(t, hot("sales-performance", s.change(3).Generation, 3), classes)
}

func TestReplicationsAtOnceLeaveTheTableAsTheSpecsAre(t *testing.T) {
	s := newSpecs(t)
	var replications sync.WaitGroup
	var over atomic.Bool
	for range 3 {
		a := s.activities()
		replications.Go(func() {
			for last := false; !last; {
				last = over.Load() // once more after the last change
				if _, err := a.ReplicateObjectives(t.Context(), contract.ReplicateInput{}); err != nil {
					t.Errorf("replicate: %v", err)
				}
			}
		})
	}
	var changed artifact.Artifact
	for i := range 15 {
		changed = s.change(i + 1)
	}
	over.Store(true)
	replications.Wait()
	rows, classes := s.holds()
	require.Equal(t, 3, rows)
	require.Equal(t, hot(changed.Name, changed.Generation, 15), classes)
}
