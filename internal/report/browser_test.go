package report

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/browsertest"
)

// patience is how long all pages may take before the browser counts as stuck.
const patience = 5 * time.Minute

// browser is a page of Chromium; the test is skipped where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := browsertest.Path(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))
	limited, over := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	t.Cleanup(over)
	allocator, stop := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Error(err)
		}
		end()
	})
	return ctx
}

// A view is how a page is looked at.
type view struct {
	width       int64
	dark, print bool
}

// The pages' colours: paper and accent.
func (v view) colours() (paper, accent color.RGBA) {
	if v.dark && !v.print { // ink is not wasted on it
		return color.RGBA{0x10, 0x13, 0x17, 255}, color.RGBA{0x7a, 0xa5, 0xff, 255}
	}
	return color.RGBA{255, 255, 255, 255}, color.RGBA{0x1f, 0x5f, 0xd0, 255}
}

func (v view) String() string {
	return fmt.Sprintf("%d-%s%s", v.width, v.scheme(), map[bool]string{true: "-print"}[v.print])
}

func (v view) scheme() string { return map[bool]string{true: "dark", false: "light"}[v.dark] }

func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	complaints := listen(t, ctx)
	dir := t.TempDir()
	run, series := measured()
	trends := []bench.Trend{trend()}
	for name, write := range map[string]func(io.Writer) error{
		"run":        func(w io.Writer) error { return HTML(w, run, series) },
		"comparison": func(w io.Writer) error { return VersusHTML(w, regression()) },
		"bisection":  func(w io.Writer) error { return BisectionHTML(w, searched()) },
		"trends":     func(w io.Writer) error { return TrendsHTML(w, trends, 100) },
	} {
		path := filepath.Join(dir, name+".html")
		if err := SaveAs(path, write); err != nil {
			t.Fatal(err)
		}
		for _, v := range []view{{width: 1440}, {width: 1440, dark: true}, {width: 768}, {width: 375}, {width: 375, dark: true}, {width: 794, dark: true, print: true}} {
			look(t, ctx, name, path, v)
		}
		keyboard(t, ctx, name)
		if said := complaints(); len(said) > 0 {
			t.Errorf("%s: %s", name, strings.Join(said, "\n\t"))
		}
	}
}

// listen notes what a page asks of the network, and what the browser complains of. What it gives says so, once.
func listen(t *testing.T, ctx context.Context) func() []string {
	t.Helper()
	var mu sync.Mutex
	var said []string
	add := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		said = append(said, fmt.Sprintf(format, args...))
	}
	if err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, log.Enable, cdp.Empty{})
		return err
	})); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if e.Type != network.ResourceTypeDocument {
				add("a request: %s", e.Request.URL)
			}
		case *log.EventEntryAdded:
			add("the browser says: %s", e.Entry.Text)
		case *runtime.EventConsoleAPICalled, *runtime.EventExceptionThrown:
			add("the console says: %+v", e)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		now := said
		said = nil
		return now
	}
}

// look opens a page and looks at its pixels.
func look(t *testing.T, ctx context.Context, name, path string, v view) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme()}}}
	if v.print {
		media.Media = "print"
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(v.width, 900), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, media)
		return err
	}), chromedp.Navigate("file://"+path)); err != nil {
		t.Fatalf("%s %s: %v", name, v, err)
	}
	if wide := evaluate[float64](t, ctx, "document.documentElement.scrollWidth"); wide > float64(v.width) {
		t.Errorf("%s %s: the page is %g wide", name, v, wide)
	}
	if sideways := evaluate[float64](t, ctx, `[...document.querySelectorAll(".scroll, table")].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.closest("pre")).length`); sideways > 0 {
		t.Errorf("%s %s: %g tables are to be scrolled sideways", name, v, sideways)
	}
	// Of each figure one drawing is seen, and what it says fits into it.
	if n := evaluate[float64](t, ctx, `[...document.querySelectorAll("figure")].filter(f => [...f.querySelectorAll(".chart")].filter(c => c.getClientRects().length).length != 1).length`); n != 0 {
		t.Errorf("%s %s: %g figures without exactly one drawing", name, v, n)
	}
	if cut := evaluate[string](t, ctx, `[...document.querySelectorAll("figure .chart text")].filter(e => { const t = e.getBoundingClientRect(), c = e.ownerSVGElement.getBoundingClientRect();
		return t.width && (t.left < c.left - 1 || t.right > c.right + 1 || t.top < c.top - 1 || t.bottom > c.bottom + 1) }).map(e => e.textContent).join("; ")`); cut != "" {
		t.Errorf("%s %s: cut off: %s", name, v, cut)
	}
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("%s %s: %v", name, v, err)
	}
	if folder := os.Getenv("TIDEMARK_TEST_SCREENSHOTS"); folder != "" { // to be looked at by people
		if err := SaveAs(filepath.Join(folder, name+"-"+v.String()+".png"), func(w io.Writer) error { _, err := w.Write(shot); return err }); err != nil {
			t.Fatal(err)
		}
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	paper, accent := v.colours()
	if got := color.RGBAModel.Convert(picture.At(2, 2)); got != paper {
		t.Errorf("%s %s: the paper is %v, want %v", name, v, got, paper)
	}
	if n := count(picture, accent); n < 200 { // lines and points of charts, and nothing else
		t.Errorf("%s %s: %d pixels are drawn", name, v, n)
	}
}

func count(picture image.Image, c color.RGBA) (n int) {
	b := picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if color.RGBAModel.Convert(picture.At(x, y)) == c {
				n++
			}
		}
	}
	return n
}

func evaluate[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// keyboard goes through the page that is open by the tabulator key alone: each stop can be seen, and what is folded opens.
func keyboard(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	stops := int(evaluate[float64](t, ctx, `document.activeElement.blur(), [...document.querySelectorAll("a, summary, [tabindex]")].filter(e => e.getClientRects().length).length`))
	seen := map[string]bool{}
	for range stops {
		if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Tab)); err != nil {
			t.Fatal(err)
		}
		focus := evaluate[string](t, ctx, `(e => e.tagName + " " + e.textContent.trim().slice(0, 60) + getComputedStyle(e).outlineStyle)(document.activeElement)`)
		if !strings.HasSuffix(focus, "solid") {
			t.Errorf("%s: the focus is not seen on %q", name, focus)
		}
		tag, _, _ := strings.Cut(focus, " ")
		seen[tag] = true
		if strings.HasPrefix(focus, "SUMMARY") {
			if err := chromedp.Do(ctx, chromedp.KeyEvent(kb.Enter)); err != nil {
				t.Fatal(err)
			}
			if !evaluate[bool](t, ctx, "document.activeElement.parentElement.open") {
				t.Errorf("%s: %q does not open", name, focus)
			}
			break
		}
	}
	if len(seen) == 0 || (name == "run" || name == "trends") && !seen["SUMMARY"] {
		t.Errorf("%s: the tabulator key reaches %v of %d", name, seen, stops)
	}
}
