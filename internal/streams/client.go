package streams

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"bluntcases.com/platform/internal/config"
	"bluntcases.com/platform/internal/fault"
)

// Bounds of what one client has in flight: publishes wait for room, so a slow server slows its producers.
const (
	maxInFlight      = 256
	maxInFlightBytes = 16 << 20
	ackTimeout       = 30 * time.Second
	callTimeout      = 10 * time.Second
)

// Client is a connection to the streams. It is safe for concurrent use and reconnects by itself.
type Client struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	cfg    config.Streams
	window *window
}

// Connect opens the connection; name shows in the server's list of connections. Fault: Unavailable.
func Connect(cfg config.Streams, name string) (*Client, error) {
	options := []nats.Option{
		nats.Name(name),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250 * time.Millisecond),
		nats.Timeout(callTimeout),
		// Without a reconnect buffer a publish fails at once while the server is away, and the caller knows.
		nats.ReconnectBufSize(-1),
	}
	if cfg.Credentials != "" {
		options = append(options, nats.UserCredentials(cfg.Credentials))
	}
	conn, err := nats.Connect(cfg.URL, options...)
	if err != nil {
		return nil, classify(err, "connect to NATS")
	}
	js, err := jetstream.New(conn,
		jetstream.WithPublishAsyncMaxPending(maxInFlight*2), // the window below is the bound
		jetstream.WithPublishAsyncTimeout(ackTimeout),
		jetstream.WithDefaultTimeout(callTimeout))
	if err != nil {
		conn.Close()
		return nil, classify(err, "open JetStream")
	}
	return &Client{conn: conn, js: js, cfg: cfg, window: newWindow(maxInFlight, maxInFlightBytes)}, nil
}

// Close ends the connection. Publishes that were not acknowledged yet fail.
func (c *Client) Close() { c.conn.Close() }

// Ping asks the server for its JetStream account, for health checks.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.js.AccountInfo(ctx)
	return classify(err, "ask JetStream for its account")
}

// codeStoreFailed is JetStream's answer where a stream with DiscardNew has reached a limit.
const codeStoreFailed jetstream.ErrorCode = 10077

func classify(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	var api *jetstream.APIError
	code := fault.Unavailable
	switch {
	case errors.Is(err, context.Canceled):
		code = fault.Canceled
	case errors.As(err, &api) && api.ErrorCode == codeStoreFailed:
		code = fault.StreamFull
	case errors.Is(err, jetstream.ErrStreamNotFound), errors.Is(err, jetstream.ErrNoStreamResponse):
		// No stream takes the subject, or JetStream is still starting: the first heals by `blunt provision`.
		code = fault.Unavailable
	case errors.Is(err, nats.ErrMaxPayload):
		code = fault.TooLarge
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout), errors.Is(err, jetstream.ErrAsyncPublishTimeout):
		code = fault.Timeout
	}
	return fault.Wrap(code, err, format, args...)
}
