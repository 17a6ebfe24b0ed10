package service

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/tidemark/tidemark/bench"
)

// be says what this test's binary is to be, when a test runs it as the service.
const be = "SERVICE_TEST_BE"

func TestMain(m *testing.M) {
	role := os.Getenv(be)
	if role == "" {
		goleak.VerifyTestMain(m)
		return
	}
	fmt.Println("this is", role)
	switch role {
	case "crash":
		fmt.Println("\x1b[31mcannot open database\x1b[0m postgres://shop:hunter22@db/shop with", os.Getenv("DB_PASSWORD"))
		os.Exit(3)
	case "warming":
		serve(http.StatusServiceUnavailable)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		serve(http.StatusOK)
	case "family":
		child("sleeper")
		child("sleeper")
		serve(http.StatusOK)
	case "orphans": // its children outlive it
		child("sleeper")
		child("sleeper")
	case "helper":
		note()
		stopped := make(chan os.Signal, 1)
		signal.Notify(stopped, syscall.SIGTERM)
		<-stopped
	case "sleeper":
		signal.Ignore(syscall.SIGTERM)
		note()
		select {}
	case "shop":
		shop()
	case "gate":
		gate()
	case "holder":
		_, err := Acquire(context.Background(), os.Getenv("LOCK"), nil)
		must(err)
		fmt.Println("holds the lock")
		select {}
	default:
		serve(http.StatusOK)
	}
}

// serve answers with what it is told about itself, and ends, with a note, when it is asked to.
func serve(status int) {
	note()
	stopped := make(chan os.Signal, 1)
	if os.Getenv(be) != "stubborn" {
		signal.Notify(stopped, syscall.SIGTERM)
	}
	go func() {
		<-stopped
		fmt.Println("goodbye")
		os.Exit(0)
	}()
	http.HandleFunc("/crash", func(http.ResponseWriter, *http.Request) { fmt.Println("out of memory"); os.Exit(7) })
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, os.Getenv("SIDE"), " of ", os.Getenv("DATABASE"))
	})
	host := os.Getenv("SERVICE_TEST_HOST")
	if host == "" {
		host = "127.0.0.1"
	}
	fmt.Println(http.ListenAndServe(net.JoinHostPort(host, os.Getenv("PORT")), nil))
	os.Exit(1)
}

// note leaves a file named after this process in the folder PIDS.
func note() {
	if dir := os.Getenv("PIDS"); dir != "" {
		must(os.WriteFile(filepath.Join(dir, strconv.Itoa(os.Getpid())), nil, 0o600))
	}
}

// shop answers with what is in its database.
func shop() {
	db, err := pgx.Connect(context.Background(), os.Getenv("DATABASE_URL"))
	must(err)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var columns string
		var orders int
		err := db.QueryRow(r.Context(), `select (select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns where table_name = 'orders'), count(*) from orders`).Scan(&columns, &orders)
		if err == nil && r.Method == http.MethodPost {
			_, err = db.Exec(r.Context(), "insert into orders (id) values (100)")
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "%s: %d", columns, orders)
	})
	fmt.Println(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil))
	os.Exit(1)
}

func child(role string) {
	self, err := os.Executable()
	must(err)
	c := exec.Command(self)
	c.Env = append(os.Environ(), be+"="+role)
	must(c.Start())
}

// gate is a process that starts a service of a commit and is then killed.
func gate() {
	tree, err := Checkout(context.Background(), ".", "HEAD")
	must(err)
	s, err := New(definition("family"), tree, Head, os.Getenv("LOGS"))
	must(err)
	_, err = s.Start(context.Background(), 0)
	must(err)
	note()
	select {}
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(9)
	}
}

// definition is a service that plays a role.
func definition(role string) bench.Service {
	self, err := os.Executable()
	must(err)
	return bench.Service{
		Start: []bench.Text{bench.Text("exec '" + self + "'")},
		Ready: bench.Ready{Path: "/", Timeout: bench.DefaultReadyTimeout},
		Env: []bench.Variable{
			{Name: be, Value: bench.Text(role)}, {Name: "PORT", Value: "${service.port}"}, {Name: "SIDE", Value: "${service.side}"},
			{Name: "DATABASE", Value: "shop_${service.side}"},
		},
	}
}
