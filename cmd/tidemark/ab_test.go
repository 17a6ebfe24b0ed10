package main

import (
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/gate"
)

func TestFlagsGoBeforeTheSuitesPolicy(t *testing.T) {
	policy := bench.Policy{FailInconclusive: true, Tolerance: .03, ToleranceTime: 2 * time.Millisecond, MaxTime: time.Minute}
	for name, c := range map[string]struct {
		args         []string
		bound        gate.Bound
		maxTime      time.Duration
		inconclusive string
	}{
		"no flag":   {nil, gate.Bound{Ratio: .03, Change: 2 * time.Millisecond}, time.Minute, "fail"},
		"all flags": {[]string{"--tolerance=5%", "--tolerance-time=1ms", "--max-time=10m", "--inconclusive=pass"}, gate.Bound{Ratio: .05, Change: time.Millisecond}, 10 * time.Minute, "pass"},
	} {
		var f abFlags
		flags := pflag.NewFlagSet("ab", pflag.ContinueOnError)
		f.define(flags)
		if err := flags.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		f.Bound.Ratio = .05 // as --tolerance has been read by then
		f.follow(policy, flags)
		if f.Bound != c.bound || f.MaxTime != c.maxTime || f.inconclusive != c.inconclusive {
			t.Errorf("%s: %+v %s %s", name, f.Bound, f.MaxTime, f.inconclusive)
		}
	}
}
