package pipeline

import (
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// Sixteen commits, of which the eleventh makes orders twice as slow; the eighth does not build, so it is passed over if it is asked for.
func TestBisectNamesTheCommit(t *testing.T) {
	t.Parallel()
	dir := repository(t, 16, func(n int) map[string]string {
		switch {
		case n == 8:
			return map[string]string{"waits.go": "package main\n\nconst orders = products\n"}
		case n >= 11:
			return waits(40, 20, n)
		}
		return waits(20, 20, n)
	})
	b, err := Bisect(t.Context(), suitePlan(t, dir), repo(t, dir), "HEAD~15", "HEAD", "", nil, quiet)
	if err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, dir)
	skipIfVoid(t, b.Whole)
	if b.Scenario != "orders" || len(b.Suspects) != 1 || b.Suspects[0].Subject != "Change 11" || b.Probability < 0.99 {
		t.Fatalf("%s %s %+v with %g, trials %+v", b.Scenario, b.Metric, b.Suspects, b.Probability, b.Trials)
	}
	if !strings.Contains(b.Diff, "-const orders, products = 20 * time.Millisecond") {
		t.Errorf("the diff is\n%s", b.Diff)
	}
	skipIfVoid(t, b.Proof)
	if !b.Proved() || b.Proof.BaseCommit.Subject != "Change 10" {
		t.Errorf("%+v %+v", b.Proof.Verdict, b.Proof.BaseCommit)
	}
}

// Where nothing is slower there is nothing to look for, and no commit is accused.
func TestBisectWithoutAFault(t *testing.T) {
	t.Parallel()
	dir := repository(t, 4, func(n int) map[string]string { return waits(20, 20, n) })
	b, err := Bisect(t.Context(), suitePlan(t, dir), repo(t, dir), "HEAD~3", "HEAD", "orders", nil, quiet)
	if err != nil || b.Scenario != "" || len(b.Suspects) != 0 || b.Proved() || b.Whole.Verdict.Status == bench.Fail {
		t.Errorf("%+v, %v", b, err)
	}
	nothingLeft(t, dir)
}
