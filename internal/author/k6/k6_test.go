package k6

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/sobek"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/load"
	"github.com/tidemark/tidemark/internal/suite"
	"github.com/tidemark/tidemark/internal/template"
)

var update = flag.Bool("update", false, "write the golden files anew")

func plan(t *testing.T) *bench.Plan {
	t.Helper()
	p, err := suite.Read("testdata/suite")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func export(t *testing.T, p *bench.Plan) *Export {
	t.Helper()
	x, err := Write(p)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestGoldenScripts(t *testing.T) {
	x := export(t, plan(t))
	var notes strings.Builder
	for _, n := range x.Notes {
		fmt.Fprintf(&notes, "%s: %s\n", strings.Join(n.Scenarios, ", "), n.Text)
	}
	files := map[string]string{"notes.txt": notes.String() + "env: " + strings.Join(x.Env, ", ") + "\n"}
	for _, f := range x.Files {
		if !strings.HasPrefix(f.Name, "lib/") { // it is the same for all
			files[f.Name] = f.Content
		}
	}
	for name, got := range files {
		golden := filepath.Join("testdata/golden", filepath.FromSlash(name))
		if *update {
			if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestNoSecretIsWritten(t *testing.T) {
	t.Setenv("K6_TEST_PASSWORD", "hunter22-of-the-environment")
	for _, f := range export(t, plan(t)).Files {
		for _, secret := range []string{"hunter22-of-the-environment", "s3cr3t-in-the-clear"} {
			if strings.Contains(f.Content, secret) {
				t.Errorf("%s holds %s", f.Name, secret)
			}
		}
	}
}

func TestExpressions(t *testing.T) {
	for source, want := range map[string]string{
		`users.id`:                      "users.id",
		`users["a b"]`:                  "users['a b']",
		`list[0].x`:                     "item(list, 0).x",
		`list[1:3]`:                     "list.slice(1, 3)",
		`1 + 2 * 3`:                     "1 + (2 * 3)",
		`-2 ** 2`:                       "-(2 ** 2)",
		`not (a and b) or c`:            "(!(a && b)) || c",
		`a == "x"`:                      "a === 'x'",
		`a != nil`:                      "a != null",
		`a == b`:                        "same(a, b)",
		`a != b`:                        "!same(a, b)",
		`3 in 1..5`:                     "has(range(1, 5), 3)",
		`a contains "x"`:                "a.includes('x')",
		`a matches "^[a-z]+$"`:          "new RegExp('^[a-z]+$').test(a)",
		`a ?? "x"`:                      "a ?? 'x'",
		`a?.b`:                          "a?.b",
		`env.TOKEN`:                     "__ENV.TOKEN",
		`int(1, 5)`:                     "int(1, 5)",
		`repeat(2, {a: repeat(2, 1)})`:  "repeat(2, () => ({ a: repeat(2, () => 1) }))",
		`filter(list, # > 3)`:           "list.filter((it) => it > 3)",
		`map(list, filter(#.x, # > 1))`: "list.map((it) => it.x.filter((it2) => it2 > 1))",
		`map(list, #index)`:             "list.map((it, index) => index)",
		`map(list, {{"a": #}})`:         "list.map((it) => ({ a: it }))",
		`none(list, # > 3)`:             "!list.some((it) => it > 3)",
		`sum(list, .n) + 1`:             "list.map((it) => it.n).reduce((a, b) => a + b, 0) + 1",
		`reduce(list, #acc + #, 0)`:     "list.reduce((sum, it, index) => sum + it, 0)",
		`let x = 1; x + x`:              "((x) => x + x)(1)",
		`a ? b : c`:                     "a ? b : c",
		`list | first()`:                "list[0]",
		`upper("a") + lower(b)`:         "'a'.toUpperCase() + b.toLowerCase()",
		`max(1, 2)`:                     "Math.max(1, 2)",
		`split("a,b", ",")[1]`:          "item('a,b'.split(','), 1)",
		`string(7)`:                     "text`${7}`",
		`class`:                         "class_",
		// Without counterpart.
		`now()`:             "untranslated('now()')",
		`a matches "(?i)x"`: `untranslated('a matches "(?i)x"')`,
		`env[a]`:            "untranslated('env[a]')",
		`sortBy(list, #)`:   "untranslated('sortBy(list, #)')",
	} {
		f := newFile(&bench.Scenario{}, "", "", 0, nil)
		if got := f.expression(source).text; got != want {
			t.Errorf("%s: %s, want %s", source, got, want)
		}
		if told := len(f.notes) > 0; told != strings.HasPrefix(want, "untranslated") {
			t.Errorf("%s: notes %q", source, f.notes)
		}
	}
}

func TestTimeUnits(t *testing.T) {
	for _, tc := range []struct {
		rates []float64
		unit  string
		want  []int
	}{
		{[]float64{120}, "1s", []int{120}},
		{[]float64{0.5}, "10s", []int{5}},
		{[]float64{100. / 60}, "1m", []int{100}},
		{[]float64{10, 2.5}, "10s", []int{100, 25}},
		{[]float64{1. / 7}, "1h", []int{514}},
	} {
		if unit, got := timeUnit(tc.rates...); unit != tc.unit || !slices.Equal(got, tc.want) {
			t.Errorf("%v: %v in %s", tc.rates, got, unit)
		}
	}
}

func TestArrivals(t *testing.T) {
	// 10 s at 5/s, the warm-up at the first stage's level; 4 s at 2/s with 1 s of warm-up before, then 2 s from 2/s to 6/s: 10 + 8.
	for _, tc := range []struct {
		load bench.Load
		want float64
	}{
		{bench.Load{Rate: 5, Warmup: time.Second, Duration: 9 * time.Second}, 50},
		{bench.Load{Warmup: time.Second, Stages: []bench.Stage{{Rate: 2, Duration: 4 * time.Second}, {Rate: 6, Duration: 2 * time.Second}}}, 18},
	} {
		if got := arrivals(tc.load); got != tc.want {
			t.Errorf("%+v: %g, want %g", tc.load, got, tc.want)
		}
	}
}

// A table that two scenarios have alike is written once, one that is another under another name.
func TestTables(t *testing.T) {
	row := func(v any) []map[string]any { return []map[string]any{{"id": v}} }
	all := &tables{}
	for _, tc := range []struct {
		scenario, want string
		rows           []map[string]any
	}{{"a", "users.json", row(int64(1))}, {"b", "users.json", row(int64(1))}, {"c", "users-c.json", row("1")}} {
		if got := all.add(tc.scenario, bench.Data{Name: "users", Rows: tc.rows}); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.scenario, got, tc.want)
		}
	}
	if text, err := all.all[0].content(); err != nil || text != "[\n{\"id\":1}\n]\n" {
		t.Errorf("%v %q", err, text)
	}
}

func FuzzExpression(f *testing.F) {
	for _, seed := range []string{`a + "'\n"`, "`x`", `filter(a, # matches "x")`, `{a: [1, -2.5e3]}`, `let b = 1; b`, `a?.b?.[c]`, `#`, `reduce(a, #acc)`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if _, err := template.CompileExpression(source, template.Names{"a": nil, "b": nil, "c": nil}); err != nil {
			return // suite refuses it
		}
		file := newFile(&bench.Scenario{}, "", "", 0, nil)
		got := file.expression(source).text
		if got == "" || strings.Contains(got, "%!") {
			t.Errorf("%q became %q", source, got)
		}
		if _, err := sobek.Compile("", "(() => ("+got+"))", true); err != nil {
			t.Errorf("%q became %q, which is no JavaScript: %v", source, got, err)
		}
		if strings.Contains(got, "untranslated(") != (len(file.notes) > 0) && !strings.Contains(source, "untranslated") {
			t.Errorf("%q became %q with notes %q", source, got, file.notes)
		}
	})
}

// k6 is the program that TIDEMARK_TEST_K6 names, or the one on the PATH.
func k6(t *testing.T) string {
	t.Helper()
	if binary := os.Getenv("TIDEMARK_TEST_K6"); binary != "" {
		return binary
	}
	binary, err := exec.LookPath("k6")
	if err != nil {
		t.Skip("there is no k6: put it on the PATH, or name it in TIDEMARK_TEST_K6")
	}
	return binary
}

// A recorder answers what the suite expects, and keeps the shapes of what it was asked.
type recorder struct {
	mu     sync.Mutex
	shapes map[string]int
}

var variable = []struct {
	pattern *regexp.Regexp
	to      string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`), "UUID"},
	{regexp.MustCompile(`h=[0-9a-f]{8}&`), "h=HEX&"},
	{regexp.MustCompile(`carts/\d+`), "carts/N"},
	{regexp.MustCompile(`^t-[1-3]$`), "t-USER"},
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	lines := []string{q.Method + " " + q.URL.Path + "?" + q.URL.Query().Encode(), shape(body)}
	for _, name := range []string{"Authorization", "Content-Type", "X-Tenant", "X-Api-Key"} {
		lines = append(lines, name+": "+q.Header.Get(name))
	}
	if !regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`).MatchString(q.Header.Get("Traceparent")) {
		lines = append(lines, "no traceparent")
	}
	for i := range lines {
		for _, v := range variable {
			lines[i] = v.pattern.ReplaceAllString(lines[i], v.to)
		}
	}
	r.mu.Lock()
	r.shapes[strings.Join(lines, " | ")]++
	r.mu.Unlock()
	switch {
	case q.URL.Path == "/login":
		fmt.Fprint(w, `{"token": "t0k3n"}`)
	case q.URL.Path == "/items":
		fmt.Fprint(w, `{"data": [{"id": 7}, {"id": 8}]}`)
	case q.URL.Path == "/carts":
		w.Header().Set("Location", "/carts/5")
		w.Header().Set("X-Request", "1")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"id": 5, "state": "open", "lines": [{"n": 1}, {"n": 2}]}`)
	case strings.HasPrefix(q.URL.Path, "/search") && q.URL.Query().Get("q") == "plain":
		http.Redirect(w, q, "/found", http.StatusFound)
	case strings.HasPrefix(q.URL.Path, "/search"), q.URL.Path == "/found":
		fmt.Fprint(w, `{"hits": [{"id": 1}, {"id": 2}]}`)
	default:
		fmt.Fprint(w, `{"state": "there"}`)
	}
}

// shape is a JSON body with its numbers and lists made alike, in the order of its members' names.
func shape(body []byte) string {
	var v any
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return string(body)
	}
	text, _ := json.Marshal(alike(v))
	return string(text)
}

func alike(v any) any {
	switch v := v.(type) {
	case json.Number:
		if len(v) > 15 {
			return v
		}
		return "a number"
	case string:
		if slices.Contains([]string{"Ada", "Grace", "Björk, G."}, v) {
			return "a name"
		}
		return strings.NewReplacer("Ada", "NAME", "Grace", "NAME", "Björk, G.", "NAME").Replace(v)
	case []any:
		if len(v) > 1 && len(v) < 4 {
			if _, objects := v[0].(map[string]any); objects {
				return []any{"2 or 3 of", alike(v[0])}
			}
		}
		for i := range v {
			v[i] = alike(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = alike(v[k])
		}
	}
	return v
}

func TestK6SendsWhatTidemarkSends(t *testing.T) {
	binary := k6(t)
	env := map[string]string{"K6_TEST_PASSWORD": "pass word", "K6_TEST_USER": "me", "X_API_KEY": "s3cr3t-in-the-clear"}
	p := plan(t)
	p.Scenarios = slices.DeleteFunc(p.Scenarios, func(s bench.Scenario) bool { return s.ID == "c-stages" }) // it has what k6 cannot
	for i := range p.Scenarios {
		l := &p.Scenarios[i].Load
		l.Warmup, l.Duration, l.Timeout = 200*time.Millisecond, 2*time.Second, time.Second
		for j := range l.Stages {
			l.Stages[j].Duration = time.Second
		}
		if l.Open() {
			l.Rate = 10 // rows in turn: both of the table
		}
	}

	ours := &recorder{shapes: map[string]int{}}
	server := httptest.NewServer(ours)
	defer server.Close()
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Scenarios {
		rec, err := load.Run(context.Background(), target, &p.Scenarios[i], env, func(load.Progress) {})
		if err != nil {
			t.Fatal(err)
		}
		r := bench.Collect(p.Scenarios[i], rec.Slices, rec.Measured)
		if p.Scenarios[i].ID != "b-words" && r.Failed() > 0 { // its filter is one that k6 does without
			t.Fatalf("%s: %v %q", r.ID, r.Errors, rec.Notes)
		}
	}

	theirs := &recorder{shapes: map[string]int{}}
	other := httptest.NewServer(theirs)
	defer other.Close()
	dir := t.TempDir()
	for _, f := range export(t, p).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(f.Content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command(binary, "run", "--quiet", "--no-usage-report", "--address", "127.0.0.1:0", "--no-thresholds", filepath.Join(dir, "main.js"))
	c.Env = append(os.Environ(), "TARGET="+other.URL)
	for name, value := range env {
		c.Env = append(c.Env, name+"="+value)
	}
	said, err := c.CombinedOutput()
	if err != nil || strings.Contains(string(said), "✗") || strings.Contains(string(said), "level=error") {
		t.Fatalf("k6: %v\n%s", err, said)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(ours.shapes)), slices.Sorted(maps.Keys(theirs.shapes))); diff != "" {
		t.Errorf("Tidemark -, k6 +:\n%s", diff)
	}
}
