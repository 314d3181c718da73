package temporal

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
)

// Dial connects to the namespace. It fails where the frontend does not answer or the namespace is missing.
func Dial(ctx context.Context, cfg config.Temporal, logger *slog.Logger, interceptors ...interceptor.ClientInterceptor) (client.Client, error) {
	return DialObserved(ctx, cfg, logger, nil, interceptors...)
}

// DialObserved is Dial for a worker's process: the SDK's own metrics go to the handler.
func DialObserved(ctx context.Context, cfg config.Temporal, logger *slog.Logger, metrics client.MetricsHandler, interceptors ...interceptor.ClientInterceptor) (client.Client, error) {
	o := options(cfg, logger, interceptors)
	o.MetricsHandler = metrics
	c, err := client.DialContext(ctx, o)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "connect to Temporal at %s, namespace %s", cfg.Address, cfg.Namespace)
	}
	return c, nil
}

// DialNamespaces connects to what creates namespaces. The caller closes it.
func DialNamespaces(cfg config.Temporal, logger *slog.Logger) (client.NamespaceClient, error) {
	c, err := client.NewNamespaceClient(options(cfg, logger, nil))
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "connect to Temporal at %s", cfg.Address)
	}
	return c, nil
}

func options(cfg config.Temporal, logger *slog.Logger, interceptors []interceptor.ClientInterceptor) client.Options {
	o := client.Options{
		HostPort:     cfg.Address,
		Namespace:    cfg.Namespace,
		Logger:       log.NewStructuredLogger(logger),
		Interceptors: interceptors,
		ConnectionOptions: client.ConnectionOptions{
			KeepAliveTime: 15 * time.Second, KeepAliveTimeout: 10 * time.Second,
		},
	}
	if cfg.APIKey != "" {
		o.Credentials = client.NewAPIKeyStaticCredentials(cfg.APIKey)
	}
	if cfg.TLS || cfg.APIKey != "" {
		o.ConnectionOptions.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return o
}
