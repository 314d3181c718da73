// Command devstack runs everything that the platform needs on one machine: PostgreSQL, Temporal with its web UI, S3,
// JetStream, the Iceberg REST catalog and the simulators. Production never runs it.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

type commands struct {
	Demo demonstrate `cmd:"" help:"Bring the whole platform up and run the first sync."`
	Up   up          `cmd:"" help:"Run the whole stack until Ctrl-C."`
	Run  run         `cmd:"" help:"Run one part as a process of its own."`
	Exec execute     `cmd:"" help:"Run a command beside a stack that is made for it, and remove the stack."`
}

func main() {
	var cli commands
	cmd := kong.Parse(&cli, kong.Name("devstack"), kong.UsageOnError(),
		kong.Description("The local stack of the platform. Its data is in .local; remove that directory to begin anew."))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd.BindTo(ctx, (*context.Context)(nil))
	cmd.Bind(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level()})))
	cmd.FatalIfErrorf(cmd.Run())
}

// level is DEVSTACK_LOG, or warnings and errors only.
func level() slog.Level {
	level := slog.LevelWarn
	_ = level.UnmarshalText([]byte(os.Getenv("DEVSTACK_LOG")))
	return level
}
