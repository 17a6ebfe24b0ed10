package chart

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

const (
	rowHeight = 19.0
	mostRows  = 40
)

// A row is one span, or several of the same name that follow each other: the queries of an N+1 are one row of many bars.
type row struct {
	spans []bench.Span
	sum   float64
}

func rows(spans []bench.Span) (all []row) {
	for _, s := range spans {
		if n := len(all); n > 0 && all[n-1].spans[0].Name == s.Name && all[n-1].spans[0].Depth == s.Depth && s.Depth > 0 {
			all[n-1].spans, all[n-1].sum = append(all[n-1].spans, s), all[n-1].sum+s.Duration
			continue
		}
		all = append(all, row{[]bench.Span{s}, s.Duration})
	}
	return all
}

// Waterfall draws the spans of one request over time, each below the one that it is part of.
func Waterfall(title string, width float64, w *bench.Waterfall) string {
	all := rows(w.Spans)
	shown := all[:min(len(all), mostRows)]
	names, values := 250.0, 112.0
	if width < Wide {
		names, values = 120, 84
	}
	p := plot{left: names, right: width - values, top: 24}
	p.bottom = p.top + rowHeight*float64(len(shown))
	whole := max(w.Duration, 0.001)
	for _, s := range w.Spans {
		whole = max(whole, s.Start+s.Duration)
	}
	x := func(ms float64) float64 { return p.left + (p.right-p.left)*ms/whole }
	d := begin(width, p.bottom+8, title, fmt.Sprintf("%d spans of one request that took %s; the longest part: %s", len(w.Spans), bench.Readable(w.Duration), longestPart(all)))
	scale := ticks(whole)
	for i, v := range scale {
		if v <= whole && (width >= Wide || i == 0 || i == len(scale)-2) {
			d.upright("l-grid", x(v), p.top-4, p.bottom)
			d.label(x(v), p.top-10, "c-mute", "middle", onAxis(v))
		}
	}
	for i, r := range shown {
		y, first := p.top+rowHeight*float64(i), r.spans[0]
		indent, took := 9*float64(min(first.Depth, 6)), bench.Readable(r.sum)
		if len(r.spans) > 1 {
			took = fmt.Sprintf("%d × %s", len(r.spans), bench.Readable(r.sum/float64(len(r.spans))))
		}
		fmt.Fprintf(d, "<g><title>%s</title>", text(strings.TrimSpace(fmt.Sprintf("%s %s: %s, from %s on", first.Service, first.Name, took, bench.Readable(first.Start)))))
		d.label(indent, y+13, "", "start", clip(first.Name, int((names-indent-8)/letter)))
		for _, s := range r.spans {
			fmt.Fprintf(d, `<rect class="%s" x="%s" y="%s" width="%s" height="11" rx="1"/>`, barClass(s), num(x(s.Start)), num(y+3.5), num(max(x(s.Start+s.Duration)-x(s.Start), 1)))
		}
		d.label(width, y+13, "c-mute", "end", took)
		d.WriteString("</g>")
	}
	return d.end()
}

func barClass(s bench.Span) string {
	switch {
	case s.Failed:
		return "f-fail"
	case s.Kind == bench.QueryOperation:
		return "f-head"
	case s.Kind == bench.CallOperation, s.Kind == bench.WaitOperation:
		return "f-faint"
	}
	return "f-base"
}

// longestPart is the name of what took longest below the root.
func longestPart(all []row) string {
	if len(all) < 2 {
		return "the request itself"
	}
	longest := all[1]
	for _, r := range all[1:] {
		if r.sum > longest.sum {
			longest = r
		}
	}
	return clip(longest.spans[0].Name, 80)
}
