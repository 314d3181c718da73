// Command ingest does the platform's durable work: it runs the workers of the task queues, receives Shopify's webhooks,
// and says how it is. Kill it at any moment: what it was doing is taken up where it stood.
//
//	ingest                   serve all queues, until it is told to stop
//	ingest --queues sync     serve some: a machine for measurements, another for syncs
//	ingest settings          list the settings, all of them environment variables
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
	"bluntcases.com/platform/workers"
)

type commands struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Serve the task queues."`
	Settings settingsCommand `cmd:"" help:"List the settings: environment variables."`
}

type (
	serveCommand struct {
		Queues []string `help:"Task queues to serve: sync, streams, measurement." default:"sync,streams,measurement"`
	}
	settingsCommand struct{}
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var command commands
	chosen := kong.Parse(&command, kong.Name(process), kong.Description("The workers of Blunt Platform."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(os.Stdout, (*io.Writer)(nil)))
	if err := chosen.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n%s\n", process, err, fault.Of(err).Code.Advice())
		stop()
		os.Exit(1)
	}
}

func (c serveCommand) Run(ctx context.Context) error {
	if err := workers.Check(c.Queues); err != nil {
		return err
	}
	cfg, err := config.Load[config.Ingest](nil)
	if err != nil {
		return err
	}
	server, err := newServer(ctx, cfg, c.Queues, os.Stderr)
	if err != nil {
		return err
	}
	defer server.close()
	return server.run(ctx)
}

func (settingsCommand) Run(out io.Writer) error { return config.Document(out, config.Ingest{}) }
