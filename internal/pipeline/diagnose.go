package pipeline

import (
	"context"
	"os"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history"
)

// IsRecord reports whether a reference to a run is the file of a record, for which no history is needed.
func IsRecord(reference string) bool { return strings.HasSuffix(reference, ".json") }

// Diagnose looks for the causes in a saved run, or comparison, by the rules of today: one of the two is returned. store may be nil where
// the reference is a file.
func Diagnose(ctx context.Context, store history.Store, reference string) (*bench.Run, *bench.Versus, error) {
	if IsRecord(reference) {
		text, err := os.ReadFile(reference)
		if err != nil {
			return nil, nil, err
		}
		if v, err := bench.ReadVersus(text); err == nil {
			for i := range v.Comparisons {
				ExplainComparison(&v.Comparisons[i])
			}
			return nil, v, nil
		}
	}
	run, err := FindRun(ctx, store, reference)
	if err != nil {
		return nil, nil, err
	}
	for i := range run.Scenarios {
		Explain(&run.Scenarios[i])
	}
	return run, nil, nil
}
