package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/tidemark/tidemark/internal/pipeline"
)

// An abProgress shows the interval of a comparison narrowing.
type abProgress struct {
	w        io.Writer
	terminal bool
}

func newABProgress(w io.Writer) *abProgress {
	f, ok := w.(*os.File)
	return &abProgress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// plainPairs is how many pairs go by between lines where there is no terminal.
const plainPairs = 5

func (p *abProgress) each(now pipeline.ABProgress) {
	if !p.terminal && now.Pairs%plainPairs != 0 {
		return
	}
	line := fmt.Sprintf("%s  pair %d", now.Scenario.Name, now.Pairs)
	if now.Confirming {
		line = fmt.Sprintf("%s  confirming, pair %d", now.Scenario.Name, now.Pairs)
	}
	if e := now.P95; e != nil {
		line += fmt.Sprintf("  p95 %+.1f%% (%+.1f%% to %+.1f%%)", 100*(e.Ratio-1), 100*(e.Low-1), 100*(e.High-1))
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		return
	}
	fmt.Fprintln(p.w, line)
}

func (p *abProgress) done() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
