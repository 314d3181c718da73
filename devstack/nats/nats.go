// Package nats runs a JetStream server in the process. Every acknowledged message is on the disk (SyncAlways).
package nats

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"bluntcases.com/platform/devstack/part"
)

// maxPayload leaves room for a compressed message of the largest order.
const maxPayload = 8 << 20

// Start runs the server until it is stopped.
func Start(ctx context.Context, base part.Base) (*part.Part, error) {
	release, err := part.Lock(base.Dir)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "blunt", Host: part.Host, Port: base.Port,
		JetStream: true, StoreDir: base.Dir, SyncAlways: true, MaxPayload: maxPayload,
		JetStreamMaxMemory: 256 << 20, JetStreamMaxStore: 1 << 40,
		NoSigs: true,
	})
	if err != nil {
		release()
		return nil, fmt.Errorf("configure NATS: %w", err)
	}
	s.SetLoggerV2(logger{base.Log}, false, false, false)
	go s.Start()

	stop := func() {
		s.Shutdown()
		s.WaitForShutdown()
		release()
	}
	ended := make(chan struct{})
	go func() {
		s.WaitForShutdown()
		close(ended)
	}()
	err = part.Await(ctx, "NATS", 20*time.Second, ended, func(context.Context) error {
		if !s.ReadyForConnections(100 * time.Millisecond) {
			return fmt.Errorf("not accepting connections at %s", base.Address())
		}
		if !s.JetStreamEnabled() {
			return fmt.Errorf("JetStream is off")
		}
		return nil
	})
	if err != nil {
		stop()
		return nil, err
	}
	return &part.Part{
		Name: base.Name, Ended: ended,
		Env:  map[string]string{"NATS_URL": "nats://" + base.Address()},
		Stop: func(context.Context) error { stop(); return nil },
	}, nil
}

// logger passes the server's messages on; its notices are our debug messages.
type logger struct{ log *slog.Logger }

func (l logger) Noticef(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l logger) Warnf(format string, v ...any)   { l.log.Warn(fmt.Sprintf(format, v...)) }
func (l logger) Fatalf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }
func (l logger) Errorf(format string, v ...any)  { l.log.Error(fmt.Sprintf(format, v...)) }
func (l logger) Debugf(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
func (l logger) Tracef(format string, v ...any)  { l.log.Debug(fmt.Sprintf(format, v...)) }
