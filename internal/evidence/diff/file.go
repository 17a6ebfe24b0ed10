package diff

import (
	"path"
	"regexp"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// A file is what changed in one.
type file struct {
	name, lang string
	changes    []*change
}

// languages by the ends of names. Settings are a language of their own.
var languages = map[string]string{
	".rb": "ruby", ".py": "python", ".java": "java", ".kt": "java", ".scala": "java", ".go": "go", ".js": "js", ".mjs": "js", ".cjs": "js", ".jsx": "js",
	".ts": "js", ".tsx": "js", ".mts": "js", ".php": "php", ".ex": "elixir", ".exs": "elixir", ".cs": "csharp", ".sql": "sql", ".prisma": "prisma",
	".yml": "settings", ".yaml": "settings", ".properties": "settings", ".toml": "settings", ".ini": "settings", ".env": "settings", ".conf": "settings", ".json": "settings",
}

func language(name string) string { return languages[strings.ToLower(path.Ext(name))] }

// program reports whether what is written in a language runs in requests.
func program(lang string) bool { return lang != "settings" && lang != "sql" && lang != "prisma" }

// Tests, documentation, what others wrote and what programs wrote runs in no request.
var passedOver = regexp.MustCompile(`(?i)(^|/)(tests?|specs?|__tests__|testdata|fixtures?|docs?|examples?/.*/docs|vendor|node_modules|third_party|dist|build|target|\.github|\.ci|bin|coverage|snapshots?|stories|e2e|mocks?|seeds?)/` +
	`|_test\.go$|_spec\.rb$|_test\.(rb|py|exs)$|(^|/)test_[^/]*\.py$|(^|/)conftest\.py$|\.(test|spec|stories)\.[cm]?[jt]sx?$|Tests?\.(java|kt|cs|php)$|\.min\.js$|\.d\.ts$` +
	`|\.(pb|gen)\.go$|_gen(erated)?\.|(^|/)(package|package-lock|composer|tsconfig[^/]*|openapi|swagger)\.json$|(^|/)(pnpm-lock|docker-compose[^/]*|openapi)\.ya?ml$|\.down\.sql$|/down\.sql$`)

func ignored(name string) bool { return passedOver.MatchString(name) }

// A change is lines that were removed and added at one place.
type change struct {
	file   *file
	line   int      // in the new file
	within string   // the function that it is in, as git tells it
	before []string // lines above it, of the new file
	after  []string
	gone   []string // without comments
	added  []string
	grown  int      // lines, comments and all
	text   []string // as in the diff
}

const near = 2 // changes with so few lines between them are one

// split makes changes of a fragment, whose context holds more than one.
func (f *file) split(fragment *gitdiff.TextFragment) {
	at, quiet := int(fragment.NewPosition), near+1
	var c *change
	var above []string
	for _, l := range fragment.Lines {
		line := strings.TrimRight(l.Line, "\r\n")
		if l.Op == gitdiff.OpContext {
			quiet++
			if c != nil {
				c.after = append(c.after, line)
			}
			above = append(above, line)
			at++
			continue
		}
		if c == nil || quiet > near {
			c = &change{file: f, line: at, within: strings.TrimSpace(fragment.Comment), before: above[:len(above):len(above)]}
			f.changes = append(f.changes, c)
		} else {
			for _, between := range c.after {
				c.text = append(c.text, " "+between)
			}
		}
		quiet = 0
		c.after = nil
		code := uncomment(f.lang, line)
		c.text = append(c.text, l.Op.String()+line)
		if l.Op == gitdiff.OpDelete {
			c.gone = appendCode(c.gone, code)
			continue
		}
		c.grown++
		c.added = appendCode(c.added, code)
		above = append(above, line)
		at++
	}
}

const longestLine = 2000 // what is longer was not written by hand

func appendCode(lines []string, code string) []string {
	if strings.TrimSpace(code) == "" || len(code) > longestLine {
		return lines
	}
	return append(lines, code)
}

// remarks are what a language's line comments begin with.
var remarks = map[string][]string{
	"ruby": {"#"}, "python": {"#"}, "elixir": {"#"}, "settings": {"#"}, "sql": {"--"}, "java": {"//"}, "go": {"//"}, "js": {"//"}, "csharp": {"//"}, "php": {"//", "#"}, "prisma": {"//"},
}

// uncomment is a line without its comment. A line that begins with an asterisk goes on with one of several lines.
func uncomment(lang, line string) string {
	trimmed := strings.TrimSpace(line)
	if lang != "settings" && lang != "sql" && (strings.HasPrefix(trimmed, "* ") || trimmed == "*") || strings.HasPrefix(trimmed, "/*") || strings.HasPrefix(trimmed, `"""`) {
		return ""
	}
	for _, mark := range remarks[lang] {
		// Only after a space or at the start, and outside quotes: "http://host" and "#id" are no comments.
		for from := 0; ; {
			i := strings.Index(line[from:], mark)
			if i < 0 {
				break
			}
			i += from
			if (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') && evenQuotes(line[:i]) && !section(line[i:]) {
				line = line[:i]
				break
			}
			from = i + len(mark)
		}
	}
	return line
}

// section reports whether a comment is a mark of a migration tool, which says what the lines below it are for.
func section(comment string) bool {
	return strings.HasPrefix(comment, "-- +goose") || strings.HasPrefix(comment, "-- migrate:")
}

func evenQuotes(text string) bool {
	return strings.Count(text, `"`)%2 == 0 && strings.Count(text, "'")%2 == 0 && strings.Count(text, "`")%2 == 0
}

// forgetMoves takes out lines that were removed in one place and added in another: code that was moved, renamed or indented is not changed.
func forgetMoves(files []*file) {
	removed, added := map[string]int{}, map[string]int{}
	key := func(line string) string { return strings.Join(strings.Fields(line), " ") }
	for _, f := range files {
		for _, c := range f.changes {
			for _, l := range c.gone {
				removed[key(l)]++
			}
			for _, l := range c.added {
				added[key(l)]++
			}
		}
	}
	moved := map[string]int{}
	for k, n := range removed {
		if len(k) > 8 { // a bracket is no code that moves
			moved[k] = min(n, added[k])
		}
	}
	was := map[string]int{}
	for k, n := range moved {
		was[k] = n
	}
	keep := func(lines []string, left map[string]int) (kept []string) {
		for _, l := range lines {
			if k := key(l); left[k] > 0 {
				left[k]--
				continue
			}
			kept = append(kept, l)
		}
		return kept
	}
	for _, f := range files {
		for _, c := range f.changes {
			c.gone, c.added = keep(c.gone, was), keep(c.added, moved)
		}
	}
}
