package pipeline

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/suite"
)

// Check reads the suite in dir and contacts nothing. The error tells everything that is wrong in it. target, if not empty,
// takes the place of the one that the suite names.
func Check(dir, target string) (*bench.Plan, error) {
	plan, err := suite.Read(dir)
	if err != nil || target == "" {
		return plan, err
	}
	if plan.Target, err = suite.Target(target); err != nil {
		return nil, fmt.Errorf("--target: %w", err)
	}
	return plan, nil
}

// SetEvidence sets a source of evidence from a text as otlp=auto, over what the suite says. origin is where the text stands.
func SetEvidence(plan *bench.Plan, setting, origin string) error {
	return suite.SetEvidence(plan, setting, origin)
}
