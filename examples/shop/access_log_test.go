package shop_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidemark/tidemark/examples/shop"
	"github.com/tidemark/tidemark/examples/shop/telemetry"
)

// A logFile is written by the shop while the test reads it.
type logFile struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (f *logFile) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.text.Write(line)
}

func (f *logFile) lines() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.SplitAfter(f.text.String(), "\n")
}

// logged makes three requests and returns their lines in the access log: a line may come after the answer.
func logged(t *testing.T, format telemetry.Format) (lines []string, last answer) {
	t.Helper()
	log := &logFile{}
	c := start(t, shop.Config{Database: freshSQLite(t), AccessLog: log, AccessLogFormat: format})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodHead, c.Ready.URL+"/api/v1/products/1?a=%22b%22", nil)
	check(t, err)
	request.Header.Set("User-Agent", `say "hi"\`)
	request.Header.Set("Referer", "http://shop.example/é")
	response, err := c.http.Do(request)
	check(t, err)
	check(t, response.Body.Close())
	eventually(t, "a first line", func() bool { return len(log.lines()) == 2 })
	c.post("/api/v1/orders", `{}`).is(422)
	eventually(t, "a second line", func() bool { return len(log.lines()) == 3 })
	last = c.get("/api/v1/products?page=2").is(200)
	eventually(t, "a third line", func() bool { return len(log.lines()) == 4 })
	return log.lines()[:3], last
}

// The lines of nginx's combined format, with $request_time at the end.
var combined = regexp.MustCompile(`^(\S+) - - \[([^]]+)\] "([^"]*)" (\d{3}) (\d+) "([^"]*)" "([^"]*)" (\d+\.\d{3})\n$`)

func TestAccessLogInCombinedFormat(t *testing.T) {
	lines, last := logged(t, telemetry.Combined)
	var fields [3][]string
	for i, line := range lines {
		if fields[i] = combined.FindStringSubmatch(line); fields[i] == nil {
			t.Fatalf("line %d is in another format: %q", i, line)
		}
		if _, err := time.Parse("02/Jan/2006:15:04:05 -0700", fields[i][2]); err != nil {
			t.Error(err)
		}
	}
	head, order, list := fields[0], fields[1], fields[2]
	if head[1] != "127.0.0.1" || head[3] != "HEAD /api/v1/products/1?a=%22b%22 HTTP/1.1" || head[4] != "200" || head[5] != "0" ||
		head[6] != `http://shop.example/\xC3\xA9` || head[7] != `say \x22hi\x22\x5C` {
		t.Errorf("HEAD: %q", head)
	}
	if order[3] != "POST /api/v1/orders HTTP/1.1" || order[4] != "422" || order[6] != "-" {
		t.Errorf("POST: %q", order)
	}
	if atoi(t, list[5]) != len(last.body) {
		t.Errorf("%s bytes, want %d", list[5], len(last.body))
	}
}

func TestAccessLogInJSON(t *testing.T) {
	lines, last := logged(t, telemetry.JSON)
	type entry struct {
		Time          time.Time
		RemoteAddr    string `json:"remote_addr"`
		Method, URI   string
		Route         string
		Status        int
		RequestLength int      `json:"request_length"`
		BytesSent     int      `json:"bytes_sent"`
		RequestTime   *float64 `json:"request_time"`
		UserAgent     string   `json:"user_agent"`
		Queries       int      `json:"db_queries"`
	}
	var entries [3]entry
	for i, line := range lines {
		check(t, json.Unmarshal([]byte(line), &entries[i]))
		if e := entries[i]; e.Time.IsZero() || e.RemoteAddr != "127.0.0.1" || e.RequestTime == nil {
			t.Errorf("line %d: %s", i, line)
		}
	}
	head, order, list := entries[0], entries[1], entries[2]
	if head.Method != http.MethodHead || head.URI != "/api/v1/products/1?a=%22b%22" || head.Route != "/api/v1/products/{id}" ||
		head.Status != 200 || head.BytesSent != 0 || head.UserAgent != `say "hi"\` || head.Queries != 3 {
		t.Errorf("HEAD: %s", lines[0])
	}
	if order.Method != http.MethodPost || order.Status != 422 || order.RequestLength != 2 || order.Queries != 0 {
		t.Errorf("POST: %s", lines[1])
	}
	if list.BytesSent != len(last.body) || list.Queries != 2 {
		t.Errorf("GET: %s, want %d bytes", lines[2], len(last.body))
	}
}
