package suite

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// The design's own scenario, word for word but for the file's place.
const createOrder = `# scenarios/create-order.yml
name: POST /orders
load:
  users: 50                # closed model; or rate: 120/s (open model), or stages:
  warmup: 10s              # sent, watched, never counted
  duration: 60s
auth:
  bearer: ${env.API_TOKEN}
setup:                     # once, before the warm-up, never counted
  - get: /api/v1/products?per_page=200
    save: {product_ids: "$.data[*].id"}          # RFC 9535 JSONPath
data:
  users: {file: ../data/users.csv, order: random}
request:
  post: /api/v1/orders
  json:
    user_id: ${users.id}
    line_items: ${repeat(int(3, 5), {product_id: pick(product_ids), quantity: weighted([1, 2, 3], [70, 20, 10])})}
expect:
  status: 201
  json: {"$.id": exists}
size: ${users.orders}      # what the cost may grow with; the diagnosis fits latency against it
`

const users = "id,name,orders\n1,Ada,5\n2,007,20\n"

func TestTheContractsScenario(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{"scenarios/create-order.yml": createOrder, "data/users.csv": users}))
	if err != nil {
		t.Fatal(err)
	}
	s := plan.Scenarios[0]
	if want := []bench.EnvUse{{Name: "API_TOKEN", File: "scenarios/create-order.yml"}}; !reflect.DeepEqual(plan.Env, want) {
		t.Errorf("environment: %v", plan.Env)
	}
	if s.Auth.Header != (bench.Field{Name: "Authorization", Value: "Bearer ${env.API_TOKEN}"}) {
		t.Errorf("auth: %+v", s.Auth)
	}
	if want := `{"user_id":${users.id},"line_items":${repeat(int(3, 5), {product_id: pick(product_ids), quantity: weighted([1, 2, 3], [70, 20, 10])})}}`; s.Steps[0].Request.Body != want {
		t.Errorf("body: %s", s.Steps[0].Request.Body)
	}
	if want := []bench.Save{{Name: "product_ids", Path: "$.data[*].id"}}; !reflect.DeepEqual(s.Setup[0].Save, want) {
		t.Errorf("set-up: %+v", s.Setup)
	}
	// A column of numbers gives numbers; 007 is none, so names are texts.
	if want := (map[string]any{"id": int64(2), "name": "007", "orders": int64(20)}); !reflect.DeepEqual(s.Data[0].Rows[1], want) || s.Data[0].Order != bench.Random {
		t.Errorf("data: %+v", s.Data[0])
	}
	if e := s.Steps[0].Expect; e.Status[0] != (bench.StatusRange{First: 201, Last: 201}) || e.JSON[0].Presence != bench.Exists {
		t.Errorf("expect: %+v", e)
	}
	if s.Size != "${users.orders}" {
		t.Errorf("size: %s", s.Size)
	}
}

func TestFlowsStagesAndTheRest(t *testing.T) {
	plan, err := Read(folder(t, map[string]string{
		"scenarios/flow.yml": `
load:
  stages: [{users: 10, duration: 30s}, {users: 50, duration: 1m}]
  connections: 5
  redirects: 2
  think: 1s..3s
  max_body: 10MB
auth:
  login:
    request: {post: /login, json: {email: "a@b.example", password: "${env.PASSWORD}"}, save: {token: $.token}}
    refresh: 5m
  header: {name: X-Api-Key, value: "${token}"}
steps:
  - name: list
    get: /products?q=${pick(['a b', "c"])}
    save: {id: "$.data[0].id"}
    expect: {status: [200, 3xx], headers: {Content-Type: json, X-Id: exists}, contains: [data, "}", "$${x}"], size: {min: 10, max: 1MB}, json: {$.total: 2000, "$.error": absent, "$.tags": [a, {b: 1}]}}
    think: 500ms
  - get: /products/${id}
  - put: /text
    headers: {Content-Type: text/plain}
    body: "say \"${id}\" $${x}"
teardown:
  - delete: /session
`,
		"suite.yml": "target: {url: https://shop.example, version: {path: /version, json: $.sha}}\npolicy: {thresholds: strict}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	s := plan.Scenarios[0]
	if s.Load.Duration != 90*time.Second || s.Load.MostUsers() != 50 || s.Load.Open() || s.Load.Connections != 5 || s.Load.Redirects != 2 || s.Load.MaxBody != 10<<20 || s.Load.Think != (bench.Think{Min: time.Second, Max: 3 * time.Second}) {
		t.Errorf("load: %+v", s.Load)
	}
	if l := s.Auth.Login; l.Refresh != 5*time.Minute || l.Step.Request.Body != `{"email":"a@b.example","password":"${env.PASSWORD}"}` || s.Auth.Header.Name != "X-Api-Key" {
		t.Errorf("auth: %+v %+v", s.Auth, l)
	}
	e := s.Steps[0].Expect
	if len(e.Status) != 2 || e.Status[1].Last != 399 || len(e.Headers) != 2 || e.Headers[1].Value != "" || e.MinSize != 10 || e.MaxSize != 1<<20 || len(e.Contains) != 3 || e.Contains[2] != "${x}" {
		t.Errorf("expect: %+v", e)
	}
	if want := []bench.JSONMatch{{Path: "$.error", Presence: bench.Absent}, {Path: "$.tags", Value: []any{"a", map[string]any{"b": 1.0}}}, {Path: "$.total", Value: 2000.0}}; !reflect.DeepEqual(e.JSON, want) {
		t.Errorf("expect json: %+v", e.JSON)
	}
	if s.Steps[2].Request.Body != `say "${id}" $${x}` || s.Steps[1].Request.Path != "/products/${id}" || len(s.Teardown) != 1 || s.Steps[0].Think.Min != 500*time.Millisecond {
		t.Errorf("steps: %+v", s.Steps)
	}
	if plan.Target != "https://shop.example" || plan.Version != (bench.VersionProbe{Path: "/version", JSON: "$.sha"}) || !plan.Policy.Strict {
		t.Errorf("shared: %+v", plan)
	}
}

func TestFaultsOfExpressionsAndData(t *testing.T) {
	get := "request: {get: /a}\n"
	for name, tc := range map[string]struct {
		scenario string
		want     string
	}{
		"unknown name":     {"request:\n  get: /users/${usr.id}\ndata: {users: {file: ../data/users.csv}}\n", "scenarios/a.yml:2:17: nothing is named \"usr\" (did you mean \"users\"?): known here are env, users and the functions\n    get: /users/${usr.id}\n                  ^"},
		"unknown column":   {"request: {get: '/u/${users.idd}'}\ndata: {users: {file: ../data/users.csv}}\n", `users has no column "idd" (did you mean "id"?)`},
		"in json":          {"request:\n  post: /a\n  json:\n    deep: [{id: ${nothing}}]\n", `scenarios/a.yml:4:19: nothing is named "nothing"`},
		"unclosed":         {"request:\n  get: /a/${x\n", "scenarios/a.yml:2:11: ${ without its }"},
		"saved later":      {"steps:\n  - get: /a/${id}\n  - get: /b\n    save: {id: $.id}\n", `nothing is named "id"`},
		"no data file":     {get + "data: {users: {file: ../data/gone.csv}}\n", "../data/gone.csv: no such file"},
		"empty csv":        {get + "data: {users: {file: ../data/empty.csv}}\n", "../data/empty.csv: is empty"},
		"header only":      {get + "data: {users: {file: ../data/header.csv}}\n", "../data/header.csv: has no rows"},
		"ragged csv":       {get + "data: {users: {file: ../data/ragged.csv}}\n", "record on line 3: wrong number of fields"},
		"column twice":     {get + "data: {users: {file: ../data/twice.csv}}\n", `column 2 is named "id"`},
		"no table":         {get + "data: {users: {file: ../data/list.json}}\n", "element 2 is no object"},
		"unlike rows":      {get + "data: {users: {file: ../data/unlike.json}}\n", `element 1 has no "b", which others have`},
		"another kind":     {get + "data: {users: {file: ../data/users.xls}}\n", "no such file"},
		"an order":         {get + "data: {users: {file: ../data/users.csv, order: shuffled}}\n", `"shuffled" is no order: write sequential, random or unique`},
		"too few rows":     {get + "load: {users: 3}\ndata: {users: {file: ../data/users.csv, order: unique}}\n", "unique: 3 users need a row each, and ../data/users.csv has 2"},
		"unique with rate": {get + "load: {rate: 3/s}\ndata: {users: {file: ../data/users.csv, order: unique}}\n", "unique goes with users"},
		"a bad name":       {get + "data: {env: {file: ../data/users.csv}}\n", `"env" means something in expressions already`},
		"a bad path":       {"request: {get: /a, save: {id: data.id}}\n", `"data.id" is no JSONPath: write one that begins with $`},
		"a worse path":     {"request: {get: /a, expect: {json: {'$.[': exists}}}\n", "is no JSONPath"},
		"a bad status":     {"request: {get: /a}\nexpect: {status: 9xx}\n", `"9xx" is no HTTP status`},
		"two auths":        {get + "auth: {bearer: a, header: {name: B, value: c}}\n", "keep one of bearer, basic and header"},
		"half a basic":     {get + "auth: {basic: {user: a}}\n", "basic has a user and a password"},
		"a lost login":     {get + "auth: {login: {request: {post: /login, save: {token: $.token}}}}\n", "login saves token, but nothing sends it"},
		"an idle login":    {get + "auth: {login: {request: {post: /login}}}\n", "login saves nothing"},
		"mixed stages":     {get + "load: {stages: [{users: 1, duration: 1s}, {rate: 5/s, duration: 1s}]}\n", "all stages have users, or all have rate"},
		"stages and users": {get + "load: {users: 5, stages: [{users: 1, duration: 1s}]}\n", "keep one of the two"},
		"an endless stage": {get + "load: {stages: [{users: 1}]}\n", "a stage has a duration"},
		"think with rate":  {get + "load: {rate: 1/s, think: 1s}\n", "think goes with users"},
		"think backwards":  {get + "load: {users: 1, think: 3s..1s}\n", "the shorter pause comes first"},
		"request + steps":  {get + "steps: [{get: /a}]\n", "keep one"},
		"a bad header":     {"request: {get: /a, headers: {'A b': c}}\n", "a header's name has no spaces"},
		"a bad size":       {get + "load: {max_body: 10XB}\n", `"10XB" is no size`},
		"beyond ASCII":     {"request: {get: /café}\n", "letters beyond ASCII as %C3%A9"},
		"no body at all":   {get + "load: {max_body: 0}\n", "no answer has a body of nothing"},
		"sizes crossed":    {"request: {get: /a}\nexpect: {size: {min: 10, max: 5}}\n", `"5" is less than min`},
		"expected name":    {"request: {get: /a}\nexpect: {contains: 'id ${users.id}'}\n", "an expectation holds no expressions"},
		"expected value":   {"request: {get: /a}\nexpect: {json: {$.a: [{b: ${users.id}}]}}\n", "an expectation holds no expressions"},
		"expected header":  {"request: {get: /a}\nexpect: {headers: {ETag: '${x}'}}\n", "an expectation holds no expressions"},
		"written twice":    {"request: {get: /a, headers: {content-length: 5}}\n", "scenarios/a.yml:1:46: leave content-length out: it is that of the body"},
		"an alias":         {"load: &l {users: 3}\nrequest: {post: /a, json: {c: *l}}\n", "scenarios/a.yml:2:32: could not find alias \"l\"\n"},
		"data without":     {get + "data:\n  users: {order: random}\n", "scenarios/a.yml:3:3: data users has no file"},
		"too many users":   {get + "load: {users: 99999999}\n", "write at most 1000000"},
		"a bad count":      {"request: {get: '/${repeat(-1, 2)}'}\n", "scenarios/a.yml:1:20: repeat(-1, x): write a whole number from 0 to 10000"},
		"a size's name":    {get + "size: ${users.orders}\n", `nothing is named "users"`},
	} {
		_, err := Read(folder(t, map[string]string{"scenarios/a.yml": tc.scenario, "data/users.csv": users, "data/empty.csv": "", "data/header.csv": "id\n",
			"data/ragged.csv": "id,b\n1,2\n3\n", "data/twice.csv": "id,id\n1,2\n", "data/list.json": `[{"a": 1}, 2]`, "data/unlike.json": `[{"a": 1}, {"b": 2}]`}))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, tc.want)
		}
	}
}

func TestLiftKeepsColumnsAndRestores(t *testing.T) {
	for _, source := range []string{
		"a: ${x}\n", "a: \"${x}\" # ${no}\nb: ${f({c: 1, d: '}'})}\n", "it's: ${x} isn't\n", "a: [${x}, '${y}', ${z}]\n", "a: $${x} ${y\n",
	} {
		l := lift(source)
		if got := l.restore(l.source); got != source {
			t.Errorf("%q became %q", source, got)
		}
		for i, line := range strings.Split(l.source, "\n") {
			if want := strings.Split(source, "\n")[i]; len([]rune(line)) != len([]rune(want)) {
				t.Errorf("%q: line %d has another length", source, i+1)
			}
		}
	}
	if n := len(lift("a: [${x}, '${y}', ${z}] # ${c}\nb: \"${d}\"").expressions); n != 2 {
		t.Errorf("%d expressions were lifted, want x and z", n)
	}
}

func FuzzLift(f *testing.F) {
	f.Add("a: ${x}\nb: \"${y}\"\n")
	f.Fuzz(func(t *testing.T, source string) {
		if strings.ContainsFunc(source, func(r rune) bool { return isMark(r) || r == filler }) {
			return
		}
		if l := lift(source); l.restore(l.source) != source {
			t.Errorf("%q became %q", source, l.restore(l.source))
		}
	})
}
