package integrity_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"

	audit "bluntcases.com/platform/activities/integrity"
	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/integrity"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/testenv"
)

func TestACleanDatabaseGivesAnEmptyReport(t *testing.T) {
	s := setup(t)
	result, err := s.run(t, contract.AuditReferencesInput{RunID: "run-1"})
	require.NoError(t, err)
	require.Zero(t, result.Dangling)
	require.Positive(t, result.Rows, "the reference rows are walked too")

	report, err := s.artifacts.Get(t.Context(), result.ReportID)
	require.NoError(t, err)
	require.Equal(t, "Ready", report.Status.Phase)
	require.Nil(t, report.StorageKey)
}

func TestTheReportHoldsTheFirstFindingsAndTheObjectsAllOfThem(t *testing.T) {
	s := setup(t)
	s.images(t, 12_345)
	result, err := s.run(t, contract.AuditReferencesInput{RunID: "run-1", Tables: []string{"product_image"}})
	require.NoError(t, err)
	require.EqualValues(t, 12_345, result.Dangling)
	require.Equal(t, map[string]int64{"product_image.product_id": 12_345}, result.ByColumn)

	report, err := s.artifacts.Get(t.Context(), result.ReportID)
	require.NoError(t, err)
	require.Equal(t, result.ObjectKey, *report.StorageKey)
	var spec struct {
		Check    string              `json:"check"`
		Findings []integrity.Finding `json:"findings"`
	}
	require.NoError(t, json.Unmarshal(report.Spec, &spec))
	require.Equal(t, "integrity_audit", spec.Check)
	require.Len(t, spec.Findings, 1000)
	require.Len(t, s.stored(t, result.ObjectKey), 12_345)
}

func TestARetryGoesOnFromTheHeartbeatAndCountsNothingTwice(t *testing.T) {
	s := setup(t)
	s.images(t, 12_345)
	// The first attempt dies when it has stored its first two objects.
	dying := &dyingObjects{Objects: s.bucket, after: 2}
	_, err := s.attempt(t, dying, contract.AuditReferencesInput{RunID: "run-1", Tables: []string{"product_image"}}, nil)
	require.ErrorContains(t, err, errDied.Detail)
	require.NotNil(t, s.beat, "the first attempt reported nothing")

	result, err := s.attempt(t, s.bucket, contract.AuditReferencesInput{RunID: "run-1", Tables: []string{"product_image"}}, s.beat)
	require.NoError(t, err)
	require.EqualValues(t, 12_345, result.Dangling)
	require.EqualValues(t, 12_345, result.Rows)
	require.Len(t, s.stored(t, result.ObjectKey), 12_345)
}

func TestARepeatedRunKeepsItsReport(t *testing.T) {
	s := setup(t)
	first, err := s.run(t, contract.AuditReferencesInput{RunID: "run-1"})
	require.NoError(t, err)
	again, err := s.run(t, contract.AuditReferencesInput{RunID: "run-1"})
	require.NoError(t, err)
	require.Equal(t, first.ReportID, again.ReportID)
}

func TestAnUnknownTableFailsTheAudit(t *testing.T) {
	_, err := setup(t).run(t, contract.AuditReferencesInput{RunID: "run-1", Tables: []string{"orders"}})
	require.ErrorContains(t, err, "orders")
}

type stage struct {
	pool      *pgxpool.Pool
	artifacts *artifact.Service
	bucket    *objects.Bucket
	mu        sync.Mutex
	beat      *contract.Heartbeat[audit.Cursor]
}

func setup(t *testing.T) *stage {
	t.Helper()
	pool, err := store.Open(t.Context(), testenv.Postgres(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	schemas, err := artifact.LoadSchemas()
	require.NoError(t, err)
	settings := testenv.S3(t)
	bucket := objects.New(settings).Bucket(settings.ArchiveBucket)
	return &stage{pool: pool, artifacts: artifact.New(pool, schemas), bucket: bucket}
}

func (s *stage) run(t *testing.T, in contract.AuditReferencesInput) (contract.IntegrityAuditResult, error) {
	t.Helper()
	return s.attempt(t, s.bucket, in, nil)
}

// attempt runs the activity as a worker would, from an earlier attempt's heartbeat where there is one.
func (s *stage) attempt(t *testing.T, o audit.Objects, in contract.AuditReferencesInput, from *contract.Heartbeat[audit.Cursor]) (contract.IntegrityAuditResult, error) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) {
		var beat contract.Heartbeat[audit.Cursor]
		if details.Get(&beat) == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.beat = &beat
		}
	})
	if from != nil {
		env.SetHeartbeatDetails(*from)
	}
	run := audit.New(s.pool, s.artifacts, o).AuditReferences
	env.RegisterActivityWithOptions(run, activity.RegisterOptions{Name: contract.AuditReferences.Name})
	value, err := env.ExecuteActivity(contract.AuditReferences.Name, in)
	if err != nil {
		return contract.IntegrityAuditResult{}, err
	}
	var result contract.IntegrityAuditResult
	require.NoError(t, value.Get(&result))
	return result, nil
}

// images plants that many images of products that do not exist.
func (s *stage) images(t *testing.T, n int) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `INSERT INTO product_image (id, product_id, url)
		SELECT 'pimg_' || lpad(n::text, 26, '0'), 'prd_' || lpad(n::text, 26, '0'), 'https://example.com/' || n FROM generate_series(1, $1) n`, n)
	require.NoError(t, err)
}

// stored reads the ids of every finding in the objects below the prefix.
func (s *stage) stored(t *testing.T, prefix string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for info, err := range s.bucket.List(t.Context(), prefix) {
		require.NoError(t, err)
		body, _, err := s.bucket.Get(t.Context(), info.Key)
		require.NoError(t, err)
		for lines := bufio.NewScanner(body); lines.Scan(); {
			var finding integrity.Finding
			require.NoError(t, json.Unmarshal(lines.Bytes(), &finding))
			require.False(t, ids[finding.ID], "%s is stored twice", finding.ID)
			ids[finding.ID] = true
		}
		require.NoError(t, body.Close())
	}
	return ids
}

var errDied = fault.New(fault.Unavailable, "the worker died")

// dyingObjects stores a number of objects and then fails.
type dyingObjects struct {
	audit.Objects
	after int
}

func (d *dyingObjects) Put(ctx context.Context, key string, body io.Reader, options objects.PutOptions) (objects.Info, error) {
	if d.after == 0 {
		return objects.Info{}, errDied
	}
	d.after--
	return d.Objects.Put(ctx, key, body, options)
}
