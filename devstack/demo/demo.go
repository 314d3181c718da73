// Package demo brings the whole platform up on the local stack, runs the first sync of the simulated shop, and says what
// arrived. It starts the platform's programs as an operator would; it calls nothing inside them.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"bluntcases.com/platform/devstack/part"
	"bluntcases.com/platform/devstack/stack"
)

// stopWithin bounds the orderly stop of the platform's programs.
const stopWithin = 20 * time.Second

// Options are what a demonstration may be told.
type Options struct {
	Stack    stack.Config
	Programs string // directory of ingest, dashboard-api and blunt
	Backfill bool   // load the whole history after the first sync
	Once     bool   // end after the summary
	Report   string // file for the figures as JSON; empty for none
	Out      io.Writer
}

// Run runs the demonstration until the context is over, or, with Once, until the summary is out. It fails when a
// program or a part of the stack ends by itself, and when a backfill does not bring what the shop holds.
func Run(ctx context.Context, o Options) (err error) {
	began := time.Now()
	if err := o.Stack.Ports.Check("dashboard", "ingest"); err != nil {
		return err
	}
	timings := timings{}
	running, err := stack.Start(ctx, o.Stack)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.Stop(context.WithoutCancel(ctx))) }()
	timings.note(o.Out, "stack", began)

	p := newPlatform(o, running.Env())
	defer func() { err = errors.Join(err, p.stop(context.WithoutCancel(ctx))) }()
	// Whatever ends by itself ends the demonstration, with its name.
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	go func() {
		if err := running.Wait(ctx); err != nil {
			fail(err)
		}
	}()
	report, err := o.load(ctx, p, fail, timings)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	if ctx.Err() != nil {
		return nil // told to stop
	}
	if err != nil {
		return err
	}
	report.Seconds = time.Since(began).Seconds()
	if err := o.tell(report, p.env); err != nil {
		return err
	}
	if o.Once {
		return nil
	}
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// load provisions, starts the programs, runs the sync, and reads what arrived.
func (o Options) load(ctx context.Context, p *platform, fail context.CancelCauseFunc, t timings) (Report, error) {
	began := time.Now()
	if err := p.run(ctx, "provision"); err != nil {
		return Report{}, err
	}
	t.note(o.Out, "provision", began)
	began = time.Now()
	if err := p.start(ctx, fail); err != nil {
		return Report{}, err
	}
	t.note(o.Out, "programs", began)

	began = time.Now()
	if err := p.follow(ctx, "sync", "--follow"); err != nil {
		return Report{}, err
	}
	t.note(o.Out, "sync", began)
	if o.Backfill {
		began = time.Now()
		if err := p.follow(ctx, "backfill", "--follow"); err != nil {
			return Report{}, err
		}
		t.note(o.Out, "backfill", began)
	}
	report, err := readFigures(ctx, p.env)
	report.Steps = t
	report.Whole = o.Backfill
	return report, err
}

// tell prints the summary, writes the report, and compares a whole load with what the shop says it holds.
func (o Options) tell(report Report, env map[string]string) error {
	if err := report.print(o.Out); err != nil {
		return err
	}
	if o.Report != "" {
		if err := report.write(o.Report); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	if differs := report.differences(); o.Backfill && len(differs) > 0 {
		return fmt.Errorf("what arrived is not what the shop holds: %w", errors.Join(differs...))
	}
	if !o.Once {
		o.printAddresses(env)
	}
	return nil
}

func (o Options) printAddresses(env map[string]string) {
	_, _ = fmt.Fprintf(o.Out, `
Dashboard      http://localhost:%d (sign in with any address)
Temporal       %s
Shopify        %s (simulator)
PostgreSQL     %s
S3             %s
Iceberg REST   %s
NATS           %s
Logs           %s
Settings for blunt:  . %s

Ctrl-C stops everything; the data stays in %s.
`, o.Stack.Ports["access"], env["TEMPORAL_UI"], env["SHOPIFY_URL"], env["DATABASE_URL"], env["S3_ENDPOINT"],
		env["ICEBERG_URI"], env["NATS_URL"], filepath.Join(o.Stack.Dir, "log"), filepath.Join(o.Stack.Dir, "demo.env"), o.Stack.Dir)
}

// timings are the seconds that each step took.
type timings map[string]float64

func (t timings) note(out io.Writer, step string, began time.Time) {
	t[step] = time.Since(began).Seconds()
	_, _ = fmt.Fprintf(out, "%-10s %6.1f s\n", step, t[step])
}

// settings are what the platform's programs need beside the addresses of the stack.
func (o Options) settings() map[string]string {
	ports, dir := o.Stack.Ports, o.Stack.Dir
	return map[string]string{
		"INGEST_LISTEN": part.Address(ports["ingest"]), "INGEST_URL": "http://" + part.Address(ports["ingest"]),
		"DASHBOARD_LISTEN": part.Address(ports["dashboard"]),
		"SYNC_SPILL_DIR":   filepath.Join(dir, "spill"), "LAKE_DIR": filepath.Join(dir, "lake"),
		// The simulator's search index does not lag, and its operations are done within moments.
		"SYNC_SEARCH_LAG": "1s", "SYNC_POLL_PERIOD": "500ms", "LAKE_ROLL_AGE": "10s",
	}
}
