package main

import (
	"context"
	"fmt"
	"io"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// An abProgress shows the interval of a comparison narrowing, and on a terminal what is done before there is one. Whoever serves the history shows it too.
type abProgress struct {
	w     io.Writer
	width func() int // of the terminal; nil: it is none
	live  *pipeline.Announcer
}

func newABProgress(w io.Writer) *abProgress { return &abProgress{w: w, width: terminalWidth(w)} }

// announce tells where a history is served, too, how far it is.
func (p *abProgress) announce(ctx context.Context, history string, plan *bench.Plan) (err error) {
	if p.live, err = pipeline.AnnounceComparison(ctx, history, plan); err != nil {
		return inputError{err}
	}
	return nil
}

// plainPairs is how many pairs go by between lines where there is no terminal.
const plainPairs = 5

func (p *abProgress) each(now pipeline.ABProgress) {
	p.live.EachAB(now)
	if p.width == nil && (now.Doing != "" || now.Pairs%plainPairs != 0) {
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
	if p.width == nil {
		fmt.Fprintln(p.w, line)
		return
	}
	showLine(p.w, line, p.width())
}

// say writes a line that stays, in the place of the one that changes.
func (p *abProgress) say(line string) {
	p.clear()
	fmt.Fprintln(p.w, line)
}

func (p *abProgress) clear() {
	if p.width != nil {
		clearLine(p.w)
	}
}

// done is the end, also for those who watch. That nobody could is told, and changes nothing. It may come again.
func (p *abProgress) done() {
	p.clear()
	live := p.live
	p.live = nil
	_ = live.Close() // nothing was kept there
	if err := live.Untold(); err != nil {
		fmt.Fprintln(p.w, "note: nobody could watch this:", err)
	}
}
