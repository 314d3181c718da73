package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/client"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
	"bluntcases.com/platform/temporal"
)

type measurementCommand struct {
	Refresh      measurementRefresh      `cmd:"" help:"Bring measurement.sales and measurement.performance up to date."`
	Show         measurementShow         `cmd:"" help:"List products as they stood at the end of a day."`
	Series       measurementSeries       `cmd:"" help:"List a product's sales by day."`
	Distribution measurementDistribution `cmd:"" help:"Say how the products of each tag or tag group spread over the classes."`
	Spec         measurementSpec         `cmd:"" help:"Print the classification that holds, to be edited and previewed."`
	Preview      measurementPreview      `cmd:"" help:"Say which products another classification would move. Writes nothing."`
	Save         measurementSave         `cmd:"" help:"Make another classification the one that holds."`
	Override     measurementOverride     `cmd:"" help:"List, set and end the classes that staff give products by hand."`
	Reconcile    measurementReconcile    `cmd:"" help:"Compare measurement.sales with PostgreSQL's orders."`
}

type measurementRefresh struct {
	Full   bool `help:"Compute every day anew, not only what has changed."`
	Follow bool `help:"Show progress until the run ends." short:"f"`
}

func (measurementRefresh) Help() string {
	return `Starts Measurement Refresh, or finds the one that is under way. A full refresh does not take the place of one that is
under way and not full: with --follow it begins when that one has ended, and otherwise the command fails, with exit status 75.

  blunt measurement refresh --follow
  blunt measurement refresh --full --follow`
}

func (c measurementRefresh) Run(ctx context.Context, s *session) error {
	input := contract.MeasurementRefreshInput{Full: c.Full, Reason: "operator"}
	if !c.Full {
		return dispatch(ctx, s, contract.JobMeasurementRefresh, input, c.Follow)
	}
	dispatcher, client, err := s.dispatcher(ctx)
	if err != nil {
		return err
	}
	run, err := c.full(ctx, s, dispatcher, client, contract.Job{Type: contract.JobMeasurementRefresh, Input: input})
	if err != nil {
		return err
	}
	return started(ctx, s, client, run, c.Follow)
}

// full starts a full refresh, or finds one that is under way. Where another refresh is, it waits for its end if the
// command is to follow at all. Fault: NotYet.
func (c measurementRefresh) full(ctx context.Context, s *session, dispatcher *temporal.Dispatcher, t client.Client, job contract.Job) (contract.Dispatched, error) {
	for said := ""; ; {
		run, err := dispatcher.DispatchSame(ctx, job)
		if !fault.Is(err, fault.NotYet) {
			return run, err
		}
		if !c.Follow {
			return run, fault.Wrap(fault.NotYet, err, "a full refresh cannot begin yet; --follow waits for it")
		}
		if said != run.RunID {
			said = run.RunID
			fmt.Fprintf(s.err, "%s is under way as run %s; the full refresh begins when it has ended\n", run.WorkflowID, run.RunID)
		}
		select {
		case <-ctx.Done():
			fmt.Fprintln(s.err, "no full refresh has been started")
			return run, ctx.Err()
		case <-time.After(lookEvery):
		}
	}
}

// measurementRoom is what the measurement's commands read with.
type measurementRoom struct {
	schemas   *artifact.Schemas
	shop      *shopdb.Shop
	refresher *measurement.Refresher
	reader    *measurement.Reader
}

func (s *session) measurement(ctx context.Context) (measurementRoom, error) {
	cfg, err := s.config()
	if err != nil {
		return measurementRoom{}, err
	}
	pool, err := s.pool(ctx)
	if err != nil {
		return measurementRoom{}, err
	}
	schemas, err := artifact.LoadSchemas()
	if err != nil {
		return measurementRoom{}, err
	}
	cache, err := datacache.New(filepath.Join(cfg.Lake.Dir, "cache"), cfg.Lake.CacheSize)
	if err != nil {
		return measurementRoom{}, err
	}
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	shop := shopdb.New(pool, schemas, cfg.Shopify.Shop)
	reader := measurement.NewReader(lake, cache, shop, cfg.Lake.Memory)
	s.closers = append(s.closers, func() { reader.Close(); _ = lake.Close(); _ = cache.Close() })
	return measurementRoom{schemas, shop, measurement.NewRefresher(lake, cache), reader}, nil
}

// early says what to do where there is nothing to read yet.
func early(err error, what string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Wrap(fault.NotFound, err, "%s", what)
	}
	return err
}

// notThere says what to do where nothing has been measured; of a day that was asked for, the error says it itself.
func notThere(err error, day string) error {
	if day == "" {
		return early(err, notMeasured)
	}
	return err
}

// dayFlag reads a day; nil where the flag is not given.
func dayFlag(flag, written string) (*measurement.Day, error) {
	if written == "" {
		return nil, nil
	}
	day, err := measurement.ParseDay(written)
	if err != nil {
		return nil, fault.Invalid("the command", fault.Field{Name: flag, Detail: fmt.Sprintf("%q is not a date like 2026-11-01", written)})
	}
	return &day, nil
}

// asFlags names the fields of a refused query by the flags that they came from: where/0/metric is --where.
func asFlags(err error) error {
	f := fault.Of(err)
	if !fault.Is(err, fault.InvalidInput) || len(f.Fields) == 0 {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i := range fields {
		name, _, _ := strings.Cut(fields[i].Name, "/")
		fields[i].Name = "--" + name
	}
	return fault.Invalid("the command", fields...)
}

// What comes first: a sync, then a measurement.
const (
	notSynced   = "no sync has loaded the shop yet: `blunt sync --follow`"
	notMeasured = "there is nothing to show: `blunt measurement refresh --follow`"
)
