package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bluntcases.com/platform/internal/fault"
)

// JobType discriminates the union of jobs.
type JobType string

// The job types.
const (
	JobBulkSync           JobType = "SHOPIFY_BULK_SYNC_START"
	JobAssetIngest        JobType = "ASSET_INGEST"
	JobDocumentGenerate   JobType = "DOCUMENT_ARTIFACT_GENERATE"
	JobMeasurementRefresh JobType = "MEASUREMENT_DATASET_REFRESH"
	JobSuggestionGenerate JobType = "SUGGESTION_GENERATE"
	JobComboImport        JobType = "COMBO_IMPORT"

	JobBackfill         JobType = "SHOPIFY_BACKFILL"
	JobReplay           JobType = "ARCHIVE_REPLAY"
	JobIntegrityAudit   JobType = "INTEGRITY_AUDIT"
	JobStreamRoll       JobType = "STREAM_ROLL"
	JobLakeMaintenance  JobType = "LAKE_MAINTENANCE"
	JobAssetHealthCheck JobType = "ASSET_HEALTH_CHECK"
	JobHousekeeping     JobType = "HOUSEKEEPING"

	JobObjectiveReplication JobType = "OBJECTIVE_REPLICATION"
)

// Job asks for a workflow. As JSON it is one object: job_type, beside it the fields of the workflow's input.
type Job struct {
	Type  JobType
	Input any // of the type that the job type's row in jobKinds names
}

// ParseJob reads a job and refuses one that is unknown, malformed, or has a field that its type does not have, with
// everything that is wrong. A job whose workflow this version does not have is refused by the workflow's name.
func ParseJob(data []byte) (Job, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return Job{}, fault.Invalid("job", fault.Field{Name: "", Detail: "is not a JSON object: " + err.Error()})
	}
	raw, given := members["job_type"]
	if !given {
		return Job{}, fault.New(fault.UnknownJob, "the job has no job_type; it is one of %s", strings.Join(jobTypeNames(), ", "))
	}
	var name JobType
	if err := json.Unmarshal(raw, &name); err != nil {
		return Job{}, fault.Invalid("job", fault.Field{Name: "/job_type", Detail: "is not a string"})
	}
	delete(members, "job_type")
	kind, err := KindOf(name)
	if err != nil {
		return Job{}, err
	}
	input, fields := decodeInput(members, kind.newInput())
	if len(fields) > 0 {
		return Job{}, fault.Invalid("job "+string(name), fields...)
	}
	return Job{Type: name, Input: input}, nil
}

// MarshalJSON implements json.Marshaler.
func (j Job) MarshalJSON() ([]byte, error) {
	if _, known := jobKinds[j.Type]; !known {
		return nil, fmt.Errorf("job type %q is unknown", j.Type)
	}
	discriminator, err := json.Marshal(map[string]JobType{"job_type": j.Type})
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(j.Input)
	if err != nil {
		return nil, fmt.Errorf("job %s: %w", j.Type, err)
	}
	if bytes.Equal(input, []byte("{}")) || bytes.Equal(input, []byte("null")) {
		return discriminator, nil
	}
	return append(append(discriminator[:len(discriminator)-1], ','), input[1:]...), nil
}

// UnmarshalJSON implements json.Unmarshaler; see ParseJob.
func (j *Job) UnmarshalJSON(data []byte) (err error) {
	*j, err = ParseJob(data)
	return err
}

// Kind is what a job type starts.
type Kind struct {
	Workflow string // workflow type
	Queue    string // task queue
	Summary  string // one line for the Temporal UI
	newInput func() any
	id       func(input any) string
}

// WorkflowID is the id of the job's workflow: what must not run twice at once has one id.
func (k Kind) WorkflowID(job Job) string { return k.id(job.Input) }

// KindOf says what the job type starts. It refuses a type that nobody knows, and one whose workflow this version does
// not have.
func KindOf(name JobType) (Kind, error) {
	kind, known := jobKinds[name]
	if !known {
		return Kind{}, fault.New(fault.UnknownJob, "job_type %q is unknown; it is one of %s", name, strings.Join(jobTypeNames(), ", "))
	}
	if kind.newInput == nil {
		return Kind{}, fault.New(fault.Unsupported, "job %s starts the workflow %s, which this version does not have", name, kind.Workflow)
	}
	return kind, nil
}

// JobTypes lists the job types that this version runs.
func JobTypes() []JobType {
	var names []JobType
	for name, kind := range jobKinds {
		if kind.newInput != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func jobTypeNames() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(jobKinds)) {
		names = append(names, string(name))
	}
	return names
}

// jobKinds is the union: one row a job type.
var jobKinds = map[JobType]Kind{
	JobBulkSync: kind(BulkSyncWorkflow, QueueSync, "Bring PostgreSQL, the archive and the stream up to date with Shopify",
		func(BulkSyncInput) string { return BulkSyncID }),
	JobBackfill: kind(BackfillWorkflow, QueueSync, "Load a range of the store's history",
		func(BackfillInput) string { return BackfillID }),
	JobReplay: kind(ReplayWorkflow, QueueSync, "Load a run's archived objects again",
		func(in ReplayInput) string { return ReplayID(in.RunID) }),

	JobAssetIngest:        missing("AssetIngest"),
	JobDocumentGenerate:   missing("CSVExport"),
	JobSuggestionGenerate: missing("SuggestionGeneration"),
	JobComboImport:        missing("ComboImport"),
	JobAssetHealthCheck:   missing("AssetHealthCheck"),

	JobMeasurementRefresh: kind(MeasurementWorkflow, QueueMeasurement, "Bring the measurement tables up to date",
		func(MeasurementRefreshInput) string { return MeasurementID }),
	JobStreamRoll: kind(StreamRollWorkflow, QueueStreams, "Land a telemetry stream in its table, for as long as the platform runs",
		func(in StreamRollInput) string { return StreamRollID(in.Stream) }),
	JobLakeMaintenance: kind(LakeMaintenanceWorkflow, QueueStreams, "Keep the lake's tables in shape",
		func(LakeMaintenanceInput) string { return LakeMaintenanceID }),
	JobObjectiveReplication: kind(ObjectiveReplicationWorkflow, QueueStreams,
		"Replicate the classification specs to configuration.objective_spec, for as long as the platform runs",
		func(ObjectiveReplicationInput) string { return ObjectiveReplicationID }),
	JobIntegrityAudit: kind(IntegrityAuditWorkflow, QueueSync, "Search for references that lead nowhere",
		func(IntegrityAuditInput) string { return IntegrityAuditID }),
	JobHousekeeping: kind(HousekeepingWorkflow, QueueSync, "Delete runtime rows that have served",
		func(HousekeepingInput) string { return HousekeepingID }),
}

func kind[In any](workflow, queue, summary string, id func(In) string) Kind {
	return Kind{
		Workflow: workflow, Queue: queue, Summary: summary,
		newInput: func() any { return new(In) },
		id: func(input any) string {
			switch in := input.(type) {
			case *In:
				return id(*in)
			case In:
				return id(in)
			default:
				var zero In
				return id(zero)
			}
		},
	}
}

// missing is the row of a job whose workflow comes in a later version.
func missing(workflow string) Kind { return Kind{Workflow: workflow} }

// JobTypeOf is the job type that starts the workflow, or nothing.
func JobTypeOf(workflow string) JobType {
	for _, name := range slices.Sorted(maps.Keys(jobKinds)) {
		if jobKinds[name].Workflow == workflow {
			return name
		}
	}
	return ""
}

// AllJobTypes lists the union, with the job types that this version does not run yet.
func AllJobTypes() []JobType { return slices.Sorted(maps.Keys(jobKinds)) }
