package shop_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
)

// leastOf five requests is what one costs, without what else the process does.
func (c *client) leastOf(path string, cost func(runtime.MemStats) uint64) uint64 {
	c.t.Helper()
	least := ^uint64(0)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		c.get(path).is(200)
		runtime.ReadMemStats(&after)
		least = min(least, cost(after)-cost(before))
	}
	return least
}

func allocations(m runtime.MemStats) uint64    { return m.Mallocs }
func bytesAllocated(m runtime.MemStats) uint64 { return m.TotalAlloc }

// Product 17 has 24 reviews, and there are 45 bad words: 1080 expressions, of which none is compiled with fewer than 20 allocations.
func TestCPUHotspotCompilesForEachReview(t *testing.T) {
	eachWay(t, "cpu-hotspot", func(c *client, _ *collector, _ string, on bool) {
		if got := c.leastOf("/api/v1/products/17", allocations); (got > 20*1080) != on {
			c.t.Errorf("on: %t, %d allocations", on, got)
		}
	})
}

func TestCPUHotspotIsInTheProfile(t *testing.T) {
	c := start(t, shop.Config{Database: freshSQLite(t), Faults: []string{"cpu-hotspot"}})
	profile := make(chan answer, 1)
	go func() { profile <- c.admin("GET", "/debug/pprof/profile?seconds=1") }()
	for {
		select {
		case a := <-profile:
			zipped, err := gzip.NewReader(bytes.NewReader(a.is(200).body))
			check(t, err)
			text, err := io.ReadAll(zipped)
			check(t, err)
			if !bytes.Contains(text, []byte("catalog.maskWordByWord")) {
				t.Error("the profile does not name the function")
			}
			return
		default:
			c.get("/api/v1/products/17").is(200)
		}
	}
}

// The catalog has 2,000 products with 30,000 reviews: a copy has some megabytes. A page of it has kilobytes.
func TestGCPressureCopiesTheCatalog(t *testing.T) {
	eachWay(t, "gc-pressure", func(c *client, _ *collector, _ string, on bool) {
		if got := c.leastOf("/api/v1/products", bytesAllocated); (got > 2<<20) != on {
			c.t.Errorf("on: %t, %d bytes allocated", on, got)
		}
	})
}

func TestOversizedAnswerHasEverything(t *testing.T) {
	eachWay(t, "oversized-answer", func(c *client, _ *collector, _ string, on bool) {
		if got := len(c.get("/api/v1/products").is(200).body); (got > 30_000) != on || !on && got > 5_000 {
			c.t.Errorf("on: %t, %d bytes", on, got)
		}
	})
}

// Each request reads what those before it left. An access is kept as JSON, which is not read with fewer than 3 allocations.
func TestGrowthMakesRequestsDearer(t *testing.T) {
	const path, looks = "/api/v1/users/1/orders", 300
	eachWay(t, "growth", func(c *client, _ *collector, _ string, on bool) {
		first := c.leastOf(path, allocations)
		for range looks {
			c.get(path).is(200)
		}
		if later := c.leastOf(path, allocations); (later > first+3*looks) != on {
			c.t.Errorf("on: %t, %d allocations at first, %d after %d requests", on, first, later, looks)
		}
		if a := c.get(path).is(200); (a.header.Get("X-Last-Viewed") != "") != on {
			c.t.Errorf("on: %t, last viewed %q", on, a.header.Get("X-Last-Viewed"))
		}
		c.admin("POST", "/reset").is(204)
		if again := c.leastOf(path, allocations); again > first+looks {
			c.t.Errorf("on: %t, %d allocations at first, %d after a reset", on, first, again)
		}
	})
}

func TestRateLimitedRefusesTooMany(t *testing.T) {
	eachWay(t, "rate-limited", func(c *client, _ *collector, _ string, on bool) {
		const crowd = 60
		refused := func() (count int) {
			answers := make(chan answer, crowd)
			for range crowd {
				go func() { answers <- c.get("/api/v1/products/17") }()
			}
			for range crowd {
				a := <-answers
				if got := a.header.Get("RateLimit-Policy"); got != map[bool]string{true: `"product-pages";q=40;w=1`}[on] {
					c.t.Errorf("on: %t, RateLimit-Policy %q", on, got)
				}
				if a.status != 429 {
					a.is(200)
					continue
				}
				count++
				a.refuses(429)
				if a.header.Get("Retry-After") != "1" || a.header.Get("RateLimit") != `"product-pages";r=0;t=1` {
					c.t.Errorf("refused with %v", a.header)
				}
			}
			return count
		}
		if !on {
			if got := refused(); got > 0 {
				c.t.Errorf("%d refused", got)
			}
			return
		}
		eventually(c.t, "a crowd that is too much", func() bool { return refused() > 0 })
	})
}

func TestPoolExhaustionMakesRequestsWait(t *testing.T) {
	eachWay(t, "pool-exhaustion", func(c *client, _ *collector, _ string, on bool) {
		metrics := func() string { return string(c.get("/metrics").is(200).body) }
		crowd := func() {
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() { c.get("/api/v1/users/2/orders").is(200) })
			}
			all.Wait()
		}
		waits := func() string {
			_, rest, _ := strings.Cut(metrics(), "\n"+`go_sql_wait_count_total{db_name="read"} `)
			count, _, _ := strings.Cut(rest, "\n")
			return count
		}
		limit := map[bool]string{true: "1", false: "16"}[on]
		if !strings.Contains(metrics(), "\n"+`go_sql_max_open_connections{db_name="read"} `+limit+"\n") {
			c.t.Errorf("on: %t, the limit is not %s:\n%s", on, limit, metrics())
		}
		before := waits()
		if !on {
			if crowd(); waits() != before {
				c.t.Errorf("%s waits for a connection, before %s", waits(), before)
			}
			return
		}
		eventually(c.t, "a wait for a connection", func() bool { crowd(); return waits() != before })
	})
}

// A request that begins while the ratings are rebuilt does not end before that does.
func TestPeriodicStallHoldsRequestsUp(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		spans := startCollector(t)
		c := start(t, shop.Config{Database: database, OTLP: spans.url, Delay: time.Millisecond})
		rebuilds := func() []span { return spans.all(func(s span) bool { return s.name == "rebuild ratings" }) }
		c.traced(spans, "GET", "/api/v1/products", "")
		if got := rebuilds(); len(got) > 0 {
			t.Errorf("a healthy shop: %v", got)
		}
		c.turn("periodic-stall", true)
		eventually(t, "a request while the ratings are rebuilt", func() bool {
			_, trace := c.traced(spans, "GET", "/api/v1/products", "")
			request := trace[0]
			for _, job := range rebuilds() {
				queries := spans.all(func(s span) bool { return s.parent == job.id })
				locked, last := queries[0].start, queries[len(queries)-1].end // the lock is held from before to after
				if request.start > locked && request.start < last {
					if request.end < last {
						t.Errorf("a request ended %d ns before the ratings were rebuilt", last-request.end)
					}
					return true
				}
			}
			return false
		})
		c.turn("periodic-stall", false)
		done := len(rebuilds())
		c.turn("periodic-stall", true) // again: it begins with a rebuild
		eventually(t, "another rebuild", func() bool { return len(rebuilds()) > done })
	})
}
