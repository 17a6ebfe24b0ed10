package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// A store is one of our own on a server.
type store struct {
	url    string
	server string // URL of the server's own database
	name   string
	stop   func() error // of the server, if it is ours
}

// openDatabase makes a database on the server that is named, or on one that is started for it.
func openDatabase(ctx context.Context) (d *store, err error) {
	d = &store{server: os.Getenv("TIDEMARK_TEST_POSTGRES"), name: fmt.Sprintf("diagnosis_%d", os.Getpid()), stop: func() error { return nil }}
	if d.server == "" {
		if d.server, d.stop, err = startPostgres(ctx); err != nil {
			return nil, fmt.Errorf("start PostgreSQL, or name a server in TIDEMARK_TEST_POSTGRES: %w", err)
		}
	}
	u, err := url.Parse(d.server)
	if err == nil {
		err = execute(ctx, d.server, "CREATE DATABASE "+d.name)
	}
	if err == nil {
		u.Path = "/" + d.name
		d.url = u.String()
		err = execute(ctx, d.url, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "CREATE EXTENSION IF NOT EXISTS hypopg")
	}
	if err != nil {
		return nil, errors.Join(err, d.stop())
	}
	return d, nil
}

func execute(ctx context.Context, server string, statements ...string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }() // nothing to lose any more
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (d *store) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return errors.Join(execute(ctx, d.server, "DROP DATABASE IF EXISTS "+d.name+" WITH (FORCE)"), d.stop())
}

// startPostgres starts a throw-away server from Debian's packages, as the user postgres if we are root, whom it refuses.
func startPostgres(ctx context.Context) (server string, stop func() error, err error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is a constant
	if len(found) == 0 {
		return "", nil, errors.New("there is no /usr/lib/postgresql/*/bin")
	}
	bin := slices.Max(found)
	dir, err := os.MkdirTemp("", "tidemark-pg-")
	if err != nil {
		return "", nil, err
	}
	as := func(ctx context.Context, program string, args ...string) error {
		line := append([]string{filepath.Join(bin, program)}, args...)
		if os.Geteuid() == 0 {
			line = append([]string{"setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", "-i", "HOME=" + dir, "LC_ALL=C.UTF-8"}, line...)
		}
		cmd := exec.CommandContext(ctx, line[0], line[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", program, err, out)
		}
		return nil
	}
	stop = func() error { return os.RemoveAll(dir) }
	if os.Geteuid() == 0 {
		if err := exec.CommandContext(ctx, "chown", "postgres:", dir).Run(); err != nil {
			return "", nil, errors.Join(err, stop())
		}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, errors.Join(err, stop())
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close() // it was only asked for a free port
	data := filepath.Join(dir, "data")
	if err := as(ctx, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions", "--wal-segsize=1"); err != nil {
		return "", nil, errors.Join(err, stop())
	}
	options := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories=%s -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_preload_libraries=pg_stat_statements", port, dir)
	if err := as(ctx, "pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", options, "start"); err != nil {
		return "", nil, errors.Join(err, stop())
	}
	stop = func() error {
		return errors.Join(as(context.WithoutCancel(ctx), "pg_ctl", "-D", data, "-m", "immediate", "stop"), os.RemoveAll(dir))
	}
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port), stop, nil
}
