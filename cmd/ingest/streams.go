package main

import (
	"bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/activities/telemetry"
	"bluntcases.com/platform/internal/artifact"
	lake "bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/workers"
)

// streamsQueue makes what the streams queue runs. It connects to the catalog when the first roll does.
func (s *server) streamsQueue(tell *telemetry.Sync) (workers.Queue, error) {
	schemas, err := artifact.LoadSchemas()
	if err != nil {
		return workers.Queue{}, err
	}
	tables := lake.New(s.cfg.Lake, s.cfg.Objects)
	s.closers = append(s.closers, func() { _ = tables.Close() })
	return workers.Streams(&lakehouse.Activities{
		Lake: tables, Streams: s.streams, Specs: artifact.New(s.pool, schemas),
		Age: s.cfg.Lake.RollAge, Bytes: s.cfg.Lake.RollBytes, Maintain: s.cfg.Lake.Maintain,
	}, tell), nil
}
