package diff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

// A query is a statement in the text of a program.
type query struct {
	tables   []string
	columns  []string // of its conditions and orders
	together bool     // it reads for many at once: IN, ANY, JOIN
	single   bool     // it reads for one: a column is equal to one parameter
	limited  bool
	text     string
}

var (
	statement  = regexp.MustCompile(`(?is)\b(?:SELECT\s.+?\sFROM|DELETE\s+FROM|UPDATE)\s+[\w."\x60]+[^;\x60]*`)
	condition  = regexp.MustCompile(`(?i)(?:\b\w+\.)?\b(\w+)\s*(?:=|<>|!=|<=?|>=?|\bIN\b|\bLIKE\b|\bILIKE\b|\bBETWEEN\b|\bIS\b)`)
	ordering   = regexp.MustCompile(`(?i)\bORDER\s+BY\s+([\w\s.,"]+?)(?:\bLIMIT\b|\bOFFSET\b|["'\x60)]|$)`)
	together   = regexp.MustCompile(`(?i)\bIN\s*\(|\bANY\s*\(|\bJOIN\b`)
	single     = regexp.MustCompile(`(?i)\bWHERE\b[^()]*?\b\w+\s*=\s*(?:\$\d+|\?|%s|:\w+|@\w+|#\{)`)
	limited    = regexp.MustCompile(`(?i)\bLIMIT\b|\bFETCH\s+FIRST\b`)
	stringEnds = regexp.MustCompile(`(?m)["']\s*[,)+.;]\s*.*$`)
)

// queries are the statements in some lines, of which one may go over several.
func queries(lines []string) (all []query) {
	text := strings.Join(lines, "\n")
	for _, found := range statement.FindAllString(text, 10) {
		found = stringEnds.ReplaceAllString(found, "")
		q := query{text: found, tables: evidence.ReadStatement(found, "").Tables, together: together.MatchString(found), single: single.MatchString(found), limited: limited.MatchString(found)}
		if _, where, ok := cut(found, "where"); ok {
			for _, m := range condition.FindAllStringSubmatch(where, -1) {
				q.columns = append(q.columns, m[1])
			}
		}
		if m := ordering.FindStringSubmatch(found); m != nil {
			q.columns = append(q.columns, words(m[1:])...)
		}
		q.columns = words(q.columns)
		if len(q.tables) > 0 {
			all = append(all, q)
		}
	}
	return all
}

// cut is strings.Cut for any case.
func cut(text, at string) (before, after string, found bool) {
	i := strings.Index(strings.ToLower(text), at)
	if i < 0 || i+len(at) > len(text) {
		return text, "", false
	}
	return text[:i], text[i+len(at):], true
}

// statements compares the statements that a change removes with those that it adds.
func (c *change) statements(h *bench.Hunk) {
	if c.file.lang == "settings" {
		return
	}
	was, now := queries(c.gone), queries(c.added)
	for _, q := range now {
		i := slices.IndexFunc(was, func(w query) bool { return overlap(w.tables, q.tables) })
		if c.queryInLoop(q) {
			add(h, nPlusOne, "a query of %s stands in a loop", q.tables)
		}
		if i < 0 {
			if len(q.columns) > 0 && len(was) == 0 && !c.queryInLoop(q) {
				add(h, noIndex, "a new query of %s", append(slices.Clone(q.tables), q.columns...))
			}
			continue
		}
		before := was[i]
		if before.together && !q.together && q.single {
			add(h, nPlusOne, "a query of %s for many at once became one for each", q.tables)
		}
		if columns := slices.DeleteFunc(slices.Clone(q.columns), func(n string) bool { return slices.Contains(before.columns, n) }); len(columns) > 0 && (!before.together || q.together) {
			add(h, noIndex, "new columns in the condition or order of a query: %s", append(columns, q.tables...))
		}
		if before.limited && !q.limited {
			add(h, tooMuch, "the limit of a query of %s was taken away", q.tables)
		}
	}
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(n string) bool { return slices.Contains(b, n) })
}

// queryInLoop reports whether a statement that was added is sent in a loop.
func (c *change) queryInLoop(q query) bool {
	first, _, _ := strings.Cut(q.text, "\n")
	for _, line := range c.added {
		if strings.Contains(line, first) {
			return c.inLoop(line)
		}
	}
	return false
}
