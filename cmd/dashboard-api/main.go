// Command dashboard-api serves the staff API behind Cloudflare Access.
//
//	dashboard-api            serve, until it is told to stop
//	dashboard-api openapi    write the API's OpenAPI document
//	dashboard-api settings   list the settings, all of them environment variables
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"bluntcases.com/platform/api/dashboard"
	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
)

type commands struct {
	Serve    serveCommand    `cmd:"" default:"1" help:"Serve the staff API."`
	OpenAPI  openAPICommand  `cmd:"" name:"openapi" help:"Write the API's OpenAPI document."`
	Settings settingsCommand `cmd:"" help:"List the settings: environment variables."`
}

type (
	serveCommand   struct{}
	openAPICommand struct {
		Out string `type:"path" placeholder:"FILE" help:"Write into the file and not to the terminal."`
	}
	settingsCommand struct{}
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var command commands
	chosen := kong.Parse(&command, kong.Description("The staff API of Blunt Platform."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(os.Stdout, (*io.Writer)(nil)))
	if err := chosen.Run(); err != nil {
		f := fault.Of(err)
		fmt.Fprintf(os.Stderr, "dashboard-api: %v\n%s\n", err, f.Code.Advice())
		stop()
		os.Exit(1)
	}
}

func (serveCommand) Run(ctx context.Context) error {
	cfg, err := config.Load[config.Dashboard](nil)
	if err != nil {
		return err
	}
	server, err := newServer(ctx, cfg, os.Stderr)
	if err != nil {
		return err
	}
	defer server.close()
	return server.run(ctx)
}

func (c openAPICommand) Run(out io.Writer) error {
	document, err := dashboard.Document()
	if err != nil {
		return err
	}
	if c.Out != "" {
		return os.WriteFile(c.Out, document, 0o644)
	}
	_, err = out.Write(document)
	return err
}

func (settingsCommand) Run(out io.Writer) error { return config.Document(out, config.Dashboard{}) }
