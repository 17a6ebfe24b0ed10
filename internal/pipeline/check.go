package pipeline

import (
	"fmt"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/suite"
)

// Faults is everything that is wrong in a suite.
type Faults = suite.Faults

// Target is the base URL that a text stands for, or an error that says what to write.
func Target(text string) (string, error) { return suite.Target(text) }

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

// SuiteName is what the suite in dir is called; a folder that has no suite is called by its own name.
func SuiteName(dir string) (string, error) { return suite.Name(dir) }

// SetEvidence sets a source of evidence from a text as otlp=auto, over what the suite says. origin is where the text stands.
func SetEvidence(plan *bench.Plan, setting, origin string) error {
	return suite.SetEvidence(plan, setting, origin)
}
