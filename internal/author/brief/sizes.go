package brief

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

const (
	about = `(?:~|about|around|approx\.?|approximately|ca\.?|circa|roughly|some|over|more than|nearly|almost|up to|at most|etwa|rund|ungefähr|bis zu|currently)?\s*`
	noun  = `([a-zäöüß][a-zäöüß_-]*(?:\s+[a-zäöüß][a-zäöüß_-]*)?)`
)

var (
	perPage   = re(number + `\s*(?:[a-z]+\s*)?(?:per|a|/|pro)\s*(?:page|seite)\b|\b(?:page[ -]?size|per[ _]page|limit|seitengröße)\s*(?:of|:|=|is)?\s*` + number)
	pagesBy   = re(`\b(?:limit\s*(?:/|and|&)\s*offset|offset\s*(?:/|and|&)\s*limit|offset[ -]?(?:based)?(?:\s+pagination)?)\b`)
	cursor    = re(`\bcursor[ -]?(?:based)?(?:\s+pagination)?\b`)
	paginated = re(`\b(?:paginat\w+|paged|page by page|with pages|seitenweise|paging)\b`)
	rangeOf   = re(`(?:between\s+|from\s+|zwischen\s+)?` + number + `\s*(?:-|to|bis|and|und|\.\.+)\s*` + number + `\s+(?:random\s+|different\s+)?` + noun)
	countOf   = re(about + number + `\s*\+?\s*(?:random\s+|different\s+|concurrent\s+)?` + noun + `(?:\s+(?:on\s+)?average|\s+each|\s+per\s+\w+|\s+in total)?`)
	averageOf = re(`\b(?:avg\.?|average(?: of)?|on average|durchschnittlich|im schnitt)\s*:?\s*` + number + `\s+` + noun)
	fields    = re(`(?:\b(?:with|containing|mit)|\b(?:fields?|body|payload)\s*:)\s+([a-z_][a-z_ ]*(?:,[a-z_ ]+)*)`)
	inline    = regexp.MustCompile(`\{\s*"`)
)

// sizes takes out how much there is of something.
func (r *reader) sizes(s *span) {
	r.inlineBody(s)
	each := func(f func(e *author.Endpoint)) {
		for _, i := range s.endpoints {
			f(&r.known.Endpoints[i])
		}
		s.found = true
	}
	s.take(perPage, func(m []string) bool {
		n, ok := thousandsOf(first([]string{m[1], m[3]}), first([]string{m[2], m[4]}))
		if !ok || n < 1 || n > 100_000 {
			return false
		}
		each(func(e *author.Endpoint) {
			e.PageSize = n
			if e.Pages == nil {
				e.Pages = guessedPages()
			}
		})
		return len(s.endpoints) > 0
	})
	s.take(pagesBy, func([]string) bool {
		each(func(e *author.Endpoint) { e.Pages = &author.Pages{Offset: "offset", Size: "limit"} })
		return len(s.endpoints) > 0
	})
	s.take(cursor, func([]string) bool {
		each(func(e *author.Endpoint) { e.Pages = &author.Pages{Size: "limit", Guessed: true} })
		r.note("cursors: only first pages are asked for, since a cursor comes out of an answer")
		return len(s.endpoints) > 0
	})
	s.take(paginated, func([]string) bool {
		each(func(e *author.Endpoint) {
			if e.Pages == nil && e.Method == http.MethodGet {
				e.Pages = guessedPages()
			}
		})
		return len(s.endpoints) > 0
	})
	s.take(rangeOf, func(m []string) bool {
		low, ok := thousandsOf(m[1], m[2])
		high, ok2 := thousandsOf(m[3], m[4])
		return ok && ok2 && low <= high && r.size(s, low, high, m[5])
	})
	s.take(averageOf, func(m []string) bool {
		n, ok := thousandsOf(m[1], m[2])
		return ok && r.size(s, n, n, m[3])
	})
	s.take(countOf, func(m []string) bool {
		n, ok := thousandsOf(m[1], m[2])
		return ok && r.size(s, n, n, m[3])
	})
	if len(s.endpoints) == 1 {
		if e := &r.known.Endpoints[s.endpoints[0]]; e.Method != http.MethodGet && e.Method != http.MethodDelete && e.Body == nil && len(e.Items) == 0 {
			s.take(fields, func(m []string) bool { return fieldsOf(e, m[1]) })
		}
	}
}

// mostItems is how many things a request's body may hold.
const mostItems = 1000

// size gives a number of things to what has them.
func (r *reader) size(s *span, low, high int, what string) bool {
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(what, "_", " ")))
	for len(words) > 1 && slices.Contains(notNouns, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 || slices.Contains(notNouns, words[0]) && len(words) == 1 || slices.Contains([]string{"ms", "s", "sec", "seconds", "percent", "th", "x", "minutes", "hours"}, words[0]) {
		return false
	}
	last := author.Singular(words[len(words)-1])
	if slices.Contains([]string{"endpoint", "route", "request", "scenario", "percentile", "run", "time"}, last) {
		return len(s.endpoints) == 0 && slices.Contains([]string{"endpoint", "route", "scenario"}, last) // "our 4 critical endpoints"
	}
	for _, i := range s.endpoints {
		e := &r.known.Endpoints[i]
		switch {
		case e.Method != http.MethodGet && e.Method != http.MethodHead && e.Method != http.MethodDelete:
			if high > mostItems || author.ClassOf(e) != author.Write {
				r.known.Totals[last] = high
			} else if high >= 1 {
				e.Items = append(e.Items, author.Items{Noun: strings.Join(words, " "), Low: low, High: high})
			}
		case strings.HasSuffix(author.Singular(author.NounOfList(e.Path)), last) && !strings.Contains(e.Path, "{"):
			e.Total = high
			r.known.Totals[last] = high
		case slices.Contains([]string{"row", "entry", "item", "record", "element", "result", "eintrag", "datensatz"}, last) && !strings.Contains(e.Path, "{"):
			e.Total = high
			r.known.Totals[author.Singular(author.NounOfList(e.Path))] = high
		case !strings.HasSuffix(author.Singular(author.NounOfList(e.Path)), last):
			r.known.Totals[last] = high
		case low == high:
			e.Summary = fmt.Sprintf("About %d %s each.", high, strings.Join(words, " "))
		default:
			e.Summary = fmt.Sprintf("From %d to %d %s each.", low, high, strings.Join(words, " "))
		}
	}
	if len(s.endpoints) == 0 && low == high {
		r.known.Totals[last] = high
		for i := range r.known.Endpoints {
			if e := &r.known.Endpoints[i]; e.Total == 0 && e.Method == http.MethodGet && !strings.Contains(e.Path, "{") && strings.HasSuffix(author.Singular(author.NounOfList(e.Path)), last) {
				e.Total = high
			}
		}
	}
	s.found = true
	return true
}

var notNouns = []string{"average", "on", "per", "each", "in", "of", "and", "or", "with", "for", "at", "total", "is", "are", "to", "a", "the", "by", "from", "avg", "should", "must", "random", "different", "via", "using", "pro", "im", "und", "with", "that", "which", "has", "have"}

// fieldsOf reads "name, email and password".
func fieldsOf(e *author.Endpoint, list string) bool {
	var all []string
	for _, f := range regexp.MustCompile(`\s*,\s*(?:and\s+|und\s+)?|\s+(?:and|und)\s+`).Split(strings.TrimSpace(list), -1) {
		words := slices.DeleteFunc(strings.Fields(strings.ToLower(f)), func(w string) bool { return slices.Contains([]string{"a", "an", "the", "its", "random"}, w) })
		if len(words) == 0 || len(words) > 2 || slices.ContainsFunc(words, func(w string) bool {
			return slices.Contains([]string{"items", "relations", "realistic", "valid", "auth", "payload", "payloads", "data", "users", "line", "concurrent", "json", "body", "load", "of", "in", "to", "per", "for", "at"}, w)
		}) {
			return false
		}
		all = append(all, strings.Join(words, "_"))
	}
	e.Fields = all
	return len(all) > 0
}

// inlineBody takes JSON that stands in the text itself.
func (r *reader) inlineBody(s *span) {
	at := inline.FindStringIndex(s.text)
	if at == nil || len(s.endpoints) == 0 {
		return
	}
	for end := len(s.text); end > at[0]; end-- {
		if s.text[end-1] != '}' {
			continue
		}
		if v, err := author.ParseJSON([]byte(s.text[at[0]:end])); err == nil {
			r.setBody(s.endpoints[len(s.endpoints)-1], v)
			s.text = s.text[:at[0]] + " " + s.text[end:]
			return
		}
	}
}
