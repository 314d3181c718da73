// Command bench measures the platform against what bounds it: the same rows by the database's own fastest way, the same
// files by plain DuckDB, the same messages by bare JetStream. Every figure is printed as ours, the floor, and their
// ratio, from one run, so that it holds on any machine. It runs on the stack that `./task bench` starts.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// A benchmark is one file of this folder; main runs them in this order.
var benchmarks = []benchmark{
	{"load", "from an archive to rows and outbox, against the same rows prepared", Load},
	{"schema", "what the APIs ask of PostgreSQL: pages, look-ups, lists", Schema},
	{"streams", "publishing to the durable acknowledgement, against bare JetStream", Streams},
	{"lake", "from a stream to its table, against plain DuckDB over the same JSON", Lake},
	{"measurement", "the refresh and the reader against plain DuckDB over the same files", Measurement},
}

type benchmark struct {
	name string
	what string
	run  func(ctx context.Context, b *B) error
}

type options struct {
	Scale string   `enum:"default,full" default:"default" help:"default ends within 15 minutes on two cores; full is the whole."`
	Only  []string `help:"Run just these benchmarks, for instance --only load,measurement."`
	JSON  string   `type:"path" help:"Write the figures to this file, too."`
	List  bool     `help:"List the benchmarks and stop."`
}

func main() {
	var o options
	kong.Parse(&o, kong.Name("bench"), kong.Description("Measure the platform against what bounds it."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.List {
		for _, one := range benchmarks {
			fmt.Printf("%-14s %s\n", one.name, one.what)
		}
		return nil
	}
	if err := known(o.Only); err != nil {
		return err
	}
	b, err := newB(o.Scale == "full")
	if err != nil {
		return err
	}
	defer b.close()
	for _, one := range benchmarks {
		if len(o.Only) > 0 && !slices.Contains(o.Only, one.name) {
			continue
		}
		began := time.Now()
		fmt.Printf("\n%s: %s\n", one.name, one.what)
		b.bench = one.name
		if err := one.run(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		fmt.Printf("  (%s in %s)\n", one.name, time.Since(began).Round(time.Second))
	}
	return b.write(o.JSON)
}

func known(names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(benchmarks, func(one benchmark) bool { return one.name == name }) {
			return fmt.Errorf("no benchmark %q; `bench --list` names them", strings.TrimSpace(name))
		}
	}
	return nil
}
