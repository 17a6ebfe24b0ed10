package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/tidemark/tidemark/bench"
)

// policyFlags take the place of what policy says in suite.yml.
type policyFlags struct {
	tolerance, inconclusive string
	toleranceTime, maxTime  time.Duration
}

// defineMeasuring defines the flags of what measures until it is decided.
func (f *policyFlags) defineMeasuring(flags *pflag.FlagSet) {
	flags.DurationVar(&f.maxTime, "max-time", 0, "for all scenarios together; what is undecided then is inconclusive; ten pairs of blocks are measured all the same (default: "+bench.TimeForScenario.String()+" for each)")
	f.define(flags)
}

func (f *policyFlags) define(flags *pflag.FlagSet) {
	flags.StringVar(&f.tolerance, "tolerance", "5%", "how much slower bothers nobody")
	flags.DurationVar(&f.toleranceTime, "tolerance-time", time.Millisecond, "and how much, however small the percentage")
	flags.StringVar(&f.inconclusive, "inconclusive", "pass", "pass, or fail: exit with 3 when something is undecided")
}

// over is a suite's policy with what the flags that were given say.
func (f *policyFlags) over(p bench.Policy, flags *pflag.FlagSet) (bench.Policy, error) {
	if flags.Changed("max-time") {
		p.MaxTime = f.maxTime
	}
	if flags.Changed("tolerance-time") {
		p.Tolerance.Change = f.toleranceTime
	}
	if flags.Changed("tolerance") {
		var err error
		if p.Tolerance.Ratio, err = bench.ParsePercent(f.tolerance); err != nil {
			return p, fmt.Errorf("--tolerance: %w", err)
		}
	}
	if flags.Changed("inconclusive") {
		p.FailInconclusive = f.inconclusive == "fail"
	}
	switch {
	case f.inconclusive != "pass" && f.inconclusive != "fail":
		return p, fmt.Errorf("--inconclusive %s: write pass or fail", f.inconclusive)
	case f.maxTime < 0 || f.toleranceTime < 0:
		return p, errors.New("--max-time and --tolerance-time must not be below 0s")
	}
	return p, nil
}
