// Command eagerload makes a history of the example shop in which one commit of several removes an eager load, and shows what gate and
// bisect say of it; and of the same history without that commit. Called in this repository: go run ./evaluation/eagerload
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
	culprit = 5 // the commit that removes the eager load; the others change words
	source  = "examples/shop/orders/n_plus_one.go"
	eager   = "return o.loadTogether(ctx, user, orders)"
	lazy    = "return o.loadEach(ctx, orders)"
	token   = "evaluation"
)

const suite = `service:
  build: go build -o ${service.data}/shop ./examples/shop/cmd/shop
  start: exec ${service.data}/shop --listen 127.0.0.1:${service.port} --db-delay 500us --token ` + token + ` --database ${service.data}/shop.db
  ready: /healthz
`

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
	for _, faulty := range []bool{true, false} {
		h := history{filepath.Join(dir, strconv.FormatBool(faulty))}
		if err := h.make(ctx, faulty); err != nil {
			return err
		}
		if err := h.judge(ctx, faulty); err != nil {
			return err
		}
	}
	return nil
}

// A history is a clone of this repository with commits on top.
type history struct{ dir string }

func (h history) git(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, "git", append([]string{"-c", "user.name=evaluation", "-c", "user.email=evaluation@tidemark.example", "-c", "commit.gpgsign=false"}, args...)...)
	c.Dir = h.dir
	c.Stderr = os.Stderr
	return c.Run()
}

func (h history) make(ctx context.Context, faulty bool) error {
	if out, err := exec.CommandContext(ctx, "git", "clone", "--quiet", "--local", ".", h.dir).CombinedOutput(); err != nil {
		return fmt.Errorf("git clone: %w: %s", err, out)
	}
	folder := filepath.Join(h.dir, "examples/shop/benchmarks/api-performance")
	if err := os.WriteFile(filepath.Join(folder, "suite.yml"), []byte(suite), 0o644); err != nil {
		return err
	}
	for n := range commits {
		path := filepath.Join(h.dir, source)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		code := string(text)
		subject := fmt.Sprintf("Words, %d", n)
		if n == culprit && faulty {
			if !strings.Contains(code, eager) {
				return fmt.Errorf("%s no longer has %q", source, eager)
			}
			code, subject = strings.Replace(code, eager, lazy, 1), "Simplify how line items are loaded"
		}
		code += fmt.Sprintf("\n// Revision %d.\n", n)
		if err := os.WriteFile(path, []byte(code), 0o644); err != nil {
			return err
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

func (h history) judge(ctx context.Context, faulty bool) error {
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
	fmt.Printf("\n== gate, %s\n\n", map[bool]string{true: "with the eager load removed", false: "without"}[faulty])
	v, err := pipeline.Gate(ctx, plan, repo, good, "", env, nil, func(pipeline.ABProgress) {})
	if err != nil {
		return err
	}
	if err := report.VersusText(os.Stdout, v); err != nil || !faulty {
		return err
	}
	fmt.Print("\n== bisect\n\n")
	b, err := pipeline.Bisect(ctx, plan, repo, good, "HEAD", "user-orders", env, func(pipeline.ABProgress) {})
	if err != nil {
		return err
	}
	return report.BisectionText(os.Stdout, b)
}
