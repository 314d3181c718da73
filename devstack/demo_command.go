package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"bluntcases.com/platform/devstack/demo"
)

type demonstrate struct {
	Dir       string         `default:".local" help:"Directory of the data; remove it to begin anew." type:"path"`
	Size      string         `enum:"small,medium,large" default:"medium" help:"Size of the generated shop: small, medium or large."`
	Store     string         `type:"existingfile" placeholder:"FILE.csv.gz" help:"Serve real orders in place of the generated shop."`
	Backfill  bool           `help:"Load the whole history, and not only the last 128 days."`
	Once      bool           `help:"End after the summary."`
	Report    string         `type:"path" placeholder:"FILE" help:"Write the figures as JSON."`
	Ports     map[string]int `help:"Ports in place of the usual ones, as postgres=5434;s3=9001."`
	FreePorts bool           `help:"Listen on ports that are free."`
}

func (demonstrate) Help() string {
	return `Brings the stack and the platform up, runs the first sync of the simulated shop, prints what arrived and the
addresses, and stays up until Ctrl-C. Run it again at any time: what arrived before is not loaded twice.`
}

// Run runs the demonstration.
func (d demonstrate) Run(ctx context.Context, log *slog.Logger) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	programs := filepath.Dir(self)
	if err := demo.Programs(programs); err != nil {
		return err
	}
	size := d.Size
	if d.Store != "" {
		size = ""
	}
	config, err := place{
		Dir: d.Dir, Cache: filepath.Join(d.Dir, "cache"), Ports: d.Ports, FreePorts: d.FreePorts, Size: size, Store: d.Store,
	}.config(log)
	if err != nil {
		return err
	}
	return demo.Run(ctx, demo.Options{
		Stack: config, Programs: programs, Backfill: d.Backfill, Once: d.Once, Report: d.Report, Out: os.Stdout,
	})
}
