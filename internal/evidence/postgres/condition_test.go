package postgres

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConditions(t *testing.T) {
	free := func(column, to string) bool { return column == "code" && to == "text" }
	for filter, want := range map[string][]string{
		"(p.category = $1)": {"category ="},
		"((p.a = $1) AND (p.b = ANY ($2)) AND (p.c >= $3))": {"a =", "b =", "c >="},
		"(($1 = p.a) AND (p.b IS NULL))":                    {"a =", "b IS NULL"},
		"((p.code)::text = $1)":                             {"code ="},
		"((p.id)::text = $1)":                               {"id = (id)::text"},
		"(lower(p.email) = $1)":                             {"email = lower(email)"},
		"(lower((p.email)::text) = lower($1))":              {"email = lower((email)::text)"},
		"(p.name ~~ $1)":                                    {"name ~~"},
		`(p."Order" = 'a AND b = c')`:                       {`"Order" =`},
		"(p.a = q.b)":                                       {"a ="},
		"(q.b = p.a)":                                       {"a ="},
		"(p.a = p.b)":                                       nil, // of one row
		"((p.a = $1) OR (p.b = $2))":                        nil,
		"(p.a <> ALL ($1))":                                 nil,
		"(NOT p.deleted)":                                   nil,
		"((q.a = $1) AND (p.b = 1))":                        {"b ="},
		"((p.price)::numeric > '1) AND (a = 2'::numeric)":   {"price > (price)::numeric"},
		"((p.tag = ANY ('{a,\"b) AND (c\"}'::text[])) AND (p.n = $1))": {"tag =", "n ="},
		"": nil, "(": nil, "((p.a = $1)": {}, "p.": nil,
	} {
		var got []string
		for _, c := range conditions(filter, "p", free) {
			text := c.column + " " + c.op
			if c.wrapped != "" {
				text += " " + c.wrapped
			}
			got = append(got, text)
		}
		if len(want) == 0 && len(got) == 0 {
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", filter, d)
		}
	}
}

func FuzzConditions(f *testing.F) {
	f.Add("((p.a = $1) AND (lower(p.b) = 'x'))", "p")
	f.Add(`((p."A" = $1) OR (`, "p")
	f.Fuzz(func(t *testing.T, filter, alias string) {
		for _, c := range conditions(filter, alias, func(string, string) bool { return true }) {
			if c.column == "" || c.op == "" || !strings.Contains(filter, c.column) {
				t.Errorf("%q: %+v", filter, c)
			}
		}
	})
}

func TestPlannable(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT * FROM t WHERE id = $1 FOR UPDATE OF t SKIP LOCKED": "SELECT * FROM t WHERE id = $1",
		"select 1":                    "select 1",
		"(SELECT 1) UNION (SELECT 2)": "(SELECT 1) UNION (SELECT 2)",
		"SELECT now() - interval $1":  "SELECT now() - $1::interval",
		"UPDATE t SET a = $1 WHERE id = $2 AND b = $3 AND c = $2 RETURNING id": "SELECT FROM t  WHERE id = $1 AND b = $2 AND c = $1",
		`UPDATE "s"."T" AS x SET a = a - $1 WHERE x.id = $2`:                   `SELECT FROM "s"."T" x WHERE x.id = $1`,
		"DELETE FROM t WHERE id = $1":                                          "SELECT FROM t  WHERE id = $1",
		"UPDATE t SET a = u.a FROM u WHERE u.id = t.id":                        "",
		"UPDATE t SET a = $1":                                                  "",
		"INSERT INTO t VALUES ($1)":                                            "",
		"COMMIT":                                                               "",
		"":                                                                     "",
	} {
		if got := plannable(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
