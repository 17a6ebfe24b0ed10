package suite

import (
	"errors"
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
		"not a number":  {map[string]string{"scenarios/a.yml": "load:\n  users: 1OO\nrequest: {get: /a}\n"}, "scenarios/a.yml:2:10: \"1OO\" is no number; did you mean 100?\n    users: 1OO\n           ^"},
		"unknown key":   {map[string]string{"scenarios/a.yml": "laod:\n  users: 1\nrequest: {get: /a}\n"}, "scenarios/a.yml:1:1: unknown key \"laod\" (did you mean \"load\"?): known here are auth, data, expect, load, name, request, setup, size, steps, teardown\n  laod:\n  ^"},
		"deeper":        {map[string]string{"scenarios/a.yml": "steps:\n  - get: /a\n  - &b {get: /b, expect: {stauts: 200}}\n  - {<<: *b, json: {any: 1}, named: c}\n"}, "scenarios/a.yml:3:27: unknown key \"stauts\" (did you mean \"status\"?): known here are contains, headers, json, size, status"},
		"all of them":   {map[string]string{"scenarios/a.yml": "load: {user: 1, durations: 5s}\nrequest: {get: /a}\n"}, "unknown key \"durations\" (did you mean \"duration\"?)"},
		"in thresholds": {map[string]string{"scenarios/a.yml": good, "thresholds.json": "{\n\t\"defaults\": {}\n}"}, "thresholds.json:2:2: unknown key \"defaults\" (did you mean \"default\"?): known here are $schema, default, scenarios\n  \t\"defaults\": {}\n  \t^"},
		"in the target": {map[string]string{"scenarios/a.yml": good, "suite.yml": "target: {url: http://a, versions: /v}\n"}, "suite.yml:1:25: unknown key \"versions\" (did you mean \"version\"?): known here are url, version"},
		"documents":     {map[string]string{"scenarios/a.yml": good + "---\nname: b\n"}, "scenarios/a.yml:7:1: a second document begins here"},
		"wrong unit":    {map[string]string{"scenarios/a.yml": "load: {duration: 60}\nrequest: {get: /a}\n"}, `"60" is no duration: write a number and a unit`},
		"two loads":     {map[string]string{"scenarios/a.yml": "load: {users: 1, rate: 5/s}\nrequest: {get: /a}\n"}, "keep one"},
		"no request":    {map[string]string{"scenarios/a.yml": "name: x\n"}, "has no request"},
		"two methods":   {map[string]string{"scenarios/a.yml": "request: {get: /a, post: /b}\n"}, "one request has one method"},
		"no path":       {map[string]string{"scenarios/a.yml": "request: {get: products}\n"}, "begins with /"},
		"a list":        {map[string]string{"scenarios/a.yml": "name: [a]\nrequest: {get: /a}\n"}, "a single value belongs here"},
		"no yaml":       {map[string]string{"scenarios/a.yml": "name: [\n"}, "scenarios/a.yml:1:7"},
		"empty":         {map[string]string{"scenarios/a.yml": "\n"}, "is empty"},
		"same name":     {map[string]string{"scenarios/a.yml": good, "scenarios/b.yml": good}, "scenarios/b.yml:1:7: has the same name GET /a as scenarios/a.yml: give it another, as `name: …`\n  name: GET /a\n        ^"},
		"same stem":     {map[string]string{"scenarios/a.yml": good, "scenarios/a.yaml": "request: {get: /b}\n"}, "scenarios/a.yml: has the same id a as scenarios/a.yaml"},
		"threshold":     {map[string]string{"scenarios/a.yml": good, "thresholds.json": `{"default": {"p95": "300"}}`}, `thresholds.json:1:21: "300" is no duration`},
		"no scenario":   {map[string]string{"scenarios/a.yml": good, "thresholds.json": `{"scenarios": {"GET /b": {"p95": "3ms"}}}`}, "thresholds.json:1:16: no scenario has the name or id \"GET /b\" (did you mean \"GET /a\"?)"},
		"port":          {map[string]string{"scenarios/a.yml": good, "suite.yml": "target: http://a:99999\n"}, "has no port from 1 to 65535"},
		"credentials":   {map[string]string{"scenarios/a.yml": good, "suite.yml": "target: http://a:b@c\n"}, "a target has no user and password"},
		"target":        {map[string]string{"scenarios/a.yml": good, "suite.yml": "target: localhost\n"}, "suite.yml:1:9: \"localhost\" is no target"},
		"no suite":      {nil, "no suite"},
	} {
		_, err := Read(folder(t, tc.files))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, tc.want)
		}
	}
}

// Where a scenario cannot be read, its thresholds are not blamed.
func TestOneFaultIsToldOnce(t *testing.T) {
	_, err := Read(folder(t, map[string]string{"scenarios/a.yml": "name: A\nlaod: {}\n", "thresholds.json": `{"scenarios": {"A": {"p95": "3ms"}}}`}))
	if faults, ok := errors.AsType[Faults](err); !ok || len(faults) != 1 {
		t.Error(err)
	}
}

func TestNamesAreReadAsWritten(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": "name: Orders of ${env.X}\nsteps: [{name: of ${env.Y}, get: /a}]\n"}))
	if err != nil || plan.Scenarios[0].Name != "Orders of ${env.X}" || plan.Scenarios[0].Steps[0].Name != "of ${env.Y}" {
		t.Errorf("%+v, %v", plan, err)
	}
}

func TestDefaultNamesLeaveTheQueryOut(t *testing.T) {
	for path, want := range map[string]string{
		"/a?key=s3cret":                        "GET /a",
		"/a/${env.X ? 'b' : 'c'}/d?e=${env.X}": "GET /a/${env.X ? 'b' : 'c'}/d",
		"/$${x}?a":                             "GET /$${x}",
		"/a":                                   "GET /a",
	} {
		plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": "request:\n  get: \"" + path + "\"\n"}))
		if err != nil || plan.Scenarios[0].Name != want || plan.Scenarios[0].Steps[0].Name != want {
			t.Errorf("%s: %+v, %v", path, plan, err)
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

func FuzzSharedFiles(f *testing.F) {
	f.Add("target: {url: http://a, version: /v}\npolicy: {thresholds: strict}\ncontrol: GET /healthz\nservice: {start: ./a --port ${service.port}}\n", `{"default": {"p95": "300ms"}, "scenarios": {"a": {"errors": "0.1%"}}}`)
	f.Add("target: &t http://a\ncontrol: {request: {get: /${x}}}\n", "{\n\t\"scenarios\": {\"b\": {}}\n}")
	f.Fuzz(func(t *testing.T, shared, thresholds string) {
		plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": shared, "thresholds.json": thresholds}))
		switch faults, _ := errors.AsType[Faults](err); {
		case err == nil && plan == nil:
			t.Error("neither a plan nor a fault")
		case err != nil && len(faults) == 0:
			t.Errorf("no fault has a place: %v", err)
		}
	})
}

// A table has as many columns in each row as it has names, or is refused.
func FuzzTable(f *testing.F) {
	f.Add([]byte(users), []byte(`[{"id": 1, "name": "Ada"}, {"id": 2, "name": null}]`))
	f.Fuzz(func(t *testing.T, csv, list []byte) {
		for _, read := range []func() ([]map[string]any, []string, error){func() ([]map[string]any, []string, error) { return readCSV(csv) }, func() ([]map[string]any, []string, error) { return readJSON(list) }} {
			rows, columns, err := read()
			for _, row := range rows {
				if err == nil && len(row) != len(columns) {
					t.Errorf("%v of %v", row, columns)
				}
			}
		}
	})
}
