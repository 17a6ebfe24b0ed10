package pipeline

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

// A repository with a commit for each of twelve days, of which the ninth run skips two: the step is theirs or its own.
func TestAShiftHasTheCommitsBetween(t *testing.T) {
	t.Chdir(t.TempDir())
	git := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b.c"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q")
	table := "time,commit,p95\n"
	for i := range 14 {
		git("commit", "-q", "--allow-empty", "-m", fmt.Sprintf("Change %d", i))
		if i == 8 || i == 9 {
			continue // deployed together with the next
		}
		v := 100 + i%3
		if i >= 10 {
			v += 50
		}
		table += fmt.Sprintf("2026-01-%02d,%s,%d\n", i+1, git("rev-parse", "HEAD"), v)
	}
	trends, err := CSVTrends(t.Context(), strings.NewReader(table), "x.csv")
	if err != nil || len(trends) != 1 || len(trends[0].Shifts) != 1 {
		t.Fatalf("%+v, %v", trends, err)
	}
	s := trends[0].Shifts[0]
	if s.Index != 8 || s.Commit != git("rev-parse", "HEAD~3") || len(s.Between) != 3 || !strings.HasSuffix(s.Between[0], " Change 10") || !strings.HasSuffix(s.Between[2], " Change 8") {
		t.Errorf("%+v", s)
	}
}

func TestTrendsOfOneSuite(t *testing.T) {
	other := func(r *bench.Run) { r.Suite = "t" }
	store := keep(t, append(scattered(5), saved(7, "b", "main", 1, other))...)
	for suite, want := range map[string]int{"s": 5, "t": 1, "": 6} {
		trends, err := Trends(t.Context(), store, TrendOptions{Metric: "p95", Suite: suite})
		if err != nil || len(trends) != 1 || len(trends[0].Points) != want {
			t.Errorf("%q: %+v, %v", suite, trends, err)
		}
	}
}

func TestThresholdsOfMetrics(t *testing.T) {
	v := 0.01
	r := &bench.Result{Thresholds: bench.ThresholdRecord{P50: &v, ErrorRate: &v, Throughput: &v}}
	for metric, want := range map[string]struct {
		limit   float64
		atLeast bool
	}{"p50": {0.01, false}, "p95": {0, false}, "errors": {1, false}, "throughput": {0.01, true}, "max": {0, false}} {
		if limit, atLeast := thresholdOf(r, metric); limit != want.limit || atLeast != want.atLeast {
			t.Errorf("%s: %v, %v", metric, limit, atLeast)
		}
	}
}
