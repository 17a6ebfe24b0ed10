package tidemark_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tidemark/tidemark"

// rules say which packages of ours a package may import, and after the bar, where it matters, which others: `std` is the
// standard library alone, -x is never x. A word in capitals is the group of names that was given to it. A name that ends in
// /... is the folder and all below it; an exact name goes before a folder, a longer folder before a shorter. Tests
// (_test.go) may import what they like. A folder that does not exist yet does no harm; a package that no line names fails
// the test.
const rules = `
	# The foundations know nothing of ours. What tests share that look at pages is one.
	hist internal/stats:
	internal/browsertest: | std
	internal/template: | -net/http/...

	# The domain: plain values, no I/O. Its types are what the stages hand to each other.
	bench: hist | std -os/... -net/... -database/...

	# The stages know the domain, and never each other. Who puts them together is the pipeline.
	READ    = internal/author internal/convert
	EXECUTE = internal/service internal/evidence internal/history
	JUDGE   = internal/compare internal/trend internal/diagnose internal/gate
	SHOW    = internal/report internal/forge
	READ EXECUTE internal/forge: bench hist
	internal/report: bench hist internal/report/chart
	JUDGE:             bench hist internal/stats
	internal/suite:    bench hist internal/template

	# Below a stage are kinds of one thing: they know the contract above them, and not their neighbours.
	internal/author/...:   bench hist internal/author
	internal/author/k6:    bench internal/author internal/template
	internal/convert/...:  bench hist internal/convert
	internal/evidence/...: bench hist internal/evidence
	internal/evidence/generator: bench hist internal/evidence internal/stats
	internal/history/...:  bench hist internal/history
	internal/forge/...:    bench hist internal/forge
	internal/report/chart: bench hist | std

	# The load engine. Wire is what users and transports agree on; a transport knows bytes and outcomes, and no histogram.
	internal/load/wire: bench
	internal/load/...:  bench internal/load/wire
	internal/load/k6:   | std
	internal/load:      bench hist internal/template internal/load/...

	# The path of the data, and who calls it. For its demo the command runs the shop as a child process.
	BELOW = internal/author/... internal/convert/... internal/load/k6 internal/evidence/... internal/history/... internal/forge/...
	internal/pipeline: bench hist internal/suite internal/load READ EXECUTE JUDGE SHOW BELOW
	internal/agent:     bench hist internal/pipeline internal/report
	internal/dashboard: bench hist internal/history internal/pipeline internal/report # a server keeps the store that it was given
	cmd/tidemark:       bench hist internal/template internal/history internal/pipeline internal/report internal/dashboard internal/agent examples/shop

	# The shop is a service like any user's: it knows nothing of what measures it.
	examples/shop/...: examples/shop/...

	# The evaluation may look at everything, and nothing looks at it.
	evaluation/...: ...
`

// A rule is one line of rules.
type rule struct {
	ours    []string // patterns of packages of this module
	stdOnly bool
	never   []string // patterns of packages outside it
}

func TestImportsGoOneWay(t *testing.T) {
	table, err := parse(rules)
	if err != nil {
		t.Fatal(err)
	}
	packages, err := imports(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) == 0 {
		t.Fatal("found no package")
	}
	for _, fault := range check(table, packages) {
		t.Error(fault)
	}
}

func TestTheRulesCanBeBroken(t *testing.T) {
	table, err := parse(`
		low:
		stage:      low | -net/http/...
		stage/...:  stage
		stage/deep: low stage | std
		top/...:    low top/...
		BOTH =      low stage
		any:        ...
		most more:  BOTH
	`)
	if err != nil {
		t.Fatal(err)
	}
	const example = "example.com/x"
	for _, c := range []struct{ pkg, imported, fault string }{
		{"low", "fmt", ""},
		{"low", example, ""},
		{"low", module + "/stage", "low must not import stage"},
		{"low", module, "low must not import the root package"},
		{"lower", "fmt", "no rule names package lower"},
		{"stage", module + "/low", ""},
		{"stage", module + "/lower", "stage must not import lower"},
		{"stage", module + "/stage/a", "stage must not import stage/a"},
		{"stage", "net/url", ""},
		{"stage", "net/http", "stage must not import net/http"},
		{"stage", "net/http/httptest", "stage must not import net/http/httptest"},
		{"stage", "net/httpx", ""},
		{"stage/a", module + "/stage", ""},
		{"stage/a", module + "/stage/b", "stage/a must not import stage/b"},
		{"stage/a", module + "/low", "stage/a must not import low"},
		{"stage/deep", module + "/low", ""},
		{"stage/deep", "fmt", ""},
		{"stage/deep", example, "stage/deep must not import " + example + ": the standard library is enough for it"},
		{"top", module + "/top/a", ""},
		{"top/a/b", module + "/top", ""},
		{"top/a", module + "/stage", "top/a must not import stage"},
		{"any", module + "/top/a", ""},
		{"most", module + "/stage", ""},
		{"more", module + "/low", ""},
		{"more", module + "/top", "more must not import top"},
		{"low", module + "x/stage", ""}, // another module
	} {
		got := check(table, map[string][]string{c.pkg: {c.imported}})
		if want := slices.DeleteFunc([]string{c.fault}, func(s string) bool { return s == "" }); !slices.Equal(got, want) {
			t.Errorf("%s imports %s: got %q, want %q", c.pkg, c.imported, got, want)
		}
	}
}

func TestRulesAreReadStrictly(t *testing.T) {
	for text, want := range map[string]string{
		"a b":        `line 1: no colon in "a b"`,
		"a:\nb:\na:": "line 3: a has two rules",
		"a: b":       "line 1: a may import b, which has no rule",
		"a b:\nc b:": "line 2: b has two rules",
		"a: GROUP":   "line 1: a may import GROUP, which has no rule",
		"a: | fmt":   `line 1: "fmt" is neither std nor -package`,
		"a: | -":     `line 1: "-" is neither std nor -package`,
		"a: b/...\n": "line 1: a may import b/..., which has no rule",
	} {
		if _, err := parse(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

// check says which imports break the rules.
func check(table map[string]rule, packages map[string][]string) (faults []string) {
	for _, pkg := range slices.Sorted(maps.Keys(packages)) {
		r, known := lookup(table, pkg)
		if !known {
			faults = append(faults, "no rule names package "+pkg)
			continue
		}
		for _, imported := range packages[pkg] {
			if fault := r.check(imported); fault != "" {
				faults = append(faults, pkg+" "+fault)
			}
		}
	}
	return faults
}

func (r rule) check(imported string) string {
	within := func(pattern string) bool { return matches(pattern, imported) }
	name, ours := strings.CutPrefix(imported, module+"/")
	switch {
	case imported == module:
		return "must not import the root package"
	case ours && !slices.ContainsFunc(r.ours, func(pattern string) bool { return matches(pattern, name) }):
		return "must not import " + name
	case ours:
		return ""
	case slices.ContainsFunc(r.never, within):
		return "must not import " + imported
	case r.stdOnly && strings.Contains(strings.Split(imported, "/")[0], "."):
		return "must not import " + imported + ": the standard library is enough for it"
	}
	return ""
}

// lookup finds the rule of a package: that of its exact name, or of the longest folder around it.
func lookup(table map[string]rule, pkg string) (rule, bool) {
	if r, ok := table[pkg]; ok {
		return r, true
	}
	for dir := pkg; dir != "."; dir = path.Dir(dir) {
		if r, ok := table[dir+"/..."]; ok {
			return r, true
		}
	}
	return rule{}, false
}

func matches(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	dir, deep := strings.CutSuffix(pattern, "/...")
	return pkg == dir || deep && strings.HasPrefix(pkg, dir+"/")
}

// parse reads rules. A rule that allows a package without a rule is a slip of the pen, and an error.
func parse(text string) (map[string]rule, error) {
	table, lines, groups := map[string]rule{}, map[string]int{}, map[string][]string{}
	expand := func(words string) (all []string) {
		for _, word := range strings.Fields(words) {
			if group, ok := groups[word]; ok {
				all = append(all, group...)
			} else {
				all = append(all, word)
			}
		}
		return all
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if group, names, found := strings.Cut(line, "="); found {
			groups[strings.TrimSpace(group)] = expand(names)
			continue
		}
		packages, allowed, found := strings.Cut(line, ":")
		if !found {
			return nil, fmt.Errorf("line %d: no colon in %q", number, line)
		}
		ours, others, _ := strings.Cut(allowed, "|")
		r := rule{ours: expand(ours)}
		for _, word := range strings.Fields(others) {
			banned, never := strings.CutPrefix(word, "-")
			switch {
			case word == "std":
				r.stdOnly = true
			case never && banned != "":
				r.never = append(r.never, banned)
			default:
				return nil, fmt.Errorf("line %d: %q is neither std nor -package", number, word)
			}
		}
		for _, name := range expand(packages) {
			if _, twice := table[name]; twice {
				return nil, fmt.Errorf("line %d: %s has two rules", number, name)
			}
			table[name], lines[name] = r, number
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		for _, other := range table[name].ours {
			if _, known := lookup(table, strings.TrimSuffix(other, "/...")); !known && other != "..." {
				return nil, fmt.Errorf("line %d: %s may import %s, which has no rule", lines[name], name, other)
			}
		}
	}
	return table, nil
}

// imports reads what each package below root imports, for whatever system a file is built. Tests, testdata, hidden folders
// and other modules are left out.
func imports(root string) (map[string][]string, error) {
	packages := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			nested, _ := filepath.Glob(filepath.Join(file, "go.mod"))
			if file != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" || len(nested) > 0) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(file))
		all := packages[pkg] // a package that imports nothing needs a rule too
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if !slices.Contains(all, imported) {
				all = append(all, imported)
			}
		}
		packages[pkg] = all
		return nil
	})
	return packages, err
}
