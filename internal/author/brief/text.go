package brief

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A brief that is larger, or has longer lines, is something else. Patterns are tried on an item again and again, so its length counts.
const (
	mostBytes = 64 << 10
	mostItem  = 4000
)

// text is a brief's lines, with what word processors make of signs undone.
func text(content []byte) ([]string, error) {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	switch {
	case len(content) > mostBytes:
		return nil, fmt.Errorf("is larger than %d KB: a brief is a few lines of prose", mostBytes>>10)
	case bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")):
		return nil, errors.New("is UTF-16: save it as UTF-8")
	case bytes.IndexByte(content, 0) >= 0:
		return nil, errors.New("is a binary file: a brief is plain text")
	case len(bytes.TrimSpace(content)) == 0:
		return nil, errors.New("is empty: write endpoints as `GET /api/v1/products`, one a line, and targets as `p95 < 300ms`")
	}
	if !utf8.Valid(content) {
		for i, line := range bytes.Split(content, []byte("\n")) {
			if !utf8.Valid(line) {
				return nil, fmt.Errorf("line %d: is no UTF-8: save the file as UTF-8", i+1)
			}
		}
	}
	if err := another(content); err != nil {
		return nil, err
	}
	all := signs.Replace(string(content))
	return strings.Split(all, "\n"), nil
}

var (
	documentHead = regexp.MustCompile(`(?m)^\s*\{?\s*["']?(openapi|swagger)["']?\s*:`)
	harHead      = regexp.MustCompile(`^\s*\{\s*"log"\s*:`)
	markupHead   = regexp.MustCompile(`(?i)^\s*<(!doctype|html|\?xml)`)
	logHead      = regexp.MustCompile(`^\S+ \S+ \S+ \[[^]]+\] "[A-Z]+ /`)
)

// another says that a text is something else than a brief, and how to pass it.
func another(content []byte) error {
	head := content[:min(len(content), 4096)]
	switch {
	case harHead.Match(head):
		return errors.New("is a HAR capture: pass it with --har")
	case documentHead.Match(head):
		return errors.New("is an OpenAPI document: pass it with --openapi")
	case markupHead.Match(head):
		return errors.New("is HTML or XML: a brief is plain text")
	case logHead.Match(head):
		return errors.New("is an access log: a brief is plain text")
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")):
		return errors.New("is JSON: a brief is plain text; an OpenAPI document goes with --openapi, a capture with --har")
	}
	return nil
}

var signs = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n",
	"\u00a0", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ", "\u200b", "", "\ufeff", "",
	"“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "`", "",
	"–", "-", "—", " - ", "−", "-", "‑", "-", "…", "...",
	"≤", " <= ", "≥", " >= ", "⩽", " <= ", "≈", "~", "∼", "~", "→", " - ", "**", "",
	"µs", "us", "%ile", " percentile",
)
