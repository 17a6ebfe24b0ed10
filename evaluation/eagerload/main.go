// Command eagerload makes a history of the example shop in which one commit of several removes an eager load, and shows what gate and
// bisect say of it; and of the same history without that commit; and of one in which the endpoint is as slow for a reason outside the code,
// which no changed place may be blamed for. Called in this repository: go run ./evaluation/eagerload
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/pipeline"
	"github.com/tidemark/tidemark/internal/report"
)

const (
	commits = 8
	culprit = 5 // the commit that removes the eager load; the others change code that has nothing to do with it
	source  = "examples/shop/orders/n_plus_one.go"
	options = "examples/shop/options"
	eager   = "return o.loadTogether(ctx, user, orders)"
	lazy    = "return o.loadEach(ctx, orders)"
	token   = "evaluation"
)

const suite = `service:
  build: go build -o ${service.data}/shop ./examples/shop/cmd/shop
  start: exec ${service.data}/shop --listen 127.0.0.1:${service.port} --db-delay 500us --token ` + token + ` --database ${service.data}/shop.db $(cat ` + options + `)
  ready: /healthz
evidence: {otlp: auto}
`

// A story is what the last commits of a history did.
type story struct {
	name string
	// culprit removes the eager load in one commit; elsewhere switches the same fault on with the last one, by an option that is no code.
	culprit, elsewhere bool
}

var stories = []story{
	{name: "with the eager load removed", culprit: true},
	{name: "without"},
	{name: "with the same fault from elsewhere, and only unrelated code changed", elsewhere: true},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := evaluate(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "eagerload:", err)
		os.Exit(1)
	}
}

func evaluate(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "eagerload-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for i, told := range stories {
		h := history{filepath.Join(dir, strconv.Itoa(i)), told}
		if err := h.make(ctx); err != nil {
			return err
		}
		if err := h.judge(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A history is a clone of this repository with commits on top.
type history struct {
	dir string
	story
}

func (h history) git(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "user.name=evaluation", "-c", "user.email=evaluation@tidemark.example", "-c", "commit.gpgsign=false"}, args...)...)
	c.Dir = h.dir
	c.Stderr = os.Stderr
	return c.Run()
}

func (h history) make(ctx context.Context) error {
	if out, err := exec.CommandContext(ctx, "git", "clone", "--quiet", "--local", ".", h.dir).CombinedOutput(); err != nil {
		return fmt.Errorf("git clone: %w: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "examples/shop/benchmarks/api-performance/suite.yml"), []byte(suite), 0o644); err != nil {
		return err
	}
	for n := range commits {
		subject := fmt.Sprintf("Revision %d", n)
		code, err := os.ReadFile(filepath.Join(h.dir, source))
		if err != nil {
			return err
		}
		text := string(code)
		if n == culprit && h.culprit {
			if !strings.Contains(text, eager) {
				return fmt.Errorf("%s no longer has %q", source, eager)
			}
			text, subject = strings.Replace(text, eager, lazy, 1), "Simplify how line items are loaded"
		}
		text += fmt.Sprintf("\nfunc revision%d(orders []Order) int { return len(orders) + %d }\n", n, n)
		option := ""
		if n == commits-1 && h.elsewhere {
			option = "--fault n-plus-one"
		}
		for name, content := range map[string]string{source: text, options: option + "\n"} {
			if err := os.WriteFile(filepath.Join(h.dir, name), []byte(content), 0o644); err != nil {
				return err
			}
		}
		if err := h.git(ctx, "add", "-A"); err != nil {
			return err
		}
		if err := h.git(ctx, "commit", "--quiet", "-m", subject); err != nil {
			return err
		}
	}
	return nil
}

func (h history) judge(ctx context.Context) error {
	plan, err := pipeline.Check(filepath.Join(h.dir, "examples/shop/benchmarks/api-performance"), "")
	if err != nil {
		return err
	}
	for i := range plan.Scenarios {
		plan.Scenarios[i].Thresholds = bench.Thresholds{} // it is the regression that is to be found
	}
	repo := pipeline.Repository{Dir: h.dir, Logs: filepath.Join(h.dir, "logs"), Said: func(line string) { fmt.Fprintln(os.Stderr, line) }}
	env := map[string]string{"SHOP_TOKEN": token}
	good := fmt.Sprintf("HEAD~%d", commits-1)
	watch, err := pipeline.NewWatch(ctx, plan.Evidence, env)
	if err != nil {
		return err
	}
	fmt.Printf("\n== gate, %s\n\n", h.name)
	v, err := pipeline.Gate(ctx, plan, repo, good, "", env, watch, func(pipeline.ABProgress) {})
	if err = errors.Join(err, watch.Close()); err != nil {
		return err
	}
	if err := report.VersusText(os.Stdout, v); err != nil {
		return err
	}
	fmt.Print("\n== the comment\n\n")
	if err := report.Comment(os.Stdout, v, report.CommentOptions{}); err != nil || !h.culprit {
		return err
	}
	fmt.Print("\n== bisect\n\n")
	b, err := pipeline.Bisect(ctx, plan, repo, good, "HEAD", "user-orders", env, func(pipeline.ABProgress) {})
	if err != nil {
		return err
	}
	return report.BisectionText(os.Stdout, b)
}
