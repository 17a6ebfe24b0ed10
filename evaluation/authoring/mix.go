//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
)

// mix records the known traffic, has a suite written from its log and from the shop's OpenAPI document, which has the bodies that no log
// shows, runs it, and holds the log of that against the first one.
func mix(ctx context.Context, keep string, driven, each time.Duration, stdout, stderr io.Writer) (err error) {
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "authoring-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	program := filepath.Join(dir, "shop")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "./examples/shop/cmd/shop").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	first, second := filepath.Join(dir, "first.log"), filepath.Join(dir, "second.log")
	shop, end, err := open(ctx, program, first)
	if err != nil {
		return err
	}
	fmt.Fprintf(stderr, "the known traffic, for %s\n", driven)
	err = drive(ctx, filepath.Join(dir, "known"), shop.URL, shop.Token, driven)
	end()
	if err != nil {
		return err
	}
	written, err := pipeline.Init(ctx, pipeline.InitOptions{Dir: filepath.Join(dir, "suite"), AccessLogs: []string{first}, OpenAPI: "examples/shop/openapi.json", Top: 20, Force: keep != ""})
	if err != nil {
		return err
	}
	if shop, end, err = open(ctx, program, second); err != nil {
		return err
	}
	defer end()
	plan, err := pipeline.Check(written.Dir, shop.URL)
	if err != nil {
		return err
	}
	run, err := again(ctx, plan, shop.Token, each, stderr)
	if err != nil {
		return err
	}
	before, err := observe(first)
	if err != nil {
		return err
	}
	after, err := observe(second)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "The shop, asked for %s in a known mix of nine endpoints, 60 requests a second in all; the suite that `tidemark init --access-log --openapi` wrote of its log has %d scenarios, and each ran for %s.\n\n",
		driven, len(plan.Scenarios), each)
	tellMix(stdout, before, after)
	tellParameters(stdout, before, after)
	tellErrors(stdout, run)
	return nil
}

// again runs the suite as it stands, but for the length. Nothing is counted as warm-up: what is looked at is what the shop logs.
func again(ctx context.Context, plan *bench.Plan, token string, each time.Duration, stderr io.Writer) (*bench.Run, error) {
	env := map[string]string{}
	for _, use := range plan.Env {
		env[use.Name] = token
	}
	if _, asked := env["PASSWORD"]; asked {
		env["PASSWORD"] = "tidemark"
	}
	for i := range plan.Scenarios {
		l := &plan.Scenarios[i].Load
		l.Warmup, l.Duration = 0, each
	}
	said := ""
	run, _, err := pipeline.Run(ctx, plan, pipeline.Options{Env: env}, func(p pipeline.Progress) {
		if p.Scenario.ID != said {
			said = p.Scenario.ID
			fmt.Fprintln(stderr, p.Scenario.Name)
		}
	})
	if err == nil && run.Partial {
		err = errors.New("interrupted")
	}
	return run, err
}

func tellMix(w io.Writer, before, after *observed) {
	known, total := map[string]float64{}, 0.0
	for _, a := range traffic() {
		known[a.endpoint] += a.rate
		total += a.rate
	}
	fmt.Fprintf(w, "| endpoint | known mix | in the log | of the suite | difference to the log |\n| --- | ---: | ---: | ---: | ---: |\n")
	names := slices.SortedFunc(maps.Keys(before.by), func(a, b string) int { return before.by[b].count - before.by[a].count })
	for name := range after.by {
		if before.by[name] == nil {
			names = append(names, name)
		}
	}
	worst := 0.0
	for _, name := range names {
		difference := 100 * (after.share(name) - before.share(name))
		worst = max(worst, math.Abs(difference))
		fmt.Fprintf(w, "| `%s` | %.1f%% | %.2f%% | %.2f%% | %+.2f |\n", name, 100*known[name]/total, 100*before.share(name), 100*after.share(name), difference)
	}
	fmt.Fprintf(w, "\n%d requests in the log, %d of the suite; the largest difference is %.2f percentage points.\n\n", before.requests, after.requests, worst)
}

func tellParameters(w io.Writer, before, after *observed) {
	fmt.Fprintf(w, "| parameter | requests | different values | share of the log's five most frequent | distance | by chance |\n| --- | ---: | ---: | ---: | ---: | ---: |\n")
	for _, name := range slices.Sorted(maps.Keys(before.by)) {
		b, a := before.by[name], after.by[name]
		if a == nil {
			a = &requests{}
		}
		for _, p := range slices.Sorted(maps.Keys(b.values)) {
			old, now := distributionOf(b.values[p]), distributionOf(a.values[p])
			if len(old.counts) < 2 && len(now.counts) < 2 {
				continue // always the same
			}
			head := old.most(5)
			fmt.Fprintf(w, "| `%s` %s | %d, %d | %d, %d | %.1f%%, %.1f%% | %.3f | %.3f |\n", name, strings.TrimSpace(p), old.total, now.total, len(old.counts), len(now.counts),
				100*old.head(head), 100*now.head(head), distance(old, now), chance(b.values[p], a.values[p]))
		}
	}
	fmt.Fprint(w, "\nOf each pair the first is the log, the second the suite. The distance is the total variation distance; by chance, two logs of one and the same traffic are farther apart than the last column once in twenty.\n"+
		"A suite's table has at most 1,000 of an endpoint's requests, from which its scenario draws at random: rare values are fewer than in the log.\n\n")
}

func tellErrors(w io.Writer, run *bench.Run) {
	var failed []string
	for i := range run.Scenarios {
		if r := &run.Scenarios[i]; r.Failed() > 0 {
			failed = append(failed, fmt.Sprintf("%s: %d of %d (%s)", r.Name, r.Failed(), r.Requests, strings.Join(r.Notes, "; ")))
		}
	}
	if len(failed) == 0 {
		fmt.Fprintln(w, "No request of the suite failed.")
		return
	}
	fmt.Fprintf(w, "Failed: %s. E-mail addresses of a source never get into a suite, so that a login is tried with made-up ones, and refused.\n", strings.Join(failed, "; "))
}
