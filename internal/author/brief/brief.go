// Package brief reads prose: a few lines in which somebody says what matters about an API.
//
// Its stance: people write endpoints as METHOD /path and numbers with their units, whatever stands around them. Those are found, and
// given to the endpoint that they stand with, or to all. No model is asked, nothing is made up, and a sentence in which nothing was
// found is told to the user.
package brief

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// Read reads a brief.
func Read(content []byte) (*author.Known, error) {
	lines, err := text(content)
	if err != nil {
		return nil, err
	}
	r := &reader{known: &author.Known{Source: author.Brief, Totals: map[string]int{}, ByClass: map[author.Class]author.Wish{}}, focus: -1}
	items := split(lines)
	for _, it := range items {
		if len(it.text) > mostItem && !it.curl {
			return nil, fmt.Errorf("line %d: %d characters without an end: a brief is a few lines of prose", it.line, len(it.text))
		}
	}
	for _, it := range items { // endpoints first: what is said before them may mean them
		r.endpoints(it)
	}
	for _, it := range items {
		r.facts(it)
	}
	r.known.Secrets = r.secrets
	r.finish()
	return r.known, nil
}

// A reader knows what was read so far.
type reader struct {
	known   *author.Known
	anchors map[*item][]anchor
	focus   int // the endpoint that lines below belong to; -1: none
	last    []int
	secrets []string
	login   int // the endpoint that gives the token, from 1; 0: none
}

// add notes an endpoint, once, and returns its index.
func (r *reader) add(e author.Endpoint) int {
	for i := range r.known.Endpoints {
		if known := &r.known.Endpoints[i]; known.Method == e.Method && known.Path == e.Path {
			return i
		}
	}
	e.Chosen = true
	r.known.Endpoints = append(r.known.Endpoints, e)
	return len(r.known.Endpoints) - 1
}

func (r *reader) finish() {
	k := r.known
	if r.login > 0 { // it is how to get in, and nothing to be measured
		e := &k.Endpoints[r.login-1]
		step := author.FlowStep{Endpoint: *e, Save: []author.Save{{Name: "token", Path: "$.token"}}}
		if step.Body == nil {
			step.Body = &author.Body{Value: author.Object{{Name: "email", Value: author.Text{author.Expression("env.API_USER")}}, {Name: "password", Value: author.Text{author.Expression("env.API_PASSWORD")}}}}
		}
		k.Auth = &author.Auth{Kind: author.Bearer, Value: "${token}", Login: &step, Note: "guessed: the members of the login and where its answer has the token"}
		k.Notes = append(k.Notes, "login: by "+e.Method+" "+e.Path+", with API_USER and API_PASSWORD from the environment")
		k.Endpoints = slices.Delete(k.Endpoints, r.login-1, r.login)
	}
	for i := range k.Endpoints {
		e := &k.Endpoints[i]
		if e.PageSize > 0 && e.Pages == nil {
			e.Pages = guessedPages()
		}
	}
}

func guessedPages() *author.Pages {
	return &author.Pages{Number: "page", First: 1, Size: "per_page", Guessed: true}
}

func (r *reader) unclear(line int, text string) {
	text = strings.Join(strings.Fields(text), " ")
	if text = strings.Trim(text, " ,;:-"); text == "" {
		return
	}
	if runes := []rune(text); len(runes) > 120 {
		text = string(runes[:119]) + "…"
	}
	r.known.Unclear = append(r.known.Unclear, fmt.Sprintf("line %d: %s", line, text))
}
