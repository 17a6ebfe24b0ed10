package brief_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tidemark/tidemark/internal/author"
	"github.com/tidemark/tidemark/internal/author/brief"
	"github.com/tidemark/tidemark/internal/suite"
)

var update = flag.Bool("update", false, "write golden files anew")

// Each brief in testdata is read, and what was understood compared with what a person would have understood. Its suite has to pass check.
func TestGoldenBriefs(t *testing.T) {
	briefs, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(briefs) < 25 {
		t.Fatalf("%d briefs: %v", len(briefs), err)
	}
	for _, file := range briefs {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			known, err := brief.Read(content)
			if err != nil {
				t.Fatal(err)
			}
			got := summary(known)
			golden := strings.TrimSuffix(file, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			passesCheck(t, known)
		})
	}
}

func passesCheck(t *testing.T, known *author.Known) {
	t.Helper()
	s, err := author.Compose(known, author.Options{Top: 8})
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(f.Content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := suite.Read(dir); err != nil {
		for _, f := range files {
			t.Logf("%s\n%s", f.Name, f.Content)
		}
		t.Error(err)
	}
}

// summary says in short what was understood.
func summary(k *author.Known) string {
	var b strings.Builder
	line := func(parts ...string) {
		b.WriteString(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ") + "\n")
	}
	if rest := wish(author.Wish{Load: k.Load, Limits: k.Limits}); rest != "" {
		line("all: " + rest)
	}
	if k.Auth != nil {
		line("auth: " + auth(k.Auth))
	}
	for _, class := range slices.Sorted(maps.Keys(k.ByClass)) {
		line(string(class) + ": " + wish(k.ByClass[class]))
	}
	for i := range k.Endpoints {
		e := &k.Endpoints[i]
		parts := []string{e.Method + " " + e.Path}
		for _, p := range e.Params {
			if p.In != "path" || p.Value != nil {
				parts = append(parts, p.In+" "+p.Name+"="+show(p.Value))
			}
		}
		if e.Total > 0 {
			parts = append(parts, fmt.Sprintf("%d in all", e.Total))
		}
		if e.Pages != nil {
			parts = append(parts, fmt.Sprintf("pages %s%s+%s of %d", e.Pages.Number, e.Pages.Offset, e.Pages.Size, e.PageSize))
		}
		for _, items := range e.Items {
			parts = append(parts, fmt.Sprintf("%d to %d %s", items.Low, items.High, items.Noun))
		}
		if len(e.Fields) > 0 {
			parts = append(parts, "fields "+strings.Join(e.Fields, " "))
		}
		if e.Body != nil {
			parts = append(parts, "body "+show(e.Body.Value))
		}
		if e.Auth != nil {
			parts = append(parts, "auth "+auth(e.Auth))
		}
		line(append(parts, wish(e.Wish))...)
	}
	for _, noun := range slices.Sorted(maps.Keys(k.Totals)) {
		line(fmt.Sprintf("%s: %d", noun, k.Totals[noun]))
	}
	for _, n := range k.Notes {
		line("note: " + n)
	}
	for _, u := range k.Unclear {
		line("not understood: " + u)
	}
	return b.String()
}

// show writes a value in short: an id as what it is the id of, and what it is where none can be had.
func show(v author.Value) string {
	switch v := v.(type) {
	case nil:
		return "?"
	case author.Literal:
		return fmt.Sprint(v.V)
	case author.Expression:
		return "${" + string(v) + "}"
	case author.Text:
		text := ""
		for _, part := range v {
			text += show(part)
		}
		return text
	case author.Object:
		var parts []string
		for _, f := range v {
			parts = append(parts, f.Name+": "+show(f.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case author.Array:
		var parts []string
		for _, e := range v {
			parts = append(parts, show(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case author.Repeat:
		return fmt.Sprintf("%d to %d × %s", v.Low, v.High, show(v.Of))
	case author.ID:
		return "id of " + v.Noun + " or " + show(v.Else)
	}
	return fmt.Sprintf("%T", v)
}

func auth(a *author.Auth) string {
	text := strings.TrimSpace(string(a.Kind) + " " + a.Header + " " + a.User + " " + a.Value)
	if a.Login != nil {
		text += " by " + a.Login.Method + " " + a.Login.Path
	}
	return text
}

func wish(w author.Wish) string {
	var parts []string
	if w.Load.Users > 0 {
		parts = append(parts, fmt.Sprintf("%d users", w.Load.Users))
	}
	if w.Load.Rate != "" {
		parts = append(parts, w.Load.Rate)
	}
	if w.Load.Duration > 0 {
		parts = append(parts, "for "+w.Load.Duration.String())
	}
	if w.Load.Warmup > 0 {
		parts = append(parts, "warm-up "+w.Load.Warmup.String())
	}
	if w.Load.ThinkMax > 0 {
		parts = append(parts, "think "+w.Load.ThinkMin.String()+".."+w.Load.ThinkMax.String())
	}
	for _, name := range slices.Sorted(maps.Keys(w.Limits)) {
		parts = append(parts, name+" "+w.Limits[name])
	}
	return strings.Join(parts, ", ")
}
