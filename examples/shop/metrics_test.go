package shop_test

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestMetrics(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, database string) {
		c := start(t, shop.Config{Database: database, Connections: 3})
		c.get("/api/v1/products/1").is(200)
		c.get("/api/v1/products/2").is(200)
		c.get("/api/v1/products/2001").is(404)
		c.get("/no/such/path").is(404)
		c.send("BREW", c.Ready.URL+"/api/v1/products", "", "").is(405)
		for _, want := range []string{
			`http_request_duration_seconds_count{method="GET",route="/api/v1/products/{id}",status="200"} 2`,
			`http_request_duration_seconds_count{method="GET",route="/api/v1/products/{id}",status="404"} 1`,
			`http_request_duration_seconds_count{method="GET",route="none",status="404"} 1`,
			`http_request_duration_seconds_count{method="other",route="none",status="405"} 1`,
			`shop_db_queries_total{route="/api/v1/products/{id}"} 7`, // 3, 3 and 1
			`shop_db_seconds_total{route="/api/v1/products/{id}"} `,
			`go_sql_max_open_connections{db_name="read"} 3`,
			`go_sql_in_use_connections{db_name="read"} 0`,
			`go_sql_wait_count_total{db_name="write"} `,
			`go_sql_wait_duration_seconds_total{db_name="write"} `,
			`go_sql_idle_connections{db_name="read"} `,
			`go_goroutines `,
			`go_gc_duration_seconds_count `,
			`go_gc_heap_allocs_bytes_total `,
			`go_cpu_classes_gc_total_cpu_seconds_total `,
			`process_cpu_seconds_total `,
		} {
			eventually(t, want+" on the public listener", func() bool {
				return strings.Contains(string(c.get("/metrics").is(200).body), "\n"+want)
			})
			eventually(t, want+" on the admin listener", func() bool {
				return strings.Contains(string(c.admin("GET", "/metrics").is(200).body), "\n"+want)
			})
		}
	})
}

func TestTwoShopsCountForThemselves(t *testing.T) {
	one, other := start(t, shop.Config{Database: freshSQLite(t)}), start(t, shop.Config{Database: freshSQLite(t)})
	one.get("/version").is(200)
	const line = `http_request_duration_seconds_count{method="GET",route="/version",status="200"} 1`
	if !strings.Contains(string(one.get("/metrics").body), line) || strings.Contains(string(other.get("/metrics").body), line) {
		t.Error("the shops share their metrics")
	}
}
