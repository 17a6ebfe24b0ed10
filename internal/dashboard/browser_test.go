package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"image"
	_ "image/png" // screenshots
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/browsertest"
)

// Pages in a real browser: Debian's chromium, without a window. scripts/test installs it. TIDEMARK_TEST_SCREENSHOTS names a folder that pictures of every page are put
// into, for people to look at.

// A browser is one tab, with what it has asked for and complained of.
type browser struct {
	context.Context
	t    *testing.T
	mu   sync.Mutex
	said []string // on the console
	sent []string // URLs
}

func open(t *testing.T) *browser {
	t.Helper()
	path := browsertest.Path(t)
	options := append(append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...), chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	limited, limit := context.WithTimeout(t.Context(), 3*time.Minute)
	allocated, free := chromedp.NewExecAllocator(limited, options...)
	ctx, cancel := chromedp.NewContext(allocated)
	b := &browser{Context: ctx, t: t}
	if err := chromedp.Do(ctx); err != nil { // starts it
		t.Fatal(err)
	}
	var listeners sync.WaitGroup
	messages, requests := chromedp.Console(ctx), chromedp.Events(ctx, network.RequestWillBeSent)
	listeners.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == "debug" || m.Type == "info" { // hints of the browser to authors, which come or do not
				continue
			}
			b.mu.Lock()
			b.said = append(b.said, fmt.Sprintf("%s: %s", m.Type, m.Text))
			b.mu.Unlock()
		}
	})
	listeners.Go(func() {
		for r, err := range requests {
			if err != nil {
				return
			}
			b.mu.Lock()
			b.sent = append(b.sent, r.Request.URL)
			b.mu.Unlock()
		}
	})
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // it may have ended by the limit
		cancel()
		free()
		limit()
		listeners.Wait()
	})
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// eval is what a script gives.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a script to be true. While a page goes and the next comes there is nothing that could run one.
func (b *browser) until(script string) {
	b.t.Helper()
	for {
		is, err := chromedp.Run(b, chromedp.Evaluate[bool](script))
		if err == nil && is {
			return
		}
		select {
		case <-b.Done():
			b.t.Fatalf("%s: %v", script, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// look sets a width, and light or dark.
func (b *browser) look(width int64, scheme string) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
		b.t.Fatal(err)
	}
}

// quiet demands that nothing was complained of, and that nobody else was asked for anything.
func (b *browser) quiet(srv *httptest.Server, about string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.said) > 0 {
		b.t.Errorf("%s: the console has %q", about, b.said)
	}
	for _, u := range b.sent {
		if !strings.HasPrefix(u, srv.URL+"/") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
			b.t.Errorf("%s: it asks %s", about, u)
		}
	}
	if len(b.sent) == 0 {
		b.t.Errorf("%s: it asks for nothing, which cannot be", about)
	}
	b.said, b.sent = nil, nil
}

// colours counts the pixels of an element by what they look like.
func (b *browser) colours(selector string) (bluish, reddish, all int) {
	b.t.Helper()
	picture, err := chromedp.Run(b, chromedp.Screenshot(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatalf("%s: %v", selector, err)
	}
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		b.t.Fatal(err)
	}
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			red, _, blue, _ := img.At(x, y).RGBA()
			const apart = 0x4000
			if all++; blue > red+apart {
				bluish++
			} else if red > blue+apart {
				reddish++
			}
		}
	}
	return bluish, reddish, all
}

// picture keeps the whole page for people.
func (b *browser) picture(name string) {
	dir := os.Getenv("TIDEMARK_TEST_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Error(err)
	}
}

func TestEveryPageInABrowser(t *testing.T) {
	b := open(t)
	s := store(t)
	runs := realRuns(t)[:10] // up to one that fails
	add(t, s, runs...)
	srv, server := serve(t, Config{Store: s, Version: "v1.0.0"})
	failed, last := "", runs[len(runs)-1]
	for _, run := range runs {
		if run.Verdict.Status == bench.Fail {
			failed = run.ID
		}
	}
	if failed == "" {
		t.Fatal("none of the shop's runs failed")
	}
	endpoint := link("/trend", "suite", last.Suite, "scenario", slowScenario)
	pages := []struct{ name, path, chart string }{
		{"overview", "/", ".spark"}, {"trend", endpoint, "#plot"}, {"runs", "/runs", ""}, {"run", "/runs/" + failed, ".plot.still"},
		{"compare", "/compare?base=" + runs[0].ID + "&head=" + failed, ".interval"}, {"findings", "/findings?last=30", ""}, {"nothing", "/nowhere", ""},
	}
	for _, page := range pages {
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int64{375, 560, 700, 768, 1440} {
				about := fmt.Sprintf("%s-%s-%d", page.name, scheme, width)
				b.look(width, scheme)
				b.do(chromedp.Navigate(srv.URL + page.path))
				b.until(`document.readyState === "complete" && document.documentElement.classList.contains("scripts")`)
				if wide := eval[int](b, "document.documentElement.scrollWidth"); int64(wide) > width {
					t.Errorf("%s: the page is %d wide", about, wide)
				}
				if sideways := eval[[]string](b, `[...document.querySelectorAll("main *")].filter((e) => e.scrollWidth > e.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && !e.matches("pre")).map((e) => e.outerHTML.slice(0, 80))`); len(sideways) > 0 {
					t.Errorf("%s: to be scrolled sideways: %q", about, sideways)
				}
				if ground := eval[string](b, "getComputedStyle(document.documentElement).backgroundColor"); (ground == "rgb(255, 255, 255)") != (scheme == "light") {
					t.Errorf("%s: the ground is %s", about, ground)
				}
				if faults := eval[[]string](b, nameless); len(faults) > 0 {
					t.Errorf("%s: nobody is told what these are: %q", about, faults)
				}
				if small := eval[[]string](b, faint); len(small) > 0 {
					t.Errorf("%s: too faint to be read: %q", about, small)
				}
				if page.chart != "" && (width == 1440 || page.chart != ".spark" && page.chart != ".interval") { // which a phone has no room for
					if blue, _, all := b.colours(page.chart); blue < 20 || blue > all*2/3 {
						t.Errorf("%s: %d of the chart's %d pixels are a line's", about, blue, all)
					}
				}
				b.picture(about)
				if page.name == "nothing" { // of which the browser complains, rightly
					b.mu.Lock()
					b.said = nil
					b.mu.Unlock()
				}
				b.quiet(srv, about)
			}
		}
	}
	server.Tell(bench.Live{Key: "k", Suite: "shop-api", Commit: last.Commit, Scenario: "GET /products", Number: 2, Of: 4, Elapsed: 6, Length: 11, Rate: 118, P95: 212, Threshold: 300, Seconds: []float64{190, 205, 230, 220, 212}})
	b.look(1440, "light")
	b.do(chromedp.Navigate(srv.URL))
	b.until(`document.querySelector(".live .spark .line") !== null`)
	b.picture("live-light-1440")
	b.look(375, "dark")
	if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > 375 {
		t.Errorf("a run that goes on is %d wide", wide)
	}
	b.picture("live-dark-375")
	// Before there is anything, each page says what to do.
	nothing, _ := serve(t, Config{Store: store(t)})
	for _, path := range []string{"/", "/trend", "/runs", "/compare", "/findings"} {
		b.do(chromedp.Navigate(nothing.URL + path))
		b.until(`document.readyState === "complete" && document.querySelector("h1") !== null`)
		if faults := eval[[]string](b, nameless); len(faults) > 0 {
			t.Errorf("%s of nothing: nobody is told what these are: %q", path, faults)
		}
		b.picture("empty-dark-375" + strings.ReplaceAll(path, "/", "-"))
	}
}

// nameless finds what cannot be told by ear: fields without a label, links and buttons without words, pictures and tables without a name.
const nameless = `[
  ...[...document.querySelectorAll("input:not([type=hidden]), select")].filter((e) => !e.labels.length),
  ...[...document.querySelectorAll("a, button, summary, h1, h2, h3")].filter((e) => !e.textContent.trim() && !e.getAttribute("aria-label")),
  ...[...document.querySelectorAll("svg")].filter((e) => e.getAttribute("aria-hidden") !== "true" && !e.getAttribute("aria-label")),
  ...[...document.querySelectorAll("img")].filter((e) => !e.hasAttribute("alt")),
  ...[...document.querySelectorAll("thead th")].filter((e) => e.scope !== "col"),
  ...[...document.querySelectorAll("tbody")].filter((e) => e.rows.length && !e.querySelector("th[scope]")),
  ...(document.querySelectorAll("h1").length === 1 && document.querySelector("main") && document.querySelector("nav[aria-label]") && document.documentElement.lang ? [] : [document.body]),
  ...[...document.querySelectorAll("[id]")].filter((e) => document.querySelectorAll("#" + CSS.escape(e.id)).length > 1),
].map((e) => e.outerHTML.slice(0, 120))`

// faint finds text whose contrast is below 4.5 to 1, which WCAG asks for.
const faint = `(() => {
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parse = (s) => s.match(/[\d.]+/g).map(Number);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const found = new Set();
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || !e.getClientRects().length || e.closest("svg, script, option")) continue;
    const [a, b] = [light(parse(getComputedStyle(e).color).slice(0, 3)), light(ground(e).slice(0, 3))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(e.outerHTML.slice(0, 100));
  }
  return [...found];
})()`

func TestTheTrendByKeyboard(t *testing.T) {
	b := open(t)
	s := store(t)
	runs := slowed()[:12]
	add(t, s, runs...)
	srv, _ := serve(t, Config{Store: s})
	b.look(1440, "light")
	// A page whose parts move when its chart comes is hard to read: the observer of layout shifts has seen them all.
	b.do(chromedp.Navigate(srv.URL + "/trend?suite=s&scenario=a"))
	b.until(`document.querySelector("#plot canvas") !== null`)
	if shift := eval[float64](b, `new Promise((done) => { let sum = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => { sum += e.value; })).observe({type: "layout-shift", buffered: true}); setTimeout(() => done(sum), 200); })`); shift > 0.01 {
		t.Errorf("the page moves by %v", shift)
	}
	if blue, red, _ := b.colours("#plot"); blue < 200 || red < 50 {
		t.Errorf("%d pixels of the chart are the line's, %d of runs beyond the threshold", blue, red)
	}
	// The first link of all skips to the content.
	b.do(chromedp.KeyEvent(kb.Tab))
	if at := eval[string](b, "document.activeElement.className"); at != "skip" {
		t.Errorf("the first is %q", at)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.id === "main"`)
	b.do(chromedp.KeyEvent(kb.Tab))
	if at := eval[string](b, "document.activeElement.name"); at != "endpoint" {
		t.Errorf("the content begins with %q", at)
	}
	for range 30 {
		if eval[string](b, "document.activeElement.id") == "plot" {
			break
		}
		b.do(chromedp.KeyEvent(kb.Tab))
	}
	if at := eval[string](b, "document.activeElement.id"); at != "plot" {
		t.Fatalf("the chart cannot be reached; at %q", at)
	}
	b.do(chromedp.KeyEvent(kb.End))
	if said := eval[string](b, `document.getElementById("readout").textContent`); !strings.Contains(said, "beyond the threshold") || !strings.Contains(said, "bbbbbbbbb") {
		t.Errorf("of the last run it says %q", said)
	}
	b.do(chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowRight))
	if said := eval[string](b, `document.getElementById("readout").textContent`); !strings.Contains(said, "aaaaaaaaa") {
		t.Errorf("of the last but one it says %q", said)
	}
	b.do(chromedp.KeyEvent(kb.Enter))
	b.until(fmt.Sprintf("location.pathname === %q && document.readyState === 'complete'", "/runs/"+runs[10].ID))
	b.do(chromedp.NavigateBack())
	b.until(`document.querySelector("#plot canvas") !== null`)
	// The form says all in the URL.
	b.do(chromedp.SetValue(chromedp.CSS("[name=metric]"), "throughput"), chromedp.SetValue(chromedp.CSS("[name=last]"), "5"), chromedp.Focus(chromedp.CSS("[name=last]")), chromedp.KeyEvent(kb.Enter))
	b.until(`new URL(location).searchParams.get("metric") === "throughput" && document.readyState === "complete" && document.querySelector(".lead") !== null`)
	if lead := eval[string](b, `document.querySelector(".lead").textContent`); !strings.Contains(lead, "newest of 5 runs") {
		t.Errorf("it shows %q", lead)
	}
	b.quiet(srv, "the trend")
}

func TestNewsInABrowser(t *testing.T) {
	b := open(t)
	s := store(t)
	runs := slowed()
	add(t, s, runs[:8]...)
	srv, server := serve(t, Config{Store: s})
	b.look(1440, "light")
	b.do(chromedp.Navigate(srv.URL))
	b.until(`document.body.textContent.includes("8 runs")`)
	server.Tell(bench.Live{Key: "k", Suite: "s", Scenario: "GET /a", Number: 1, Of: 2, Elapsed: 1, Length: 2, Rate: 77})
	b.until(`document.getElementById("live").textContent.includes("77")`)
	b.do(chromedp.Focus(chromedp.CSS("tbody a")))
	if err := server.Add(t.Context(), runs[8]); err != nil {
		t.Fatal(err)
	}
	b.until(`document.querySelector("h1").textContent.includes("too slow")`)
	if said := eval[string](b, `document.getElementById("said").textContent`); !strings.Contains(said, "A run has come") {
		t.Errorf("said %q", said)
	}
	if at := eval[string](b, "document.activeElement.tagName"); at != "A" {
		t.Errorf("the keyboard is at %s now", at)
	}
	server.Tell(bench.Live{Key: "k", Done: true})
	b.until(`document.getElementById("live").textContent === ""`)
	b.do(chromedp.Navigate(srv.URL + "/runs/" + runs[0].ID))
	b.until(`document.readyState === "complete"`)
	b.until(`performance.getEntriesByType("resource").length > 0`)
	b.until(`document.getElementById("said").textContent === ""`)
	b.quiet(srv, "news")
}

// Comparisons that go on fit a phone, however long what they compare is called, are told by ear, and change while they are looked at.
func TestComparisonsInABrowser(t *testing.T) {
	b := open(t)
	srv, server := serve(t, Config{Store: store(t)})
	long := bench.Commit{SHA: "b45eb45eb45e", Subject: "Revert " + strings.Repeat("NoPlaceToBreakALine", 12)}
	head := bench.Commit{SHA: "4ead4ead4ead", Subject: "Load the line items of an order with it", Dirty: true}
	comparison := bench.LiveComparison{BaseCommit: &long, HeadCommit: &head, Pairs: 9, Confirming: true, Ratio: 1.123, Low: 1.041, High: 1.21}
	server.Tell(bench.Live{Key: "a", Suite: "shop-api", Scenario: "GET /products", Number: 2, Of: 4, Elapsed: 12, Length: 22, Errors: 3, Comparison: &comparison})
	url := "https://pull-request-17." + strings.Repeat("staging", 12) + ".example.com/" + strings.Repeat("path", 20)
	server.Tell(bench.Live{Key: "b", Suite: "shop-api", Comparison: &bench.LiveComparison{Base: url, Head: url, Doing: "resetting base"}})
	server.Tell(bench.Live{Key: "c", Suite: "shop-api", Scenario: "GET /users/:id/orders", Number: 1, Of: 1, Elapsed: 4, Length: 22, Comparison: &bench.LiveComparison{BaseCommit: &long, HeadCommit: &head, Pairs: 2,
		Bisection: &bench.LiveBisection{Good: long, Bad: head, Step: 3, Steps: 7, Commits: 30, Left: 4, Suspect: &long, Others: 2, Probability: 0.83}}})
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{320, 375, 768, 1440} {
			about := fmt.Sprintf("comparisons-%s-%d", scheme, width)
			b.look(width, scheme)
			b.do(chromedp.Navigate(srv.URL))
			b.until(`document.readyState === "complete" && document.querySelectorAll(".live").length === 3`)
			if wide := eval[int](b, "document.documentElement.scrollWidth"); int64(wide) > width {
				t.Errorf("%s: the page is %d wide", about, wide)
			}
			if faults := eval[[]string](b, nameless); len(faults) > 0 {
				t.Errorf("%s: nobody is told what these are: %q", about, faults)
			}
			if small := eval[[]string](b, faint); len(small) > 0 {
				t.Errorf("%s: too faint to be read: %q", about, small)
			}
			if blue, _, all := b.colours(".live .interval"); blue < 20 || blue > all*2/3 {
				t.Errorf("%s: %d of the interval's %d pixels are a line's", about, blue, all)
			}
			if axis := eval[string](b, `getComputedStyle(document.querySelector(".live .axis")).stroke`); axis == "none" {
				t.Errorf("%s: nobody sees where no change is", about)
			}
			b.picture(about)
		}
	}
	if title := eval[string](b, `document.querySelector("h1").textContent`); title != "No run yet" {
		t.Errorf("it says %q", title)
	}
	next := comparison
	next.Pairs = 10
	server.Tell(bench.Live{Key: "a", Suite: "shop-api", Scenario: "GET /products", Number: 2, Of: 4, Elapsed: 22, Length: 22, Comparison: &next})
	b.until(`document.getElementById("live").textContent.includes("p95 +12.3% (+4.1% to +21.0%), pair 10, confirming")`)
	for _, key := range []string{"a", "b", "c"} {
		server.Tell(bench.Live{Key: key, Done: true})
	}
	b.until(`document.getElementById("live").textContent === ""`)
	b.quiet(srv, "comparisons")
}

func TestLoggingInInABrowser(t *testing.T) {
	b := open(t)
	s := store(t)
	add(t, s, slowed()...)
	srv, _ := serve(t, Config{Store: s, Token: token})
	b.look(375, "dark")
	b.do(chromedp.Navigate(srv.URL + "/runs?branch=feature"))
	b.until(`document.querySelector("#token") !== null && document.activeElement.id === "token"`)
	b.picture("login-dark-375")
	b.do(chromedp.KeyEvent("wrong"), chromedp.KeyEvent(kb.Enter))
	b.until(`document.querySelector("[role=alert]") !== null`)
	b.mu.Lock()
	b.said = nil // the browser notes the refusal
	b.mu.Unlock()
	b.do(chromedp.Focus(chromedp.CSS("#token")), chromedp.KeyEvent(token), chromedp.KeyEvent(kb.Enter))
	b.until(`location.search === "?branch=feature" && document.readyState === "complete"`)
	if cookie := eval[string](b, "document.cookie"); cookie != "" {
		t.Errorf("a script can read %q", cookie)
	}
	b.quiet(srv, "log in")
	// Somebody has pasted the link into a chat, which is another site.
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<link rel="icon" href="data:,"><a href="http://%s/runs?branch=main">look</a>`, u.Host)
	}))
	defer chat.Close()
	elsewhere, err := url.Parse(chat.URL)
	if err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.Navigate("http://localhost:" + elsewhere.Port()))
	b.do(chromedp.Click(chromedp.CSS("a")))
	b.until(`location.search === "?branch=main" && document.querySelector("h1") !== null && document.querySelector("h1").textContent === "Runs"`)
	b.do(chromedp.Navigate(srv.URL), chromedp.Click(chromedp.CSS(".top button")))
	b.until(`location.pathname === "/login"`)
	b.do(chromedp.Navigate(srv.URL + "/runs"))
	b.until(`document.querySelector("#token") !== null`)
}
