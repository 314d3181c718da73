package observe

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	temporalotel "go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
)

// Traces exports the spans of workflows and activities where an exporter is set; otherwise the interceptor is nil. The
// returned function sends what is left, and is called when the process ends.
func Traces(ctx context.Context, cfg config.Service, process string) (interceptor.Interceptor, func(context.Context) error, error) {
	none := func(context.Context) error { return nil }
	if cfg.OTLP == "" {
		return nil, none, nil
	}
	exporter, err := otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL(cfg.OTLP))
	if err != nil {
		return nil, none, fault.Wrap(fault.InvalidInput, err, "export traces")
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(resource.NewSchemaless(
		attribute.String("service.name", process), attribute.String("service.version", Revision()),
	)))
	tracing, err := temporalotel.NewTracingInterceptor(temporalotel.TracerOptions{
		Tracer: provider.Tracer(process), DisableQueryTracing: true, // progress is asked for twice a second
	})
	if err != nil {
		return nil, none, fault.Wrap(fault.Internal, err, "trace workflows")
	}
	return tracing, provider.Shutdown, nil
}
