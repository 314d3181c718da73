// Package part says what a piece of the local stack is, and holds what all of them need: a lock on their directory, a
// port that is free, a process that dies with its launcher.
package part

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"
)

// Host is the only interface that the local stack listens on.
const Host = "127.0.0.1"

// Part is one running piece of the stack.
type Part struct {
	Name string
	// Env is what a client needs to reach the part, by the names of internal/config.
	Env map[string]string
	// Ended is closed when the part ended without having been told to.
	Ended <-chan struct{}
	// Stop ends the part cleanly and returns when it is down. It may be called once.
	Stop func(context.Context) error
}

// Base is the part of a part's configuration that all of them share.
type Base struct {
	Name string
	Dir  string // where the part keeps its data
	Port int
	Log  *slog.Logger
}

// Address is the part's host:port.
func (b Base) Address() string { return Address(b.Port) }

// Address is host:port on the stack's interface.
func Address(port int) string { return net.JoinHostPort(Host, strconv.Itoa(port)) }

// Await looks every few milliseconds whether a part is ready, until it is, the deadline passes, or the part has ended.
func Await(ctx context.Context, name string, within time.Duration, ended <-chan struct{}, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	pause := 5 * time.Millisecond
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s was not ready within %s: %w", name, within, err)
		case <-ended:
			return fmt.Errorf("%s ended while it was starting: %w", name, err)
		case <-time.After(pause):
			pause = min(2*pause, 100*time.Millisecond)
		}
	}
}

// Dial is a readiness check: something accepts connections at the address.
func Dial(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}

// ErrPortTaken is in the chain of every error about a port that another program holds.
var ErrPortTaken = errors.New("port taken")

// CheckPort reports a port that cannot be listened on, with its owner where that can be found, and what to do.
func CheckPort(name string, port int) error {
	l, err := net.Listen("tcp", Address(port))
	if err == nil {
		return l.Close()
	}
	owner := Owner(port)
	if owner == "" {
		owner = "another program"
	}
	return fmt.Errorf("%w: %d (%s) is held by %s; stop it, or take another port with --ports %s=%d",
		ErrPortTaken, port, name, owner, name, alternative(port))
}

// alternative is a port to suggest in place of a taken one.
func alternative(port int) int {
	if port > 50000 {
		return port - 10000
	}
	return port + 10000
}
