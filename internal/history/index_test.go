package history

import (
	"slices"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// What git branches hold has no names for the values: new metrics go to the end, with a new format for the branches.
func TestMetricsKeepTheirOrder(t *testing.T) {
	if want := []string{"p50", "p90", "p95", "p99", "p999", "mean", "max", "throughput", "errors"}; !slices.Equal(bench.Metrics, want) {
		t.Errorf("they are %v, and %v in the branches", bench.Metrics, want)
	}
}
