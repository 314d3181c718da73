package part

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// Serve is a part that is an HTTP server; closers are closed after it, in order.
func Serve(base Base, handler http.Handler, env map[string]string, release func(), closers ...io.Closer) (*Part, error) {
	closeAll := func() error {
		defer release()
		var failed []error
		for _, c := range closers {
			failed = append(failed, c.Close())
		}
		return errors.Join(failed...)
	}
	listener, err := net.Listen("tcp", base.Address())
	if err != nil {
		return nil, errors.Join(err, closeAll())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			base.Log.Error("the server ended", "error", err)
		}
	}()
	stop := func(ctx context.Context) error {
		// A request that lasts (a download, a stream of events) does not hold up the stop for long.
		graceful, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if err := server.Shutdown(graceful); err != nil {
			_ = server.Close()
		}
		<-ended
		return closeAll()
	}
	return &Part{Name: base.Name, Env: env, Ended: ended, Stop: stop}, nil
}
