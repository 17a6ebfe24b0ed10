package shop

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// inventory is the second service, with its client.
type inventory struct {
	url    string
	server *http.Server
	client *http.Client
}

// The latency of another team's service: log-normal, half of the answers within 30 ms, one in twenty over 100 ms.
const (
	inventoryMedian = 30 * time.Millisecond
	inventorySigma  = 0.75
)

func startInventory() (*inventory, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(7, 7))
	latency := func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(float64(inventoryMedian) * math.Exp(inventorySigma*rng.NormFloat64()))
	}
	in := &inventory{url: "http://" + l.Addr().String(), client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 100}}}
	in.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(latency())
		_, _ = io.WriteString(w, `{"available": true}`) // the client has gone
	})}
	go func() { _ = in.server.Serve(l) }() // ends with close
	return in, nil
}

// check asks whether the line items are in stock.
func (in *inventory) check(ctx context.Context, items []lineItem) error {
	var products []string
	for _, item := range items {
		products = append(products, fmt.Sprint(item.ProductID))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, in.url+"/stock?products="+strings.Join(products, ","), http.NoBody)
	if err != nil {
		return err
	}
	answer, err := in.client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if e := answer.Body.Close(); err == nil {
		err = e
	}
	return err
}

func (in *inventory) close() error {
	in.client.CloseIdleConnections()
	return in.server.Close()
}
