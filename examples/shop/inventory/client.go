package inventory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// ErrUnavailable is wrapped by errors that say that the service could not be asked.
var ErrUnavailable = errors.New("inventory: service unavailable")

// timeout is the longest a caller waits for the service.
const timeout = 5 * time.Second

// A Client calls the service.
type Client struct {
	url       string
	transport *http.Transport
	http      *http.Client
}

// NewClient calls the service at a base URL, each call a span of tracing.
func NewClient(url string, tracing *telemetry.Tracing) *Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}
	return &Client{url, transport, &http.Client{Transport: tracing.Client("inventory", transport), Timeout: timeout}}
}

// Reserve reserves the goods of all orders, in one call.
func (c *Client) Reserve(ctx context.Context, wanted []Reservation) error {
	body, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(telemetry.Calling(ctx, "/reservations"), http.MethodPost, c.url+"/reservations", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	return c.call(request, http.StatusCreated, nil)
}

// get asks for what is at a path, which the template is the pattern of.
func (c *Client) get(ctx context.Context, template, path string, answer any) error {
	request, err := http.NewRequestWithContext(telemetry.Calling(ctx, template), http.MethodGet, c.url+path, http.NoBody)
	if err != nil {
		return err
	}
	return c.call(request, http.StatusOK, answer)
}

// call reads the answer as JSON, unless answer is nil. What a request waits for it goes into the request's account.
func (c *Client) call(request *http.Request, want int, answer any) error {
	defer telemetry.AccountOf(request.Context()).Inventory()()
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer func() { _ = response.Body.Close() }() // only read
	body, err := io.ReadAll(response.Body)       // to the end: the connection can be used again
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if response.StatusCode != want {
		return fmt.Errorf("%w: status %s", ErrUnavailable, response.Status)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(body, answer)
}

// Close closes the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }
