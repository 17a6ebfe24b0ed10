package chart

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// Trend draws the last points of a trend: evenly spaced, since those of one busy day would else lie on each other; with the level of each stretch,
// its steps and their commits, the threshold, and the drift. Where a drift leads goes on to the right of the last run, in days and with the band of
// its interval.
func Trend(title string, width float64, t *bench.Trend, last int) string {
	t = Last(t, last)
	p := plot{left: leftOf, right: width - 14, top: 26, bottom: 216}
	if len(t.Points) == 0 {
		d := begin(width, 60, title, "no runs")
		d.label(p.left, 34, "c-mute", "start", "no runs")
		return d.end()
	}
	f := forecast(t)
	if f.days > 0 {
		p.right = p.left + (width-14-p.left)*.72
	}
	highest := max(t.Threshold, f.highest)
	for _, point := range t.Points {
		highest = max(highest, point.Value)
	}
	scale := ticks(highest * 1.04)
	p.highest = scale[len(scale)-1]
	d := begin(width, 250, title, series(t))
	edge := width - 14
	if f.days > 0 {
		fmt.Fprintf(d, `<rect class="f-future" x="%s" y="%s" width="%s" height="%s"/>`, num(p.right), num(p.top), num(edge-p.right), num(p.bottom-p.top))
	}
	for i, v := range scale {
		class := "l-grid"
		if i == 0 {
			class = "l-axis"
		}
		d.across(class, p.left, edge, p.y(v))
		d.label(p.left-8, p.y(v)+4, "c-mute", "end", amount(v, t.Unit))
	}
	first, newest := t.Points[0], t.Points[len(t.Points)-1]
	d.label(p.left, p.bottom+19, "c-mute", "start", day(first.Time))
	if len(t.Points) > 1 && (f.days == 0 || width >= Wide) {
		d.label(p.right, p.bottom+19, "c-mute", "end", day(newest.Time))
	}
	c := canvas{p, len(t.Points)}
	d.levels(c, t)
	d.drift(c, t, f, edge)
	d.points(c, t)
	d.threshold(c, t, edge)
	return d.end()
}

// Last is a trend with its last points alone, and the steps among them. The level that these begin at is that of the last step before.
func Last(t *bench.Trend, last int) *bench.Trend {
	cut := max(len(t.Points)-last, 0)
	out := *t
	out.Points, out.Shifts = t.Points[cut:], nil
	for _, s := range t.Shifts {
		if s.Index -= cut; s.Index < 0 {
			s.Index = 0 // it is drawn as the level, without its line
			out.Shifts = out.Shifts[:0]
		}
		out.Shifts = append(out.Shifts, s)
	}
	return &out
}

// A canvas maps runs to places.
type canvas struct {
	plot
	count int
}

func (c canvas) x(i int) float64 {
	return c.left + (c.right-c.left)*(float64(i)+.5)/float64(c.count)
}

func (d *drawing) threshold(c canvas, t *bench.Trend, edge float64) {
	if t.Threshold <= 0 {
		return
	}
	d.across("l-limit", c.left, edge, c.y(t.Threshold))
	words, y := "threshold "+amount(t.Threshold, t.Unit), c.y(t.Threshold)-5
	if t.AtLeast { // values are above it
		words, y = "threshold: at least "+amount(t.Threshold, t.Unit), y+19
	}
	d.label(c.left+4, y, "c-mute", "start", words)
}

// levels draws the level of each stretch between steps, and where each step happened.
func (d *drawing) levels(c canvas, t *bench.Trend) {
	from, taken := 0, -1e9
	for _, s := range t.Shifts {
		if s.Index == 0 {
			continue // before the first point
		}
		d.across("l-level", c.x(from), c.x(s.Index-1), c.y(s.Before))
		at := (c.x(s.Index-1) + c.x(s.Index)) / 2
		d.upright("l-step", at, c.top-6, c.bottom)
		words := fmt.Sprintf("%.9s %s", s.Commit, change(s))
		room := letter * float64(len(words))
		if place := min(at+4, c.right-room); place > taken { // labels that would lie on each other are left out; the list below has them all
			d.label(place, c.top-10, "c-strong", "start", strings.TrimSpace(words))
			taken = place + room
		}
		from = s.Index
	}
	if n := len(t.Shifts); n > 0 {
		d.across("l-level", c.x(from), c.x(c.count-1), c.y(t.Shifts[n-1].After))
	}
}

func change(s bench.Shift) string {
	if s.Before == 0 {
		return ""
	}
	return fmt.Sprintf("%+.0f%%", 100*(s.After/s.Before-1))
}

func (d *drawing) points(c canvas, t *bench.Trend) {
	r := 3.0
	if c.count > 80 {
		r = 2
	}
	for i, p := range t.Points {
		class := "f-head"
		if t.Breaches(p.Value) {
			class = "f-fail"
		}
		d.dot(class, c.x(i), c.y(p.Value), r, strings.TrimSpace(fmt.Sprintf("%s %.9s %s %s", p.Time.Format("2006-01-02 15:04"), p.Commit, amount(p.Value, t.Unit), clip(p.Subject, 60))))
	}
}

// A future is where a drift leads.
type future struct{ days, highest float64 } // 0 days: nowhere

const (
	leastAhead = 14  // days that a forecast shows
	mostAhead  = 730 // as far as crossings are told
	beyond     = 1.15
)

// forecast says how far ahead a drift is drawn: somewhat beyond its crossing, or a third of the time that it was seen in.
func forecast(t *bench.Trend) future {
	if t.Drift == nil {
		return future{}
	}
	newest := t.Points[len(t.Points)-1].Time
	days := newest.Sub(t.Drift.Since).Hours() / 24 / 3
	if c := t.Drift.Crossing; c != nil {
		end := c.Time
		if c.Latest != nil {
			end = *c.Latest
		}
		days = end.Sub(newest).Hours() / 24 * beyond
	}
	f := future{days: min(max(days, leastAhead), mostAhead)}
	_, f.highest = band(t.Drift, newest, f.days)
	return f
}

// band is the interval of a drift's value some days after a time. The line goes through the middle of the runs that it was found in, and its
// interval turns around there.
func band(d *bench.Drift, newest time.Time, days float64) (low, high float64) {
	seen := newest.Sub(d.Since).Hours() / 24
	middle := d.Start + d.PerDay*seen/2
	return middle + d.Low*(seen/2+days), middle + d.High*(seen/2+days)
}

// drift draws the line of a drift through the points that it was found in, and on into the future.
func (d *drawing) drift(c canvas, t *bench.Trend, f future, edge float64) {
	if t.Drift == nil {
		return
	}
	newest := t.Points[c.count-1].Time
	future := func(days float64) float64 { return c.right + (edge-c.right)*days/f.days }
	var on, upper, lower line
	for i, p := range t.Points {
		if !p.Time.Before(t.Drift.Since) {
			on.to(c.x(i), c.y(t.Drift.At(p.Time)))
		}
	}
	const steps = 12
	for i := range steps + 1 {
		days := f.days * float64(i) / steps
		_, high := band(t.Drift, newest, days)
		on.to(future(days), c.y(t.Drift.At(newest)+t.Drift.PerDay*days))
		upper.to(future(days), c.y(high))
		back := f.days - days
		low, _ := band(t.Drift, newest, back)
		lower.to(future(back), c.y(low))
	}
	d.path("f-band", upper.String()+strings.Replace(lower.String(), "M", "L", 1)+"z")
	d.path("l-drift", on.String())
	if x := t.Drift.Crossing; x != nil {
		if days := x.Time.Sub(newest).Hours() / 24; days > 0 && days <= f.days {
			d.dot("f-fail", future(days), c.y(t.Threshold), 4, "crosses the threshold about "+day(x.Time))
			d.label(future(days), c.bottom+19, "c-fail", "middle", day(x.Time))
			return
		}
	}
	d.label(edge, c.bottom+19, "c-mute", "end", fmt.Sprintf("+%.0f days", f.days))
}

// series says in words what a trend shows.
func series(t *bench.Trend) string {
	least, most := math.Inf(1), math.Inf(-1)
	for _, p := range t.Points {
		least, most = min(least, p.Value), max(most, p.Value)
	}
	words := []string{fmt.Sprintf("%d runs from %s to %s, between %s and %s, the last %s", len(t.Points), day(t.Points[0].Time), day(t.Points[len(t.Points)-1].Time),
		amount(least, t.Unit), amount(most, t.Unit), amount(t.Points[len(t.Points)-1].Value, t.Unit))}
	for _, s := range t.Shifts {
		if s.Index > 0 {
			words = append(words, fmt.Sprintf("step %s at %.9s on %s", change(s), s.Commit, day(s.Time)))
		}
	}
	if t.Drift != nil {
		words = append(words, fmt.Sprintf("drift of %+.3g %s a day", t.Drift.PerDay, t.Unit))
		if t.Drift.Crossing != nil {
			words = append(words, "it crosses the threshold about "+day(t.Drift.Crossing.Time))
		}
	}
	return strings.Join(words, "; ")
}

func day(t time.Time) string { return t.Format("2006-01-02") }

func amount(v float64, unit string) string {
	switch unit {
	case "ms":
		return onAxis(v)
	case "":
		return fmt.Sprintf("%.6g", v)
	case "%":
		return fmt.Sprintf("%.3g%%", v)
	case "req/s":
		return bench.Thousands(v) + "/s"
	}
	return bench.Thousands(v) + " " + unit
}
