package k6

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/grafana/sobek"
	"github.com/ohler55/ojg/jp"
	"github.com/ohler55/ojg/oj"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// k6s is what the library uses of k6.
const k6s = `
const __ENV = { TOKEN: 'abc' };
const exec = { scenario: { iterationInTest: 7, startTime: 0 }, vu: { idInTest: 3, metrics: { tags: {} } } };
class Rate { add() {} }
const encoding = {};
`

var (
	imported = regexp.MustCompile(`(?m)^import .*$`)
	exported = regexp.MustCompile(`(?m)^export `)
)

// machine is k6's JavaScript engine with the library, without k6.
func machine(t testing.TB) *sobek.Runtime {
	t.Helper()
	source, err := lib.ReadFile("lib/tidemark.js")
	if err != nil {
		t.Fatal(err)
	}
	vm := sobek.New()
	if _, err := vm.RunString(k6s + exported.ReplaceAllString(imported.ReplaceAllString(string(source), ""), "")); err != nil {
		t.Fatal(err)
	}
	return vm
}

// in evaluates JavaScript in which values are known, and returns it as JSON.
func in(vm *sobek.Runtime, values map[string]any, code string) (string, error) {
	var b strings.Builder
	b.WriteString("(() => {\n")
	for name, v := range values {
		text, err := json.Marshal(v)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "const %s = %s;\n", identifier(name), text)
	}
	v, err := vm.RunString(b.String() + "return JSON.stringify(" + code + ", (_, v) => (v === undefined ? null : v)) ?? 'null';\n})()")
	if err != nil {
		return "", err
	}
	return v.String(), nil
}

// values are what expressions of the tests know.
var values = map[string]any{
	"users": map[string]any{"id": 7, "name": "Björk & Co/1", "big": 1234567, "tags": []any{"x", "y", "z"}, "none": nil},
	"ids":   []any{3, 1, 2}, "rows": []any{map[string]any{"n": 1, "a b": "q"}, map[string]any{"n": 2}}, "token": "t k?", "class": "c", "yes": true, "word": "a-é",
}

func scope() *template.Scope {
	s := template.NewScope(rand.New(rand.NewPCG(1, 1)))
	for name, v := range values {
		s.Set(name, v)
	}
	s.Set("env", map[string]any{"TOKEN": "abc"})
	return s
}

func names() template.Names {
	n := template.Names{}
	for name := range values {
		n[name] = nil
	}
	return n
}

func TestExpressionsMeanTheSameInJavaScript(t *testing.T) {
	vm := machine(t)
	for _, source := range []string{
		`users.id`, `users["name"]`, `users.none`, `ids[0]`, `ids[-1]`, `ids[1:]`, `ids[0:2]`, `rows[1].n`, `rows[0]["a b"]`, `users.none ?? "x"`, `users?.tags?.[1]`,
		`1 + 2 * 3 - 4 / 2`, `7 % 4`, `2 ** 3 ** 2`, `-2 + 3`, `users.big * 1000000`, `1.5 + 1`, `"a" + users.name`, `10 / 4`,
		`users.id == 7`, `users.id == 7.0`, `users.tags == ["x", "y", "z"]`, `users.tags != ["x"]`, `rows[1] == {"n": 2}`, `users.none == nil`, `users.id != nil`, `not yes`, `yes and users.id > 3 or false`,
		`3 in ids`, `5 in ids`, `"n" in rows[0]`, `"q" in rows[0]`, `1..4`, `len(1..0)`, `token contains "k"`, `token startsWith "t "`, `token endsWith "?"`, `token matches "^t.k"`,
		`users.id > 5 ? "more" : "less"`, `let x = users.id; x * x`, `{a: ids, "b c": {d: 1}}`, `[1, [2], "three", true, nil]`,
		`filter(ids, # > 1)`, `map(ids, # * 2)`, `map(rows, .n)`, `map(ids, #index)`, `all(ids, # > 0)`, `any(ids, # > 2)`, `none(ids, # > 5)`, `one(ids, # == 2)`, `count(ids, # > 1)`,
		`sum(rows, .n)`, `find(rows, .n == 2)`, `findIndex(ids, # == 2)`, `reduce(ids, #acc + #, 10)`, `reduce(ids, #acc + #)`, `map(rows, map(ids, # + 1))`, `map(rows, {{"m": #.n}})`,
		`len(ids)`, `len(word)`, `len(rows[0])`, `first(ids)`, `last(ids)`, `upper(word)`, `lower("ABC")`, `max(1, 5, 3)`, `min(4, 2)`, `abs(-3)`, `ceil(1.2)`, `floor(1.8)`,
		`split("a,b,c", ",")`, `join(users.tags)`, `join(users.tags, "-")`, `hasPrefix(token, "t")`, `indexOf("hello", "l")`, `lastIndexOf("hello", "l")`, `replace("a.b.c", ".", "/")`,
		`reverse(ids)`, `concat(ids, [9])`, `keys({a: 1})`, `values({a: 1})`, `fromJSON("[1,2]")`, `string(users.id)`, `"x" | upper() | lower()`, `env.TOKEN`, `class`,
		`repeat(3, users.id)`, `len(repeat(int(2, 2), uuid()))`, `int(5, 5)`, `len(hex(9))`, `len(uuid())`, `pick(["a"])`, `weighted(["a", "b"], [0, 1])`, `float(2, 2)`,
	} {
		e, fault := template.CompileExpression(source, names())
		if fault != nil {
			t.Errorf("%s: %v", source, fault)
			continue
		}
		v, err := e.Value(scope())
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		f := newFile(&bench.Scenario{}, "", "", 0, nil)
		code := f.expression(source).text
		got, err := in(vm, values, code)
		if err != nil || !sameJSON(string(want), got) {
			t.Errorf("%s is %s, and in JavaScript (%s) %s %v", source, want, code, got, err)
		}
	}
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && cmp.Equal(x, y)
}

func TestTextsAreWrittenAlike(t *testing.T) {
	vm := machine(t)
	for _, tc := range []struct {
		source string
		format template.Format
		tag    string
	}{
		{"/a/${users.name}/b?q=${users.name}&n=${users.id}&t=${token}", template.Path, "path"},
		{"/plain/`x`\\n$${y}", template.Path, "path"},
		{"/`${users.id}`\\$${y}", template.Path, "path"},
		{"Bearer ${token}", template.Header, "text"},
		{"x=${users.tags}&y=${yes}\n\"`\\", template.Plain, "text"},
		{`{"a":${users},"b":"t-${users.name}","c":[${ids[0]},1.50,"q\"${word}"],"__proto__":{"x":null},"big":1}`, template.JSON, "json"},
		{`{"n":12345678901234567890,"a":${users.name},"s":"<${token}>"}`, template.JSON, "json"}, // as a text: no number of JavaScript's
		{`[]`, template.JSON, "json"},
	} {
		compiled, err := template.Compile(tc.source, tc.format, names())
		if err != nil {
			t.Fatal(err)
		}
		want, err := compiled.Render(nil, scope())
		if err != nil {
			t.Fatal(err)
		}
		f := newFile(&bench.Scenario{}, "", "", 0, nil)
		var code string
		if tc.format == template.JSON {
			code = f.jsonBody(tc.source, 0)
		} else {
			code = f.text(tc.source, tc.tag)
		}
		quotedGot, err := in(vm, values, code)
		var got string
		if err == nil {
			err = json.Unmarshal([]byte(quotedGot), &got)
		}
		// encodeURIComponent escapes some letters that a path may have as they are; decoded they are the same.
		alike := got == string(want) || tc.format == template.JSON && sameJSON(string(want), got) || tc.format == template.Path && strings.ReplaceAll(got, "%26", "&") == strings.ReplaceAll(string(want), "%26", "&")
		if err != nil || !alike {
			t.Errorf("%s is %s, and in JavaScript (%s) %s %v", tc.source, want, code, got, err)
		}
	}
	for _, code := range []string{"path`/a/${undefined}`", "text`${null}`", "pick([])", "item([1], 1)", "untranslated('now()')"} {
		if got, err := in(vm, nil, code); err == nil {
			t.Errorf("%s is %s: a value that is not there must be an error", code, got)
		}
	}
}

func TestPathsPointAtTheSame(t *testing.T) {
	const document = `{"data": [{"id": 1, "tags": ["a", "b"]}, {"id": 2}, {"id": null}], "a.b": {"id": 9}, "n": null, "s": "text"}`
	parsed := oj.MustParseString(document)
	vm := machine(t)
	for _, path := range []string{
		"$", "$.data[0].id", "$.data[-1].id", "$.data[*].id", "$..id", "$.data[0:2].id", "$.data[:-1].id", "$.data[::2].id", "$.data[0,2].id", "$['a.b'].id", "$.data[0]['id','tags']", "$.data[0].tags[1]",
		"$.none", "$.n", "$.data[7]", "$.s.length", "$.data.length", "$.s[0]", "$.*", "$.data[0].tags[*]",
	} {
		x, err := jp.ParseString(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(append([]any{}, x.Get(parsed)...))
		if err != nil {
			t.Fatal(err)
		}
		f := newFile(&bench.Scenario{}, "", "", 0, nil)
		b := newBlock(f, nil)
		arguments, _, err := f.selection(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got, err := in(vm, map[string]any{"answer": json.RawMessage(document)}, b.selected("answer", arguments))
		if err != nil || !sameElements(string(want), got) {
			t.Errorf("%s is %s, and in JavaScript (%s) %s %v", path, want, arguments, got, err)
		}
	}
}

// sameElements compares lists in any order: that of members is not the document's in Go.
func sameElements(a, b string) bool {
	var x, y []any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil || len(x) != len(y) {
		return false
	}
	for _, v := range x {
		found := false
		for i, w := range y {
			if cmp.Equal(v, w) {
				y, found = append(y[:i:i], y[i+1:]...), true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// What is drawn has the distribution that it should: of 20,000 each share within 4 standard deviations, which is 4 * sqrt(p(1-p)/n).
func TestRandomValues(t *testing.T) {
	vm := machine(t)
	for code, want := range map[string]map[string]float64{
		"int(3, 5)":                         {"3": 1. / 3, "4": 1. / 3, "5": 1. / 3},
		"weighted([1, 2, 3], [70, 20, 10])": {"1": .7, "2": .2, "3": .1},
		"pick(['a', 'b'])":                  {"a": .5, "b": .5},
		"Math.floor(float(0, 4))":           {"0": .25, "1": .25, "2": .25, "3": .25},
		"hex(1)[0] < '8'":                   {"true": .5, "false": .5},
		"/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid())": {"true": 1},
		"next(['a', 'b', 'c'])":     {"b": 1}, // the eighth iteration
		"own(['a', 'b', 'c', 'd'])": {"c": 1}, // the third virtual user
	} {
		const n = 20_000
		text, err := in(vm, nil, fmt.Sprintf("(() => { const seen = {}; for (let i = 0; i < %d; i++) { const v = %s; seen[v] = (seen[v] || 0) + 1; } return seen; })()", n, code))
		if err != nil {
			t.Fatal(err)
		}
		var seen map[string]float64
		if err := json.Unmarshal([]byte(text), &seen); err != nil {
			t.Fatal(err)
		}
		for value, p := range want {
			if d := seen[value]/n - p; d*d > 16*p*(1-p)/n {
				t.Errorf("%s: %s in %g of %d", code, value, seen[value], n)
			}
		}
		if len(seen) != len(want) {
			t.Errorf("%s: %v", code, seen)
		}
	}
}
