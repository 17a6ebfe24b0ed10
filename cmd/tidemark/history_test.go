package main

import (
	"context"
	"crypto/rand"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/history/historytest"
	"github.com/tidemark/tidemark/internal/report"
)

// The scripts in testdata/history run with each kind of history, whose location is in TIDEMARK_HISTORY. records has four runs of it.
func TestHistoryScripts(t *testing.T) {
	srv := httptest.NewServer(api())
	t.Cleanup(srv.Close) // scripts run in parallel, after this function
	for name, prepare := range map[string]func(t *testing.T, dir string) (location string){"SQLite": inFile, "Git": inBranch, "PostgreSQL": inDatabase} {
		t.Run(name, func(t *testing.T) {
			if name == "PostgreSQL" && os.Getenv("TIDEMARK_TEST_POSTGRES") == "" { // here: a script's own test could not skip this one
				t.Skip("TIDEMARK_TEST_POSTGRES names no PostgreSQL server (postgres://user@host:port/database); scripts/test starts one")
			}
			testscript.Run(t, testscript.Params{
				Dir:           "testdata/history",
				UpdateScripts: os.Getenv("UPDATE") != "",
				Setup: func(e *testscript.Env) error {
					e.Setenv("API", srv.URL)
					e.Setenv("TIDEMARK_HISTORY", prepare(t, e.WorkDir))
					for i, status := range []bench.Status{bench.Pass, bench.Fail, bench.Pass, bench.Fail} {
						branch := "main"
						if i == 2 {
							branch = "feature"
						}
						run := historytest.Run(24*i, strings.Repeat(string(rune('1'+i)), 40), branch, status, time.Duration(20+i)*time.Millisecond)
						if _, err := report.SaveRecord(filepath.Join(e.WorkDir, "records"), run); err != nil {
							return err
						}
					}
					return nil
				},
				Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
			})
		})
	}
}

func inFile(*testing.T, string) string { return "kept/h.db" }

// inBranch makes the script's folder a clone.
func inBranch(t *testing.T, dir string) string {
	for _, args := range [][]string{{"init", "-q", "--bare", filepath.Join(dir, "remote.git")}, {"init", "-q", dir}, {"-C", dir, "remote", "add", "origin", filepath.Join(dir, "remote.git")}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Errorf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return "git:tidemark-history"
}

func inDatabase(t *testing.T, _ string) string {
	server := os.Getenv("TIDEMARK_TEST_POSTGRES")
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	name := "scripts_test_" + strings.ToLower(rand.Text())
	onServer := func(statement string) {
		conn, err := pgx.Connect(context.Background(), server)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(context.Background(), statement); err != nil {
			t.Error(err)
		}
	}
	onServer("CREATE DATABASE " + name)
	t.Cleanup(func() { onServer("DROP DATABASE " + name + " WITH (FORCE)") })
	u.Path, u.User = "/"+name, url.UserPassword(u.User.Username(), "hunter22") // which nobody asks for, and nobody tells
	return u.String()
}
