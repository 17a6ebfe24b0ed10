package web

import (
	"fmt"
	"net/http"
	"strconv"
)

const (
	defaultPerPage = 20
	maxPerPage     = 200
	maxPage        = 1_000_000
)

// A Page is a part of a list, asked for with page and per_page.
type Page struct {
	Number int `json:"page"`
	Size   int `json:"per_page"`
}

// ReadPage reads page and per_page from the query.
func ReadPage(r *http.Request) (Page, error) {
	number, err := intParameter(r, "page", 1, maxPage)
	if err != nil {
		return Page{}, err
	}
	size, err := intParameter(r, "per_page", defaultPerPage, maxPerPage)
	return Page{number, size}, err
}

// Offset is how many rows come before the page.
func (p Page) Offset() int { return (p.Number - 1) * p.Size }

func intParameter(r *http.Request, name string, absent, limit int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > limit {
		return 0, Invalid(FieldProblem{name, fmt.Sprintf("must be a number from 1 to %d", limit)})
	}
	return n, nil
}
