package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/shopspring/decimal"

	activities "bluntcases.com/platform/activities/lakehouse"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/contract"
	"bluntcases.com/platform/internal/duck"
	"bluntcases.com/platform/internal/event"
	"bluntcases.com/platform/internal/lakehouse"
	"bluntcases.com/platform/internal/streams"
)

// rollChild is the variable under which this program lands what waits in the named warehouse, and says how it went. A
// process of its own is what a memory figure can be taken of.
const rollChild = "BENCH_ROLL_WAREHOUSE"

// landed is what the child answers.
type landed struct {
	Seconds   float64
	Processor float64 // seconds of it, in this process
	Rows      int64
	Rolls     int64
	Peak      float64 // resident, in bytes
}

// lakeSettings are the parts of the configuration that this benchmark needs.
type lakeSettings struct {
	Objects config.Objects
	Streams config.Streams
	Lake    config.Lake
}

// lakeRounds is how often the roll and its floor are measured, in turn. The best of each counts: what else the machine
// does in one round is no part of either.
const lakeRounds = 4

// Lake measures the way from the stream to the committed table against plain DuckDB, the roll's memory, and commits.
func Lake(ctx context.Context, b *B) error {
	if os.Getenv(rollChild) != "" {
		return rollInChild(ctx)
	}
	events := 1_200_000
	if b.Full {
		events = 4_000_000
	}
	cfg, err := lakeConfig(b)
	if err != nil {
		return err
	}
	client, err := streams.Connect(cfg.Streams, "bench")
	if err != nil {
		return err
	}
	defer client.Close()
	if _, err := client.Provision(ctx); err != nil {
		return err
	}
	if err := emptyStream(ctx, cfg.Streams, client); err != nil {
		return err
	}
	file := filepath.Join(b.Dir, "events.ndjson")
	if err := publishSales(ctx, client, file, events); err != nil {
		return err
	}
	if err := streamToTable(ctx, b, cfg, file, events); err != nil {
		return err
	}
	return commitTimes(ctx, b, cfg)
}

// streamToTable lands the stream in a warehouse of its own in each round: a stream keeps what has landed.
func streamToTable(ctx context.Context, b *B, cfg lakeSettings, file string, events int) error {
	var floor, ours, peak float64
	var rolls int64
	for round := range lakeRounds {
		took, err := plainDuckDB(ctx, b, file, cfg.Lake.Threads)
		if err != nil {
			return err
		}
		cfg.Lake.Warehouse = fmt.Sprint("bench", drawn())
		out, err := land(ctx, cfg)
		if err != nil {
			return err
		}
		if out.Rows != int64(events) {
			return fmt.Errorf("%d rows landed of %d", out.Rows, events)
		}
		fmt.Printf("    round %d: ours %.2f s (%.1f s of processor), floor %.2f s\n", round+1, out.Seconds, out.Processor, took.Seconds())
		floor, ours = max(floor, float64(events)/took.Seconds()), max(ours, float64(events)/out.Seconds)
		peak, rolls = max(peak, out.Peak), out.Rolls
	}
	b.Pair("stream to committed table", ours, floor, "events/s", "≥ 0.6")
	b.Single(fmt.Sprintf("peak memory of the roll (a backlog of %d events, %d rolls)", events, rolls), peak/1e6, "MB", "< 1000")
	return os.Remove(file)
}

func lakeConfig(b *B) (lakeSettings, error) {
	cfg, err := config.Load[lakeSettings](nil)
	cfg.Lake.Dir = filepath.Join(b.Dir, "lake")
	cfg.Streams.MaxBytes = max(cfg.Streams.MaxBytes, 20<<30)
	return cfg, err
}

// land runs the roll in a process of its own until nothing waits.
func land(ctx context.Context, cfg lakeSettings) (out landed, err error) {
	command := exec.CommandContext(ctx, os.Args[0], "--only", "lake")
	command.Env = append(os.Environ(), rollChild+"="+cfg.Lake.Warehouse, "LAKE_DIR="+cfg.Lake.Dir)
	command.Stderr = os.Stderr
	answer, err := command.Output()
	if err != nil {
		return out, fmt.Errorf("roll: %w", err)
	}
	text := string(answer)
	return out, json.Unmarshal([]byte(text[strings.LastIndex(text, "{"):strings.LastIndex(text, "}")+1]), &out)
}

func rollInChild(ctx context.Context) error {
	cfg, err := config.Load[lakeSettings](nil)
	if err != nil {
		return err
	}
	cfg.Lake.Warehouse = os.Getenv(rollChild)
	client, err := streams.Connect(cfg.Streams, "bench")
	if err != nil {
		return err
	}
	defer client.Close()
	lake := lakehouse.New(cfg.Lake, cfg.Objects)
	defer lake.Close()
	if _, err := lake.Provision(ctx); err != nil {
		return err
	}
	a := &activities.Activities{Lake: lake, Streams: client, Age: cfg.Lake.RollAge, Bytes: cfg.Lake.RollBytes}
	var out landed
	began, spent := time.Now(), processorTime()
	for waiting := uint64(1); waiting > 0; {
		rolled, err := a.RollStream(ctx, contract.RollInput{Stream: event.StreamCommerce, Shards: 1, Now: true})
		if err != nil {
			return err
		}
		out.Rows += rolled.Rows
		out.Rolls++
		waiting = rolled.Waiting
	}
	out.Seconds, out.Processor = time.Since(began).Seconds(), (processorTime() - spent).Seconds()
	if out.Peak, err = peakMemory(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// processorTime is what this process has taken, in all its threads.
func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used) // cannot fail for oneself
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// peakMemory is the most that this process has held resident, as the kernel counts it.
func peakMemory() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kib, err := strconv.ParseFloat(fields[1], 64)
			return kib * 1024, err
		}
	}
	return 0, fmt.Errorf("/proc/self/status has no VmHWM")
}

// publishSales publishes a year of order lines, as the outbox does (26 lines of an order at a time, here grouped by
// four), and writes the same JSON to a file.
func publishSales(ctx context.Context, client *streams.Client, path string, count int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	run := drawn()
	var batch []event.Commerce
	var pending []*streams.Pending
	for i := range count {
		batch = append(batch, saleLine(run, i, count))
		if len(batch) < 100 && i < count-1 {
			continue
		}
		for _, e := range batch {
			text, err := json.Marshal(e)
			if err != nil {
				return err
			}
			if _, err := out.Write(append(text, '\n')); err != nil {
				return err
			}
		}
		m, err := streams.NewMessage(event.SubjectCommerce, batch[0].EventID, batch)
		if err != nil {
			return err
		}
		p, err := client.Send(ctx, m)
		if err != nil {
			return err
		}
		pending = append(pending, p)
		batch = batch[:0]
	}
	for _, p := range pending {
		if _, err := p.Wait(ctx); err != nil {
			return err
		}
	}
	return out.Flush()
}

// saleLine is the i-th of count order lines of one year.
func saleLine(run string, i, count int) event.Commerce {
	text := func(s string) *string { return &s }
	id := func(prefix string, n int) string { return fmt.Sprintf("%s_%026d", prefix, n) }
	money := func(cents int64) *decimal.Decimal { d := decimal.New(cents, -2); return &d }
	quantity := int64(i%7 + 1)
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(float64(i) / float64(count) * float64(365*24*time.Hour)))
	product := i * 31 % 3940
	return event.Commerce{
		EventID: fmt.Sprintf("evt_%s%018d", run, i), EventType: event.OrderCreated, EventTS: at.Truncate(time.Second), IngestTS: at, ShopDomain: "blunt.myshopify.com",
		OrderID: id("ord", i/26), OrderName: strconv.Itoa(536365 + i/26), LineItemID: text(id("oli", i)), ProductID: text(id("prd", product)),
		ProductVariantID: text(id("pvr", product)), SKU: text(strconv.Itoa(20000 + product)), Title: text(fmt.Sprint("WHITE HANGING HEART T-LIGHT HOLDER ", product)),
		Quantity: &quantity, UnitPrice: money(255), GrossAmount: money(255 * quantity), DiscountAmount: money(0), TaxAmount: money(0),
		NetAmount: money(255 * quantity), CurrencyCode: "GBP", CustomerID: text(id("cus", i/26%4339)), Channel: text("web"), CountryCode: text("GB"),
		ProductTags: []string{"home", "light"}, PresentmentAmount: money(255 * quantity), RunID: run, SchemaVersion: event.SchemaVersion,
	}
}

// emptyStream makes the stream anew: what an earlier benchmark has left is no part of the measurement.
func emptyStream(ctx context.Context, cfg config.Streams, client *streams.Client) error {
	conn, err := nats.Connect(cfg.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		return err
	}
	if err := js.DeleteStream(ctx, event.StreamCommerce); err != nil {
		return err
	}
	_, err = client.Provision(ctx)
	return err
}

// plainDuckDB is the floor: the same JSON in one file, typed by hand, to the same columns in the same days of Parquet, with
// the same compression, on local disk. It has every core, as the roll's process has, and four times the roll's memory.
func plainDuckDB(ctx context.Context, b *B, file string, threads int) (time.Duration, error) {
	to := filepath.Join(b.Dir, "floor")
	defer os.RemoveAll(to)
	db, err := duck.Open(ctx, duck.Options{Memory: "4GB", Threads: threads, Dir: b.Dir})
	if err != nil {
		return 0, err
	}
	defer db.Close()
	began := time.Now()
	err = db.Run(ctx, `COPY (SELECT *, epoch_us(event_ts) // 86400000000 AS day FROM read_json(`+duck.Text(file)+`, format = 'newline_delimited', columns = {
		event_id: 'VARCHAR', event_type: 'VARCHAR', event_ts: 'TIMESTAMPTZ', ingest_ts: 'TIMESTAMPTZ', shop_domain: 'VARCHAR', order_id: 'VARCHAR',
		order_name: 'VARCHAR', line_item_id: 'VARCHAR', product_id: 'VARCHAR', product_variant_id: 'VARCHAR', sku: 'VARCHAR', title: 'VARCHAR',
		quantity: 'BIGINT', unit_price: 'DECIMAL(18,4)', gross_amount: 'DECIMAL(18,4)', discount_amount: 'DECIMAL(18,4)', tax_amount: 'DECIMAL(18,4)',
		net_amount: 'DECIMAL(18,4)', currency_code: 'VARCHAR', customer_id: 'VARCHAR', channel: 'VARCHAR', country_code: 'VARCHAR',
		product_tags: 'VARCHAR[]', presentment_amount: 'DECIMAL(18,4)', presentment_currency_code: 'VARCHAR', is_test: 'BOOLEAN', run_id: 'VARCHAR',
		schema_version: 'INTEGER'}))
		TO `+duck.Text(to)+` (FORMAT parquet, COMPRESSION zstd, WRITE_BLOOM_FILTER false, PARTITION_BY (day), HIVE_FILE_PATTERN false, FILENAME_PATTERN '{uuid}')`)
	return time.Since(began), err
}
