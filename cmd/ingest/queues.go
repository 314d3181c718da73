package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"bluntcases.com/platform/activities/commerce"
	"bluntcases.com/platform/activities/housekeeping"
	"bluntcases.com/platform/activities/integrity"
	"bluntcases.com/platform/activities/jobs"
	"bluntcases.com/platform/activities/shopify"
	"bluntcases.com/platform/activities/sync"
	"bluntcases.com/platform/activities/telemetry"
	"bluntcases.com/platform/internal/artifact"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/internal/faultpoint"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/temporal"
	"bluntcases.com/platform/workers"
)

// queue makes what one queue runs, and nothing else: DuckDB is opened by the queues that measure and land.
func (s *server) queue(name string, tell *telemetry.Sync) (workers.Queue, error) {
	switch name {
	case contract.QueueSync:
		if err := scratch(s.cfg.Sync.SpillDir); err != nil {
			return workers.Queue{}, err
		}
		return s.syncQueue(tell)
	case contract.QueueStreams:
		return s.streamsQueue(tell)
	case contract.QueueMeasurement:
		return s.measurementQueue(tell)
	default:
		return workers.Queue{}, fault.New(fault.Unsupported, "queue %s is not served by this version", name)
	}
}

func (s *server) syncQueue(tell *telemetry.Sync) (workers.Queue, error) {
	schemas, err := artifact.LoadSchemas()
	if err != nil {
		return workers.Queue{}, err
	}
	archive := s.objects.Bucket(s.cfg.Objects.ArchiveBucket)
	shop := s.cfg.Shopify.Shop
	return workers.Sync(workers.SyncParts{
		Shopify:  shopify.New(s.shopify, archive, shopify.Options{SlotLimit: s.cfg.Sync.SlotLimit, PollPeriod: s.cfg.Sync.PollPeriod}),
		Commerce: commerce.New(s.pool, mirror.Options{Workers: s.cfg.Sync.LoadConns, ScratchDir: s.cfg.Sync.SpillDir}, archive, s.streams),
		Sync: sync.New(temporal.NewWatermarks(s.temporal), archive,
			sync.Options{Shop: shop, Overlap: s.cfg.Sync.Overlap, SearchLag: s.cfg.Sync.SearchLag}, faultpoint.Now),
		Jobs:         jobs.New(temporal.NewDispatcher(s.temporal, s.cfg.Temporal.Namespace, shop)),
		Integrity:    integrity.New(s.pool, artifact.New(s.pool, schemas), archive),
		Housekeeping: housekeeping.New(s.pool, s.cfg.Retention, time.Now),
		Telemetry:    tell,
	}), nil
}

// abandoned is how old a spill directory is before its process is believed dead: no load takes so long.
const abandoned = 48 * time.Hour

// scratch makes the directory of spill files, and removes what processes that were killed have left there.
func scratch(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Wrap(fault.InvalidInput, err, "make SYNC_SPILL_DIR")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fault.Wrap(fault.InvalidInput, err, "read SYNC_SPILL_DIR")
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || time.Since(info.ModTime()) < abandoned {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return fault.Wrap(fault.InvalidInput, err, "clear SYNC_SPILL_DIR")
		}
	}
	return nil
}

// syncMemory is where the Go runtime begins to collect harder in a process that only syncs: the promise is 400 MB
// resident, and what is not the heap takes its share.
const syncMemory = 300 << 20

// limitMemory sets the limit where nobody else has (GOMEMLIMIT). DuckDB's memory is not Go's: it has a limit of its own.
func limitMemory(queues []string) {
	if os.Getenv("GOMEMLIMIT") == "" && len(queues) == 1 && queues[0] == contract.QueueSync {
		debug.SetMemoryLimit(syncMemory)
	}
}
