// Command blunt is the operator's hand: it provisions, looks, starts, follows, repeats and mends. A command stands in the
// file of its name, a large one in several whose names begin so, and every one answers in JSON where it is asked to.
//
// Exit status: 0 done; 1 it failed and somebody has to act; 2 the input or a setting is wrong; 3 what was named is not
// there; 4 the run that was followed failed, doctor found something wrong, or measurement reconcile a difference; 75 try
// again later; 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"bluntcases.com/platform/internal/fault"
)

// commands is the command line. A command's file declares its type; here it gets its name.
type commands struct {
	JSON    bool `help:"Answer in JSON." short:"j"`
	Verbose bool `help:"Log what is done to standard error." short:"v"`

	Provision provisionCommand `cmd:"" help:"Create and bring up to date all that the platform needs; run it again at any time."`
	Doctor    doctorCommand    `cmd:"" help:"List every resource of the platform with its state."`
	Settings  settingsCommand  `cmd:"" help:"List the settings: environment variables."`

	Sync     syncCommand     `cmd:"" help:"Bring PostgreSQL, the archive and the stream up to date with Shopify."`
	Backfill backfillCommand `cmd:"" help:"Load a range of the store's history; pause, resume or cancel it."`
	Replay   replayCommand   `cmd:"" help:"Load a run's archived objects again, without Shopify."`

	Runs    runsCommand    `cmd:"" help:"List and show runs."`
	Redrive redriveCommand `cmd:"" help:"Start a closed run's job again."`
	Dismiss dismissCommand `cmd:"" help:"Take a closed run off the list."`
	Jobs    jobsCommand    `cmd:"" help:"Send jobs."`

	Lake        lakeCommand        `cmd:"" help:"Look at, query and keep the Iceberg tables."`
	Measurement measurementCommand `cmd:"" help:"Refresh, read, preview and check the measurement of products."`

	Watermark watermarkCommand `cmd:"" help:"Read and set the watermarks."`
	Schema    schemaCommand    `cmd:"" help:"Check and document the database."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string) int {
	var command commands
	parser, err := kong.New(&command, kong.Name("blunt"),
		kong.Description("The operator's command of Blunt Platform. Settings come from the environment: `blunt settings`."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}))
	if err != nil {
		return report(err)
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%v; see blunt --help", err)
		return 2
	}
	s := &session{json: command.JSON, verbose: command.Verbose, out: os.Stdout, err: os.Stderr}
	defer s.close()
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(s); err != nil {
		return report(err)
	}
	return 0
}

// errUnwell ends a command whose answer is bad news that was printed already.
var errUnwell = errors.New("unwell")

// report prints an error with what to do about it, and chooses the exit status.
func report(err error) int {
	if errors.Is(err, errUnwell) {
		return 4
	}
	if errors.Is(err, context.Canceled) {
		return 130
	}
	f := fault.Of(err)
	fmt.Fprintf(os.Stderr, "blunt: %v\n", err)
	if f.Code != fault.Internal {
		fmt.Fprintf(os.Stderr, "%s (%s)\n", f.Code.Advice(), f.Code)
	}
	switch {
	case f.Code == fault.NotFound:
		return 3
	case f.Code == fault.InvalidInput || f.Code == fault.UnknownJob || f.Code == fault.Unsupported:
		return 2
	case f.Retryable() && f.Code != fault.Internal:
		return 75
	default:
		return 1
	}
}
