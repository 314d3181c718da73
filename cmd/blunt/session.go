package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/objects"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/internal/streams"
	"bluntcases.com/platform/temporal"
)

// session is one invocation: its settings, and what it opened on the way. A command opens only what it needs.
type session struct {
	json    bool
	verbose bool
	out     io.Writer
	err     io.Writer

	settings *config.Operator
	closers  []func()
}

// config reads the settings once.
func (s *session) config() (config.Operator, error) {
	if s.settings == nil {
		cfg, err := config.Load[config.Operator](nil)
		if err != nil {
			return cfg, err
		}
		s.settings = &cfg
	}
	return *s.settings, nil
}

func (s *session) log() *slog.Logger {
	if s.verbose {
		return slog.New(slog.NewTextHandler(s.err, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.DiscardHandler)
}

// temporal connects to the namespace.
func (s *session) temporal(ctx context.Context) (client.Client, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	c, err := temporal.Dial(ctx, cfg.Temporal, s.log())
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, c.Close)
	return c, nil
}

// dispatcher starts jobs.
func (s *session) dispatcher(ctx context.Context) (*temporal.Dispatcher, client.Client, error) {
	c, err := s.temporal(ctx)
	if err != nil {
		return nil, nil, err
	}
	return temporal.NewDispatcher(c, s.settings.Temporal.Namespace, s.settings.Shopify.Shop), c, nil
}

// pool connects to the database.
func (s *session) pool(ctx context.Context) (*pgxpool.Pool, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	pool, err := store.Open(ctx, cfg.Database.URL, store.Options{MaxConns: 4, TransactionPool: cfg.Database.TransactionPool, Name: "blunt"})
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, pool.Close)
	return pool, nil
}

// streams connects to JetStream.
func (s *session) streams() (*streams.Client, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	c, err := streams.Connect(cfg.Streams, "blunt")
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, c.Close)
	return c, nil
}

// objects speaks to the object store.
func (s *session) objects() (*objects.Client, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	return objects.New(cfg.Objects), nil
}

func (s *session) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}

// print answers: with the value where JSON is asked for, and otherwise with the text.
func (s *session) print(value any, text func(io.Writer)) error {
	if s.json {
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(value); err != nil {
			return fault.Wrap(fault.Internal, err, "encode the answer")
		}
		return nil
	}
	text(s.out)
	return nil
}

// table prints rows in columns, the first row as their heads.
func table(w io.Writer, rows [][]string) {
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(columns, "\t")
			}
			fmt.Fprint(columns, cell)
		}
		fmt.Fprintln(columns)
	}
	_ = columns.Flush() // to a terminal or a pipe that may be gone
}
