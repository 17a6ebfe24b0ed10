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
	return &Client{url, transport, &http.Client{Transport: tracing.Client(transport), Timeout: timeout}}
}

// Reserve reserves the goods of all orders, in one call. What a request waits for it goes into the request's account.
func (c *Client) Reserve(ctx context.Context, wanted []Reservation) error {
	start := time.Now()
	defer func() { telemetry.AccountOf(ctx).Inventory(time.Since(start)) }()
	body, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/reservations", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer func() { _ = response.Body.Close() }()                  // only read
	if _, err := io.Copy(io.Discard, response.Body); err != nil { // read to the end, the connection can be used again
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("%w: status %s", ErrUnavailable, response.Status)
	}
	return nil
}

// Close closes the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }
