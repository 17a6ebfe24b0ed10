package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

const (
	firstAsk = 20 * time.Millisecond
	slowAsk  = 250 * time.Millisecond // between questions to a service that takes its time
	oneAsk   = 10 * time.Second       // for one answer
)

// loopbacks are where a service may listen: what is told "localhost" takes the one or the other.
var loopbacks = []string{"127.0.0.1", "::1"}

// A NotReady says what a service that does not become ready answered last.
type NotReady struct {
	Asked string
	Limit time.Duration
	Last  error
}

func (n *NotReady) Error() string {
	message := fmt.Sprintf("it was not ready after %s: GET %s: %v", n.Limit, n.Asked, n.Last)
	if errors.Is(n.Last, errRefused) {
		message += "; does it listen on ${service.port}?"
	}
	return message
}

func (n *NotReady) Unwrap() error { return n.Last }

// errRefused says that nothing listens.
var errRefused = errors.New("connection refused")

// errEnded says that a service ended by itself.
var errEnded = errors.New("it ended before it was ready")

// ready waits until a path answers below 400, and returns the base URL that it answers at.
func (p *process) ready(ctx context.Context, port int, path string, limit time.Duration) (string, error) {
	transport := &http.Transport{DisableKeepAlives: true} // and no proxy
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: oneAsk, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	asking, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { // something else may take the port and never answer
		select {
		case <-p.done:
			cancel()
		case <-asking.Done():
		}
	}()
	late := time.NewTimer(limit)
	defer late.Stop()
	pause := firstAsk
	for {
		base, err := ask(asking, client, port, path)
		if p.ended() {
			return "", endedEarly(p.err)
		}
		if err == nil {
			return base, nil
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, slowAsk)
		case <-p.done:
			return "", endedEarly(p.err)
		case <-late.C:
			return "", &NotReady{"http://" + address(port) + path, limit, err}
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func endedEarly(err error) error {
	if err == nil {
		return fmt.Errorf("%w, with exit status 0; start has to stay in the foreground", errEnded)
	}
	return fmt.Errorf("%w: %w", errEnded, err)
}

func ask(ctx context.Context, client *http.Client, port int, path string) (base string, err error) {
	for _, host := range loopbacks {
		base = "http://" + net.JoinHostPort(host, strconv.Itoa(port))
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, http.NoBody)
		if err != nil {
			return "", err
		}
		answer, err := client.Do(request)
		if err != nil {
			if refused(err) {
				continue
			}
			return "", err
		}
		_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
		if err = errors.Join(err, answer.Body.Close()); err != nil {
			return "", err
		}
		if answer.StatusCode >= http.StatusBadRequest {
			return "", errors.New(answer.Status)
		}
		return base, nil
	}
	return "", errRefused
}

// refused reports whether nothing listened: there may be something at the other address.
func refused(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}
