package contract

// IntegrityAuditWorkflow searches for references that lead nowhere; its one id keeps two audits from running at once.
const (
	IntegrityAuditWorkflow = "IntegrityAudit"
	IntegrityAuditID       = "integrity-audit"
)

// AuditReferences walks every declared reference and files the report.
var AuditReferences = Activity[AuditReferencesInput, IntegrityAuditResult]{"integrity.AuditReferences"}

type (
	// IntegrityAuditInput asks for an audit; no table named means all of them.
	IntegrityAuditInput struct {
		Tables []string `json:"tables,omitempty"`
	}
	AuditReferencesInput struct {
		RunID  string   `json:"run_id"`
		Tables []string `json:"tables,omitempty"`
	}
	// IntegrityAuditResult counts what was found; the findings themselves are in the report.
	IntegrityAuditResult struct {
		ReportID   string           `json:"report_id"` // artifact of kind report
		Tables     int              `json:"tables"`
		References int              `json:"references"` // columns that refer to something
		Rows       int64            `json:"rows"`       // rows walked
		Dangling   int64            `json:"dangling"`   // references that lead nowhere
		ByColumn   map[string]int64 `json:"by_column,omitempty"`
		ObjectKey  string           `json:"object_key,omitempty"` // prefix of the full findings, where the report holds the first only
	}
)

// Report implements Reporter.
func (r IntegrityAuditResult) Report() Report {
	return Report{RecordsIn: r.Rows, RecordsOut: r.Dangling}
}
