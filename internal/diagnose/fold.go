package diagnose

import (
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// symptoms are kinds that are often what another kind does to a service: when the other is found too, it is the one to mend. A pool runs
// dry because each of its connections is kept for long; a service is saturated because each request costs too much; what grows is most of the
// CPU's work in the end, and that is where it is.
var symptoms = map[bench.Kind][]bench.Kind{
	bench.PoolExhaustion: {bench.NPlusOne, bench.RepeatingQueries, bench.RedundantQueries, bench.MissingIndex, bench.PlanChange, bench.LockContention, bench.GrowthInRun},
	bench.CPUHotspot:     {bench.GrowthInRun},
	bench.SaturationKind: {bench.NPlusOne, bench.RepeatingQueries, bench.RedundantQueries, bench.NPlusOneCalls, bench.SlowDependency, bench.SequentialCalls, bench.MissingIndex,
		bench.PlanChange, bench.LockContention, bench.PoolExhaustion, bench.CPUHotspot, bench.GCPressure, bench.OversizedAnswer, bench.RateLimited, bench.GrowthInRun},
}

// enough is how much a cause has to weigh to stand for a symptom: a trifle does not explain it.
const enough = 0.25

// causedBy reports whether a symptom is what a cause does: one that is likely, or as sure as the symptom, and of some weight beside it.
func causedBy(symptom, c cause) bool {
	return slices.Contains(symptoms[symptom.Kind], c.Kind) && trust[c.Confidence] >= min(trust[symptom.Confidence], trust[bench.Likely]) && weight(c) >= enough*weight(symptom)
}

// fold takes out the symptoms whose cause is there too; what proves them becomes evidence of the cause, and its place where that has none.
func fold(causes []cause) (kept []cause) {
	var folded []cause
	for _, c := range causes {
		if slices.ContainsFunc(causes, func(other cause) bool { return causedBy(c, other) }) {
			folded = append(folded, c)
		} else {
			kept = append(kept, c)
		}
	}
	for _, c := range folded {
		for i := range kept {
			if causedBy(c, kept[i]) {
				kept[i].Evidence = append(slices.Clip(kept[i].Evidence), c.Evidence...)
				if kept[i].Suspect == nil {
					kept[i].Suspect = c.Suspect
				}
				break
			}
		}
	}
	return kept
}
