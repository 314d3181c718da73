package main

import (
	"context"
	"path/filepath"

	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
)

type measurementCommand struct {
	Refresh   measurementRefresh   `cmd:"" help:"Bring measurement.sales and measurement.performance up to date."`
	Show      measurementShow      `cmd:"" help:"List products as they stood at the end of a day."`
	Spec      measurementSpec      `cmd:"" help:"Print the classification that holds, to be edited and previewed."`
	Preview   measurementPreview   `cmd:"" help:"Say which products another classification would move. Writes nothing."`
	Reconcile measurementReconcile `cmd:"" help:"Compare measurement.sales with PostgreSQL's orders."`
}

type measurementRefresh struct {
	Full   bool `help:"Compute every day anew, not only what has changed."`
	Follow bool `help:"Show progress until the run ends." short:"f"`
}

func (measurementRefresh) Help() string {
	return `Starts Measurement Refresh, or finds the one that is under way.

  blunt measurement refresh --follow
  blunt measurement refresh --full`
}

func (c measurementRefresh) Run(ctx context.Context, s *session) error {
	return dispatch(ctx, s, contract.JobMeasurementRefresh, contract.MeasurementRefreshInput{Full: c.Full, Reason: "operator"}, c.Follow)
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

// What comes first: a sync, then a measurement.
const (
	notSynced   = "no sync has loaded the shop yet: `blunt sync --follow`"
	notMeasured = "there is nothing to show: `blunt measurement refresh --follow`"
)
