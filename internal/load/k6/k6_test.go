//go:build unix

package k6

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// program writes a shell script that stands in for k6. $out and $summary are the files that it is told to write.
func program(t *testing.T, script string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "k6")
	const arguments = `for a; do case $a in json=*) out=${a#json=};; esac; [ "$last" = --summary-export ] && summary=$a; last=$a; done` + "\n"
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+arguments+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

func run(t *testing.T, ctx context.Context, test *Test) (stream string, code int, summary string) {
	t.Helper()
	r, err := test.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(r.Stream)
	if err != nil {
		t.Fatal(err)
	}
	code, text, err := r.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(r.dir); err == nil {
		t.Error("the folder is still there")
	}
	return string(all), code, string(text)
}

func TestAllThatWasWrittenIsRead(t *testing.T) {
	var said strings.Builder
	binary := program(t, `echo "$@"; i=0; while [ $i -lt 20000 ]; do echo "line $i of the stream"; i=$((i+1)); done >"$out"; echo done >"$summary"; exit 99`)
	stream, code, summary := run(t, t.Context(), &Test{Binary: binary, Script: "a.js", Flags: []string{"--vus", "3"}, Env: os.Environ(), Said: &said})
	if n := strings.Count(stream, "\n"); n != 20000 || !strings.HasSuffix(stream, "line 19999 of the stream\n") || code != ThresholdsCrossed || summary != "done\n" {
		t.Errorf("%d lines, code %d, summary %q", n, code, summary)
	}
	if !strings.HasSuffix(said.String(), "--vus 3 a.js\n") {
		t.Errorf("%s", said.String())
	}
}

// A k6 that never opens the stream must not be waited for.
func TestAStreamThatNobodyWrites(t *testing.T) {
	if stream, code, summary := run(t, t.Context(), &Test{Binary: program(t, "exit 107"), Said: io.Discard}); stream != "" || code != 107 || summary != "" {
		t.Errorf("%q, code %d, summary %q", stream, code, summary)
	}
	if _, err := (&Test{Binary: filepath.Join(t.TempDir(), "none")}).Start(t.Context()); err == nil {
		t.Error("no error for a program that is not there")
	}
}

func TestTheEndOfTheContextIsPassedOnOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	binary := program(t, `n=0; trap 'n=$((n+1))' INT; exec 3>"$out"; echo begun >&3; while [ $n -eq 0 ]; do sleep 0.05; done; sleep 0.2; echo "asked $n times" >&3; exit 105`)
	r, err := (&Test{Binary: binary, Env: os.Environ(), Said: io.Discard}).Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	begun := make([]byte, len("begun\n"))
	if _, err := io.ReadFull(r.Stream, begun); err != nil {
		t.Fatal(err)
	}
	cancel()
	r.Ask()
	rest, err := io.ReadAll(r.Stream)
	if err != nil || string(rest) != "asked 1 times\n" {
		t.Errorf("%v %q", err, rest)
	}
	if code, _, err := r.Wait(); code != Aborted || err != nil {
		t.Errorf("code %d, %v", code, err)
	}
}

func TestFind(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Find(""); err == nil || !strings.Contains(err.Error(), "or say where it is with --k6 PATH") {
		t.Error(err)
	}
	if _, err := Find("./none"); err == nil || !strings.Contains(err.Error(), "./none is no program that can be run") {
		t.Error(err)
	}
	binary := program(t, `echo "k6 v1.8.1 (go1.26, linux/amd64)"`)
	t.Setenv("PATH", filepath.Dir(binary))
	if found, err := Find(""); err != nil || found != binary {
		t.Errorf("%s, %v", found, err)
	}
	if version, err := Version(t.Context(), binary); err != nil || version != "k6 v1.8.1" {
		t.Errorf("%s, %v", version, err)
	}
	if _, err := Version(t.Context(), program(t, "echo GNU something")); err == nil || !strings.Contains(err.Error(), "is no k6") {
		t.Error(err)
	}
}

func TestInspectKnowsTheEnvironmentAlone(t *testing.T) {
	test := &Test{Binary: program(t, `echo "$@"`), Script: "a.js", Flags: []string{"--vus", "3", "-e", "A=b", "--env=C=d", "-q"}}
	if out, err := test.Inspect(t.Context()); err != nil || string(out) != "inspect --include-system-env-vars -e A=b --env=C=d a.js\n" {
		t.Errorf("%v %s", err, out)
	}
	test.Binary = program(t, `echo "SyntaxError: x" >&2; exit 107`)
	if _, err := test.Inspect(t.Context()); err == nil || !strings.Contains(err.Error(), "k6 cannot read a.js: exit status 107: SyntaxError: x") {
		t.Error(err)
	}
}
