package main

import (
	"path/filepath"

	activities "bluntcases.com/platform/activities/measurement"
	"bluntcases.com/platform/activities/telemetry"
	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/datacache"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/measurement"
	"bluntcases.com/platform/internal/measurement/shopdb"
	"bluntcases.com/platform/workers"
)

// measurementQueue makes what the measurement queue runs. DuckDB itself is opened by each refresh.
func (s *server) measurementQueue(tell *telemetry.Sync) (workers.Queue, error) {
	schemas, err := artifact.LoadSchemas()
	if err != nil {
		return workers.Queue{}, err
	}
	cache, err := datacache.New(filepath.Join(s.cfg.Lake.Dir, "cache"), s.cfg.Lake.CacheSize)
	if err != nil {
		return workers.Queue{}, err
	}
	s.closers = append(s.closers, func() { _ = cache.Close() })
	lake := lakehouse.New(s.cfg.Lake, s.cfg.Objects)
	s.closers = append(s.closers, func() { _ = lake.Close() })
	shop := shopdb.New(s.pool, schemas, s.cfg.Shopify.Shop)
	s.measurement = activities.New(measurement.NewRefresher(lake, cache), shop, tell)
	if err := s.metrics.Register(s.measurement.Collector()); err != nil {
		return workers.Queue{}, fault.Wrap(fault.Internal, err, "register the measurement's metrics")
	}
	return workers.Measurement(s.measurement), nil
}
