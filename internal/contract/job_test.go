package contract_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
)

func TestParseJobReadsTheUnion(t *testing.T) {
	job, err := contract.ParseJob([]byte(`{"job_type":"SHOPIFY_BACKFILL","entities":["orders"],"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}`))
	require.NoError(t, err)
	require.Equal(t, contract.JobBackfill, job.Type)
	require.Equal(t, contract.BackfillInput{
		Entities: []contract.Entity{contract.Orders},
		From:     time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
	}, job.Input)
	kind, err := contract.KindOf(job.Type)
	require.NoError(t, err)
	require.Equal(t, contract.BackfillID, kind.WorkflowID(job))
	require.Equal(t, contract.QueueSync, kind.Queue)
}

func TestParseJobRefusesWithEverythingThatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		json string
		code fault.Code
		says []string
	}{
		"not JSON":        {`nope`, fault.InvalidInput, []string{"not a JSON object"}},
		"an array":        {`[]`, fault.InvalidInput, []string{"not a JSON object"}},
		"no type":         {`{"entities":[]}`, fault.UnknownJob, []string{"job_type", "SHOPIFY_BULK_SYNC_START"}},
		"type not string": {`{"job_type":7}`, fault.InvalidInput, []string{"/job_type"}},
		"unknown type":    {`{"job_type":"MAKE_COFFEE"}`, fault.UnknownJob, []string{"MAKE_COFFEE", "ASSET_INGEST"}},
		"not yet there":   {`{"job_type":"ASSET_INGEST","whatever":1}`, fault.Unsupported, []string{"AssetIngest"}},
		"two faults":      {`{"job_type":"SHOPIFY_BULK_SYNC_START","entities":7,"extra":1}`, fault.InvalidInput, []string{"/entities", "/extra"}},
		"entity":          {`{"job_type":"SHOPIFY_BULK_SYNC_START","entities":["shop","orders","orders"]}`, fault.InvalidInput, []string{"/entities/0", "/entities/2"}},
		"empty range":     {`{"job_type":"SHOPIFY_BACKFILL","from":"2026-01-01T00:00:00Z","to":"2026-01-01T00:00:00Z"}`, fault.InvalidInput, []string{"/to"}},
		"inner state":     {`{"job_type":"SHOPIFY_BACKFILL","state":{}}`, fault.InvalidInput, []string{"/state"}},
		"path as run id":  {`{"job_type":"ARCHIVE_REPLAY","run_id":"../x"}`, fault.InvalidInput, []string{"/run_id"}},
		"no run id":       {`{"job_type":"ARCHIVE_REPLAY"}`, fault.InvalidInput, []string{"/run_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := contract.ParseJob([]byte(c.json))
			require.Truef(t, fault.Is(err, c.code), "%v", err)
			for _, word := range c.says {
				require.ErrorContains(t, err, word)
			}
		})
	}
}

func TestJobSurvivesJSON(t *testing.T) {
	for _, job := range []contract.Job{
		{Type: contract.JobBulkSync, Input: contract.BulkSyncInput{}},
		{Type: contract.JobBulkSync, Input: contract.BulkSyncInput{Entities: []contract.Entity{contract.Products}}},
		{Type: contract.JobReplay, Input: contract.ReplayInput{RunID: "0198f", Force: true}},
	} {
		data, err := json.Marshal(job)
		require.NoError(t, err)
		again, err := contract.ParseJob(data)
		require.NoError(t, err)
		require.Equal(t, job, again)
	}
}

func TestEveryJobTypeOfTheOriginalIsKnown(t *testing.T) {
	for _, name := range []contract.JobType{
		contract.JobBulkSync, contract.JobAssetIngest, contract.JobDocumentGenerate, contract.JobMeasurementRefresh,
		contract.JobSuggestionGenerate, contract.JobComboImport,
	} {
		_, err := contract.KindOf(name)
		require.False(t, fault.Is(err, fault.UnknownJob), name)
	}
}
