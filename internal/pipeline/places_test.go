package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tidemark/tidemark/bench"
)

func TestPlaces(t *testing.T) {
	root := t.TempDir()
	for _, file := range []string{".git/HEAD", "orders/history.go", "main.go", "api/v1/items.rb"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := placesOf(filepath.Join(root, "orders"))
	for name, want := range map[string]string{
		filepath.Join(root, "main.go"):                "main.go", // in the repository itself
		"/tmp/checkout-1/orders/history.go":           "orders/history.go",
		"/app/api/v1/items.rb":                        "api/v1/items.rb",
		`C:\build\api\v1\items.rb`:                    "api/v1/items.rb",
		"/elsewhere/main.go":                          "/elsewhere/main.go", // one part is too little
		"/usr/lib/go/src/net/http/server.go":          "/usr/lib/go/src/net/http/server.go",
		"/x/../../orders":                             "/x/../../orders", // a folder
		"orders/history.go":                           "orders/history.go",
		"":                                            "",
		"/app/../" + filepath.Base(root) + "/main.go": "/app/../" + filepath.Base(root) + "/main.go",
	} {
		if got := p.file(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	e := bench.Evidence{Functions: []bench.Function{{File: "/app/orders/history.go"}}, Database: &bench.Database{Statements: []bench.Statement{{Code: &bench.Location{File: "/app/orders/history.go"}}, {}}},
		Traces: &bench.Traces{Operations: []bench.Operation{{Code: &bench.Location{File: "/app/orders/history.go"}}}, Sequences: []bench.Sequence{{Code: &bench.Location{File: "/app/orders/history.go"}}}}}
	p.in(&e)
	for _, got := range []string{e.Functions[0].File, e.Database.Statements[0].Code.File, e.Traces.Operations[0].Code.File, e.Traces.Sequences[0].Code.File} {
		if got != "orders/history.go" {
			t.Errorf("%q", got)
		}
	}
	if got := placesOf(t.TempDir()).file("/app/orders/history.go"); got != "/app/orders/history.go" {
		t.Errorf("outside of a repository: %q", got)
	}
}
