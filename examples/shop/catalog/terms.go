package catalog

import (
	"slices"
	"strings"
	"unicode"
)

// Terms are the words by which a text is found: lower-cased, sorted, each once.
func Terms(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	return slices.Compact(words)
}
