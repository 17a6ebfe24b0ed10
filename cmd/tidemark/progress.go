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
	w        io.Writer
	terminal bool

	scenario *bench.Scenario
	latency  *hist.Histogram // so far, without the warm-up
	errors   int64
	told     time.Duration
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// each takes what one more second has brought.
func (p *progress) each(now pipeline.Progress) {
	if p.scenario != now.Scenario {
		p.scenario, p.latency, p.errors, p.told = now.Scenario, hist.New(), 0, 0
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
	if !p.terminal && now.Elapsed-p.told < plainEvery && whole-now.Elapsed >= time.Second {
		return
	}
	p.told = now.Elapsed
	line := fmt.Sprintf("%s  %s of %s  %d req/s", now.Scenario.Name, now.Elapsed.Round(time.Second), whole, rate)
	switch {
	case now.Warmup:
		line += "  warm-up"
	case p.latency.Count() > 0:
		line += "  p95 " + report.Duration(bench.Milliseconds(p.latency.Quantile(.95)))
	}
	if p.errors > 0 {
		line += fmt.Sprintf("  %d errors", p.errors)
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.w, line)
}

// done leaves the terminal's line as it was.
func (p *progress) done() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
