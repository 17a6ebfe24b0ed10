package k6

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

// A file is a scenario's script while it is written: what it needs is found out on the way.
type file struct {
	s         *bench.Scenario
	target    string
	function  string // that k6 calls
	most      int    // virtual users that the whole test may have
	tables    *tables
	helpers   []string // of the library
	variables []string // of the environment
	notes     []string
	names     map[string]string // of values in expressions, as the script calls them
}

func newFile(s *bench.Scenario, target, function string, most int, t *tables) *file {
	return &file{s: s, target: target, function: function, most: most, tables: t, names: map[string]string{}}
}

// use is a name of the library, which the script imports.
func (f *file) use(name string) string {
	if !slices.Contains(f.helpers, name) {
		f.helpers = append(f.helpers, name)
	}
	return name
}

// env is an environment variable.
func (f *file) env(name string) string {
	if !slices.Contains(f.variables, name) {
		f.variables = append(f.variables, name)
	}
	if plainName.MatchString(name) {
		return "__ENV." + name
	}
	return "__ENV[" + quoted(name) + "]"
}

func (f *file) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(f.notes, text) {
		f.notes = append(f.notes, text)
	}
}

// local is a value of the suite, as the script calls it.
func (f *file) local(name string) string {
	if f.names[name] == "" {
		f.names[name] = identifier(name)
	}
	return f.names[name]
}

// identifier is a name of the suite that means nothing else in the script.
func identifier(name string) string {
	if reserved[name] || template.Reserved(name) || strings.HasPrefix(name, "__") || loopName(name) {
		return name + "_"
	}
	return name
}

// loopName reports whether a name is one that translated predicates have for themselves.
func loopName(name string) bool {
	trimmed := strings.TrimRight(name, "0123456789")
	return trimmed == "it" || trimmed == "index" || trimmed == "sum"
}

// reserved are JavaScript's words, and what scripts and the library call their own.
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`
		abstract arguments async await boolean break byte case catch char class const continue debugger default delete do double else enum eval export
		extends false final finally float for function goto if implements import in instanceof int interface let long native new null of package private
		protected public return short static super switch synchronized this throw throws transient true try typeof undefined var void volatile while
		with yield NaN Infinity Object Array String Number Boolean Math JSON Symbol Date RegExp Error Promise console open
		http sleep fail check exec encoding SharedArray
		load aside base scenario thresholds scenarios options session login setup teardown run given response body rows
		chosen inTurn setUp tearDown over iteration params passed Session errors target next own path text json basic parsed header size
		ALL DEEP select item has same len range untranslated logged_in_at`) {
		words[w] = true
	}
	return words
}()
