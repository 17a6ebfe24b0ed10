package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tidemark/tidemark/internal/forge/forgetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tidemark": main, "k6": fakeK6})
}

func TestScripts(t *testing.T) {
	srv := httptest.NewServer(api())
	t.Cleanup(srv.Close) // scripts run in parallel, after this function
	secure := httptest.NewTLSServer(api())
	t.Cleanup(secure.Close)
	slow := httptest.NewServer(worker(8 * time.Millisecond))
	t.Cleanup(slow.Close)
	gone := httptest.NewServer(api())
	gone.Close()
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	commands := codeHost(t)
	maps.Copy(commands, map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "record": record, "document": document, "answers": answers})
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: os.Getenv("UPDATE") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOCACHE", strings.TrimSpace(string(cache))) // or whoever builds would begin with the standard library
			e.Values[codeHostKey{}] = new(*forgetest.Double)
			e.Setenv("API", srv.URL)
			e.Setenv("SECURE", secure.URL)
			e.Setenv("SLOW", slow.URL)
			e.Setenv("GONE", gone.URL)
			e.Setenv("FREE", free(t))
			return nil
		},
		Cmds: commands,
	})
}

// [!] exits CODE,... ARGUMENT... runs tidemark and demands one of some exit codes, or another.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] exits code argument...")
	}
	got := 0
	if err := ts.Exec("tidemark", args[1:]...); err != nil {
		var status *exec.ExitError
		if !errors.As(err, &status) {
			ts.Check(err)
		}
		got = status.ExitCode()
	}
	if slices.Contains(strings.Split(args[0], ","), strconv.Itoa(got)) == neg {
		ts.Fatalf("tidemark %s: exit code %d, want %s: %t", strings.Join(args[1:], " "), got, args[0], !neg)
	}
}

// document demands that the last command printed one JSON document and nothing else.
func document(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: document")
	}
	var v any
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	ts.Check(d.Decode(&v))
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("there is more than one document: %v", err)
	}
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// answers URL waits until a server that is starting does.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: answers url")
	}
	for range 1000 {
		if a, err := http.Get(args[0]); err == nil {
			a.Body.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	ts.Fatalf("%s does not answer", args[0])
}

// worker answers after a while.
func worker(d time.Duration) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(d) })
}

// api is a small service with a login.
func api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/work", worker(4*time.Millisecond))
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mux.HandleFunc("/limited", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("GET /version", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"version": "0123456789abcdef"}`) })
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		if body, _ := io.ReadAll(r.Body); string(body) != `{"password":"hunter22"}` {
			w.WriteHeader(http.StatusForbidden)
		}
		fmt.Fprint(w, `{"token": "t0k3n"}`)
	})
	mux.HandleFunc("GET /items", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"data": [{"id": 7}, {"id": 8}]}`) })
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		switch id := r.PathValue("id"); {
		case r.Header.Get("Authorization") != "Bearer t0k3n":
			w.WriteHeader(http.StatusUnauthorized)
		case id != "7" && id != "8":
			w.WriteHeader(http.StatusNotFound)
		default:
			fmt.Fprintf(w, `{"id": %s}`, id)
		}
	})
	return mux
}
