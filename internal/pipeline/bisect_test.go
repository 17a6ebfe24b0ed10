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
	var told []ABProgress
	b, err := Bisect(t.Context(), suitePlan(t, dir), repo(t, dir), "HEAD~15", "HEAD", "", nil, func(p ABProgress) { told = append(told, p) })
	if err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, dir)
	toldOfBisection(t, told, b)
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

// toldOfBisection holds what was told while a search among fifteen commits went on against what came of it.
func toldOfBisection(t *testing.T, told []ABProgress, b *bench.Bisection) {
	t.Helper()
	// Fifteen are halved four times, between the first comparison and the proof.
	if first := told[0]; first.Doing != "building base" || first.Commits[0].Subject != "Change 0" || first.Commits[1].Subject != "Change 15" ||
		first.Bisection.Step != 1 || first.Bisection.Steps != 6 || first.Bisection.Left != 15 || first.Bisection.Commits != 15 || first.Bisection.Suspect != nil {
		t.Errorf("at first was told %+v, %+v", first, first.Bisection)
	}
	step, left := 1, 15
	for _, p := range told {
		s := p.Bisection
		if s.Good.Subject != "Change 0" || s.Bad.Subject != "Change 15" || s.Step < step || s.Steps < s.Step || s.Suspect != nil && s.Probability <= 0.5 {
			t.Errorf("in step %d was told %+v", step, s)
		}
		if i := s.Step - 2; i >= 0 && i < len(b.Trials) && (p.Commits[0].Subject != "Change 0" || p.Commits[1].SHA != b.Trials[i].Commit.SHA || s.Steps == s.Step) {
			t.Errorf("of trial %d was told %+v, %+v", i+1, p, s)
		}
		step, left = s.Step, s.Left
	}
	last := told[len(told)-1]
	if b.Proof == nil || b.Proof == b.Whole {
		return // this machine was too busy, or there was nothing more to measure
	}
	if last.Bisection.Step != 2+len(b.Trials) || last.Bisection.Steps != last.Bisection.Step || left > 2 || last.Commits[1].SHA != last.Bisection.Suspect.SHA || last.Commits[1].SHA != b.Suspects[len(b.Suspects)-1].SHA {
		t.Errorf("at last was told %+v, %+v", last, last.Bisection)
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
