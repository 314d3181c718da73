package observe

import (
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.temporal.io/sdk/client"
)

// Registry is a process's metrics, with those of the Go runtime and of the process itself.
func Registry() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewBuildInfoCollector(),
	)
	return r
}

// MetricsHandler serves the registry: /metrics.
func MetricsHandler(r *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{Registry: r})
}

// Revision is the version-control revision that the binary was built from, or "unknown".
func Revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return setting.Value
			}
		}
	}
	return "unknown"
}

// TemporalMetrics carries the Temporal SDK's own metrics into the registry, under its names.
func TemporalMetrics(r prometheus.Registerer) client.MetricsHandler {
	return &temporalMetrics{shared: &vectors{registerer: r, byName: map[string]any{}}}
}

type temporalMetrics struct {
	shared *vectors
	tags   map[string]string
}

// vectors holds one vector a name: the SDK gives a metric the same tags every time, apart from ones that are left out.
type vectors struct {
	registerer prometheus.Registerer
	mu         sync.Mutex
	byName     map[string]any
}

// labels are the SDK's tags that are worth a label; the others would multiply series.
var labels = []string{"task_queue", "workflow_type", "activity_type", "operation", "poller_type", "worker_type"}

func (m *temporalMetrics) WithTags(tags map[string]string) client.MetricsHandler {
	all := make(map[string]string, len(m.tags)+len(tags))
	for name, value := range m.tags {
		all[name] = value
	}
	for name, value := range tags {
		all[name] = value
	}
	return &temporalMetrics{shared: m.shared, tags: all}
}

func (m *temporalMetrics) values() []string {
	values := make([]string, len(labels))
	for i, label := range labels {
		values[i] = m.tags[label]
	}
	return values
}

func (m *temporalMetrics) Counter(name string) client.MetricsCounter {
	vector := vector(m.shared, name, func() *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: "Temporal SDK: " + name}, labels)
	})
	if vector == nil {
		return client.MetricsNopHandler.Counter(name)
	}
	return counter{vector.WithLabelValues(m.values()...)}
}

func (m *temporalMetrics) Gauge(name string) client.MetricsGauge {
	vector := vector(m.shared, name, func() *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: "Temporal SDK: " + name}, labels)
	})
	if vector == nil {
		return client.MetricsNopHandler.Gauge(name)
	}
	return gauge{vector.WithLabelValues(m.values()...)}
}

func (m *temporalMetrics) Timer(name string) client.MetricsTimer {
	vector := vector(m.shared, name+"_seconds", func() *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: name + "_seconds", Help: "Temporal SDK: " + name, Buckets: prometheus.ExponentialBuckets(0.005, 4, 9),
		}, labels)
	})
	if vector == nil {
		return client.MetricsNopHandler.Timer(name)
	}
	return timer{vector.WithLabelValues(m.values()...)}
}

// vector finds or registers the vector; nil where the name is taken by another kind of metric.
func vector[V prometheus.Collector](v *vectors, name string, make func() V) (found V) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if known, ok := v.byName[name]; ok {
		found, _ = known.(V)
		return found
	}
	made := make()
	if err := v.registerer.Register(made); err != nil {
		v.byName[name] = nil
		return found
	}
	v.byName[name] = made
	return made
}

type (
	counter struct{ prometheus.Counter }
	gauge   struct{ prometheus.Gauge }
	timer   struct{ prometheus.Observer }
)

func (c counter) Inc(n int64)             { c.Add(float64(n)) }
func (g gauge) Update(value float64)      { g.Set(value) }
func (t timer) Record(took time.Duration) { t.Observe(took.Seconds()) }
