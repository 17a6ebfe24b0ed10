package shop_test

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

var serverTiming = regexp.MustCompile(
	`^total;dur=\d+\.\d{3}, app;dur=\d+\.\d{3}, db;dur=(\d+\.\d{3});desc="(\d+) queries"(?:, inventory;dur=\d+\.\d{3};desc="(\d+) calls")?$`)

// timing are the submatches of Server-Timing.
func (a answer) timing() []string {
	a.t.Helper()
	found := serverTiming.FindStringSubmatch(a.header.Get("Server-Timing"))
	if found == nil {
		a.t.Fatalf("%s: Server-Timing %q", a.what, a.header.Get("Server-Timing"))
	}
	return found
}

// database is how many milliseconds the request waited for the database.
func (a answer) database() float64 {
	a.t.Helper()
	ms, err := strconv.ParseFloat(a.timing()[1], 64)
	check(a.t, err)
	return ms
}

// queries is how many statements the request sent to the database.
func (a answer) queries() int {
	a.t.Helper()
	return atoi(a.t, a.timing()[2])
}

// calls is how many calls of the inventory service the request waited for.
func (a answer) calls() int {
	a.t.Helper()
	if a.timing()[3] == "" {
		return 0
	}
	return atoi(a.t, a.timing()[3])
}

func TestServerTimingCountsQueriesAndCalls(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		for path, want := range map[string][2]int{
			"/version":                        {0, 0},
			"/no/such/path":                   {0, 0},
			"/api/v1/products":                {2, 1},
			"/api/v1/products?page=1000":      {2, 0},
			"/api/v1/products/1":              {3, 3},
			"/api/v1/products/2001":           {1, 0},
			"/api/v1/search?q=oak":            {1, 1},
			"/api/v1/search?q=submarine":      {1, 0},
			"/api/v1/users/200/orders":        {2, 0},
			"/api/v1/users/2147483647/orders": {2, 0},
		} {
			if a := c.get(path); a.queries() != want[0] || a.calls() != want[1] {
				t.Errorf("%s: %d queries, %d calls, want %d", path, a.queries(), a.calls(), want)
			}
		}
		if a := c.buy(1, 1, 2, 3).is(201); a.queries() != 4 || a.calls() != 0 {
			t.Errorf("an order: %d queries, %d calls, want 4 and 0", a.queries(), a.calls())
		}
	})
}

func TestEveryAnswerSaysItsVersion(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t), Version: "v1.2.3"})
	for _, path := range []string{"/version", "/healthz", "/metrics", "/openapi.json", "/api/v1/products", "/no/such/path"} {
		if got := c.get(path).header.Get("X-Shop-Version"); got != "v1.2.3" {
			t.Errorf("%s: X-Shop-Version %q", path, got)
		}
	}
	if got := as[struct{ Version string }](c.get("/version").is(200)).Version; got != "v1.2.3" || c.Ready.Version != got {
		t.Errorf("/version says %q, Ready says %q", got, c.Ready.Version)
	}
	if start(t, shop.Config{Database: freshSQLite(t)}).Ready.Version == "" {
		t.Error("a shop without a version of its own has none at all")
	}
}

func TestHealth(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database})
		if got := as[struct{ Status string }](c.get("/healthz").is(200)).Status; got != "ok" {
			t.Errorf("status %q", got)
		}
	})
}
