package tidemark_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tidemark/tidemark/"

// allowed says which packages of ours each package may import. Tests of a package may import more.
var allowed = map[string][]string{
	"hist":                {},
	"internal/stats":      {},
	"bench":               {"hist"},
	"internal/load/wire":  {"bench"},
	"internal/load/http1": {"bench", "internal/load/wire"},
	"internal/load":       {"bench", "internal/load/wire", "internal/load/http1"},
	"internal/suite":      {"bench"},
	"internal/gate":       {"bench", "hist", "internal/stats"},
	"internal/report":     {"bench"},
	"internal/pipeline":   {"bench", "internal/suite", "internal/load", "internal/gate"},
	"cmd/tidemark":        {"bench", "internal/load", "internal/pipeline", "internal/report", "examples/shop"},
	"examples/shop":       {},
}

func TestImportsGoOneWay(t *testing.T) {
	seen := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		seen++
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if fault := check(path.Dir(filepath.ToSlash(file)), imported); fault != "" {
				t.Errorf("%s: %s", file, fault)
			}
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Fatalf("read %d files: %v", seen, err)
	}
}

// check says what is wrong with an import, or "".
func check(pkg, imported string) string {
	rule, known := allowed[pkg]
	if !known {
		return "no rule for package " + pkg
	}
	if ours, isOurs := strings.CutPrefix(imported, module); isOurs {
		if !slices.Contains(rule, ours) {
			return pkg + " must not import " + ours
		}
	} else if pkg == "bench" && strings.Contains(imported, ".") {
		return "bench must not import " + imported
	}
	return ""
}

func TestTheRuleCanFail(t *testing.T) {
	for _, bad := range [][2]string{{"bench", module + "internal/load"}, {"bench", "github.com/x/y"}, {"invented", "fmt"}, {"internal/report", module + "internal/gate"}} {
		if check(bad[0], bad[1]) == "" {
			t.Errorf("%s importing %s passes", bad[0], bad[1])
		}
	}
}
