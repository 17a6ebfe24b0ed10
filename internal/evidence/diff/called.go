package diff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	mostCalls = 20
	longestOf = 80 // letters of a function with what it is called on
)

var (
	quotedText = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`")
	// callOf is a function with what it is called on, up to its bracket: o.loadEach(, Repo::find(, $this->items->load(, Collect[T](.
	callOf = regexp.MustCompile(`((?:[A-Za-z_]\w*(?:\.|\?\.|::|->|&\.))*[A-Za-z_]\w*)[!?]?(?:\[[^\][()]*\]|<[\w<>, ?]*>)?\(`)
	// sendOf is a method of the languages that need no brackets.
	sendOf = regexp.MustCompile(`((?:[A-Za-z_]\w*(?:\.|::|&\.))+[a-z_]\w*)`)
	// heading is the head of a function, whose name is not called there.
	heading = regexp.MustCompile(`^\s*(?:(?:export|default|public|private|protected|internal|static|final|abstract|override|virtual|async|synchronized|suspend)\s+)*(?:func\s+(?:\([^)]*\)\s*)?|def\s+(?:self\.)?|defp\s+|function\s+|fun\s+)\w+[!?]?` +
		`|^\s*(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|async|synchronized)\s+)+[^=(]*\w+\s*\(|^\s*(?:async\s+)?\w+\([^()]*\)\s*\{\s*$`)
	accessor = regexp.MustCompile(`\?\.|::|->|&\.`)
	// notCalled are words that stand before a bracket and are no function, and functions of the languages themselves.
	notCalled = set(`if for while switch case catch return func function def elif elsif elseif unless until when and or not in new await yield typeof sizeof using lock foreach select
		len cap append make copy panic recover print println printf delete min max string int int32 int64 float64 byte error any super self this require puts str list dict tuple range
		String Integer Number Boolean Array Object isset empty array echo`)
)

// called are the functions that a change calls now and did not before, or not in a loop, each with what it is called on.
func (c *change) called() (calls []string) {
	for _, line := range c.added {
		for _, call := range callsOn(c.file.lang, line) {
			before := slices.ContainsFunc(c.gone, func(gone string) bool {
				again := slices.ContainsFunc(callsOn(c.file.lang, gone), func(other string) bool { return lastOf(other) == lastOf(call) })
				return again && (indent(gone) >= indent(line) || !c.inLoop(line))
			})
			if !before && !slices.Contains(calls, call) && len(calls) < mostCalls {
				calls = append(calls, call)
			}
		}
	}
	return calls
}

// callsOn are the functions that a line calls, with dots between what they are called on, whatever the language writes there.
func callsOn(lang, line string) (calls []string) {
	if !program(lang) {
		return nil
	}
	line = quotedText.ReplaceAllString(line, `""`)
	if head := heading.FindString(line); head != "" && !notCalled[lastOf(strings.TrimRight(strings.TrimSpace(head), "({ "))] {
		line = line[len(head):]
	}
	expressions := []*regexp.Regexp{callOf}
	if lang == "ruby" || lang == "elixir" {
		expressions = append(expressions, sendOf)
	}
	for _, e := range expressions {
		for _, m := range e.FindAllStringSubmatch(line, -1) {
			call := accessor.ReplaceAllString(m[1], ".")
			if name := lastOf(call); !notCalled[name] && len(name) > 1 && len(call) <= longestOf && !slices.Contains(calls, call) {
				calls = append(calls, evidence.Plain(call))
			}
		}
	}
	return calls
}

// lastOf is the function's own name.
func lastOf(call string) string { return call[strings.LastIndexAny(call, ". ")+1:] }
