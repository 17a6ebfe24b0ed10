package report

import (
	"fmt"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// Title is a comparison's verdict in a line of plain text, as of a check.
func Title(v *bench.Versus) string {
	names := map[bench.Status][]string{}
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		names[c.Verdict.Status] = append(names[c.Verdict.Status], c.Name)
	}
	all := endpoints(len(v.Comparisons))
	switch status := v.Verdict.Status; status {
	case bench.Pass:
		if len(v.Comparisons) == 0 {
			return "Pass: there was nothing to measure"
		}
		return "Pass: " + all + ", none slower"
	case bench.Fail:
		return fmt.Sprintf("Fail: %d of %s: %s", len(names[status]), all, some(names[status]))
	case bench.Void:
		return "Void: the load generator was the limit, so that nothing can be said"
	default:
		return fmt.Sprintf("Inconclusive: %d of %s could not be decided", len(v.Comparisons)-len(names[bench.Pass]), all)
	}
}

// mostNamed is how many endpoints a line names.
const mostNamed = 3

func some(names []string) string {
	if len(names) > mostNamed {
		return strings.Join(names[:mostNamed], ", ") + " …"
	}
	return strings.Join(names, ", ")
}
