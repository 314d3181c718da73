package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bluntcases.com/platform/devstack/shopify"
	"bluntcases.com/platform/devstack/stack"
)

// place is where a stack lives and listens: the flags that all commands share.
type place struct {
	Dir       string         `default:".local" help:"Directory of the stack's data."`
	Cache     string         `default:".local/cache" help:"Directory of programs that were obtained."`
	Ports     map[string]int `help:"Ports in place of the usual ones, as postgres=5434;s3=9001."`
	FreePorts bool           `help:"Listen on ports that are free."`
	Size      string         `enum:"small,medium,large," default:"" help:"Size of the generated shop: small, medium or large."`
	Store     string         `type:"existingfile" help:"Real orders (CSV, gzipped) in place of the generated shop."`
	Ready     string         `help:"File to write the addresses to, as JSON, when everything is ready." type:"path"`
	Lease     string         `help:"File that users hold a shared lock on: without any for --linger, everything stops." type:"path"`
	Linger    time.Duration  `default:"30s" help:"How long to stay up without a user."`
}

func (p place) config(log *slog.Logger) (stack.Config, error) {
	ports := stack.DefaultPorts()
	if p.FreePorts {
		free, err := stack.FreePorts()
		if err != nil {
			return stack.Config{}, err
		}
		ports = free
	}
	ports, err := ports.With(p.Ports)
	if err != nil {
		return stack.Config{}, err
	}
	return stack.Config{
		Dir: p.Dir, Cache: p.Cache, Ports: ports, Store: shopify.Store{Size: p.Size, File: p.Store},
		Database: os.Getenv("DATABASE_URL"), Log: log,
	}, nil
}

type up struct {
	place
	Only []string `help:"Parts to run, in place of all."`
}

// Run starts the stack, writes down its addresses, and keeps it up.
func (u up) Run(ctx context.Context, log *slog.Logger) error {
	return u.serve(ctx, log, "stack", u.Only...)
}

type run struct {
	place
	Part string `arg:"" help:"Which part."`
}

// Run runs one part.
func (r run) Run(ctx context.Context, log *slog.Logger) error {
	return r.serve(ctx, log, r.Part, r.Part)
}

// serve runs parts until the context is over, with their addresses in the file --ready, or DIR/<name>.json.
func (p place) serve(ctx context.Context, log *slog.Logger, name string, parts ...string) error {
	config, err := p.config(log)
	if err != nil {
		return err
	}
	if p.Lease != "" {
		leased, cancel, err := untilUnused(ctx, p.Lease, p.Linger)
		if err != nil {
			return err
		}
		defer cancel()
		ctx = leased
	}
	ready := p.Ready
	if ready == "" {
		ready = filepath.Join(p.Dir, name+".json")
	}
	return serve(ctx, config, ready, parts)
}

func serve(ctx context.Context, config stack.Config, ready string, parts []string) error {
	began := time.Now()
	s, err := stack.Start(ctx, config, parts...)
	if ctx.Err() != nil && err != nil {
		return nil // told to stop while starting
	}
	if err != nil {
		return err
	}
	env := s.Env()
	if err := writeReady(ready, env); err != nil {
		return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	fmt.Printf("ready after %.1f s\n", time.Since(began).Seconds())
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Printf("  %s=%s\n", name, env[name])
	}
	err = s.Wait(ctx)
	return errors.Join(err, os.Remove(ready), s.Stop(context.WithoutCancel(ctx)))
}

// writeReady writes the addresses so that a reader sees them whole or not at all.
func writeReady(path string, env map[string]string) error {
	content, err := json.MarshalIndent(env, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(content, '\n'), 0o600); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	var script strings.Builder
	for _, name := range slices.Sorted(maps.Keys(env)) {
		fmt.Fprintf(&script, "export %s='%s'\n", name, env[name])
	}
	return os.WriteFile(strings.TrimSuffix(path, ".json")+".env", []byte(script.String()), 0o600)
}
