package dashboard

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

// What a connection may take.
const (
	headerTime  = 5 * time.Second
	requestTime = time.Minute // a body of many records, over a slow line
	answerTime  = time.Minute
	idleTime    = 2 * time.Minute
	endTime     = 5 * time.Second // that requests have to end in when the server does
	headerBytes = 32 << 10
)

// Serve answers on a listener until ctx ends; requests that are under way are brought to their end, and streams are closed. With a certificate it speaks TLS.
func (s *Server) Serve(ctx context.Context, l net.Listener, certificate, key string) error {
	streams, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := &http.Server{Handler: s, ReadHeaderTimeout: headerTime, ReadTimeout: requestTime, WriteTimeout: answerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		BaseContext: func(net.Listener) context.Context { return streams }, ErrorLog: log.New(os.Stderr, "tidemark: ", 0)}
	served := make(chan error, 1)
	go func() {
		if certificate != "" {
			served <- server.ServeTLS(l, certificate, key)
			return
		}
		served <- server.Serve(l)
	}()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(streams, endTime)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- server.Shutdown(late) }()
	s.board.end()
	err := <-ended
	if errors.Is(err, context.DeadlineExceeded) {
		end()
		err = server.Close()
	}
	if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	return err
}
