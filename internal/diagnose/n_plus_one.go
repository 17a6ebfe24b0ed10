package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// Five is what Sentry and perf-sentinel ask for before they speak of N+1. Sentry also asks for 50 ms in all, since it looks at every
// endpoint; here the endpoint is known to be slow, and the queries have to take a fifth of its time.
const (
	leastRepeated   = 5
	leastShare      = 0.2  // of a typical request, or of a slow one
	leastSequential = 0.8  // of the calls: those that run side by side were meant to
	mostlyNew       = 0.5  // of the parameters: then rows are looked up one by one
	mostlySame      = 0.1  // of the parameters: then the same is asked again
	varies          = 1.5  // ratio of the ninth decile of calls to the first, where their number goes with the data
	leastSaved      = 0.05 // of a typical request; less is not worth a finding
)

// nPlusOne finds a query that is made once for each row of another: at least five a request, one after another, of one fingerprint, with
// different parameters, after a query of another kind. Where parameters are not known, their number has to vary from request to request as
// rows do; else it is possible only. Repeated groups and the same query with the same parameters are other findings.
func nPlusOne(s *Subject) (causes []cause) {
	t := s.traces()
	if t == nil {
		return nil
	}
	for _, o := range t.Operations {
		if o.Kind != bench.QueryOperation || !repeats(t, o) || inGroup(t, o) || o.Distinct >= 0 && o.Distinct < mostlyNew || o.After == "" {
			continue
		}
		confidence := bench.Certain
		if o.Distinct < 0 {
			if confidence = bench.Possible; o.CallsHigh >= varies*max(o.CallsLow, 1) {
				confidence = bench.Likely
			}
		}
		// One query for all returns as many rows as the one that it follows: it is taken to cost no less.
		one := max(o.Each, each(t, o.After))
		l := loopOf(t, o)
		saves := max(l.ms-one, 0)
		c := cause{about: o.About, Finding: bench.Finding{Kind: bench.NPlusOne, Confidence: confidence,
			Effect:  bench.Gain{ShareP50: l.share, ShareP99: l.shareSlow, SavesMS: saves},
			Summary: fmt.Sprintf("%s queries a request (%s in a slow one) read %s one by one: %s, after %s", number(o.Calls), number(o.CallsSlow), table(o), quoted(o.Name), quoted(o.After)),
			Remedy:  fmt.Sprintf("%s; as 1 instead of %s it would take %s", together(o), number(o.Calls), faster(t.Typical, saves)),
			Suspect: suspect(o.Code)}}
		c.Evidence = append(c.Evidence, bench.Proof{Source: bench.FromTraces, Samples: t.Used, Text: fmt.Sprintf("%s a request, %s each, one after another, %s: %s of a typical request and %s of a slow one%s",
			times(o), span(o.Each), parameters(o), percent(l.share), percent(l.shareSlow), where(o.Code))})
		causes = append(causes, c)
	}
	return causes
}

// A loop is what a repeated operation costs: its calls, and what passes between them, as when each waits for a connection of its own.
type loop struct{ ms, share, shareSlow float64 }

func loopOf(t *bench.Traces, o bench.Operation) loop {
	ms, slow := o.Time+o.Between, o.TimeSlow+o.BetweenSlow
	return loop{ms, min(ms/max(t.Typical, .001), 1), min(slow/max(t.Slow, .001), 1)}
}

// repeats reports whether an operation is done again and again, one after another, and takes a good part of the time.
func repeats(t *bench.Traces, o bench.Operation) bool {
	l := loopOf(t, o)
	return max(o.Calls, o.CallsSlow) >= leastRepeated && o.Sequential >= leastSequential && max(l.share, l.shareSlow) >= leastShare
}

// inGroup reports whether an operation is repeated together with others.
func inGroup(t *bench.Traces, o bench.Operation) bool {
	return slices.ContainsFunc(t.Groups, func(g bench.Group) bool {
		return slices.Contains(g.Names, o.Name) && max(g.Share, g.ShareSlow) >= leastShare && g.Repeats >= leastRepeats
	})
}

// each is how long one call of an operation takes; 0 if it is not known.
func each(t *bench.Traces, name string) float64 {
	for _, o := range t.Operations {
		if o.Name == name {
			return o.Each
		}
	}
	return 0
}

func table(o bench.Operation) string {
	if o.About == "" {
		return "rows"
	}
	return o.About
}

// times is how often something is called.
func times(o bench.Operation) string {
	if o.CallsHigh >= varies*max(o.CallsLow, 1) {
		return fmt.Sprintf("%s to %s times", number(o.CallsLow), number(o.CallsHigh))
	}
	if n := number(o.Calls); n != "1" {
		return n + " times"
	}
	return "once"
}

// parameters says what is known of them.
func parameters(o bench.Operation) string {
	switch {
	case o.Distinct < 0:
		return "with parameters that the spans do not show"
	case o.Distinct <= mostlySame:
		return "with the same parameters"
	case o.Distinct < .95:
		return percent(o.Distinct) + " of them with new parameters"
	}
	return "each with other parameters"
}

// writes reports whether a statement changes something or locks it.
func writes(name string) bool {
	upper := strings.ToUpper(name)
	for _, verb := range []string{"UPDATE", "INSERT", "DELETE", "MERGE", "REPLACE", "LOCK"} {
		if strings.HasPrefix(upper, verb) || strings.HasPrefix(upper, "WITH") && strings.Contains(upper, " "+verb+" ") {
			return true
		}
	}
	return strings.Contains(upper, " FOR UPDATE") || strings.Contains(upper, " FOR NO KEY UPDATE") || strings.Contains(upper, " FOR SHARE")
}
