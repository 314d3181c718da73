package contract

import "time"

// MeasurementWorkflow is the hourly refresh; its one id keeps two refreshes from running at once.
const (
	MeasurementWorkflow = "MeasurementRefresh"
	MeasurementID       = "measurement-refresh"
)

// Activities of the measurement refresh, in the order of its steps. Each of the first two reads one table and writes
// the next, and keeps in its output's commit which snapshot of its input it has processed, so that nothing has to pass
// between them.
var (
	RefreshSales       = Activity[RefreshTableInput, TableRefresh]{"measurement.RefreshSales"}
	RefreshPerformance = Activity[RefreshTableInput, TableRefresh]{"measurement.RefreshPerformance"}
	ReconcileSales     = Activity[ReconcileSalesInput, SalesReconciliation]{"measurement.ReconcileSales"}
)

// RefreshMode is how a table was brought up to date.
type RefreshMode string

// The modes.
const (
	RefreshUnchanged   RefreshMode = "unchanged"   // nothing that the table shows has changed
	RefreshIncremental RefreshMode = "incremental" // the changed days, and the days that they reach
	RefreshFull        RefreshMode = "full"        // every day anew
)

type (
	// MeasurementRefreshInput asks for the measurement tables to be brought up to date.
	MeasurementRefreshInput struct {
		Full   bool   `json:"full,omitempty"`   // recompute every day
		Reason string `json:"reason,omitempty"` // who or what asked, for instance "after sync"
	}
	// MeasurementRefreshResult says what became of each table.
	MeasurementRefreshResult struct {
		Sales          TableRefresh         `json:"sales"`
		Performance    TableRefresh         `json:"performance"`
		Reconciliation *SalesReconciliation `json:"reconciliation,omitempty"`
	}

	RefreshTableInput struct {
		Full bool      `json:"full,omitempty"`
		Now  time.Time `json:"now"` // the workflow's clock: which day is today
		// RunID stands in the snapshot's summary, which says who made it.
		RunID string `json:"run_id"`
	}
	// TableRefresh is what one refresh of one table read and wrote.
	TableRefresh struct {
		Mode          RefreshMode `json:"mode"`
		Reason        string      `json:"reason,omitempty"` // why the mode is full
		Days          int         `json:"days"`             // days that were written
		FirstDay      string      `json:"first_day,omitempty"`
		LastDay       string      `json:"last_day,omitempty"`
		FilesRead     int64       `json:"files_read"`
		BytesRead     int64       `json:"bytes_read"`
		RowsRead      int64       `json:"rows_read"`
		FilesWritten  int64       `json:"files_written"`
		FilesReplaced int64       `json:"files_replaced"`
		BytesWritten  int64       `json:"bytes_written"`
		RowsWritten   int64       `json:"rows_written"`
		Snapshot      int64       `json:"snapshot,string"`       // of the table, after the refresh
		InputSnapshot int64       `json:"input_snapshot,string"` // of its input, that it now shows
	}

	// ReconcileSalesInput bounds the comparison with PostgreSQL to the newest days; 0 means all of them.
	ReconcileSalesInput struct {
		Days  int       `json:"days"`
		Now   time.Time `json:"now"`
		RunID string    `json:"run_id"`
	}
	// SalesReconciliation compares measurement.sales with PostgreSQL's orders, by shop day and currency.
	SalesReconciliation struct {
		Days      int               `json:"days"`
		Differing int               `json:"differing"`
		Examples  []SalesDifference `json:"examples,omitempty"` // the newest, ten at most
	}
	// SalesDifference is one figure of one day that is not the same in both places. Amounts are decimal strings.
	SalesDifference struct {
		Day      string `json:"day"`
		Currency string `json:"currency"`
		Figure   string `json:"figure"` // units_ordered, gross_amount, …
		Measured string `json:"measured"`
		Recorded string `json:"recorded"`
	}
)

// Report implements Reporter.
func (t TableRefresh) Report() Report {
	return Report{RecordsIn: t.RowsRead, RecordsOut: t.RowsWritten, Bytes: t.BytesRead + t.BytesWritten}
}

// Report implements Reporter: days compared and days that differ.
func (s SalesReconciliation) Report() Report {
	return Report{RecordsIn: int64(s.Days), RecordsOut: int64(s.Differing)}
}
