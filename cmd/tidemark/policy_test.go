package main

import (
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/tidemark/tidemark/bench"
)

func TestFlagsGoBeforeTheSuitesPolicy(t *testing.T) {
	suite := bench.Policy{Always: true, FailInconclusive: true, Tolerance: bench.Tolerance{Ratio: .03, Change: 2 * time.Millisecond}, MaxTime: time.Minute}
	flagged := bench.Policy{Always: true, Tolerance: bench.Tolerance{Ratio: .05, Change: time.Millisecond}, MaxTime: 10 * time.Minute}
	for name, c := range map[string]struct {
		args []string
		want bench.Policy
	}{
		"no flag":   {nil, suite},
		"all flags": {[]string{"--tolerance=5%", "--tolerance-time=1ms", "--max-time=10m", "--inconclusive=pass"}, flagged},
	} {
		var f policyFlags
		flags := pflag.NewFlagSet("ab", pflag.ContinueOnError)
		f.defineMeasuring(flags)
		if err := flags.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		if got, err := f.over(suite, flags); got != c.want || err != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
