package gate

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// droppedShare is how many iterations another generator may leave out before what it measured is void. What it leaves out first is what would have been
// slow: with more than one in a hundred p99 is not the server's.
const droppedShare = 0.01

// Dropped judges that another generator, which was to start iterations at a rate, did not start all of them.
func Dropped(r *bench.Result, dropped, started int64) {
	if dropped == 0 {
		return
	}
	all := started + dropped
	told := fmt.Sprintf("the load generator dropped %d of %d iterations: no virtual user was free, so those requests were never sent and are in no percentile; give it more (preAllocatedVUs, maxVUs), or lower the rate", dropped, all)
	if float64(dropped) <= droppedShare*float64(all) {
		r.Notes = append(r.Notes, told)
		return
	}
	if r.Verdict.Status == bench.Fail && r.Requests > 0 && r.Requests == r.Failed() { // that is the target's doing
		r.Notes = append(r.Notes, told)
		return
	}
	r.Verdict = bench.Verdict{Status: bench.Void, Reasons: []string{told}}
}

// Crossed fails a result for a threshold that only another tool could judge, and found crossed. What is void stays so.
func Crossed(r *bench.Result, tool, threshold string) {
	if r.Verdict.Status != bench.Void {
		worsen(&r.Verdict, bench.Fail, fmt.Sprintf("%s found its own threshold crossed: %s", tool, threshold))
	}
}
