package web

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// IsText reports whether both databases take it for text: PostgreSQL refuses NUL and broken UTF-8 with an error.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// TextParameter reads a parameter of the query; an absent one is empty.
func TextParameter(r *http.Request, name string) (string, error) {
	text := r.URL.Query().Get(name)
	if !IsText(text) {
		return "", Invalid(FieldProblem{name, "must be text"})
	}
	return text, nil
}
