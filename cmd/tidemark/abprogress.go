package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/tidemark/tidemark/internal/pipeline"
)

// An abProgress shows the interval of a comparison narrowing, and on a terminal what is done before there is one.
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
	if !p.terminal && (now.Doing != "" || now.Pairs%plainPairs != 0) {
		return
	}
	line := now.Doing
	if line == "" {
		line = fmt.Sprintf("pair %d", now.Pairs)
	}
	if now.Confirming {
		line = "confirming, " + line
	}
	if now.Scenario != nil {
		line = now.Scenario.Name + "  " + line
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

// say writes a line that stays, in the place of the one that changes.
func (p *abProgress) say(line string) {
	p.done()
	fmt.Fprintln(p.w, line)
}

func (p *abProgress) done() {
	if p.terminal {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
