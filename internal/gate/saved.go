package gate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/stats"
)

const (
	// savedError is the family-wise level, over endpoints and metrics, at which saved runs fail. Nothing is measured anew here to
	// confirm it, so it is stricter than a screen's.
	savedError = 0.01

	// beyondNoise is the ratio that no noise between runs explains: shared machines vary by 3 to 20% from run to run. With 20% the
	// log ratio of two runs has a standard deviation of 0.28, and 3.3 of them are exp(0.93) = 2.5.
	beyondNoise = 2.5

	// beyondErrors is the same for errors, in percentage points: no hiccup takes a tenth of a run.
	beyondErrors = 10.0

	mostRuns = 30 // of head, that are asked for: beyond that the base is what says too little
)

// Saved judges comparisons of saved runs, together: what holds, holds for all of them by Holm's procedure. unlike is how the sides'
// machines differ; where they do, or their loads, nothing passes or fails, unless that is allowed. A comparison that has a verdict
// already keeps it.
func Saved(all []bench.Comparison, b bench.Tolerance, unlike []string, allowed bool) {
	flag(all, b)
	for i := range all {
		c := &all[i]
		if c.Verdict.Status != "" {
			continue
		}
		c.Verdict = bench.Verdict{Status: bench.Pass, Reasons: []string{}}
		switch differ := slices.Concat(unlike, c.Unlike); {
		case len(differ) > 0 && !allowed:
			worsen(&c.Verdict, bench.Inconclusive, "the sides differ in more than the code ("+strings.Join(differ, "; ")+")")
		case len(c.Effects)+len(c.Rates) == 0:
			worsen(&c.Verdict, bench.Inconclusive, "too few answers to compare")
		case c.Basis == bench.WithinRuns:
			single(c, b)
		default:
			for k := range c.Effects {
				savedEffect(c, &c.Effects[k], b)
			}
			for _, r := range c.Rates {
				savedRate(c, r, b)
			}
		}
	}
}

// flag marks what is more than chance, over all comparisons together, and more than is tolerated.
func flag(all []bench.Comparison, b bench.Tolerance) {
	var p []float64
	var marks []func()
	for i := range all {
		c := &all[i]
		if c.Basis != bench.BetweenRuns {
			continue
		}
		for k := range c.Effects {
			e := &c.Effects[k]
			p, marks = append(p, e.P), append(marks, func() { e.Flagged = e.Ratio >= b.Limit(e.Base) })
		}
		for k := range c.Rates {
			r := &c.Rates[k]
			p, marks = append(p, r.P), append(marks, func() { r.Flagged = !tolerates(b, c, *r, r.Change) })
		}
	}
	for i, holds := range stats.Holm(p, savedError) {
		if holds {
			marks[i]()
		}
	}
}

// tolerates reports whether a change of a rate bothers nobody.
func tolerates(b bench.Tolerance, c *bench.Comparison, r bench.RateEffect, change float64) bool {
	if r.Metric == "errors" {
		return change < 100*errorsWorse || c.Head.Errors < leastErrors
	}
	return change > -100*(1-1/(1+b.Ratio))
}

func savedEffect(c *bench.Comparison, e *bench.Effect, b bench.Tolerance) {
	words := change(e, c.Thresholds) + controlWords(e.Control)
	doubt := ""
	if e.Flagged {
		doubt = doubts(c, e)
	}
	switch {
	case e.Flagged && doubt == "":
		worsen(&c.Verdict, bench.Fail, words+fmt.Sprintf("; from run to run it varies by %.1f%% (%d runs)", 100*e.Noise, c.NoiseRuns))
	case e.Flagged:
		worsen(&c.Verdict, bench.Inconclusive, words+": "+doubt)
	case e.High < b.Limit(e.Base):
	case !e.Promised():
		c.Notes = append(c.Notes, fmt.Sprintf("%s: changes of less than %s could not be seen", e.Metric, percent(e.High/e.Ratio)))
	default:
		worsen(&c.Verdict, bench.Inconclusive, words+fmt.Sprintf(": %s of base and %d of head can show changes over %.0f%%", runs(c.BaseRuns), c.HeadRuns, 100*(e.High/e.Ratio-1))+moreRuns(c, e, b))
	}
}

// doubts says what else than the code may explain an effect that is more than the noise between runs, or nothing.
func doubts(c *bench.Comparison, e *bench.Effect) string {
	switch k := e.Control; {
	case 2*e.Slower <= c.HeadRuns:
		return fmt.Sprintf("of head's %d runs only %d are slower by themselves; measure head again", c.HeadRuns, e.Slower)
	case c.Spikes > 0 && c.HeadRuns == 1:
		return fmt.Sprintf("%d of the %d runs of base and before it were single spikes, and one run of head may be another; measure head once more", c.Spikes, c.NoiseRuns)
	case k != nil && k.Unusual && !k.Applied && k.Ratio > 1:
		return fmt.Sprintf("the machine was slower too, more than it is from run to run (control %s), and history does not show how much of that goes into this metric; measure head again", percent(k.Ratio))
	}
	return ""
}

func savedRate(c *bench.Comparison, r bench.RateEffect, b bench.Tolerance) {
	worst := r.Low
	if r.Metric == "errors" {
		worst = r.High
	}
	switch {
	case r.Flagged:
		worsen(&c.Verdict, bench.Fail, rateWords(r))
	case tolerates(b, c, r, worst):
	default:
		worsen(&c.Verdict, bench.Inconclusive, rateWords(r)+": that may be chance")
	}
}

// single judges what runs show of themselves alone: a difference that the noise between runs may explain proves nothing.
func single(c *bench.Comparison, b bench.Tolerance) {
	seen := make([]string, 0, len(c.Effects))
	for _, e := range c.Effects {
		machine := 1.0
		if e.Control != nil {
			machine = max(machine, e.Control.Ratio)
		}
		if e.Low/machine > beyondNoise && e.Ratio >= b.Limit(e.Base) {
			worsen(&c.Verdict, bench.Fail, fmt.Sprintf("%s: %s -> %s (%s): no noise between runs explains more than %g times", e.Metric, bench.Readable(e.Base), bench.Readable(e.Head), percent(e.Ratio), beyondNoise))
		}
		seen = append(seen, e.Metric+" "+percent(e.Ratio)+controlWords(e.Control))
	}
	for _, r := range c.Rates {
		if r.Metric == "errors" && r.Low > beyondErrors && c.Head.Errors >= leastErrors {
			worsen(&c.Verdict, bench.Fail, rateWords(r)+fmt.Sprintf(": no noise between runs explains more than %g percentage points", beyondErrors))
		}
	}
	if c.Verdict.Status == bench.Fail {
		return
	}
	worsen(&c.Verdict, bench.Inconclusive, fmt.Sprintf("%s of base and %d of head prove little (%s): machines differ from run to run by 3 to 20%%, and so few do not show by how much. "+
		"Five runs of base give an interval; until then only a change of more than %g times fails", runs(c.BaseRuns), c.HeadRuns, strings.Join(seen, ", "), beyondNoise))
}

// moreRuns says how many runs of head would decide, if the estimate stays where it is.
func moreRuns(c *bench.Comparison, e *bench.Effect, b bench.Tolerance) string {
	at := func(n int) float64 { return math.Sqrt(1/float64(c.BaseRuns) + 1/float64(n)) }
	room := math.Log(b.Limit(e.Base)) - math.Log(e.Ratio)
	reach := (math.Log(e.High) - math.Log(e.Ratio)) / at(c.HeadRuns)
	for n := c.HeadRuns + 1; n <= mostRuns && room > 0; n++ {
		if reach*at(n) < room {
			return fmt.Sprintf("; about %d of head would decide", n)
		}
	}
	if room <= 0 {
		return "; if it is as it seems, more runs would show it"
	}
	return "; more runs of base, or turns side by side (tidemark ab), would show smaller ones"
}

// controlWords say how much of a change was the machine's.
func controlWords(k *bench.ControlEffect) string {
	switch {
	case k == nil:
		return ""
	case k.Applied:
		return fmt.Sprintf("; the control was %s: taken out as far as history shows (%.2f of it), with it %s", slower(k.Ratio), k.Coefficient, percent(k.Without))
	}
	return fmt.Sprintf("; the control was %s: not taken out", slower(k.Ratio))
}

func slower(ratio float64) string {
	if ratio < 1 {
		return fmt.Sprintf("%.1f%% faster", 100*(1-ratio))
	}
	return fmt.Sprintf("%.1f%% slower", 100*(ratio-1))
}

func rateWords(r bench.RateEffect) string {
	if r.Metric == "errors" {
		return fmt.Sprintf("errors: %.2f%% -> %.2f%% (95%% interval of the change %+.1f to %+.1f points)", r.Base, r.Head, r.Low, r.High)
	}
	return fmt.Sprintf("%s: %.4g -> %.4g %s (%+.1f%%, 95%% interval %+.1f%% to %+.1f%%)", r.Metric, r.Base, r.Head, r.Unit, r.Change, r.Low, r.High) + controlWords(r.Control)
}

func runs(n int) string { return fmt.Sprintf("%d %s", n, plural(n, "run", "runs")) }

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
