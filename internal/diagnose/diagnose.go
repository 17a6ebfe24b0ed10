// Package diagnose says why an endpoint is slow, from the evidence that was collected while it was under load.
//
// Its stance: a wrong cause costs more trust than none. A rule speaks only where its evidence suffices, with the numbers that it stands
// on; where nothing is known, nothing is said but what to switch on to learn more. It is pure: a saved run can be diagnosed again.
package diagnose

import (
	"cmp"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// A cause is a finding that is still to be ranked.
type cause struct {
	bench.Finding
	// about is what it speaks of, the same whatever source tells of it: a table, a call, a function. Causes of one kind about the same
	// are one, and stronger; about nothing in particular means about the same as any of its kind.
	about string
	// names are further ones that it speaks of, such as columns.
	names []string
}

// A rule finds the causes of one kind, from one family of sources.
type rule func(*Subject) []cause

// rules are all there are. Of causes that say the same, the wording of the earlier rule is kept, so those that know more go first.
var rules = []rule{
	nPlusOne, repeatingQueries, redundantQueries, nPlusOneCalls, slowDependency, slowDependencyByTiming, sequentialCalls,
	repeatedStatements, missingIndex, planChange, lockWaits, lockContention, poolWaits, poolExhaustion, cpuHotspot, gcPressure,
	oversizedAnswer, rateLimited, periodicStall, growth, saturation, generatorLimit,
}

// Explain is what the evidence says about why the subject is slow, the cause that matters most first, and what to switch on to learn more. In
// a comparison it is why it got slower: what was there before, and took as much, is left out.
func Explain(s *Subject) (findings []bench.Finding, advice []string) {
	causes := suspects(s, fold(news(s, find(s))))
	causes = slices.DeleteFunc(causes, func(c cause) bool { return weight(c) < trifle })
	slices.SortStableFunc(causes, func(a, b cause) int { return cmp.Compare(weight(b), weight(a)) })
	for _, c := range causes {
		findings = append(findings, c.Finding)
	}
	return findings, s.advice(causes)
}

// trifle is what a cause weighs that is not worth a reader's time.
const trifle = 0.01

// find is what the rules find.
func find(s *Subject) (causes []cause) {
	for _, r := range rules {
		for _, c := range r(s) {
			causes = add(causes, c)
		}
	}
	return causes
}

// leastWorse is how much more of a request a cause has to take than it did on the other side, as a ratio of milliseconds.
const leastWorse = 1.3

// news are the causes that the other side of a comparison does not have, or has in a lesser degree.
func news(s *Subject, causes []cause) []cause {
	if s.Base == nil {
		return causes
	}
	before := find(s.base())
	return slices.DeleteFunc(causes, func(c cause) bool {
		return slices.ContainsFunc(before, func(b cause) bool {
			was, is := cost(b, s.Before), cost(c, s.Latency)
			return b.Kind == c.Kind && (b.about == c.about || b.about == "" || c.about == "") && is < leastWorse*was
		})
	})
}

// cost is the milliseconds of a request that a cause accounts for, typical and slow together.
func cost(c cause, l Latency) float64 { return c.Effect.ShareP50*l.P50 + c.Effect.ShareP99*l.P99 }

// add adds a cause, or strengthens the one that says the same: two sources that agree are as good as a proof.
func add(causes []cause, c cause) []cause {
	for i := range causes {
		known := &causes[i]
		if known.Kind != c.Kind || known.about != c.about && known.about != "" && c.about != "" {
			continue
		}
		if known.Confidence != bench.Certain && sources(known.Evidence, c.Evidence) > sources(known.Evidence) {
			known.Confidence = stronger(known.Confidence, c.Confidence)
		}
		known.Evidence = append(known.Evidence, c.Evidence...)
		known.Effect = bench.Gain{ShareP50: max(known.Effect.ShareP50, c.Effect.ShareP50), ShareP99: max(known.Effect.ShareP99, c.Effect.ShareP99),
			SavesMS: max(known.Effect.SavesMS, c.Effect.SavesMS)}
		known.Suspect = nearer(known.Suspect, c.Suspect)
		known.about = cmp.Or(known.about, c.about)
		known.names = append(known.names, c.names...)
		return causes
	}
	return append(causes, c)
}

// stronger is the confidence of what two sources say independently of each other.
func stronger(a, b bench.Confidence) bench.Confidence {
	if a == bench.Possible && b == bench.Possible {
		return bench.Likely
	}
	return bench.Certain
}

// sources is how many different sources some proofs come from.
func sources(proofs ...[]bench.Proof) int {
	var all []bench.Source
	for _, p := range slices.Concat(proofs...) {
		if !slices.Contains(all, p.Source) {
			all = append(all, p.Source)
		}
	}
	return len(all)
}

// trust is what a confidence counts in the ranking.
var trust = map[bench.Confidence]float64{bench.Certain: 1, bench.Likely: 0.8, bench.Possible: 0.4}

// weight is what the ranking goes by: how much of a request the cause accounts for, by how sure it is.
func weight(c cause) float64 { return max(c.Effect.ShareP50, c.Effect.ShareP99) * trust[c.Confidence] }
