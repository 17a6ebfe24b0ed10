package report

import (
	"io"

	"github.com/tidemark/tidemark/bench"
)

// A plan is a suite as it was read.
type plan struct {
	Schema    string     `json:"schema"`
	Suite     string     `json:"suite"`
	Target    string     `json:"target,omitempty"`
	Scenarios []scenario `json:"scenarios"`
	Control   *scenario  `json:"control,omitempty"`
	Warnings  []string   `json:"warnings"`
}

type scenario struct {
	ID         string                `json:"id"`
	Name       string                `json:"name"`
	Load       bench.LoadRecord      `json:"load"`
	Steps      []string              `json:"steps"`
	Thresholds bench.ThresholdRecord `json:"thresholds"`
}

// PlanJSON writes what a suite will do, and what a run of it would lack, as one document.
func PlanJSON(w io.Writer, p *bench.Plan, warnings []string) error {
	all := plan{Schema: "tidemark.check/1", Suite: p.Name, Target: p.Target, Scenarios: make([]scenario, 0, len(p.Scenarios)), Warnings: append([]string{}, warnings...)}
	for i := range p.Scenarios {
		all.Scenarios = append(all.Scenarios, planned(&p.Scenarios[i]))
	}
	if p.Control != nil {
		control := planned(p.Control)
		all.Control = &control
	}
	return document(w, all)
}

func planned(s *bench.Scenario) scenario {
	one := scenario{ID: s.ID, Name: s.Name, Load: s.Load.Record(), Thresholds: s.Thresholds.Record()}
	for _, step := range s.Steps {
		one.Steps = append(one.Steps, step.Name)
	}
	return one
}
