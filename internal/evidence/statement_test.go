package evidence

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestReadStatement(t *testing.T) {
	for text, want := range map[string]Statement{
		"SELECT name FROM line_items WHERE order_id = $1 ORDER BY position":         {"SELECT name FROM line_items WHERE order_id = ? ORDER BY position", "SELECT", []string{"line_items"}, false},
		"select name\nfrom public.line_items where order_id = 'secret' -- why\n":    {"SELECT name FROM public.line_items WHERE order_id = ?", "SELECT", []string{"line_items"}, true},
		"SELECT id FROM products WHERE id IN ($1, $2, $3)":                          {"SELECT id FROM products WHERE id IN (?)", "SELECT", []string{"products"}, false},
		"INSERT INTO a (x, y) VALUES ($1, $2), ($3, $4), ($5, $6)":                  {"INSERT INTO a (x, y) VALUES (?)", "INSERT", []string{"a"}, false},
		"WITH w (x) AS (VALUES (CAST($1 AS INT)), (CAST($2 AS INT))) DELETE FROM a": {"WITH w (x) AS (VALUES (CAST(? AS INT))) DELETE FROM a", "DELETE", []string{"a"}, false},
		"SELECT 1 /* traceparent='00-1-2-01' */":                                    {"SELECT ?", "SELECT", nil, true},
		"COMMIT":                                                                    {"COMMIT", "COMMIT", nil, false},
		"GET u:17":                                                                  {"GET u : ?", "", nil, true}, // of Redis: it is not SQL, and its number is a value all the same
		"":                                                                          {},
		"\x1b[31mSELECT 1\x00\u202e":                                                {"[? mSELECT ?", "", nil, true},
	} {
		if diff := cmp.Diff(want, ReadStatement(text, "")); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	mysql := ReadStatement("SELECT * FROM `Orders` AS `o` WHERE `o`.`id` = 17", "mysql")
	if mysql.Text != "SELECT * FROM Orders AS o WHERE o.id = ?" || !cmp.Equal(mysql.Tables, []string{"orders"}) {
		t.Errorf("mysql: %+v", mysql)
	}
}

func TestALongStatementIsCut(t *testing.T) {
	s := ReadStatement("SELECT * FROM a WHERE id IN ("+strings.Repeat("'0123456789', ", 1<<17)+"'x')", "")
	if len(s.Text) > mostStatement || s.Tables[0] != "a" {
		t.Errorf("%d bytes, tables %v", len(s.Text), s.Tables)
	}
	ReadStatement(strings.Repeat("(", 1<<20), "") // ends
}

func FuzzReadStatement(f *testing.F) {
	for _, seed := range []string{"SELECT a FROM b WHERE c = 'd'", "INSERT INTO a VALUES ((1), (2)), (3", "/* x", "'", "$func$ x", "\xff(", "a.`b"} {
		f.Add(seed, "mysql")
	}
	f.Fuzz(func(t *testing.T, text, system string) {
		s := ReadStatement(text, system)
		if !utf8.ValidString(s.Text) || strings.ContainsAny(s.Text, "\n\r\t\x00\x1b") {
			t.Errorf("%q is not plain: %q", text, s.Text)
		}
	})
}

func TestPlainAndShort(t *testing.T) {
	for in, want := range map[string]string{"a\nb": "a b", "\x20\x1b[1mx\u202ey\u2028z\x20": "[1mxy z", "é": "é", "\xff": "\uFFFD"} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
	if Short("äbcd", 4) != "äbcd" || Short("äbcde", 4) != "äbc…" {
		t.Error(Short("äbcde", 4))
	}
}
