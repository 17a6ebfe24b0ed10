package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// severity puts what a reader has to know first.
var severity = map[bench.Status]int{bench.Fail: 0, bench.Void: 1, bench.Inconclusive: 2, bench.Close: 3, bench.NotJudged: 4, bench.Pass: 5}

// versusChanges is what a comment says of a comparison: the endpoints that are no plain pass, the worst first.
func versusChanges(v *bench.Versus, images map[string]string) (all []change) {
	var worse []*bench.Comparison
	for i := range v.Comparisons {
		if c := &v.Comparisons[i]; c.Verdict.Status != bench.Pass {
			worse = append(worse, c)
		}
	}
	slices.SortStableFunc(worse, func(a, b *bench.Comparison) int {
		return cmp.Or(cmp.Compare(severity[a.Verdict.Status], severity[b.Verdict.Status]), cmp.Compare(slowest(b), slowest(a)))
	})
	for i, c := range worse {
		one := versusChange(c)
		if i < mostFull {
			var more strings.Builder
			if c.Verdict.Status == bench.Fail {
				cause(&more, c.Findings, c.Advice)
			}
			one.full = one.middle + more.String() + picture(c, images[c.ID])
		}
		one.line = strings.TrimSuffix(one.line, "\n") + blamed(c.Verdict.Status, c.Findings) + "\n"
		all = append(all, one)
	}
	return all
}

// slowest is the largest ratio of a comparison that counts.
func slowest(c *bench.Comparison) (ratio float64) {
	for i := range c.Effects {
		if e := &c.Effects[i]; held(c, e) {
			ratio = max(ratio, e.Ratio)
		}
	}
	return ratio
}

// held reports whether an effect is why its comparison fails: it was flagged and, where that is asked for, confirmed; or it breaches a threshold that
// base keeps, and did again.
func held(c *bench.Comparison, e *bench.Effect) bool {
	if c.Verdict.Status != bench.Fail {
		return false
	}
	limit, has := c.Thresholds.Latency(e.Metric)
	switch {
	case e.Confirmed != nil:
		return e.Flagged && e.Confirmed.Holds || has && e.HeadLow > limit && e.Confirmed.HeadLow > limit && e.Base <= limit
	case c.Basis == bench.WithinRuns: // its reason names it
		return slices.ContainsFunc(c.Verdict.Reasons, func(r string) bool { return strings.HasPrefix(r, e.Metric+": ") })
	}
	return e.Flagged && c.Basis == bench.BetweenRuns
}

func versusChange(c *bench.Comparison) change {
	var effects []*bench.Effect
	for i := range c.Effects {
		if held(c, &c.Effects[i]) {
			effects = append(effects, &c.Effects[i])
		}
	}
	// p95 is what people compare; the others stand below it.
	slices.SortStableFunc(effects, func(a, b *bench.Effect) int { return cmp.Compare(rank(a.Metric), rank(b.Metric)) })
	var b strings.Builder
	if len(effects) == 0 {
		fmt.Fprintf(&b, "- %s %s", code(c.Name), statusWord(c.Verdict.Status))
	} else {
		fmt.Fprintf(&b, "- %s %s", code(c.Name), effectLine(c, effects[0]))
	}
	line := b.String() + "\n"
	b.WriteByte('\n')
	if len(effects) > 0 {
		fmt.Fprintf(&b, "  - %s\n", certainty(c, effects[0]))
		others := make([]string, 0, len(effects))
		for _, e := range effects[1:] {
			others = append(others, effectLine(c, e))
		}
		if len(others) > 0 {
			fmt.Fprintf(&b, "  - also %s\n", strings.Join(others, ", "))
		}
	}
	b.WriteString(earlierLine(c))
	reasonLines(&b, c.Verdict.Reasons, func(reason string) bool {
		return slices.ContainsFunc(effects, func(e *bench.Effect) bool { return strings.HasPrefix(reason, e.Metric+": ") })
	})
	return change{name: c.Name, middle: b.String(), line: line}
}

func rank(metric string) int {
	return slices.Index([]string{"p95", "p99", "p50"}, metric)
}

// effectLine is an effect as people tell it: p95: 245ms -> 890ms (+263%, threshold: 300ms).
func effectLine(c *bench.Comparison, e *bench.Effect) string {
	threshold := ""
	if limit, ok := c.Thresholds.Latency(e.Metric); ok {
		threshold = ", threshold: " + Duration(limit)
	}
	return fmt.Sprintf("%s: %s -> %s (%s%s)", e.Metric, Duration(e.Base), Duration(e.Head), percent(e.Ratio), threshold)
}

// certainty says how sure an effect is: its interval, and what confirmed it.
func certainty(c *bench.Comparison, e *bench.Effect) string {
	s := fmt.Sprintf("95%% interval of the change: %s to %s", percent(e.Low), percent(e.High))
	switch {
	case e.Confirmed != nil && c.Confirmation != nil:
		return s + fmt.Sprintf(", from %d pairs. Confirmed by %d new pairs in a second round: %s", c.Pairs, c.Confirmation.Pairs, percent(e.Confirmed.Ratio))
	case c.Basis == bench.BetweenRuns:
		return s + fmt.Sprintf(", from %d runs of base and %d of head. From run to run it varies by %.1f%% (%d runs)", c.BaseRuns, c.HeadRuns, 100*e.Noise, c.NoiseRuns)
	case c.Basis == bench.WithinRuns:
		return s + fmt.Sprintf(", from within %d of base's runs and %d of head's: more than any noise between runs explains", c.BaseRuns, c.HeadRuns)
	}
	return s + fmt.Sprintf(", from %d pairs", c.Pairs)
}

// mostReasons is how many reasons of an endpoint are told beside its effects.
const mostReasons = 3

// reasonLines writes reasons, but for those that something else tells already.
func reasonLines(b *strings.Builder, reasons []string, told func(string) bool) {
	n := 0
	for _, reason := range reasons {
		if told(reason) {
			continue
		}
		if n++; n > mostReasons {
			b.WriteString("  - …\n")
			return
		}
		fmt.Fprintf(b, "  - %s\n", prose(reason))
	}
}

func percent(ratio float64) string {
	if p := 100 * (ratio - 1); p > -10 && p < 10 {
		return fmt.Sprintf("%+.1f%%", p)
	}
	return fmt.Sprintf("%+.0f%%", 100*(ratio-1))
}

// runChanges is what a comment says of a run: the endpoints that are no plain pass, the worst first.
func runChanges(r *bench.Run, images map[string]string) (all []change) {
	var worse []*bench.Result
	for i := range r.Scenarios {
		if s := &r.Scenarios[i]; s.Verdict.Status != bench.Pass {
			worse = append(worse, s)
		}
	}
	slices.SortStableFunc(worse, func(a, b *bench.Result) int {
		return cmp.Compare(severity[a.Verdict.Status], severity[b.Verdict.Status])
	})
	for _, s := range worse {
		var b strings.Builder
		fmt.Fprintf(&b, "- %s %s\n", code(s.Name), statusWord(s.Verdict.Status))
		line := b.String()
		reasonLines(&b, s.Verdict.Reasons, func(string) bool { return false })
		middle := b.String()
		if s.Verdict.Status == bench.Fail {
			cause(&b, s.Findings, s.Advice)
		}
		if picture := hosted(images[s.ID], s.Name); picture != "" {
			b.WriteString(picture)
		}
		line = strings.TrimSuffix(line, "\n") + blamed(s.Verdict.Status, s.Findings) + "\n"
		all = append(all, change{s.Name, b.String(), middle, line})
	}
	return all
}
