package gate

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
)

// Budgets adds to the comparison of saved runs what head's own run says of its thresholds. base is the window's last run of the same
// scenario: a breach that it has too is told and does not fail, unless the policy says so.
func Budgets(c *bench.Comparison, head, base *bench.Result, p bench.Policy) {
	if head.Verdict.Status == bench.Void {
		worsen(&c.Verdict, bench.Void, "head: "+first(head.Verdict.Reasons))
		return
	}
	c.Thresholds = head.Thresholds
	if head.Verdict.Status != bench.Fail {
		return
	}
	for _, reason := range head.Verdict.Reasons {
		switch {
		case base != nil && base.Verdict.Status == bench.Fail && !p.Always:
			worsen(&c.Verdict, bench.Close, fmt.Sprintf("%s; base fails too: not this change's doing", reason))
		default:
			worsen(&c.Verdict, bench.Fail, reason)
		}
	}
}

func first(reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return reasons[0]
}
