package shop_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tidemark/tidemark/examples/shop"
)

func TestRunServesUntilItsContextEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := filepath.Join(t.TempDir(), "access.log")
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- shop.Run(ctx, []string{"--database", freshSQLite(t), "--fault", "n-plus-one, slow-dependency", "--token", "chosen",
			"--version", "7", "--db-connections", "2", "--db-delay", "1us", "--access-log", log, "--access-log-format", "json"}, stdout, t.Output())
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	check(t, err)
	var ready shop.Ready
	check(t, json.Unmarshal(line, &ready))
	if ready.Token != "chosen" || ready.Version != "7" {
		t.Errorf("%+v", ready)
	}
	c := connect(t, &shop.Server{Ready: ready})
	c.get("/healthz").is(200)
	c.admin("GET", "/debug/pprof/mutex").is(200)
	if all := c.faults(); !all["n-plus-one"].On || !all["slow-dependency"].On || all["missing-index"].On {
		t.Errorf("%+v", all)
	}
	if got := c.reserved(7); got != 0 {
		t.Errorf("reserved %d", got)
	}
	stop()
	check(t, <-ended)
	api, err := url.Parse(ready.URL)
	check(t, err)
	if conn, err := net.Dial("tcp", api.Host); err == nil {
		check(t, conn.Close())
		t.Error("it still listens")
	}
	if text := readFile(t, log); !strings.Contains(text, `"uri":"/healthz"`) {
		t.Errorf("access log: %s", text)
	}
}

var errReady = errors.New("the shop got ready")

// unwritable ends a shop that got ready.
type unwritable struct{}

func (unwritable) Write([]byte) (int, error) { return 0, errReady }

func TestRunRefusesBadArguments(t *testing.T) {
	occupied, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer occupied.Close()
	for _, args := range [][]string{
		{"--no-such-flag"},
		{"stray"},
		{"--access-log-format", "xml"},
		{"--access-log", t.TempDir()},
		{"--db-connections", "0"},
		{"--db-delay", "-1ms"},
		{"--db-delay", "soon"},
		{"--token-lifetime", "0s"},
		{"--database", freshSQLite(t), "--fault", "nonsense"},
		{"--database", filepath.Join(t.TempDir(), "no", "such", "folder")},
		{"--database", "postgres://user:secret@127.0.0.1:1/shop"},
		{"--database", freshSQLite(t), "--listen", occupied.Addr().String()},
		{"--database", freshSQLite(t), "--admin", occupied.Addr().String()},
		{"--database", freshSQLite(t), "--inventory", occupied.Addr().String()},
		{"--database", freshSQLite(t), "--otlp", "http://[::1"},
		{"--database", freshSQLite(t), "--otlp", "localhost:4318"},
	} {
		var stderr bytes.Buffer
		err := shop.Run(t.Context(), args, unwritable{}, &stderr)
		if err == nil || errors.Is(err, errReady) || strings.Contains(err.Error()+stderr.String(), "secret") {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestRunExplainsItself(t *testing.T) {
	var stdout, stderr bytes.Buffer
	check(t, shop.Run(t.Context(), []string{"--help"}, &stdout, &stderr))
	for _, flag := range []string{"-listen", "-admin", "-inventory", "-database", "-db-delay", "-db-connections", "-fault", "-token",
		"-token-lifetime", "-version", "-otlp", "-sql-comments", "-access-log", "-access-log-format"} {
		if !strings.Contains(strings.ReplaceAll(stderr.String(), "\n    ", " "), "\n  "+flag+" ") {
			t.Errorf("the help has no %s", flag)
		}
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output is for one line: %s", stdout.String())
	}
}
