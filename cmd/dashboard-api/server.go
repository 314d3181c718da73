package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"

	"bluntcases.com/platform/api/dashboard"
	"bluntcases.com/platform/internal/access"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/observe"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/temporal"
)

const (
	process      = "dashboard-api"
	headerTime   = 10 * time.Second
	requestTime  = 60 * time.Second // the API bounds its handlers below this
	idleTime     = 2 * time.Minute
	shutdownTime = 20 * time.Second
)

// server is the process: what it holds open and what it serves.
type server struct {
	log      *slog.Logger
	listener net.Listener
	http     *http.Server
	closers  []func() // in the order of opening
}

// newServer opens everything and listens. What it could not open stops it, with what to do about it.
func newServer(ctx context.Context, cfg config.Dashboard, logs io.Writer) (_ *server, err error) {
	log, err := observe.Logger(logs, cfg.Service, process)
	if err != nil {
		return nil, err
	}
	s := &server{log: log}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	pool, err := store.Open(ctx, cfg.Database.URL, store.Options{
		MaxConns: cfg.Database.MaxConns, TransactionPool: cfg.Database.TransactionPool, Name: process,
	})
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, pool.Close)
	runs, err := s.temporal(ctx, cfg)
	if err != nil {
		return nil, err
	}
	keys, forgetKeys := context.WithCancel(context.WithoutCancel(ctx))
	s.closers = append(s.closers, forgetKeys)
	verifier, err := access.New(keys, cfg.Access.TeamURL, cfg.Access.Audience, log)
	if err != nil {
		return nil, err
	}
	parts := newParts(cfg, pool, runs.Client)
	s.closers = append(s.closers, parts.close)
	api := dashboard.New(dashboard.Dependencies{
		Pool: pool, Runs: runs, Verifier: verifier, Checks: parts.checks(), Log: log,
		TemporalUI: cfg.Temporal.UI, Namespace: cfg.Temporal.Namespace,
	})
	s.http = &http.Server{
		Handler: s.routes(api, pool, runs.Client), ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: requestTime,
		IdleTimeout: idleTime, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	if s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen); err != nil {
		return nil, fault.Wrap(fault.InvalidInput, err, "listen on DASHBOARD_LISTEN=%s", cfg.Listen)
	}
	return s, nil
}

func (s *server) temporal(ctx context.Context, cfg config.Dashboard) (dashboard.Runs, error) {
	tracing, flush, err := observe.Traces(ctx, cfg.Service, process)
	if err != nil {
		return dashboard.Runs{}, err
	}
	s.closers = append(s.closers, func() {
		flushing, cancel := context.WithTimeout(context.Background(), shutdownTime)
		defer cancel()
		if err := flush(flushing); err != nil {
			s.log.Warn("traces were not sent", "error", err)
		}
	})
	var interceptors []interceptor.ClientInterceptor
	if tracing != nil {
		interceptors = append(interceptors, tracing)
	}
	c, err := temporal.Dial(ctx, cfg.Temporal, s.log, interceptors...)
	if err != nil {
		return dashboard.Runs{}, err
	}
	s.closers = append(s.closers, c.Close)
	return dashboard.Runs{Dispatcher: temporal.NewDispatcher(c, cfg.Temporal.Namespace, ""), Client: c}, nil
}

// routes puts what a cluster asks a process beside the API. It stands outside Access and tells nothing of the store.
func (s *server) routes(api http.Handler, pool *pgxpool.Pool, c client.Client) http.Handler {
	health := &observe.Health{}
	health.Add("postgres", pool.Ping)
	health.Add("temporal", func(ctx context.Context) error {
		_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
		return err
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", health.Alive)
	mux.HandleFunc("GET /readyz", health.Ready)
	mux.Handle("GET /metrics", observe.MetricsHandler(observe.Registry()))
	mux.Handle("/", api)
	return mux
}

// run serves until the context ends, and then lets the requests that are under way finish.
func (s *server) run(ctx context.Context) error {
	s.log.Info("serving", "address", s.listener.Addr().String())
	ended := make(chan error, 1)
	go func() { ended <- s.http.Serve(s.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	finishing, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := s.http.Shutdown(finishing); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop serving: %w", err)
	}
	s.log.Info("stopped")
	return nil
}

// close closes what was opened, the last first.
func (s *server) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}
