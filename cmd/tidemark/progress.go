package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/hist"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

// plainEvery is how often a line is written where there is no terminal: a log is not watched.
const plainEvery = 5 * time.Second

// A progress tells how a run goes: on a terminal in one line that changes each second, elsewhere in plain lines.
type progress struct {
	w     io.Writer
	width func() int // of the terminal; nil: it is none

	scenario *bench.Scenario
	latency  *hist.Histogram // so far, without the warm-up
	errors   int64
	told     time.Duration
	ending   bool // the last second was told
}

func newProgress(w io.Writer) *progress {
	return &progress{w: w, width: terminalWidth(w)}
}

// terminalWidth tells how wide a terminal is; nil: it is none.
func terminalWidth(w io.Writer) func() int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func() int {
		width, _, err := term.GetSize(int(f.Fd()))
		if err != nil || width < 1 {
			return 80
		}
		return width
	}
}

// each takes what one more second has brought.
func (p *progress) each(now pipeline.Progress) {
	if p.scenario != now.Scenario {
		p.scenario, p.latency, p.errors, p.told, p.ending = now.Scenario, hist.New(), 0, 0, false
	}
	rate := int64(0)
	if s := now.Slice; s != nil {
		rate = s.Requests()
		if !now.Warmup {
			p.latency.Add(s.Response)
			p.errors += s.Errors()
		}
	}
	whole := now.Scenario.Load.Warmup + now.Scenario.Load.Duration
	if p.width == nil && !p.due(now.Elapsed, whole) {
		return
	}
	line := fmt.Sprintf("%s  %s of %s", now.Scenario.Name, now.Elapsed.Round(time.Second), whole)
	if now.Elapsed < whole || now.Slice != nil {
		line += fmt.Sprintf("  %d req/s", rate)
	} else {
		line += "  waiting for the last answers"
	}
	switch {
	case now.Warmup:
		line += "  warm-up"
	case p.latency.Count() > 0:
		line += "  p95 " + report.Duration(bench.Milliseconds(p.latency.Quantile(.95)))
	}
	if p.errors > 0 {
		line += fmt.Sprintf("  %d errors", p.errors)
	}
	if p.width == nil {
		fmt.Fprintln(p.w, line)
		return
	}
	showLine(p.w, line, p.width())
}

// showLine puts a line in the place of the terminal's last. One that wraps could not be taken back.
func showLine(w io.Writer, line string, width int) {
	if runes := []rune(line); len(runes) >= width {
		line = string(runes[:width-1])
	}
	clearLine(w)
	fmt.Fprint(w, line)
}

func clearLine(w io.Writer) { fmt.Fprint(w, "\r\x1b[K") }

// due reports whether a plain line is: now and then, and once in the last second or after it.
func (p *progress) due(elapsed, whole time.Duration) bool {
	last := !p.ending && whole-elapsed < time.Second
	if elapsed-p.told < plainEvery && !last {
		return false
	}
	p.told, p.ending = elapsed, whole-elapsed < time.Second
	return true
}

// done leaves the terminal's line as it was.
func (p *progress) done() {
	if p.width != nil {
		clearLine(p.w)
	}
}
