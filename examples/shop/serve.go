package shop

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// serve answers at an address with a handler until the shop closes, and returns the base URL.
func (s *Server) serve(ctx context.Context, address string, handler http.Handler) (url string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	silent := &newcomers{waiting: map[net.Conn]struct{}{}}
	server := &http.Server{
		Handler:           handler,
		ConnState:         silent.watch,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelError),
	}
	server.RegisterOnShutdown(silent.sendAway)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("server stopped", "address", listener.Addr().String(), "error", err)
		}
	}()
	s.onClose(func(ctx context.Context) error {
		err := server.Shutdown(ctx)
		if err != nil {
			err = errors.Join(err, server.Close())
		}
		<-done
		return err
	})
	return "http://" + listener.Addr().String(), nil
}
