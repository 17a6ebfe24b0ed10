package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// list looks at a list: where its elements are, how many there are, and how its pages are asked for.
func (p *Prober) list(ctx context.Context, e *author.Endpoint) {
	title := author.Title(e.Method, e.Path)
	query := p.fixed(e)
	s, err := p.get(ctx, e.Path+query, e)
	switch {
	case err != nil:
		p.note("%s: %v", title, err)
		return
	case s.status == http.StatusUnauthorized || s.status == http.StatusForbidden:
		p.note("%s: %d, so nothing more was learned of it", title, s.status)
		return
	case s.status >= 300:
		p.note("%s answers %d: look at its path and its parameters", title, s.status)
		return
	case s.body == nil:
		return
	}
	status := e.Answer.Status
	if e.Answer = author.AnswerOf(s.status, s.body); status != 0 {
		e.Answer.Status = status
	}
	if e.Answer.List == "" {
		return
	}
	total := author.TotalIn(s.body)
	if total == 0 {
		total, _ = strconv.Atoi(s.header.Get("X-Total-Count")) // none: not told
	}
	told := "a list at " + e.Answer.List
	if total > 0 {
		e.Total = total
		p.known.Total(author.Singular(author.NounOfList(e.Path)), total)
		told += fmt.Sprintf(", %d in all", total)
	}
	if size := len(elements(s.body, e.Answer.List)); e.Pages == nil && (total == 0 || total <= size) {
		p.note("%s: %s", title, told) // all of it at once
		return
	}
	if pages := p.pages(ctx, e, query, s); pages != nil {
		e.Pages = pages
		told += ", pages by " + strings.Join(slices.DeleteFunc([]string{pages.Number, pages.Offset, pages.Size}, func(s string) bool { return s == "" }), " and ")
		if pages.Most > 0 {
			told += fmt.Sprintf(" (at most %d)", pages.Most)
		}
	}
	p.note("%s: %s", title, told)
}

// fixed is the part of a query that is the same for every request.
func (p *Prober) fixed(e *author.Endpoint) string {
	q := url.Values{}
	for _, param := range e.Params {
		if text, ok := p.plain(param.Value); param.In == "query" && ok {
			q.Set(param.Name, text)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// elements are those of a list, by the simple JSONPaths that answers are told with.
func elements(body any, path string) []any {
	for _, name := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "$"), "[*]"), ".") {
		if name == "" {
			continue
		}
		object, ok := body.(map[string]any)
		if !ok {
			return nil
		}
		body = object[name]
	}
	list, _ := body.([]any)
	return list
}

var (
	sizes   = []string{"per_page", "limit", "page_size", "pageSize", "size", "perPage"}
	numbers = []string{"page", "p", "page_number", "pageNumber"}
	offsets = []string{"offset", "skip"}
)

// pages finds the parameters that pages go by: those that change the answer as they should.
func (p *Prober) pages(ctx context.Context, e *author.Endpoint, query string, usual seen) *author.Pages {
	join := "?"
	if query != "" {
		join = "&"
	}
	ask := func(params string) []any {
		s, err := p.get(ctx, e.Path+query+join+params, e)
		if err != nil || s.status >= 300 {
			return nil
		}
		return elements(s.body, e.Answer.List)
	}
	before := e.Pages
	if before != nil && !before.Guessed {
		return before // told already
	}
	most := len(elements(usual.body, e.Answer.List))
	pages := &author.Pages{First: 1}
	for _, name := range first(before, func(b *author.Pages) string { return b.Size }, sizes) {
		if list := ask(name + "=2"); len(list) == 2 && most > 2 {
			pages.Size = name
			break
		}
	}
	size := ""
	if pages.Size != "" {
		size = "&" + pages.Size + "=2"
		for _, n := range []int{200, 100, 50} {
			if got := len(ask(fmt.Sprintf("%s=%d", pages.Size, n))); got > 0 {
				if pages.Most = n; got < n && got < e.Total {
					pages.Most = got
				}
				break
			}
		}
	}
	one := text(elements(usual.body, e.Answer.List))
	for _, name := range first(before, func(b *author.Pages) string { return b.Number }, numbers) {
		if two := ask(name + "=2" + size); len(two) > 0 && text(two) != one {
			pages.Number = name
			if zero := ask(name + "=0" + size); len(zero) > 0 && text(zero) == one {
				if next := ask(name + "=1" + size); text(next) != one {
					pages.First = 0
				}
			}
			break
		}
	}
	if pages.Number == "" {
		for _, name := range offsets {
			if later := ask(name + "=2" + size); len(later) > 0 && text(later) != one {
				pages.Offset = name
				break
			}
		}
	}
	if pages.Size == "" && pages.Number == "" && pages.Offset == "" {
		if before != nil {
			p.note("%s: none of the usual parameters for pages makes a difference, so they stay a guess", author.Title(e.Method, e.Path))
		}
		return before
	}
	if e.PageSize == 0 && pages.Size == "" {
		e.PageSize = most
	}
	return pages
}

// first are names to try, one that is known already before the usual ones.
func first(before *author.Pages, name func(*author.Pages) string, usual []string) []string {
	if before == nil || name(before) == "" {
		return usual
	}
	return append([]string{name(before)}, slices.DeleteFunc(slices.Clone(usual), func(s string) bool { return s == name(before) })...)
}

// text tells a list's first element from another's.
func text(list []any) string {
	if len(list) == 0 {
		return ""
	}
	content, err := json.Marshal(list[0])
	if err != nil {
		return ""
	}
	return string(content)
}

// one looks at an endpoint with one parameter: with an id of its list if there is one, else for whole numbers that are ids.
func (p *Prober) one(ctx context.Context, e *author.Endpoint) {
	begin, end := strings.IndexByte(e.Path, '{'), strings.IndexByte(e.Path, '}')
	if end < begin || end < 0 {
		return
	}
	title := author.Title(e.Method, e.Path)
	ask := func(id string) seen {
		s, err := p.get(ctx, e.Path[:begin]+url.PathEscape(id)+e.Path[end+1:]+p.fixed(e), e)
		if err != nil {
			s.status = 0
		}
		return s
	}
	if p.hasList(strings.TrimRight(e.Path[:begin], "/")) {
		return // the suite takes ids from there
	}
	s := ask("1")
	if s.status == http.StatusUnauthorized || s.status == http.StatusForbidden {
		_, missing := p.credentials(e.Auth)
		p.note("%s: %d, so ids stay a guess; set %s to let --target look", title, s.status, missing)
		return
	}
	if s.status != http.StatusOK {
		return
	}
	if s.body != nil {
		e.Answer = author.AnswerOf(s.status, s.body)
	}
	// Whole numbers up to some limit, as sequences of databases make them: the limit is between a power of ten and the next.
	const far = 1_000_000
	there, gone := 1, 0
	for n := 10; n <= far; n *= 10 {
		if ask(strconv.Itoa(n)).status != http.StatusOK {
			gone = n
			break
		}
		there = n
	}
	if gone == 0 {
		p.note("%s answers for any id, so which there are stays a guess", title)
		return
	}
	for gone-there > 1 && p.sent < mostRequests {
		middle := there + (gone-there)/2
		if ask(strconv.Itoa(middle)).status == http.StatusOK {
			there = middle
		} else {
			gone = middle
		}
	}
	noun := author.NounOfParam(e.Path, 0)
	p.known.Total(noun, there)
	p.note("%s: ids from 1 to %d", title, there)
}

// hasList reports whether a list at a path was looked at.
func (p *Prober) hasList(path string) bool {
	for i := range p.known.Endpoints {
		if list := &p.known.Endpoints[i]; list.Method == http.MethodGet && list.Path == path && list.Answer.List != "" {
			return true
		}
	}
	return false
}
