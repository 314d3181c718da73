package integrity

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"go.temporal.io/sdk/activity"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/integrity"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/store"
)

const (
	// reported is how many findings the report itself holds, and how many an object of the full list does.
	reported = 1000
	bucket   = "jsonl_archive"
)

// Objects stores the findings that do not fit into a report.
type Objects interface {
	Put(ctx context.Context, key string, body io.Reader, options objects.PutOptions) (objects.Info, error)
}

// Activities carries what the audit needs.
type Activities struct {
	db        store.DBTX
	artifacts *artifact.Service
	objects   Objects
	pageRows  int
}

// New makes the activities over the database, its artifacts, and the archive bucket.
func New(db store.DBTX, artifacts *artifact.Service, objects Objects) *Activities {
	return &Activities{db: db, artifacts: artifacts, objects: objects, pageRows: integrity.PageRows}
}

// Cursor is how far an audit has come; a retry goes on from it. Its size is bounded: counts by column, and the first
// findings.
type Cursor struct {
	Table    string              `json:"table"` // the one being walked
	After    string              `json:"after"` // the last id of it that was looked at
	Rows     int64               `json:"rows"`
	ByColumn map[string]int64    `json:"by_column"`
	First    []integrity.Finding `json:"first"`
	Parts    int                 `json:"parts"` // objects written
}

// AuditReferences walks the references page by page and files the report. It is safe to run again: the report's name is
// the run's, and objects are written to the same keys.
func (a *Activities) AuditReferences(ctx context.Context, in contract.AuditReferencesInput) (contract.IntegrityAuditResult, error) {
	walks, err := integrity.Plan(ctx, a.db, in.Tables)
	if err != nil {
		return contract.IntegrityAuditResult{}, err
	}
	audit := audit{Activities: a, runID: in.RunID, at: resume(ctx)}
	for _, walk := range walks {
		if walk.Table < audit.at.Table {
			continue
		}
		if err := audit.table(ctx, walk); err != nil {
			return contract.IntegrityAuditResult{}, err
		}
	}
	return audit.file(ctx, walks)
}

func resume(ctx context.Context) Cursor {
	var beat contract.Heartbeat[Cursor]
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &beat); err != nil {
			activity.GetLogger(ctx).Warn("the heartbeat cannot be read; the audit begins again", "error", err)
			beat = contract.Heartbeat[Cursor]{}
		}
	}
	if beat.Cursor.ByColumn == nil {
		beat.Cursor.ByColumn = map[string]int64{}
	}
	return beat.Cursor
}

// audit is one attempt.
type audit struct {
	*Activities
	runID string
	at    Cursor
}

// table walks what is left of one table.
func (a *audit) table(ctx context.Context, walk integrity.Walk) error {
	if walk.Table != a.at.Table {
		a.at.Table, a.at.After = walk.Table, ""
	}
	for {
		page, err := walk.Next(ctx, a.db, a.at.After, a.pageRows)
		if err != nil {
			return err
		}
		if page.Rows == 0 {
			return nil
		}
		a.at.After = page.Last
		a.at.Rows += int64(page.Rows)
		if err := a.keep(ctx, page.Findings); err != nil {
			return err
		}
		activity.RecordHeartbeat(ctx, contract.Heartbeat[Cursor]{Done: a.at.Rows, Unit: "rows", Cursor: a.at})
		if page.Rows < a.pageRows {
			return nil
		}
	}
}

// keep counts findings, holds the first, and writes the others out at once, so that the cursor never runs ahead of what
// is stored. With the first of them it writes those that the report holds: the objects are the whole list.
func (a *audit) keep(ctx context.Context, findings []integrity.Finding) error {
	for _, finding := range findings {
		a.at.ByColumn[finding.Table+"."+finding.Column]++
	}
	room := min(reported-len(a.at.First), len(findings))
	a.at.First = append(a.at.First, findings[:room]...)
	others := findings[room:]
	if len(others) == 0 {
		return nil
	}
	if a.at.Parts == 0 {
		if err := a.write(ctx, a.at.First); err != nil {
			return err
		}
	}
	return a.write(ctx, others)
}

func (a *audit) write(ctx context.Context, findings []integrity.Finding) error {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, finding := range findings {
		if err := encoder.Encode(finding); err != nil {
			return fault.Wrap(fault.Internal, err, "write findings")
		}
	}
	key := fmt.Sprintf("%s%05d.jsonl", a.prefix(), a.at.Parts)
	if _, err := a.objects.Put(ctx, key, &lines, objects.PutOptions{ContentType: "application/jsonl"}); err != nil {
		return err
	}
	a.at.Parts++
	return nil
}

func (a *audit) prefix() string { return "reports/integrity/" + a.runID + "/" }

// file stores the report, or finds the one that an earlier attempt stored.
func (a *audit) file(ctx context.Context, walks []integrity.Walk) (contract.IntegrityAuditResult, error) {
	result := contract.IntegrityAuditResult{Tables: len(walks), Rows: a.at.Rows, ByColumn: a.at.ByColumn}
	for _, walk := range walks {
		result.References += len(walk.References)
	}
	for _, n := range a.at.ByColumn {
		result.Dangling += n
	}
	draft := artifact.Draft{Kind: artifact.Report, Name: "integrity_audit/" + a.runID, Labels: store.Labels{"check": "integrity_audit"}}
	if a.at.Parts > 0 {
		result.ObjectKey = a.prefix()
		key, where := result.ObjectKey, bucket
		draft.File = artifact.File{Bucket: &where, Key: &key}
	}
	spec, err := json.Marshal(report(result, a.at.First))
	if err != nil {
		return contract.IntegrityAuditResult{}, fault.Wrap(fault.Internal, err, "write the report")
	}
	draft.Spec = spec
	stored, err := a.artifacts.Create(ctx, draft)
	if fault.Is(err, fault.Conflict) {
		stored, err = a.artifacts.ByName(ctx, artifact.Report, draft.Name)
	}
	result.ReportID = stored.ID
	return result, err
}

type spec struct {
	Check    string              `json:"check"`
	Counts   map[string]int64    `json:"counts"`
	Findings []integrity.Finding `json:"findings"`
}

func report(result contract.IntegrityAuditResult, first []integrity.Finding) spec {
	counts := map[string]int64{
		"tables": int64(result.Tables), "references": int64(result.References), "rows": result.Rows, "dangling": result.Dangling,
	}
	for column, n := range result.ByColumn {
		counts[column] = n
	}
	if first == nil {
		first = []integrity.Finding{}
	}
	return spec{Check: "integrity_audit", Counts: counts, Findings: first}
}
