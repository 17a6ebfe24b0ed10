package shop_test

import (
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestCloseDoesNotWaitForSilentConnections(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t)})
	for _, base := range []string{c.Ready.URL, c.Ready.Admin, c.Ready.Inventory} {
		address, err := url.Parse(base)
		check(t, err)
		silent, err := net.Dial("tcp", address.Host)
		check(t, err)
		defer silent.Close()
	}
	c.get("/healthz").is(200) // so the connections before it were accepted
	check(t, c.Close())       // would fail after its limit
	check(t, c.Close())
}

// A pause may not be shorter than asked for, so its sum is a lower bound that no machine is too slow for.
func TestDelayIsAddedToEachRoundTrip(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database, Delay: 2 * time.Millisecond})
		if a := c.get("/api/v1/products/1").is(200); a.queries() != 3 || a.database() < 6 {
			t.Errorf("Server-Timing %s, want at least 3 times 2 ms", a.header.Get("Server-Timing"))
		}
		c.buy(1, 1).is(201)
	})
}
