package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// evidenceFlags say where causes are looked for, over what the suite says.
type evidenceFlags struct{ evidence []string }

func (f *evidenceFlags) define(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.evidence, "evidence", nil, "a source of causes, as otlp=auto or 'postgres=${env.DATABASE_URL}'; see docs/SUITES.md (may be repeated)")
}

func (f *evidenceFlags) over(plan *bench.Plan) error {
	for _, setting := range f.evidence {
		if err := pipeline.SetEvidence(plan, setting, "--evidence"); err != nil {
			return err
		}
	}
	return nil
}

// startWatch makes the sources of evidence ready, and tells where spans are to be sent.
func startWatch(c *cobra.Command, config bench.EvidenceConfig, env map[string]string) (*pipeline.Watch, error) {
	watch, err := pipeline.NewWatch(c.Context(), config, env)
	if err != nil {
		return nil, inputError{err}
	}
	if endpoint := watch.Endpoint(); endpoint != "" {
		fmt.Fprintf(c.ErrOrStderr(), "receiving traces at %s: services send them there with OTEL_EXPORTER_OTLP_ENDPOINT=%s\n", endpoint, endpoint)
	}
	return watch, nil
}
