package suite

import (
	"strings"
	"testing"
	"time"
)

func TestControl(t *testing.T) {
	for text, want := range map[string]struct {
		name           string
		users          int
		rate           float64
		warmup, length time.Duration
	}{
		"control: GET /healthz\n": {"GET /healthz", 0, 100, 500 * time.Millisecond, 2 * time.Second},
		"control:\n  name: health\n  request: {get: /healthz, headers: {Authorization: \"Bearer ${env.TOKEN}\"}}\n  load: {users: 2, duration: 5s}\n": {"health", 2, 0, 500 * time.Millisecond, 5 * time.Second},
		"control: {request: {head: /}, load: {rate: 10/s, warmup: 1s}}\n":                                                                             {"HEAD /", 0, 10, time.Second, 2 * time.Second},
	} {
		plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": text}))
		if err != nil {
			t.Fatal(err)
		}
		c := plan.Control
		if c == nil || c.ID != "control" || c.Name != want.name || c.Load.Users != want.users || c.Load.Rate != want.rate || c.Load.Warmup != want.warmup || c.Load.Duration != want.length || len(c.Steps) != 1 {
			t.Errorf("%s: %+v", text, c)
		}
		if strings.Contains(text, "TOKEN") != (len(plan.Env) == 1) {
			t.Errorf("%s: environment %v", text, plan.Env)
		}
	}
	if plan, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": "target: http://a\n"})); err != nil || plan.Control != nil {
		t.Errorf("without: %+v, %v", plan, err)
	}
}

func TestFaultsOfTheControl(t *testing.T) {
	for text, want := range map[string]string{
		"control: /healthz\n":            "suite.yml:1:10: \"/healthz\" is no control: write method and path, as GET /healthz",
		"control: POST /orders\n":        `"POST /orders" is no control`,
		"control: GET healthz\n":         `suite.yml:1:10: "GET healthz" has no path`,
		"control: GET /a b\n":            "suite.yml:1:10: \"/a b\" is no path",
		"control: GET /${nobody}\n":      `nothing is named "nobody"`,
		"control: [GET]\n":               "suite.yml:1:10",
		"control: {get: /healthz}\n":     `suite.yml:1:11: unknown key "get"`,
		"control: {load: {rate: 1/s}}\n": "has no request",
		"control: {request: {get: /h}, load: {stages: [{users: 1, duration: 1s}]}}\n": "the control has stages",
		"control: {request: {get: /h}, load: {users: 1OO}}\n":                         "suite.yml:1:45: \"1OO\" is no number",
	} {
		if _, err := Read(folder(t, map[string]string{"scenarios/a.yml": good, "suite.yml": text})); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got\n%v\nwant\n%s", text, err, want)
		}
	}
}
