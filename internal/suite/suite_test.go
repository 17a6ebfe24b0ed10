package suite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

const good = "name: GET /a\nload:\n  users: 5\n  duration: 2s\nrequest:\n  get: /a?page=2\n"

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRead(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{
		"scenarios/b.yml": "\ufeff" + good,
		"scenarios/a.yml": "load: {rate: 600/m, arrivals: poisson}\nrequest:\n  post: /orders\n  json: {id: 7, tags: [a, b]}\n  headers: {X-A: \"1\"}\nexpect: {status: 201}\n",
		"thresholds.json": `{"default": {"p95": "300ms", "errors": "0.1%"}, "scenarios": {"GET /a": {"p95": "20ms"}}}`,
		"suite.yml":       "target: http://127.0.0.1:8080\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	a, b := plan.Scenarios[0], plan.Scenarios[1]
	if a.ID != "a" || a.Name != "POST /orders" || a.Load.Rate != 10 || !a.Load.Poisson || a.Steps[0].Request.Body != `{"id":7,"tags":["a","b"]}` || a.Steps[0].Expect.Status[0].First != 201 {
		t.Errorf("a: %+v", a)
	}
	if len(a.Steps[0].Request.Headers) != 2 || a.Steps[0].Request.Headers[1] != (bench.Field{Name: "Content-Type", Value: "application/json"}) {
		t.Errorf("headers: %v", a.Steps[0].Request.Headers)
	}
	if b.Load.Users != 5 || b.Load.Warmup != bench.DefaultWarmup || *b.Thresholds.P95 != 20*time.Millisecond || *b.Thresholds.ErrorRate != 0.001 {
		t.Errorf("b: %+v", b)
	}
	if plan.Target != "http://127.0.0.1:8080" {
		t.Errorf("target %q", plan.Target)
	}
}

func TestFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"not a number": {map[string]string{"scenarios/a.yml": "load:\n  users: 1OO\nrequest: {get: /a}\n"}, "scenarios/a.yml:2:10: \"1OO\" is no number; did you mean 100?\n    users: 1OO\n           ^"},
		"unknown key":  {map[string]string{"scenarios/a.yml": "laod:\n  users: 1\nrequest: {get: /a}\n"}, `scenarios/a.yml:1:1: unknown field "laod"`},
		"wrong unit":   {map[string]string{"scenarios/a.yml": "load: {duration: 60}\nrequest: {get: /a}\n"}, `"60" is no duration: write a number and a unit`},
		"two loads":    {map[string]string{"scenarios/a.yml": "load: {users: 1, rate: 5/s}\nrequest: {get: /a}\n"}, "keep one"},
		"no request":   {map[string]string{"scenarios/a.yml": "name: x\n"}, "has no request"},
		"two methods":  {map[string]string{"scenarios/a.yml": "request: {get: /a, post: /b}\n"}, "one request has one method"},
		"no path":      {map[string]string{"scenarios/a.yml": "request: {get: products}\n"}, "begins with /"},
		"a list":       {map[string]string{"scenarios/a.yml": "name: [a]\nrequest: {get: /a}\n"}, "a single value belongs here"},
		"no yaml":      {map[string]string{"scenarios/a.yml": "name: [\n"}, "scenarios/a.yml:1:7"},
		"empty":        {map[string]string{"scenarios/a.yml": "\n"}, "is empty"},
		"same name":    {map[string]string{"scenarios/a.yml": good, "scenarios/b.yml": good}, "has the same name GET /a as scenarios/a.yml"},
		"threshold":    {map[string]string{"scenarios/a.yml": good, "thresholds.json": `{"default": {"p95": "300"}}`}, `thresholds.json:1:21: "300" is no duration`},
		"no scenario":  {map[string]string{"scenarios/a.yml": good, "thresholds.json": `{"scenarios": {"GET /b": {"p95": "3ms"}}}`}, `no scenario has that name`},
		"target":       {map[string]string{"scenarios/a.yml": good, "suite.yml": "target: localhost\n"}, "suite.yml:1:9: \"localhost\" is no target"},
		"no suite":     {nil, "no suite"},
	} {
		_, err := Read(folder(t, tc.files))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, tc.want)
		}
	}
}

func FuzzScenario(f *testing.F) {
	f.Add(good)
	f.Add("request: {post: /a, json: {a: [1, {b: c}]}}\nload: &x {users: 1}\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Read(folder(t, map[string]string{"scenarios/a.yml": text}))
		if err != nil && err.Error() == "" {
			t.Error("a fault without words")
		}
	})
}
