package e2e_test

import (
	"bytes"
	"context"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"

	"bluntcases.com/platform/internal/contract"
)

// receiver takes spans as an OpenTelemetry collector does.
type receiver struct {
	collector.UnimplementedTraceServiceServer
	mu       sync.Mutex
	services map[string]bool
	spans    []*tracev1.Span
}

func (r *receiver) Export(_ context.Context, in *collector.ExportTraceServiceRequest) (*collector.ExportTraceServiceResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, of := range in.GetResourceSpans() {
		for _, attribute := range of.GetResource().GetAttributes() {
			if attribute.GetKey() == "service.name" {
				r.services[attribute.GetValue().GetStringValue()] = true
			}
		}
		for _, scope := range of.GetScopeSpans() {
			r.spans = append(r.spans, scope.GetSpans()...)
		}
	}
	return &collector.ExportTraceServiceResponse{}, nil
}

// told is what has arrived so far: the process goes on sending.
func (r *receiver) told() ([]*tracev1.Span, map[string]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.spans), maps.Clone(r.services)
}

func (r *receiver) named(name string) []*tracev1.Span {
	spans, _ := r.told()
	return slices.DeleteFunc(spans, func(span *tracev1.Span) bool { return span.GetName() != name })
}

func TestSpansOfARunReachTheCollector(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	got := &receiver{services: map[string]bool{}}
	server := grpc.NewServer()
	collector.RegisterTraceServiceServer(server, got)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)

	p := start(t)
	p.environ = append(p.environ, "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+listener.Addr().String())
	p.serve()
	requireCompleted(t, p, p.dispatch(contract.JobBulkSync, contract.BulkSyncInput{}))
	t.Cleanup(func() {
		if t.Failed() {
			spans, _ := got.told()
			for _, span := range spans {
				t.Log(span.GetName())
			}
		}
	})
	p.eventually(30*time.Second, "the last span of the run", func() bool { return len(got.named("RunActivity:"+contract.AdvanceWatermark.Name)) > 0 })
	loads := got.named("RunActivity:" + contract.LoadArchive.Name)
	require.Len(t, loads, len(contract.MirroredEntities))
	for _, load := range loads {
		require.True(t, slices.ContainsFunc(got.named("RunWorkflow:"+contract.BulkSyncWorkflow), func(run *tracev1.Span) bool {
			return bytes.Equal(run.GetTraceId(), load.GetTraceId())
		}), "an activity is in the trace of its run")
	}
	spans, services := got.told()
	require.Equal(t, map[string]bool{"ingest": true}, services)
	secrets := []string{p.own.Env()["SHOPIFY_ACCESS_TOKEN"], p.own.Env()["S3_SECRET_ACCESS_KEY"]}
	for _, span := range spans {
		for _, secret := range secrets {
			require.False(t, strings.Contains(span.String(), secret), "%s tells a secret", span.GetName())
		}
	}
	log, err := os.ReadFile(p.log.Name())
	require.NoError(t, err)
	require.NotContains(t, string(log), "traces were not sent")
}
