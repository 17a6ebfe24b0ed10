package suite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/bench"
)

func TestEvidence(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": `
target: http://127.0.0.1:8080
evidence:
  otlp: 127.0.0.1:4318
  traces: jaeger+http://127.0.0.1:16686
  postgres: ${env.DATABASE_URL}
  metrics: http://127.0.0.1:${service.port}/metrics?side=${service.side}
  profile: off
`}))
	if err != nil {
		t.Fatal(err)
	}
	if want := (bench.EnvUse{Name: "DATABASE_URL", File: "suite.yml", Optional: true}); !cmp.Equal(plan.Env, []bench.EnvUse{want}) {
		t.Errorf("env: %+v", plan.Env)
	}
	if err := SetEvidence(plan, "traces=${env.SPANS}", "--evidence"); err != nil || plan.Env[1].Name != "SPANS" {
		t.Errorf("%v, %+v", err, plan.Env)
	}
	filled, missing := FillEvidence(plan.Evidence, map[string]string{"DATABASE_URL": "postgres://u:secret@h/d"}, "8080", "head")
	want := bench.EvidenceConfig{OTLP: "127.0.0.1:4318", Postgres: "postgres://u:secret@h/d", Metrics: "http://127.0.0.1:8080/metrics?side=head", Profile: "off"}
	if diff := cmp.Diff(want, filled); diff != "" || missing["traces"] != "the environment variable SPANS is not set" || len(missing) != 1 {
		t.Errorf("%s %v", diff, missing)
	}
	// What a variable holds may be a secret: it is not repeated.
	_, missing = FillEvidence(plan.Evidence, map[string]string{"DATABASE_URL": "secret", "SPANS": "f"}, "8080", "head")
	if missing["postgres"] != "is no URL that begins with postgres:// or postgresql://" {
		t.Errorf("%v", missing)
	}
}

func TestFaultsOfEvidence(t *testing.T) {
	for text, want := range map[string]string{
		"evidence: {oltp: auto}\n":                    `unknown key "oltp" (did you mean "otlp"?)`,
		"evidence: {otlp: 0.0.0.0:4318}\n":            "suite.yml:1:18: write auto, or an address of this machine alone, as 127.0.0.1:4318",
		"evidence: {otlp: yes}\n":                     "write auto, or an address",
		"evidence: {traces: http://jaeger}\n":         "write jaeger+http://host:16686",
		"evidence: {traces: 'jaeger+ftp://a'}\n":      "is no URL that begins with http://",
		"evidence: {postgres: mysql://a}\n":           "is no URL that begins with postgres://",
		"evidence: {mysql: 'mysql:'}\n":               "is no URL that begins with mysql://",
		"evidence: {metrics: metrics}\n":              "is no URL that begins with http://",
		"evidence: {profile: 127.0.0.1:6060}\n":       "is no URL",
		"evidence: {postgres: '${service.porr}'}\n":   `service has no column "porr" (did you mean "port"?)`,
		"evidence: {postgres: '${users.password}'}\n": `nothing is named "users"`,
	} {
		_, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": text}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	for setting, want := range map[string]string{
		"otlp":           "sources are otlp, traces, postgres, mysql, metrics, profile",
		"postgress=x":    `--evidence "postgress": write a source`,
		"otlp=8.8.8.8:1": "--evidence otlp: write auto",
		"otlp=${":        "--evidence otlp: ${ without its }",
	} {
		if err := SetEvidence(&bench.Plan{}, setting, "--evidence"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", setting, err, want)
		}
	}
}
