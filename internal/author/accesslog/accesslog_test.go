package accesslog_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/accesslog"
	"github.com/tidemark/tidemark/internal/author/authortest"
	"github.com/tidemark/tidemark/internal/suite"
)

func source(name string, content []byte) accesslog.Source {
	return accesslog.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

func read(t *testing.T, o accesslog.Options, logs ...string) *author.Known {
	t.Helper()
	var sources []accesslog.Source
	for i, log := range logs {
		sources = append(sources, source(fmt.Sprintf("log %d", i), []byte(log)))
	}
	known, err := accesslog.Read(sources, o)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func endpoint(t *testing.T, k *author.Known, method, path string) author.Endpoint {
	t.Helper()
	var all []string
	for i := range k.Endpoints {
		if e := k.Endpoints[i]; e.Method == method && e.Path == path {
			return e
		}
		all = append(all, k.Endpoints[i].Method+" "+k.Endpoints[i].Path)
	}
	t.Fatalf("%s %s is not among %q", method, path, all)
	return author.Endpoint{}
}

// The same request as each server writes it, twice: 30 s apart, of 250 ms.
var formats = map[string]struct{ line, format string }{
	"combined":      {`10.0.0.1 - - [24/Nov/2026:10:15:%02d +0100] "GET /api/v1/items/7?page=2 HTTP/1.1" 200 512 "-" "Mozilla/5.0 \"x\"" 0.250`, ""},
	"plain":         {`10.0.0.1 - ada [24/Nov/2026:10:15:%02d +0100] "GET /api/v1/items/7?page=2 HTTP/2.0" 200 512 "https://x.example/" "Mozilla/5.0"`, ""},
	"common":        {`10.0.0.1 - - [24/Nov/2026:10:15:%02d +0100] "GET /api/v1/items/7?page=2 HTTP/1.1" 200 -`, ""},
	"behind a host": {`shop.example:443 10.0.0.1 - - [24/Nov/2026:10:15:%02d +0100] "GET /api/v1/items/7?page=2 HTTP/1.1" 200 512 "-" "Mozilla/5.0"`, ""},
	"nginx's own":   {`2026-11-24T10:15:%02d+01:00|GET|/api/v1/items/7?page=2|200|0.250`, `log_format main '$time_iso8601|$request_method|$request_uri|' '$status|$request_time';`},
	"Apache's own":  {`10.0.0.1 [24/Nov/2026:10:15:%02d +0100] "GET /api/v1/items/7?page=2 HTTP/1.1" 200 250000 "Mozilla"`, `%h %t \"%r\" %>s %D \"%{User-Agent}i\"`},
	"nginx JSON":    {`{"time":"2026-11-24T09:15:%02d.125Z","remote_addr":"10.0.0.1","method":"GET","uri":"/api/v1/items/7?page=2","status":200,"request_time":0.25,"user_agent":"say \"hi\"\\"}`, ""},
	"nginx request": {`{"time_iso8601":"2026-11-24T10:15:%02d+01:00","request":"GET \/api\/v1\/items\/7?page=2 HTTP\/1.1","status":"200","request_time":"0.250"}`, ""},
	"Caddy":         {`{"level":"info","ts":17640009%02d.5,"logger":"http.log.access","request":{"remote_ip":"10.0.0.1","method":"GET","host":"x","uri":"/api/v1/items/7?page=2","headers":{"User-Agent":["Mozilla/5.0"],"Cookie":["a"]}},"duration":0.25,"size":512,"status":200,"resp_headers":{"Server":["Caddy"]}}`, ""},
	"Traefik":       {`{"ClientHost":"10.0.0.1","DownstreamStatus":200,"Duration":250000000,"OriginStatus":200,"RequestMethod":"GET","RequestPath":"/api/v1/items/7?page=2","StartUTC":"2026-11-24T09:15:%02d.123456789Z"}`, ""},
	"Envoy":         {`{"start_time":"2026-11-24T09:15:%02d.123Z","method":"GET","path":"/api/v1/items/7?page=2","response_code":200,"duration":250,"user_agent":"Mozilla/5.0","downstream_remote_address":"10.0.0.1:4711"}`, ""},
	"AWS ALB":       {`https 2026-11-24T09:15:%02d.186641Z app/lb/50dc6c495c0c9188 10.0.0.1:2817 10.0.1.1:80 0.010 0.200 0.040 200 200 34 366 "GET https://www.example.com:443/api/v1/items/7?page=2 HTTP/1.1" "curl/7.46.0" ECDHE-RSA TLSv1.2 arn:aws "Root=1-58337262" "-" "-" 0 2026-11-24T09:15:00.000000Z "forward" "-" "-"`, ""},
}

func TestFormats(t *testing.T) {
	for name, c := range formats {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			for range 60 { // so that there is something to be seen
				fmt.Fprintf(&log, c.line+"\r\n"+c.line+"\n", 0, 30)
			}
			log.WriteString("what is this\n\n")
			k := read(t, accesslog.Options{Format: c.format}, log.String())
			e := endpoint(t, k, "GET", "/api/v1/items/{id}")
			if !strings.HasPrefix(e.Summary, "In the log 120 times") {
				t.Error(e.Summary)
			}
			if timed := name != "plain" && name != "common" && name != "behind a host"; timed != strings.Contains(e.Summary, "p50 250ms, p95 250ms") {
				t.Error("times:", e.Summary)
			}
			// 120 requests in what the log has of the hour, which counts as a minute: 2 a second; at 250 ms that is half a request at once.
			if e.Load.Rate != "2/s" && name != "Caddy" {
				t.Error("rate:", e.Load.Rate, e.Load.Note)
			}
			if name == "combined" && !strings.Contains(e.Load.Note, "120 in the busy hour, 0.5 at once") {
				t.Error(e.Load.Note)
			}
			has(t, strings.Join(k.Notes, "\n"), "121 lines", "1 line that could not be read")
		})
	}
}

// traffic is a log of a shop, as line after line of its requests.
func traffic() string {
	var b strings.Builder
	at := 0
	line := func(client, request, status, agent string, seconds float64) {
		fmt.Fprintf(&b, "%s - - [24/Nov/2026:%02d:%02d:%02d +0000] \"%s HTTP/1.1\" %s 99 \"-\" \"%s\" %.3f\n", client, 9+at/3600, at/60%60, at%60, request, status, agent, seconds)
	}
	const browser = "Mozilla/5.0 (X11; Linux)"
	for i := range 3600 {
		at = i
		who := fmt.Sprintf("10.0.0.%d", i%250)
		// Most ask for the first page and the favourite, some for what is far back.
		page, product := 1, 17
		if i%10 == 0 {
			page, product = 2+i/10%99, 100+i%700
		}
		line(who, fmt.Sprintf("GET /api/v1/products?page=%d&per_page=20&session_token=tok-%d", page, i), "200", browser, 0.020)
		line(who, fmt.Sprintf("GET /api/v1/products/%d", product), "200", browser, 0.005)
		if i%4 == 0 {
			line(who, "POST /api/v1/orders", "201", browser, 0.2)
		}
		if i%9 == 0 {
			line(who, fmt.Sprintf("GET /api/v1/posts/%s-no-%d", []string{"why-oak", "how-ash"}[i%2], i/9%45), "200", browser, 0.003)
			line(who, fmt.Sprintf("GET /api/v1/users/user%d@mail.example/orders", i), "200", browser, 0.003)
		}
		if i%50 == 0 {
			line(who, "GET /static/app.js", "200", browser, 0.001)
			line(who, "GET /healthz", "200", "kube-probe/1.31", 0.001)
			line(who, "GET /api/v1/products/3", "200", "Googlebot/2.1", 0.001)
			line(who, fmt.Sprintf("GET /wp-admin/%d.cgi", i), "404", browser, 0.001)
			line(who, "OPTIONS /api/v1/orders", "204", browser, 0.001)
			line(who, "PROPFIND /", "405", browser, 0.001)
			b.WriteString("10.0.0.1 - - [24/Nov/2026:09:00:00 +0000] \"\\x16\\x03\" 400 0 \"-\" \"-\" 0.000\n")
			line(who, "GET /api/v1/me/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl", "200", browser, 0.001)
		}
	}
	return b.String()
}

func TestALogBecomesASuite(t *testing.T) {
	k := read(t, accesslog.Options{Workers: 2}, traffic())
	dir, files, choices := authortest.Write(t, 8, k)
	plan, err := suite.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	has(t, choices, "from 2026-11-24 09:00 UTC", "72 lines that could not be read", "72 static files", "72 by bots and monitors", "72 health checks", "72 preflights", "72 with unusual methods", "72 of paths that nearly always fail")
	// 3,600 in an hour are one a second, and at 20 ms each a fiftieth of a request at once.
	has(t, files["scenarios/products-list.yml"], "rate: 1/s", "3600 in the busy hour, 0.02 at once", "arrivals: poisson", "get: /api/v1/products?page=${requests.page}&per_page=20&session_token=${env.SESSION_TOKEN}")
	has(t, files["scenarios/product-detail.yml"], "requests: {file: ../data/product-detail.csv, order: random}", "get: /api/v1/products/${requests.id}")
	has(t, files["scenarios/post-detail.yml"], "get: /api/v1/posts/${requests.id}")
	has(t, files["scenarios/user-orders.yml"], "get: /api/v1/users/${env.USER_ID}/orders")
	has(t, files["scenarios/create-order.yml"], "status: 201")
	has(t, files["scenarios/frequent-flow.yml"], "get: /api/v1/products/${product_detail.id}", "post: /api/v1/orders")
	// The head and the tail of the distribution are kept: nine of ten ask for the favourite, and the others are all there.
	rows := strings.Split(strings.TrimSpace(files["data/product-detail.csv"]), "\n")[1:]
	favourite, others := 0, map[string]bool{}
	for _, id := range rows {
		if id == "17" {
			favourite++
		} else {
			others[id] = true
		}
	}
	// Of 1,000 rows 900 are expected, with a standard deviation of 9.5; seven of them on either side.
	if len(rows) != 1000 || favourite < 833 || favourite > 967 || len(others) < 30 {
		t.Errorf("%d rows, %d of the favourite, %d others", len(rows), favourite, len(others))
	}
	if plan.Scenarios[0].Load.Rate < 1 {
		t.Error("no rate")
	}
	for name, content := range files {
		for _, secret := range []string{"tok-", "mail.example", "eyJ", "10.0.0.", "Mozilla"} {
			if strings.Contains(content, secret) {
				t.Errorf("%s has %q:\n%s", name, secret, content)
			}
		}
	}
}

// Whatever it is cut and packed into, a log says the same.
func TestPackedAndInPieces(t *testing.T) {
	log := traffic()
	var gz, zs bytes.Buffer
	g := gzip.NewWriter(&gz)
	_, _ = g.Write([]byte(log))
	_ = g.Close()
	z, err := zstd.NewWriter(&zs)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = z.Write([]byte(log))
	_ = z.Close()
	half := strings.Index(log[len(log)/2:], "\n") + len(log)/2 + 1
	want := read(t, accesslog.Options{}, log)
	for name, logs := range map[string][]string{"gzip": {gz.String()}, "zstd": {zs.String()}, "in two": {log[:half], log[half:]}} {
		got := read(t, accesslog.Options{}, logs...)
		for i := range want.Endpoints {
			w := &want.Endpoints[i]
			if e := endpoint(t, got, w.Method, w.Path); e.Load != w.Load {
				t.Errorf("%s: %s: %+v, want %+v", name, w.Path, e.Load, w.Load)
			}
		}
	}
}

// A document decides what in a path is a parameter, and what its name is.
func TestADocumentDecides(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "10.0.0.1 - - [24/Nov/2026:09:00:%02d +0000] \"GET /shops/%s/items/latest HTTP/1.1\" 200 9\n", i%60, []string{"oak", "ash"}[i%2])
		fmt.Fprintf(&b, "10.0.0.1 - - [24/Nov/2026:09:00:%02d +0000] \"GET /shops/%s/items/12 HTTP/1.1\" 200 9\n", i%60, []string{"oak", "ash"}[i%2])
	}
	k := read(t, accesslog.Options{Templates: []string{"/shops/{shop}/items/{item}", "/shops/{shop}/items/latest"}}, b.String())
	endpoint(t, k, "GET", "/shops/{shop}/items/latest")
	e := endpoint(t, k, "GET", "/shops/{shop}/items/{item}")
	if len(e.Samples.Columns) != 2 || e.Samples.Columns[0] != "shop" {
		t.Errorf("columns %q", e.Samples.Columns)
	}
}

// Memory is bounded by what is kept, not by what is read: half a million different paths, a line without an end.
func TestHostileLogs(t *testing.T) {
	var b strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&b, "10.0.0.1 - - [24/Nov/2026:09:00:%02d +0000] \"GET /%s/%x HTTP/1.1\" 200 9\n", i%60, word(i), i)
	}
	b.WriteString(strings.Repeat("x", 3<<20) + "\n")
	for range 500 {
		b.WriteString("10.0.0.1 - - [24/Nov/2026:09:00:00 +0000] \"GET /after/here/x HTTP/1.1\" 200 9\n")
	}
	k := read(t, accesslog.Options{Workers: 2}, b.String())
	if len(k.Endpoints) > 200 {
		t.Errorf("%d endpoints", len(k.Endpoints))
	}
	endpoint(t, k, "GET", "/{id}/{id2}/x")
}

func word(i int) string {
	return string([]byte{byte('a' + i%26), byte('a' + i/26%26), byte('a' + i/676%26), byte('a' + i/17576%26)})
}

func TestWhatIsNoLog(t *testing.T) {
	for name, c := range map[string]struct{ content, format, want string }{
		"empty":         {"", "", "has no lines"},
		"binary":        {"a\x00b\n", "", "is a binary file"},
		"zip":           {"PK\x03\x04xx", "", "plain, gzip and zstd are"},
		"prose":         {"hello\nworld\n", "", "none of 2 lines could be read as combined"},
		"broken gzip":   {"\x1f\x8b\x08\x00xxxxxxxxxxxx", "", "log: "},
		"HAR":           {`{"log": {"entries": []}}`, "", "pass it with --har"},
		"nothing left":  {`10.0.0.1 - - [24/Nov/2026:09:00:00 +0000] "GET /a.png HTTP/1.1" 200 9`, "", "has no requests of an API in 1 line; left out: 1 static files"},
		"no variables":  {"x\n", "main", "has no variables"},
		"no request":    {"x\n", "$status $x", "nothing to learn"},
		"no separation": {"x\n", "$request_uri$status", "cannot be told apart"},
	} {
		_, err := accesslog.Read([]accesslog.Source{source("log", []byte(c.content))}, accesslog.Options{Format: c.format})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func has(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range formats {
		f.Add([]byte(strings.Repeat(fmt.Sprintf(c.line, 7)+"\n", 3)), c.format)
	}
	f.Add([]byte(`{"uri": "/a/${x}?b=${y}&c[d]=%zz", "status": 200, "method": "GET"}`), "")
	f.Fuzz(func(t *testing.T, content []byte, format string) {
		known, err := accesslog.Read([]accesslog.Source{source("log", content)}, accesslog.Options{Format: format, Workers: 1})
		if err != nil {
			return
		}
		dir, files, _ := authortest.Write(t, 8, known)
		if _, err := suite.Read(dir); err != nil {
			t.Error(err, files)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	log := []byte(traffic())
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		if _, err := accesslog.Read([]accesslog.Source{source("log", log)}, accesslog.Options{Workers: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

// Two ways to ask a search, 70 to 30, and one in a hundred with something else: the first two become scenarios, at their share of the rate.
func TestEachFrequentWayIsAScenario(t *testing.T) {
	var log strings.Builder
	for i := range 1000 {
		query := fmt.Sprintf("q=oak%d", i%50)
		switch {
		case i%100 == 99:
			query += "&sort=price"
		case i%10 < 3:
			query += fmt.Sprintf("&category=c%d", i%5)
		}
		fmt.Fprintf(&log, "10.0.0.1 - - [24/Nov/2026:10:%02d:%02d +0000] \"GET /api/v1/search?%s HTTP/1.1\" 200 9 \"-\" \"Mozilla\" 0.010\n", i/600, i/10%60, query)
	}
	k := read(t, accesslog.Options{}, log.String())
	if len(k.Endpoints) != 2 || k.Endpoints[0].Also || !k.Endpoints[1].Also {
		t.Fatalf("%+v", k.Endpoints)
	}
	// 1,000 requests in 100 s are 10/s. 300 of them have a category; 690 have none, and the 10 that are sorted go to both: 690/990 and 300/990.
	if first, second := k.Endpoints[0].Load.Rate, k.Endpoints[1].Load.Rate; first != "6.97/s" || second != "3.03/s" {
		t.Error(first, second)
	}
	// Who names the endpoint has one way in mind, and a document describes all.
	brief := &author.Known{Source: author.Brief, Endpoints: []author.Endpoint{{Method: "GET", Path: "/api/v1/search", Chosen: true}}}
	if all := author.Merge(brief, k); len(all.Endpoints) != 1 || len(all.Endpoints[0].Params) != 1 {
		t.Errorf("%+v", all.Endpoints)
	}
	document := &author.Known{Source: author.OpenAPI, Endpoints: []author.Endpoint{{Method: "GET", Path: "/api/v1/search", Described: true, Params: []author.Param{{Name: "limit", In: "query", Value: author.Literal{V: 5}}}}}}
	all := author.Merge(k, document)
	_, files, _ := authortest.Write(t, 1, all) // one endpoint, however it is asked
	has(t, files["scenarios/search.yml"], "get: /api/v1/search?q=${requests.q}\n")
	has(t, files["scenarios/search-category-q.yml"], `name: "GET /search?category&q"`, "get: /api/v1/search?category=${requests.category}&q=${requests.q}\n")
}

// One client, as behind a proxy that hides them, asks three endpoints at random: nothing follows anything more often than chance has it.
func TestChanceIsNoFlow(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var log strings.Builder
	for i := range 3000 {
		path := []string{"/api/v1/a", "/api/v1/b", "/api/v1/c"}[min(2, rng.IntN(5))]
		fmt.Fprintf(&log, "10.0.0.1 - - [24/Nov/2026:10:%02d:%02d +0000] \"GET %s HTTP/1.1\" 200 9 \"-\" \"Mozilla\" 0.010\n", i/600, i/10%60, path)
	}
	if k := read(t, accesslog.Options{}, log.String()); len(k.Flows) > 0 {
		t.Errorf("%+v", k.Flows)
	}
}
