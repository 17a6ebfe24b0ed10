package report

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// versusHeadline is the verdict of a comparison in one line.
func versusHeadline(v *bench.Versus, earlier []Spoken) string {
	n := len(v.Comparisons)
	of := portions(v.Comparisons, func(c *bench.Comparison) bench.Status { return c.Verdict.Status })
	interrupted := ""
	if v.Partial {
		interrupted = " The comparison was interrupted: this is what was measured until then."
	}
	switch v.Verdict.Status {
	case bench.Fail:
		return "**Performance regression: " + of(bench.Fail) + " got worse.**" + interrupted
	case bench.Inconclusive:
		return "**Performance: inconclusive.** " + of(bench.Inconclusive) + " could not be decided." + interrupted
	case bench.Void:
		return "**Performance: void.** The load generator was late on " + of(bench.Void) + ": its numbers are not the service's, and are not judged." + beside(of(bench.Fail), "got worse") + interrupted
	case bench.Close, bench.NotJudged:
		return "Performance: pass" + again(earlier) + ", with a warning about " + of(v.Verdict.Status) + "." + interrupted
	}
	if n == 0 && len(v.Verdict.Reasons) > 0 {
		return "Performance: pass. " + prose(v.Verdict.Reasons[0]) + interrupted
	}
	return fmt.Sprintf("Performance: pass%s. None of %s got slower.%s", again(earlier), endpoints(n), interrupted)
}

// runHeadline is the verdict of a run in one line.
func runHeadline(r *bench.Run, earlier []Spoken) string {
	n := len(r.Scenarios)
	of := portions(r.Scenarios, func(s *bench.Result) bench.Status { return s.Verdict.Status })
	interrupted := ""
	if r.Partial {
		interrupted = " The run was interrupted: this is what was measured until then."
	}
	switch r.Verdict.Status {
	case bench.Fail:
		return "**Performance: fail. " + of(bench.Fail) + " missed thresholds.**" + interrupted
	case bench.Void:
		return "**Performance: void.** The load generator was late on " + of(bench.Void) + ": its numbers are not the service's, and are not judged." + beside(of(bench.Fail), "missed thresholds") + interrupted
	case bench.Close, bench.NotJudged, bench.Inconclusive:
		return "Performance: pass" + again(earlier) + ", with a warning about " + of(r.Verdict.Status) + "." + interrupted
	}
	return fmt.Sprintf("Performance: pass%s. %s within the thresholds.%s", again(earlier), endpoints(n), interrupted)
}

// portions says of a status how many of all endpoints have it: 2 of 5 endpoints.
func portions[T any](all []T, status func(*T) bench.Status) func(bench.Status) string {
	return func(s bench.Status) string {
		count := 0
		for i := range all {
			if status(&all[i]) == s {
				count++
			}
		}
		return fmt.Sprintf("%d of %s", count, endpoints(len(all)))
	}
}

// beside says what failed where the whole is worse than that.
func beside(failed, how string) string {
	if strings.HasPrefix(failed, "0 ") {
		return ""
	}
	return " " + failed + " " + how + "."
}

// again says that what failed before no longer does.
func again(earlier []Spoken) string {
	if len(earlier) == 0 || earlier[0].Status != bench.Fail {
		return ""
	}
	if earlier[0].Commit == "" {
		return " again: what failed before no longer does"
	}
	return " again: what failed at " + code(short(earlier[0].Commit)) + " no longer does"
}

func endpoints(n int) string {
	if n == 1 {
		return "1 endpoint"
	}
	return fmt.Sprintf("%d endpoints", n)
}

// statusWord is a status as a table has it.
func statusWord(s bench.Status) string {
	if s == bench.Fail {
		return "**FAIL**"
	}
	return strings.ToUpper(string(s))
}
