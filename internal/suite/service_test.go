package suite

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
)

const wholeService = `
service:
  build: go build -o "${service.data}/shop" ./cmd/shop
  prepare:
    - createdb shop_${service.side}
    - |
      psql "$DATABASE_URL" <schema.sql
      psql "${DATABASE_URL:-none}" -c 'select 1' # it's ready
  start: exec ${service.data}/shop --addr 127.0.0.1:${service.port}
  ready: {path: "/healthz?side=${service.side}", timeout: 90s}
  reset: psql -c "truncate orders"
  env:
    PORT: ${service.port}
    DATABASE_URL: postgres://shop:${env.DB_PASSWORD}@localhost/shop_${service.side}
`

func TestService(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": wholeService}))
	if err != nil {
		t.Fatal(err)
	}
	want := &bench.Service{
		Build:   []bench.Text{`go build -o "${service.data}/shop" ./cmd/shop`},
		Prepare: []bench.Text{"createdb shop_${service.side}", "psql \"$DATABASE_URL\" <schema.sql\npsql \"${DATABASE_URL:-none}\" -c 'select 1' # it's ready\n"},
		Start:   []bench.Text{"exec ${service.data}/shop --addr 127.0.0.1:${service.port}"},
		Ready:   bench.Ready{Path: "/healthz?side=${service.side}", Timeout: 90 * time.Second},
		Reset:   []bench.Text{`psql -c "truncate orders"`},
		Env:     []bench.Variable{{Name: "DATABASE_URL", Value: "postgres://shop:${env.DB_PASSWORD}@localhost/shop_${service.side}"}, {Name: "PORT", Value: "${service.port}"}},
	}
	if diff := cmp.Diff(want, plan.Service); diff != "" {
		t.Error(diff)
	}
	if got := plan.Service.NeedsEnv(); !cmp.Equal(got, []string{"DB_PASSWORD"}) {
		t.Errorf("needs %q", got)
	}
	if len(plan.Env) > 0 {
		t.Errorf("a run, which starts no service, needs %v", plan.Env)
	}
}

func TestServiceDefaults(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": "service: {start: ./shop, ready: /healthz}\n"}))
	if err != nil {
		t.Fatal(err)
	}
	if plan.Service.Ready != (bench.Ready{Path: "/healthz", Timeout: bench.DefaultReadyTimeout}) {
		t.Errorf("%+v", plan.Service.Ready)
	}
	plan, err = Read(folder(t, map[string]string{"scenarios/a.yml": good}))
	if err != nil {
		t.Fatal(err)
	}
	if plan.Service != nil || plan.Policy != bench.DefaultPolicy() {
		t.Errorf("%+v %+v", plan.Service, plan.Policy)
	}
}

// What the documentation shows of suite.yml can be copied.
func TestDocumentedServices(t *testing.T) {
	docs, err := os.ReadFile("../../docs/SUITES.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shared, found := strings.Cut(string(docs), "\n## suite.yml\n")
	blocks := strings.Split(shared, "```")
	if services := strings.Count(shared, "\nservice:\n"); !found || services != 3 {
		t.Fatalf("found %d services, want 3", services)
	}
	for i := 1; i < len(blocks); i += 2 {
		plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": strings.TrimPrefix(blocks[i], "yaml\n")}))
		if err != nil {
			t.Errorf("%v in\n%s", err, blocks[i])
		} else if s := plan.Service; s != nil && (len(s.Build) == 0 || len(s.Prepare) == 0 || len(s.Start) != 1 || len(s.Env) < 2) {
			t.Errorf("%+v from\n%s", s, blocks[i])
		}
	}
}

func TestPolicy(t *testing.T) {
	usual := bench.Tolerance{Ratio: .05, Change: time.Millisecond}
	for text, want := range map[string]bench.Policy{
		"{}":                             {Tolerance: usual},
		"{thresholds: always}":           {Always: true, Tolerance: usual},
		"{thresholds: [always, strict]}": {Always: true, Strict: true, Tolerance: usual},
		"{inconclusive: fail, tolerance: 2.5%, tolerance_time: 0s, max_time: 90s}": {FailInconclusive: true, Tolerance: bench.Tolerance{Ratio: .025}, MaxTime: 90 * time.Second},
		"{inconclusive: pass}": {Tolerance: usual},
	} {
		plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": "policy: " + text + "\n"}))
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if plan.Policy != want {
			t.Errorf("%s: %+v", text, plan.Policy)
		}
	}
}

func TestFaultsOfServiceAndPolicy(t *testing.T) {
	for text, want := range map[string]string{
		"service: {build: make}\n":                                         "suite.yml:1:1: service has no start: write the command that runs it, as `start: ./server --port ${service.port}`",
		"service: {start: \"\"}\n":                                         "suite.yml:1:18: is empty",
		"service:\n  start: ./a ${service.prot}\n":                         "suite.yml:2:10: nothing is named \"service.prot\": know service.port, service.side, service.dir, service.data, and env.NAME for an environment variable (did you mean \"service.port\"?)\n",
		"service:\n  start: ./a ${env.A-B}\n":                              `nothing is named "env.A-B"`,
		"service:\n  start: ./a ${sevice.port}\n":                          `for an environment variable (did you mean "service.port"?)`,
		"service:\n  start: ./a ${service.port\n":                          `"${service.port" has no }`,
		"service:\n  start: ./a\n  env: {T: \"${env.TIDEMARK_TOKEN}\"}":    "suite.yml:3:12: TIDEMARK_TOKEN is for tidemark alone",
		"service:\n  start: [./a, ./b]\n  prepare: ./a ${service.port}\n":  "suite.yml:3:12: no port is chosen yet when it is prepared: write it in start, reset or env",
		"service:\n  start: ./a\n  build:\n    - x\n    - ${service.port}": "suite.yml:5:7: no port is chosen yet when it is built",
		"service: {start: ./a, ready: healthz}\n":                          `suite.yml:1:30: "healthz" is no path: write one as /healthz`,
		"service: {start: ./a, ready: {path: /a, timeout: 5}}\n":           `suite.yml:1:50: "5" is no duration`,
		"service: {start: ./a, ready: {paths: /a}}\n":                      `suite.yml:1:31: unknown key "paths" (did you mean "path"?): known here are path, timeout`,
		"service: {start: ./a, prepar: x}\n":                               `unknown key "prepar" (did you mean "prepare"?)`,
		"service: {start: ./a, env: {A-B: x}}\n":                           `suite.yml:1:34: "A-B" is no environment variable's name`,
		"service: {start: ./a, env: {A: \"${service.host}\"}}\n":           `nothing is named "service.host"`,
		"service: ./a\n":                  "suite.yml:1:10",
		"policy: {thresholds: strickt}\n": `suite.yml:1:22: "strickt" is no policy for thresholds: write strict, always, both as [strict, always], or leave it out`,
		"policy: {inconclusive: maybe}\n": `"maybe" is no policy for what cannot be decided: write pass or fail`,
		"policy: {tolerance: 5}\n":        `suite.yml:1:21: "5" is no percentage: write one, as 5%`,
		"policy: {tolerance: -5%}\n":      `"-5%" is no percentage`,
		"policy: {tolerance_time: 1}\n":   `"1" is no duration`,
		"policy: {max_time: 0s}\n":        `"0s" is too short`,
	} {
		_, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": text}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got\n%v\nwant\n%s", text, err, want)
		}
	}
}
