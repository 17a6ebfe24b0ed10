//go:build unix

package service

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tidemark/tidemark/bench"
)

// Each side has a database of its own, made by the migrations of its own commit, and a reset puts it back.
func TestEachSideHasItsOwnDatabase(t *testing.T) {
	server := os.Getenv("TIDEMARK_TEST_POSTGRES")
	if server == "" {
		t.Skip("no PostgreSQL: run ./scripts/test")
	}
	database, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	database.Path = "/service_test_"
	r, _ := newRepository(t), temp(t)
	r.write("migrations.sql", "create table orders (id int);\ninsert into orders values (1);\n")
	r.commit("old")
	r.write("migrations.sql", "create table orders (id int, total int);\ninsert into orders values (1, 5), (2, 7);\n")
	r.commit("new")

	d := definition("shop")
	d.Prepare = []bench.Text{
		`psql "$SERVER" --quiet -c 'drop database if exists service_test_${service.side}'`,
		`psql "$SERVER" --quiet -c 'create database service_test_${service.side}'`,
		`psql "$DATABASE_URL" --quiet --set ON_ERROR_STOP=1 --file migrations.sql`,
	}
	d.Reset = []bench.Text{`psql "$DATABASE_URL" --quiet --set ON_ERROR_STOP=1 -c 'delete from orders where id >= 100'`}
	before, after := database.Scheme+"://"+database.User.String()+"@"+database.Host+database.Path, "?"+database.RawQuery
	d.Env = append(d.Env, bench.Variable{Name: "SERVER", Value: bench.Text(server)}, bench.Variable{Name: "DATABASE_URL", Value: bench.Text(before + "${service.side}" + after)})
	logs := t.TempDir()
	for side, c := range map[Side]struct{ ref, want string }{Base: {"HEAD~1", "id: 1"}, Head: {"HEAD", "id total: 2"}} {
		tree, err := Checkout(t.Context(), r.dir, c.ref)
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(d, tree, side, logs)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
		address, err := s.Start(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Post(address, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if got := get(t, address); got == c.want {
			t.Errorf("%s: nothing was ordered: %q", side, got)
		}
		if err := s.Reset(t.Context()); err != nil {
			t.Error(err)
		}
		if got := get(t, address); got != c.want {
			t.Errorf("%s after a reset: %q, want %q", side, got, c.want)
		}
		if err := errors.Join(s.Close(), tree.Close()); err != nil {
			t.Error(err)
		}
	}
	admin, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(t.Context())
	for _, side := range []Side{Base, Head} {
		if _, err := admin.Exec(t.Context(), "drop database service_test_"+string(side)); err != nil {
			t.Error(err)
		}
	}
}
