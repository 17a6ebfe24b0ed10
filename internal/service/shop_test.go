//go:build unix

package service

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidemark/tidemark/bench"
)

// What the gate does with a pull request: base is a commit, head what the user is working on, and each builds itself, migrates a database
// of its own, and answers as itself.
func TestBaseIsACommitAndHeadIsWhatIsBeingWorkedOn(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "shop", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	r, temp := newRepository(t), temp(t)
	write := func(version string) {
		r.write("api/main.go", strings.Replace(string(source), "VERSION", version, 1))
		r.write("api/go.mod", "module example.com/shop\n\ngo 1.26\n")
	}
	write("one")
	r.commit("one")
	write("two, not yet committed")

	base, err := Checkout(t.Context(), filepath.Join(r.dir, "api"), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	head, err := WorkingTree(t.Context(), filepath.Join(r.dir, "api"))
	if err != nil {
		t.Fatal(err)
	}
	definition := bench.Service{
		Build:   []bench.Text{"go build -o ${service.data}/shop ."},
		Prepare: []bench.Text{"${service.data}/shop migrate"},
		Start:   []bench.Text{"${service.data}/shop"},
		Ready:   bench.Ready{Path: "/ready", Timeout: time.Minute},
		Reset:   []bench.Text{"${service.data}/shop migrate"},
		Env:     []bench.Variable{{Name: "PORT", Value: "${service.port}"}, {Name: "DATABASE", Value: "${service.data}/db of ${service.side}"}},
	}
	logs := filepath.Join(t.TempDir(), "logs")
	answers := map[Side]string{Base: "one, migrated by one", Head: "two, not yet committed, migrated by two, not yet committed"}
	var services []*Service
	for side, tree := range map[Side]*Tree{Base: base, Head: head} {
		s, err := New(definition, tree, side, logs)
		if err != nil {
			t.Fatal(err)
		}
		services = append(services, s)
		if err := errors.Join(s.Build(t.Context()), s.Prepare(t.Context())); err != nil {
			t.Fatal(err)
		}
		url, err := s.Start(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, url); got != answers[side] {
			t.Errorf("%s answers %q, want %q", side, got, answers[side])
		}
		if err := s.Reset(t.Context()); err != nil {
			t.Error(err)
		}
	}
	for _, s := range services {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := errors.Join(base.Close(), head.Close()); err != nil {
		t.Error(err)
	}
	if status := r.git("status", "--porcelain"); status != "M api/main.go" {
		t.Errorf("the user's tree: %s", status)
	}
	r.git("checkout", "--quiet", "--force", "HEAD")
	r.spotless(temp)
}
