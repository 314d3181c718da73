// Package observe is how a process shows itself: structured logs, Prometheus metrics, liveness and readiness over HTTP,
// and traces where an exporter is set. A process makes one Observer at start and passes its parts on.
package observe
