package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
)

func TestMain(m *testing.M) {
	leastBlock = 200 * time.Millisecond
	os.Exit(m.Run())
}

// program is a tiny service whose endpoints wait as long as its constants say.
const program = `package main

import (
	"flag"
	"net/http"
	"time"
)

func main() {
	addr := flag.String("addr", "", "")
	flag.Parse()
	answer := func(d time.Duration) http.HandlerFunc {
		return func(http.ResponseWriter, *http.Request) { time.Sleep(d) }
	}
	http.HandleFunc("/", answer(0))
	http.HandleFunc("/orders", answer(orders))
	http.HandleFunc("/products", answer(products))
	if err := http.ListenAndServe(*addr, nil); err != nil {
		panic(err)
	}
}
`

const suiteFile = `service:
  build: go build -o ${service.data}/svc .
  start: ${service.data}/svc -addr 127.0.0.1:${service.port}
`

// repository is one of some commits, the oldest first. change makes the files of each from its number; a file that it does not name stays.
func repository(t *testing.T, commits int, change func(n int) map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	git := func(args ...string) {
		t.Helper()
		c := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@test.example", "-c", "commit.gpgsign=false"}, args...)...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q", "-b", "main")
	write("go.mod", "module svc\n\ngo 1.26\n")
	write("main.go", program)
	write(".gitignore", "results/\n")
	write("suite/suite.yml", suiteFile)
	for _, name := range []string{"orders", "products"} {
		write("suite/scenarios/"+name+".yml", "load: {rate: 300/s, warmup: 0s}\nrequest: {get: /"+name+"}\n")
	}
	for n := range commits {
		for name, text := range change(n) {
			write(name, text)
		}
		git("add", "-A")
		git("commit", "-q", "-m", fmt.Sprintf("Change %d", n))
	}
	return dir
}

// waits is the file that says how long the endpoints take, in milliseconds.
func waits(orders, products, n int) map[string]string {
	return map[string]string{"waits.go": fmt.Sprintf("package main\n\nimport \"time\"\n\n// Version %d.\nconst orders, products = %d * time.Millisecond, %d * time.Millisecond\n", n, orders, products)}
}

func suitePlan(t *testing.T, dir string) *bench.Plan {
	t.Helper()
	plan, err := Check(filepath.Join(dir, "suite"), "")
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func repo(t *testing.T, dir string) Repository {
	return Repository{Dir: dir, Logs: filepath.Join(t.TempDir(), "logs"), Said: func(string) {}}
}

func quiet(ABProgress) {}

// skipIfVoid ends a test whose machine has too much else to do.
func skipIfVoid(t *testing.T, v *bench.Versus) {
	t.Helper()
	if v.Verdict.Status == bench.Void {
		t.Skip("this machine is too busy to measure: ", v.Verdict.Reasons)
	}
}

// nothingLeft fails the test if a worktree is still known to git, or a temporary folder of ours has the repository's name in it.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	c := exec.Command("git", "worktree", "list", "--porcelain")
	c.Dir = dir
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(out), "worktree "); n != 1 {
		t.Errorf("%d worktrees are left:\n%s", n, out)
	}
}

// Orders take twice as long from the last commit on: that fails, products pass, and the reasons say which and by how much.
func TestGateFailsOnTheRightEndpoint(t *testing.T) {
	t.Parallel()
	dir := repository(t, 2, func(n int) map[string]string { return waits(20+20*n, 20, n) })
	var told []ABProgress
	v, err := Gate(t.Context(), suitePlan(t, dir), repo(t, dir), "HEAD~1", "", nil, nil, func(p ABProgress) { told = append(told, p) })
	if err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, dir)
	toldOfGate(t, told, v)
	skipIfVoid(t, v)
	if v.Verdict.Status != bench.Fail || v.Comparisons[0].Verdict.Status != bench.Fail || v.Comparisons[1].Verdict.Status == bench.Fail {
		t.Errorf("%+v", v.Verdict)
	}
	if v.BaseCommit.Subject != "Change 0" || v.HeadCommit.Subject != "Change 1" || !strings.HasPrefix(v.Verdict.Reasons[0], "GET /orders p50: 2") {
		t.Errorf("%+v %+v %v", v.BaseCommit, v.HeadCommit, v.Verdict.Reasons)
	}
	e := v.Comparisons[0].Effects[0]
	if e.Ratio < 1.7 || e.Ratio > 2.3 || e.Confirmed == nil || !e.Confirmed.Holds || v.Comparisons[0].Confirmation.Pairs != 10 {
		t.Errorf("%+v", e)
	}
}

// toldOfGate holds what was told while a gate of two scenarios went on against what came of it.
func toldOfGate(t *testing.T, told []ABProgress, v *bench.Versus) {
	t.Helper()
	var words []string
	pairs, of := map[bool]int{}, map[string]int{}
	for _, p := range told {
		if p.Commits[0].Subject != "Change 0" || p.Commits[1].Subject != "Change 1" || p.Bisection != nil {
			t.Errorf("of other commits: %+v", p)
		}
		if p.Doing != "" {
			if p.Scenario != nil {
				p.Doing = p.Scenario.ID + " " + p.Doing
			}
			words = append(words, p.Doing)
			continue
		}
		pairs[p.Confirming]++
		of[p.Scenario.ID] = p.Number
		// A pair takes two blocks, and a tenth of each before it; ten are always measured.
		if pair := p.Elapsed / time.Duration(p.Pairs); p.Of != 2 || pair < 2*(leastBlock+leastBlock/reopen) || p.Length < 10*pair || p.Length < p.Elapsed || p.Head.Requests == 0 {
			t.Errorf("%+v", p)
		}
		if (p.P95 != nil) != (p.Pairs >= leastToWatch) || p.Targets[0] != v.Base.URL && p.Targets[0] != v.Head.URL { // ports are swapped to confirm
			t.Errorf("%+v", p)
		}
	}
	want := []string{"building base", "preparing base", "building head", "preparing head", "starting base", "starting head"}
	for _, id := range []string{"orders", "products"} {
		want = append(want, "resetting base", "resetting head", id+" setting up", id+" warming up")
	}
	screened, confirmed := 0, 0
	for i := range v.Comparisons {
		c := &v.Comparisons[i]
		if screened += c.Pairs; c.Confirmation != nil {
			if confirmed == 0 {
				want = append(want, "stopping both", "starting head", "starting base")
			}
			confirmed += c.Confirmation.Pairs
			want = append(want, "resetting base", "resetting head", c.ID+" setting up", c.ID+" warming up")
		}
	}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Error(diff)
	}
	if pairs[false] != screened || pairs[true] != confirmed || of["orders"] != 1 || of["products"] != 2 {
		t.Errorf("of %d and %d pairs %v were told, of %v", screened, confirmed, pairs, of)
	}
}

// A commit that changes nothing that is measured does not fail, and its own, compared with itself, is not measured at all.
func TestGateDoesNotFailWithoutAFault(t *testing.T) {
	t.Parallel()
	dir := repository(t, 2, func(n int) map[string]string { return waits(20, 20, n) })
	v, err := Gate(t.Context(), suitePlan(t, dir), repo(t, dir), "HEAD~1", "", nil, nil, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if v.Verdict.Status == bench.Fail {
		t.Errorf("%+v", v.Verdict)
	}
	v, err = Gate(t.Context(), suitePlan(t, dir), repo(t, dir), "main", "", nil, nil, quiet)
	if err != nil || v.Verdict.Status != bench.Pass || len(v.Comparisons) != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	nothingLeft(t, dir)
}

// A commit that does not build is the service's failure, with what the compiler said.
func TestGateOnACommitThatDoesNotBuild(t *testing.T) {
	t.Parallel()
	dir := repository(t, 2, func(n int) map[string]string {
		if n == 1 {
			return map[string]string{"waits.go": "package main\n\nconst orders = products\n"}
		}
		return waits(20, 20, n)
	})
	_, err := Gate(t.Context(), suitePlan(t, dir), repo(t, dir), "HEAD~1", "", nil, nil, quiet)
	if _, ok := errors.AsType[*Unreachable](err); !ok || !strings.Contains(err.Error(), "undefined: products") {
		t.Errorf("%v", err)
	}
	nothingLeft(t, dir)
}

func TestGateOnBadInput(t *testing.T) {
	t.Parallel()
	dir := repository(t, 1, func(n int) map[string]string { return waits(20, 20, n) })
	plan := suitePlan(t, dir)
	_, err := Gate(t.Context(), plan, repo(t, dir), "nonsense", "", nil, nil, quiet)
	if _, ok := errors.AsType[*BadInput](err); !ok || !strings.Contains(err.Error(), `"nonsense" is no commit`) {
		t.Errorf("%v", err)
	}
	plan.Service = nil
	if _, err = Gate(t.Context(), plan, repo(t, dir), "HEAD", "", nil, nil, quiet); !errors.Is(err, ErrNoService) {
		t.Errorf("%v", err)
	}
}

// An interrupt while pairs are measured ends in order: what was measured is there, marked partial, and nothing is left running.
func TestGateInterrupted(t *testing.T) {
	t.Parallel()
	dir := repository(t, 2, func(n int) map[string]string { return waits(20, 20, n) })
	ctx, cancel := context.WithCancel(t.Context())
	v, err := Gate(ctx, suitePlan(t, dir), repo(t, dir), "HEAD~1", "", nil, nil, func(p ABProgress) {
		if p.Pairs == 3 {
			cancel()
		}
	})
	if err != nil || v == nil || !v.Partial || len(v.Comparisons) != 1 || v.Comparisons[0].Pairs < 3 {
		t.Fatalf("%+v, %v", v, err)
	}
	for _, target := range []string{v.Base.URL, v.Head.URL} {
		if c, err := net.Dial("tcp", strings.TrimPrefix(target, "http://")); err == nil {
			_ = c.Close()
			t.Errorf("%s still answers", target)
		}
	}
	nothingLeft(t, dir)
}
