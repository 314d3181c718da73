package observe

import (
	"io"
	"log/slog"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
)

// Logger writes structured lines to w, each with the process's name.
func Logger(w io.Writer, cfg config.Service, process string) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return nil, fault.Invalid("configuration", fault.Field{Name: "LOG_LEVEL", Detail: "is not debug, info, warn or error"})
	}
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler
	switch cfg.LogFormat {
	case "json":
		handler = slog.NewJSONHandler(w, options)
	case "text":
		handler = slog.NewTextHandler(w, options)
	default:
		return nil, fault.Invalid("configuration", fault.Field{Name: "LOG_FORMAT", Detail: "is not json or text"})
	}
	return slog.New(handler).With("process", process), nil
}
