package diagnose

import (
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// symptoms are kinds that are often what another kind does to a service: when the other is found too, it is the one to mend. A pool runs
// dry because each of its connections is kept for long; a service is saturated because each request costs too much.
var symptoms = map[bench.Kind][]bench.Kind{
	bench.PoolExhaustion: {bench.NPlusOne, bench.RepeatingQueries, bench.RedundantQueries, bench.MissingIndex, bench.PlanChange, bench.LockContention},
	bench.SaturationKind: {bench.NPlusOne, bench.RepeatingQueries, bench.RedundantQueries, bench.NPlusOneCalls, bench.SlowDependency, bench.SequentialCalls, bench.MissingIndex,
		bench.PlanChange, bench.LockContention, bench.PoolExhaustion, bench.CPUHotspot, bench.GCPressure, bench.OversizedAnswer, bench.RateLimited, bench.GrowthInRun},
}

// fold takes out the symptoms whose cause is there too; what proves them becomes evidence of the cause.
func fold(causes []cause) (kept []cause) {
	for _, c := range causes {
		i := slices.IndexFunc(causes, func(other cause) bool {
			return slices.Contains(symptoms[c.Kind], other.Kind) && trust[other.Confidence] >= trust[c.Confidence]
		})
		if i < 0 {
			kept = append(kept, c)
		}
	}
	for _, c := range causes {
		for i := range kept {
			if slices.Contains(symptoms[c.Kind], kept[i].Kind) && trust[kept[i].Confidence] >= trust[c.Confidence] {
				kept[i].Evidence = append(slices.Clip(kept[i].Evidence), c.Evidence...)
				break
			}
		}
	}
	return kept
}
