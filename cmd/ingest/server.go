package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/activities/telemetry"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/observe"
	"bluntcases.com/platform/internal/shopify"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/temporal"
	"bluntcases.com/platform/workers"
)

const (
	process      = "ingest"
	requestTime  = 30 * time.Second
	shutdownTime = 10 * time.Second
)

// server is the process: what it holds open, the workers, and the webhooks.
type server struct {
	cfg     config.Ingest
	queues  []string
	log     *slog.Logger
	metrics *prometheus.Registry
	began   time.Time

	pool     *pgxpool.Pool
	temporal client.Client
	streams  *streams.Client
	objects  *objects.Client
	shopify  *shopify.Client

	measurement *measurement.Activities // nil where that queue is not served

	workers  []worker.Worker
	listener net.Listener
	http     *http.Server
	failed   chan error
	closers  []func() // in the order of opening
}

// newServer opens everything that the queues need and listens. What it could not open stops it, with what to do.
func newServer(ctx context.Context, cfg config.Ingest, queues []string, logs io.Writer) (_ *server, err error) {
	s := &server{cfg: cfg, queues: queues, metrics: observe.Registry(), began: time.Now(), failed: make(chan error, 8)}
	if s.log, err = observe.Logger(logs, cfg.Service, process); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	limitMemory(queues)
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if err := s.employ(); err != nil {
		return nil, err
	}
	handler, err := s.routes()
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: requestTime, ReadTimeout: requestTime, WriteTimeout: requestTime,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	if s.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("listen on INGEST_LISTEN=%s: %w", cfg.Listen, err)
	}
	return s, nil
}

func (s *server) open(ctx context.Context) (err error) {
	s.pool, err = store.Open(ctx, s.cfg.Database.URL, store.Options{
		MaxConns: s.cfg.Database.MaxConns, TransactionPool: s.cfg.Database.TransactionPool, Name: process,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.pool.Close)
	if s.streams, err = streams.Connect(s.cfg.Streams, process); err != nil {
		return err
	}
	s.closers = append(s.closers, s.streams.Close)
	s.objects = objects.New(s.cfg.Objects)
	s.shopify, err = shopify.New(shopify.Config{
		Shop: s.cfg.Shopify.Shop, URL: s.cfg.Shopify.URL, Version: s.cfg.Shopify.APIVersion, AccessToken: s.cfg.Shopify.AccessToken,
		ClientID: s.cfg.Shopify.ClientID, ClientSecret: s.cfg.Shopify.ClientSecret, UserAgent: "blunt-platform/" + process, Log: s.log,
	})
	if err != nil {
		return err
	}
	tracing, flush, err := observe.Traces(ctx, s.cfg.Service, process)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() {
		flushing, stop := context.WithTimeout(context.Background(), shutdownTime)
		defer stop()
		if err := flush(flushing); err != nil {
			s.log.Warn("traces were not sent", "error", err)
		}
	})
	var interceptors []interceptor.ClientInterceptor
	if tracing != nil {
		interceptors = append(interceptors, tracing) // a client's interceptor is its workers' too
	}
	s.temporal, err = temporal.DialObserved(ctx, s.cfg.Temporal, s.log, observe.TemporalMetrics(s.metrics), interceptors...)
	if err != nil {
		return err
	}
	s.closers = append(s.closers, s.temporal.Close)
	return nil
}

// employ makes a worker for each queue.
func (s *server) employ() error {
	tell := telemetry.NewSync(s.streams)
	interceptors := []interceptor.WorkerInterceptor{temporal.NewInterceptor(tell, contract.SilentWorkflows()...)}
	for _, name := range s.queues {
		queue, err := s.queue(name, tell)
		if err != nil {
			return err
		}
		s.workers = append(s.workers, workers.New(s.temporal, queue, interceptors, func(err error) { s.failed <- err }))
	}
	return nil
}

// run serves until the context ends or a worker cannot go on. Then nothing new is taken up, activities under way get
// their time to end, and what they have not done by then is taken up elsewhere.
func (s *server) run(ctx context.Context) error {
	go func() {
		if err := s.http.Serve(s.listener); err != nil && err != http.ErrServerClosed {
			s.failed <- fmt.Errorf("serve: %w", err)
		}
	}()
	for _, w := range s.workers {
		if err := w.Start(); err != nil {
			return fmt.Errorf("start a worker: %w", err)
		}
	}
	s.log.Info("serving", "address", s.listener.Addr().String(), "queues", s.queues)
	var failure error
	select {
	case failure = <-s.failed:
	case <-ctx.Done():
	}
	finishing, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	if err := s.http.Shutdown(finishing); err != nil {
		s.log.Warn("requests were cut off", "error", err)
	}
	var stopping sync.WaitGroup
	for _, w := range s.workers {
		stopping.Go(w.Stop)
	}
	stopping.Wait()
	s.log.Info("stopped")
	return failure
}

// close closes what was opened, the last first.
func (s *server) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}
