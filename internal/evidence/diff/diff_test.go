package diff

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A repo is a git repository of a test.
type repo struct {
	*testing.T
	dir string
}

func newRepo(t *testing.T) *repo {
	t.Helper()
	r := &repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

func (r *repo) git(args ...string) string {
	r.Helper()
	command := exec.Command("git", append([]string{"-C", r.dir, "-c", "user.name=t", "-c", "user.email=t@shop.example", "-c", "core.autocrlf=false"}, args...)...)
	out, err := command.CombinedOutput()
	if err != nil {
		r.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repo) write(name, text string) {
	r.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.Fatal(err)
	}
}

func (r *repo) commit(subject string) string {
	r.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", subject)
	return r.git("rev-parse", "HEAD")
}

// TestGolden reads the change of each framework's folder: what is in it, and nothing of its near misses (tests, comments, documents, moved
// code, the way back of migrations).
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range archives {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r := newRepo(t)
			for _, f := range archive.Files {
				if name, ok := strings.CutPrefix(f.Name, "before/"); ok {
					r.write(name, string(f.Data))
				}
			}
			base := r.commit("before")
			r.git("rm", "-q", "-r", "--ignore-unmatch", ".")
			for _, f := range archive.Files {
				if name, ok := strings.CutPrefix(f.Name, "after/"); ok {
					r.write(name, string(f.Data))
				}
			}
			head := r.commit("after")
			e := Between(t.Context(), r.dir, base, head)
			if e.Missing != "" {
				t.Fatal(e.Missing)
			}
			var got strings.Builder
			for _, h := range e.Hunks {
				if h.Commit != head || h.Subject != "after" {
					t.Errorf("%s:%d is of commit %q", h.File, h.Line, h.Commit)
				}
				fmt.Fprintf(&got, "%s:%d %v\n\t%s\n\tnames %v\n", h.File, h.Line, h.Kinds, h.Why, h.Names)
				if len(h.Calls) > 0 {
					fmt.Fprintf(&got, "\tcalls %v\n", h.Calls)
				}
				if h.Why == changedCode {
					fmt.Fprintf(&got, "\tlines %v\n", h.Changed)
				}
			}
			golden := strings.TrimSuffix(path, ".txtar") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTheCommitOfEachHunk(t *testing.T) {
	r := newRepo(t)
	list := func(includes, limit string) string {
		return "class A\n  def index\n    Order" + includes + ".all\n  end\n\n" + strings.Repeat("  # far\n", 30) + "  def list\n    Product" + limit + ".all\n  end\nend\n" //nolint:dupword // as Ruby ends
	}
	r.write("sub/app/a.rb", list(".includes(:line_items)", ".limit(20)"))
	base := r.commit("start")
	r.write("sub/app/a.rb", list("", ".limit(20)"))
	eagerly := r.commit("Simplify\x1b[31m orders")
	r.write("sub/app/a.rb", list("", ""))
	paging := r.commit("All products")
	r.write("README.md", "unrelated")
	head := r.commit("Words")
	e := Between(t.Context(), filepath.Join(r.dir, "sub"), base, head) // from within a folder, too
	if len(e.Hunks) != 2 || e.Hunks[0].Commit != eagerly || e.Hunks[0].Line != 3 || e.Hunks[1].Commit != paging {
		t.Errorf("%+v", e)
	}
	if strings.Contains(e.Hunks[0].Subject, "\x1b") || e.Hunks[0].File != "sub/app/a.rb" || !strings.Contains(e.Hunks[0].Text, "-    Order.includes(:line_items).all\n") {
		t.Errorf("%+v", e.Hunks[0])
	}
}

func TestAnUnrelatedChangeSaysNothing(t *testing.T) {
	r := newRepo(t)
	r.write("app/a.rb", "class A\n  def hello\n    'hello'\n  end\nend\n") //nolint:dupword // as Ruby ends
	base := r.commit("start")
	r.write("app/a.rb", "class A\n  def hello\n    'good day'\n  end\nend\n") //nolint:dupword // as Ruby ends
	e := Between(t.Context(), r.dir, base, r.commit("words"))
	if len(e.Hunks) != 1 || e.Missing != "" {
		t.Fatalf("%+v", e)
	}
	if h := e.Hunks[0]; len(h.Kinds) > 0 || len(h.Names) > 0 || len(h.Calls) > 0 || h.Why != changedCode { // only a line of the evidence could lead there
		t.Errorf("%+v", h)
	}
}

func TestWhatCannotBeHad(t *testing.T) {
	if e := Between(t.Context(), t.TempDir(), "a", "b"); !strings.Contains(e.Missing, "not a git repository") {
		t.Error(e.Missing)
	}
	r := newRepo(t)
	head := r.commit("start")
	for _, base := range []string{"nowhere", "--output=/tmp/x", ""} {
		if e := Between(t.Context(), r.dir, base, head); e.Missing == "" || len(e.Hunks) != 0 {
			t.Errorf("%q: %+v", base, e)
		}
	}
}

func TestHostileChanges(t *testing.T) {
	r := newRepo(t)
	base := r.commit("start")
	r.write("app/bin\x01ary\n.rb", "Order.includes(:a)\x00\n")
	r.write("app/latin.rb", "x = 'caf\xe9'\nProduct.where(category: '\xff\xfe')\n")
	r.write("app/long.rb", "Order.where(a: '"+strings.Repeat("x", 1<<20)+"')\n")
	r.write("app/\x1b[31mred\n.rb", "Order.where(channel: 1)\n")
	r.write("app/huge.py", strings.Repeat("SQL = 'SELECT a FROM t WHERE b = 1'\n", 400_000)) // 14 MB
	for i := range 12 {
		r.write(fmt.Sprintf("zoo/many%d.py", i), strings.Repeat("    SQL = 'SELECT a FROM t WHERE b = 1'\n", 1000))
	}
	e := Between(t.Context(), r.dir, base, r.commit("much"))
	if !strings.Contains(e.Missing, "very large") || len(e.Hunks) == 0 {
		t.Fatalf("%q, %d hunks", e.Missing, len(e.Hunks))
	}
	for _, h := range e.Hunks {
		if all := h.File + h.Why + strings.Join(h.Names, "") + h.Text; strings.ContainsAny(all, "\x1b\x00\x01") || strings.ContainsRune(h.File, '\n') || len(h.Text) > mostText*(mostLine+4) {
			t.Errorf("%q", all)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("diff --git a/a.rb b/a.rb\n--- a/a.rb\n+++ b/a.rb\n@@ -1,2 +1,2 @@ def x\n-Order.includes(:line_items)\n+Order.all\n end\n"))
	f.Add([]byte("diff --git a/a.go b/a.go\nnew file mode 100644\n--- /dev/null\n+++ b/a.go\n@@ -0,0 +1,3 @@\n+func f() {\n+\tfor {\n+db.Query(`SELECT a FROM b WHERE c = $1`)\n"))
	f.Add([]byte("diff --git a/a.sql b/a.sql\n--- a/a.sql\n+++ b/a.sql\n@@ -1 +1 @@\n--- +goose Up\n+DROP INDEX x;\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, h := range first(read(bytes.Clone(text))) {
			if h.File == "" || len(h.Kinds) == 0 && h.Why != changedCode || h.Why == "" {
				t.Errorf("%+v", h)
			}
		}
	})
}

func first[T any](value T, _ bool) T { return value }
