package measurement

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bluntcases.com/platform/internal/contract"
)

// Health is how the measurement stood when this process last worked on it; nothing until then. It holds counts and no
// figure of the store's.
type Health struct {
	RefreshedAt time.Time    `json:"refreshed_at,omitzero"` // what had landed by then is measured
	Sales       *TableHealth `json:"sales,omitempty"`
	Performance *TableHealth `json:"performance,omitempty"`

	ReconciledAt  time.Time `json:"reconciled_at,omitzero"`
	DaysCompared  int       `json:"days_compared"`
	DaysDiffering int       `json:"days_differing"` // on which measurement.sales is not what PostgreSQL's orders add up to
}

// TableHealth is what the last refresh of a table did.
type TableHealth struct {
	Mode        contract.RefreshMode `json:"mode"`
	Days        int                  `json:"days"`
	RowsWritten int64                `json:"rows_written"`
}

// Health answers for the process's status.
func (a *Activities) Health() Health { return a.record.read() }

// record is what this process has done last.
type record struct {
	mu     sync.Mutex
	health Health
}

func (r *record) read() Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.health
}

func (r *record) sales(t contract.TableRefresh) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.health.Sales = tableHealth(t)
}

func (r *record) performance(t contract.TableRefresh, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.health.Performance, r.health.RefreshedAt = tableHealth(t), at
}

func (r *record) reconciled(s contract.SalesReconciliation, at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.health.ReconciledAt, r.health.DaysCompared, r.health.DaysDiffering = at, s.Days, s.Differing
}

func tableHealth(t contract.TableRefresh) *TableHealth {
	return &TableHealth{Mode: t.Mode, Days: t.Days, RowsWritten: t.RowsWritten}
}

// Collector gives the health to Prometheus. What is not known yet has no value.
func (a *Activities) Collector() prometheus.Collector { return collector{a} }

type collector struct{ activities *Activities }

var (
	refreshedGauge = describe("refreshed_timestamp_seconds", "When the last refresh began that ended well")
	lagGauge       = describe("lag_seconds", "Time since then: what has landed since is not measured yet")
	daysGauge      = describe("written_days", "Days that the last refresh wrote", "table")
	rowsGauge      = describe("written_rows", "Rows that the last refresh wrote", "table")
	comparedGauge  = describe("compared_days", "Days on which measurement.sales was last compared with PostgreSQL's orders")
	differingGauge = describe("differing_days", "Days of these on which the two differ")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("blunt_measurement_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (collector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{refreshedGauge, lagGauge, daysGauge, rowsGauge, comparedGauge, differingGauge} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (c collector) Collect(metrics chan<- prometheus.Metric) {
	h := c.activities.Health()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for table, t := range map[string]*TableHealth{"sales": h.Sales, "performance": h.Performance} {
		if t != nil {
			gauge(daysGauge, float64(t.Days), table)
			gauge(rowsGauge, float64(t.RowsWritten), table)
		}
	}
	if !h.RefreshedAt.IsZero() {
		gauge(refreshedGauge, float64(h.RefreshedAt.Unix()))
		gauge(lagGauge, max(0, time.Since(h.RefreshedAt).Seconds()))
	}
	if !h.ReconciledAt.IsZero() {
		gauge(comparedGauge, float64(h.DaysCompared))
		gauge(differingGauge, float64(h.DaysDiffering))
	}
}
