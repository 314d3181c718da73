package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/mirror"
	"bluntcases.com/platform/internal/store"
	"bluntcases.com/platform/schema"
	"bluntcases.com/platform/simulators/shopify"
	"bluntcases.com/platform/simulators/shopify/dump"
	simulated "bluntcases.com/platform/simulators/shopify/store"
)

const (
	loadWorkers = 2
	realOrders  = "../shared/data/online-retail.csv.gz"
	operations  = "internal/shopify/operations"
	recent      = "created_at:>='2026-08-01T00:00:00Z'" // about two fifths of the real orders, for the default scale
)

var loadNow = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// Load measures the way from an archive to rows and outbox: into empty tables, against the same rows, prepared, by COPY
// into a temporary table and INSERT … ON CONFLICT with as many connections, and against plain COPY; again where nothing
// changed; and the memory that a large archive takes. The orders are the real ones where they are at hand.
func Load(ctx context.Context, b *B) error {
	if file := os.Getenv(loadChild); file != "" {
		return loadAlone(ctx, file)
	}
	l := loadBench{b: b}
	if err := l.fetch(ctx); err != nil {
		return fmt.Errorf("fetch the store: %w", err)
	}
	ours, err := l.database(ctx, "ours")
	if err != nil {
		return err
	}
	defer ours.drop()
	first, err := l.first(ctx, ours)
	if err != nil {
		return err
	}
	if err := l.second(ctx, ours, first); err != nil {
		return err
	}
	if err := l.floor(ctx, ours, first); err != nil {
		return err
	}
	return l.memory(ctx)
}

type loadBench struct {
	b                           *B
	products, customers, orders dump.File
	details                     dump.File
}

// fetch makes the archive of a sync from the simulator.
func (l *loadBench) fetch(ctx context.Context) error {
	recipe := &simulated.Recipe{Kind: simulated.KindCSV, Path: realOrders, Shift: true, Now: loadNow}
	filter := recent
	if _, err := os.Stat(realOrders); err != nil {
		fmt.Printf("  the real orders are not at hand (%s): a generated store instead\n", realOrders)
		recipe, filter = &simulated.Recipe{Kind: simulated.KindGenerated, Size: "medium", Now: loadNow}, ""
		if l.b.Full {
			recipe.Size = "large"
		}
	} else if l.b.Full {
		filter = ""
	}
	server, err := shopify.New(shopify.Config{Dir: filepath.Join(l.b.Dir, "simulator"), Store: recipe, RestoreRate: 1e9, Schema: "none"})
	if err != nil {
		return err
	}
	defer server.Close()
	client := dump.Client{Server: server, Operations: operations}
	for _, one := range []struct {
		entity contract.Entity
		filter string
		into   *dump.File
	}{{contract.Products, "", &l.products}, {contract.Customers, "", &l.customers}, {contract.Orders, filter, &l.orders}} {
		if *one.into, err = client.Bulk(ctx, "bulk_"+string(one.entity), one.filter, l.path(string(one.entity))); err != nil {
			return err
		}
	}
	l.details, err = client.Details(ctx, l.orders.Path, l.path("details"))
	return err
}

func (l *loadBench) path(name string) string { return filepath.Join(l.b.Dir, name+".jsonl") }

func (l *loadBench) first(ctx context.Context, db *benchDatabase) (time.Duration, error) {
	loader := mirror.New(db.pool, mirror.Options{Workers: loadWorkers, ScratchDir: l.b.Dir})
	if err := loadShop(ctx, loader); err != nil {
		return 0, err
	}
	for _, one := range []mirror.Load{archived(contract.Products, l.products), archived(contract.Customers, l.customers)} {
		if _, err := loader.Load(ctx, one); err != nil {
			return 0, err
		}
	}
	began := time.Now()
	result, err := loader.Load(ctx, l.load())
	took := time.Since(began)
	if err != nil {
		return 0, err
	}
	l.b.Single("orders loaded", float64(result.Written), "orders", "")
	l.b.Single("rows and events per second", float64(result.Rows+result.Events)/took.Seconds(), "1/s", "")
	return took, nil
}

func (l *loadBench) load() mirror.Load {
	load := archived(contract.Orders, l.orders)
	details := archived("", l.details).Operation
	load.Details = &details
	return load
}

func (l *loadBench) second(ctx context.Context, db *benchDatabase, first time.Duration) error {
	loader := mirror.New(db.pool, mirror.Options{Workers: loadWorkers, ScratchDir: l.b.Dir})
	// What the first load left to write is written, so that the WAL of the second is its own.
	if _, err := db.pool.Exec(ctx, "CHECKPOINT"); err != nil {
		return err
	}
	before, err := db.wal(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := loader.Load(ctx, l.load())
	if err != nil {
		return err
	}
	took := time.Since(began)
	after, err := db.wal(ctx)
	if err != nil {
		return err
	}
	if result.Written != 0 {
		return fmt.Errorf("the second load wrote %d orders", result.Written)
	}
	l.b.Pair("the same again, nothing changed, against the first", took.Seconds(), first.Seconds(), "s", "0.333")
	l.b.Single("WAL of loading again (with autovacuum's)", float64(after-before)/1e6, "MB", "")
	return nil
}

func archived(entity contract.Entity, file dump.File) mirror.Load {
	return mirror.Load{
		Entity: entity, Shop: simulated.DefaultDomain, RunID: "bench", Objects: file.Objects, RootObjects: file.RootObjects,
		Operation: mirror.Object{Key: filepath.Base(file.Path), Size: file.Size, Open: func(context.Context) (io.ReadCloser, error) {
			return os.Open(file.Path)
		}},
	}
}

func loadShop(ctx context.Context, loader *mirror.Loader) error {
	line := fmt.Sprintf(`{"id":"gid://shopify/Shop/1","name":"Bench","myshopifyDomain":%q,"currencyCode":"GBP","enabledPresentmentCurrencies":["GBP"],"ianaTimezone":"Europe/London"}`, simulated.DefaultDomain)
	_, err := loader.LoadShop(ctx, mirror.Load{Shop: simulated.DefaultDomain, RunID: "bench", Operation: mirror.Object{
		Key: "shop", Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(line)), nil },
	}})
	return err
}

// benchDatabase is a migrated database of the benchmark's own on the stack's server.
type benchDatabase struct {
	url  string
	pool *pgxpool.Pool
	drop func()
}

func (l *loadBench) database(ctx context.Context, name string) (*benchDatabase, error) {
	target, err := url.Parse(os.Getenv("DATABASE_URL"))
	if err != nil || target.Scheme == "" {
		return nil, errors.New("DATABASE_URL is not set: run ./task bench")
	}
	server := target.String()
	database := fmt.Sprintf("bench_load_%s_%d", name, time.Now().UnixNano())
	target.Path = "/" + database
	db := &benchDatabase{url: target.String()}
	if err := schema.Migrate(ctx, db.url); err != nil {
		return nil, err
	}
	if db.pool, err = store.Open(ctx, db.url, store.Options{StatementTimeout: time.Hour, MaxConns: 2*loadWorkers + 1}); err != nil {
		return nil, err
	}
	db.drop = func() {
		db.pool.Close()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		if conn, err := pgx.Connect(ctx, server); err == nil {
			_, _ = conn.Exec(ctx, "DROP DATABASE IF EXISTS "+database+" WITH (FORCE)") // the stack ends after the benchmarks anyway
			_ = conn.Close(ctx)
		}
	}
	return db, nil
}

func (d *benchDatabase) wal(ctx context.Context) (bytes int64, err error) {
	err = d.pool.QueryRow(ctx, "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint").Scan(&bytes)
	return bytes, err
}
