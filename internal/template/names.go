package template

import (
	"fmt"
	"maps"
	"slices"
)

// Names are what expressions may use beside the functions and env: a name, and, if it is a row of data, its columns.
type Names map[string][]string

// With is n and other names, which have no columns.
func (n Names) With(names ...string) Names {
	all := maps.Clone(n)
	if all == nil {
		all = Names{}
	}
	for _, name := range names {
		all[name] = nil
	}
	return all
}

// Reserved reports whether a name means something already.
func Reserved(name string) bool { return name == "env" || functions[name] != nil }

// DidYouMean asks whether the name most like a mistyped one was meant: ` (did you mean "users"?)`, or nothing if none is like it.
func DidYouMean(name string, among []string) string {
	if c := closest(name, among); c != "" {
		return fmt.Sprintf(" (did you mean %q?)", c)
	}
	return ""
}

// closest is the name most like a mistyped one, if any is.
func closest(to string, among []string) string {
	best, least := "", 1+len(to)/3
	for _, name := range slices.Sorted(slices.Values(among)) {
		if d := distance(to, name); d <= least {
			best, least = name, d-1
		}
	}
	return best
}

// distance is how many letters have to be changed, added or taken away (Levenshtein, 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
