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
	sendOf   = regexp.MustCompile(`((?:[A-Za-z_]\w*(?:\.|::|&\.))+[a-z_]\w*)`)
	accessor = regexp.MustCompile(`\?\.|::|->|&\.`)
	// notCalled are words that stand before a bracket and are no function, and functions of the languages themselves.
	notCalled = set(`if for while switch case catch return func function def elif elsif elseif unless until when and or not in new await yield typeof sizeof using lock foreach select
		len cap append make copy panic recover print println printf delete min max string int int32 int64 float64 byte error any super self this require puts str list dict tuple range
		String Integer Number Boolean Array Object isset empty array echo`)
)

// headings are the heads of functions, up to their names, which are not called there: with a word that says so, with modifiers, and by the types
// that languages without such a word write there.
var headings = []*regexp.Regexp{
	regexp.MustCompile(`^\s*(?:(?:export|default|public|private|protected|internal|static|final|abstract|override|virtual|async|synchronized|suspend)\s+)*(?:func\s+(?:\([^)]*\)\s*)?|def\s+(?:self\.)?|defp\s+|function\s+|fun\s+(?:\w+\.)?|class\s+|interface\s+)(\w+)[!?]?`),
	regexp.MustCompile(`^\s*(?:(?:public|private|protected|internal|static|final|abstract|override|virtual|synchronized)\s+)+[^=(]*?(\w+)\s*\(`),
	regexp.MustCompile(`^\s*(?:async\s+)?(\w+)\([^()]*\)\s*(?::\s*[^={]+)?\{\s*$`),                                                              // of a class in JavaScript and TypeScript
	regexp.MustCompile(`^\s*(\w+)\((?:\w+(?:, \w+)* (?:\.\.\.)?[\w.*\[\]]+(?:, )?)+\)`),                                                         // of an interface in Go
	regexp.MustCompile(`^\s*(?:[A-Z][\w<>\[\].?,]*|void|int|long|boolean|bool|double)(?:\s+[\w<>\[\].?,]+)*?\s+(\w+)\([^()]*\)[^=()]*[;{]\s*$`), // without modifiers in Java and C#
}

// called are the functions that a change calls now and did not before, or not in a loop, each with what it is called on.
func (c *change) called() (calls []string) {
	deepest := map[string]int{} // where what is gone called a function
	for _, line := range c.gone {
		for _, call := range callsOn(c.file.lang, line) {
			deepest[lastOf(call)] = max(deepest[lastOf(call)], indent(line)+1)
		}
	}
	for _, line := range c.added {
		for _, call := range callsOn(c.file.lang, line) {
			at := deepest[lastOf(call)]
			if at > 0 && (at > indent(line) || !c.inLoop(line)) || slices.Contains(calls, call) {
				continue
			}
			if calls = append(calls, call); len(calls) == mostCalls {
				return calls
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
	line = body(quotedText.ReplaceAllString(line, `""`))
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

// body is a line without the name of the function that it is the head of.
func body(line string) string {
	for _, h := range headings {
		if m := h.FindStringSubmatchIndex(line); m != nil && !notCalled[line[m[2]:m[3]]] {
			return line[m[3]:]
		}
	}
	return line
}

// lastOf is the function's own name.
func lastOf(call string) string { return call[strings.LastIndexByte(call, '.')+1:] }
