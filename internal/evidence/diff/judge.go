package diff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/evidence"
)

const (
	mostText  = 20  // lines
	mostLine  = 200 // letters
	mostNames = 20
)

// A sign is what a line of a change may say about speed.
type sign struct {
	in     string         // languages, or empty: all
	gone   bool           // it is looked for in what was removed, or else in what was added
	expr   *regexp.Regexp // its groups are where the names are
	unless *regexp.Regexp // on the same line: then it is something else
	beside *regexp.Regexp // has to be somewhere in the change or around it
	loop   bool           // it has to stand in a loop
	next   bool           // the name is on the line below
	kinds  []bench.Kind
	why    string // empty: it only adds names
}

// changedCode is the reason of a hunk that is known by nothing but the lines and the function that it changes, and what it calls.
const changedCode = "its code was changed"

// judge is what a change says about speed; nil: nothing, as no code was changed.
func (c *change) judge() *bench.Hunk {
	h := &bench.Hunk{File: c.file.name, Line: c.line, Lines: max(c.grown, 1), Changed: c.changed()}
	c.all(h, eagerSigns, loopSigns)
	c.statements(h)
	if !slices.Contains(h.Kinds, bench.NPlusOne) { // what asks for each anew has other conditions and no limit, and that is not the point
		c.all(h, querySigns, pageSigns)
	}
	c.all(h, migrationSigns, callSigns, cacheSigns, lockSigns, workSigns)
	c.settings(h)
	h.Calls = c.called()
	if len(h.Kinds) == 0 {
		if len(c.added) == 0 || !program(c.file.lang) {
			return nil
		}
		h.Why = changedCode
		if name := c.function(); c.file.lang == "go" && name != "" {
			h.Kinds, h.Names = []bench.Kind{bench.CPUHotspot, bench.GCPressure}, []string{name}
		}
	}
	c.name(h)
	if name := c.function(); c.file.lang == "go" && name != "" && slices.Contains(h.Kinds, bench.CPUHotspot) {
		add(h, nil, "", []string{name})
	}
	h.Names = h.Names[:min(len(h.Names), mostNames)]
	for _, l := range c.text[:min(len(c.text), mostText)] {
		h.Text += evidence.Short(strings.ReplaceAll(evidence.Plain("|"+strings.ReplaceAll(l, "\t", "    ")), "|", ""), mostLine) + "\n"
	}
	return h
}

func (c *change) all(h *bench.Hunk, groups ...[]sign) {
	for _, signs := range groups {
		for i := range signs {
			c.test(&signs[i], h)
		}
	}
}

var (
	model = regexp.MustCompile(`\b([A-Z]\w+)(?:\.|::)\w`)
	host  = regexp.MustCompile(`https?://([\w.-]+)`)
)

// name adds what a change speaks of beside its signs: the tables of its statements, the services whose URLs it has, and, if there is nothing
// else, the classes that it uses.
func (c *change) name(h *bench.Hunk) {
	lines := slices.Concat(c.gone, c.added)
	for _, q := range queries(lines) {
		add(h, nil, "", words(q.tables))
	}
	for _, m := range host.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
		add(h, nil, "", words(m[1:]))
	}
	if len(h.Names) == 0 {
		for _, m := range model.FindAllStringSubmatch(strings.Join(lines, "\n"), -1) {
			add(h, nil, "", words(m[1:]))
		}
	}
}

// test adds to a hunk what a sign finds.
func (c *change) test(s *sign, h *bench.Hunk) {
	if s.in != "" && !slices.Contains(strings.Fields(s.in), c.file.lang) || undone(c) {
		return
	}
	lines, others := c.added, c.gone
	if s.gone {
		lines, others = c.gone, c.added
	}
	if s.beside != nil && !s.beside.MatchString(strings.Join(slices.Concat(c.before, c.gone, c.added, c.after), "\n")) {
		return
	}
	for _, line := range lines {
		if !s.expr.MatchString(line) || s.unless != nil && s.unless.MatchString(line) || s.loop && !c.inLoop(line) {
			continue
		}
		names, repeated := s.news(line, others)
		if repeated {
			continue
		}
		if s.next && len(c.after) > 0 {
			names = words(declared.FindStringSubmatch(c.after[0]))
		}
		add(h, s.kinds, s.why, names)
	}
}

// declared is the name of a member, on the line below its annotation.
var declared = regexp.MustCompile(`\b\w+\s*(?:[;=]|$)`)

// news are the names that a line has a sign of and the other side of the change has not. repeated: there are none, it was only rewritten. What
// stands in a loop now may have been outside it, unless it was set in as far.
func (s *sign) news(line string, others []string) (names []string, repeated bool) {
	all := s.names(line)
	names = all
	for _, other := range others {
		if !s.expr.MatchString(other) || s.loop && indent(other) < indent(line) {
			continue
		}
		had := s.names(other)
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(had, n) })
		repeated = len(names) == 0
	}
	return names, repeated
}

// names are those that a sign finds on a line.
func (s *sign) names(line string) []string {
	var texts []string
	for _, m := range s.expr.FindAllStringSubmatch(line, -1) {
		texts = append(texts, m[1:]...)
	}
	return words(texts)
}

// add adds a reason to a hunk.
func add(h *bench.Hunk, kinds []bench.Kind, why string, names []string) {
	for _, k := range kinds {
		if !slices.Contains(h.Kinds, k) {
			h.Kinds = append(h.Kinds, k)
		}
	}
	for _, n := range names {
		if !slices.Contains(h.Names, n) {
			h.Names = append(h.Names, n)
		}
	}
	if len(names) > 0 {
		why = strings.ReplaceAll(why, "%s", strings.Join(names[:min(len(names), 4)], ", "))
	} else {
		why = strings.NewReplacer(" of %s", "", ": %s", "", " %s", "").Replace(why)
	}
	if !strings.Contains(h.Why, why) {
		if h.Why != "" {
			h.Why += "; "
		}
		h.Why += why
	}
}

var (
	word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)
	// notNames are words of the languages, where names stand.
	notNames = set(`true false null nil None self this select include model as where by asc desc and or not in is like between limit from join on count
		lambda lazy Prefetch to_attr queryset attributePaths type value fetch FetchType LAZY EAGER required through attributes http https`)
)

func set(names string) map[string]bool {
	all := map[string]bool{}
	for n := range strings.FieldsSeq(names) {
		all[n] = true
	}
	return all
}

// words are the names in some texts, in their order, each once.
func words(texts []string) (names []string) {
	for _, text := range texts {
		for _, found := range word.FindAllString(untilClosed(text), -1) {
			for name := range strings.SplitSeq(found, "__") { // of Django: line_items__product
				name = strings.Trim(name, "_")
				if len(name) > 1 && !notNames[name] && !slices.Contains(names, name) {
					names = append(names, evidence.Short(name, 60))
				}
			}
		}
	}
	return names
}

// untilClosed is a text up to the bracket that closes what was opened before it.
func untilClosed(text string) string {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth--; depth < 0 {
				return text[:i]
			}
		}
	}
	return text
}

// Ways that a migration goes back, which are there in case and run only then.
var (
	down = regexp.MustCompile(`(?i)--\s*\+goose\s+down|--\s*migrate:down|\bdef\s+(self\.)?(down|downgrade)\b|\bexports\.down\b|\bfunction\s+down\b|\basync\s+down\b|\bvoid\s+Down\b|\breverse_sql\b|\bdown\s*[:=]`)
	up   = regexp.MustCompile(`(?i)--\s*\+goose\s+up|--\s*migrate:up|\bdef\s+(self\.)?(up|upgrade|change)\b|\bexports\.up\b|\bfunction\s+up\b|\basync\s+up\b|\bvoid\s+Up\b`)
)

// undone reports whether a change stands in the part of a migration that takes it back. A file that is new is one change, of which what
// follows the mark is left out.
func undone(c *change) bool {
	for _, line := range slices.Backward(c.before) {
		if up.MatchString(line) {
			break
		}
		if down.MatchString(line) {
			return true
		}
	}
	back := false
	c.added = slices.DeleteFunc(c.added, func(line string) bool {
		if up.MatchString(line) {
			back = false
		} else if down.MatchString(line) {
			back = true
		}
		return back
	})
	return false
}

// changed are the lines of the new file that have new code, from one to another: no comments, and nothing that was only moved there.
func (c *change) changed() (ranges [][2]int) {
	code := map[string]bool{}
	for _, line := range c.added {
		code[line] = true
	}
	at := c.line
	for _, l := range c.text {
		if l[0] == '-' {
			continue
		}
		if l[0] == '+' && code[uncomment(c.file.lang, l[1:])] {
			if last := len(ranges) - 1; last >= 0 && ranges[last][1] == at-1 {
				ranges[last][1] = at
			} else {
				ranges = append(ranges, [2]int{at, at})
			}
		}
		at++
	}
	return ranges
}

// function is the name of the function of Go that a change is in.
func (c *change) function() string {
	for _, line := range append(slices.Clone(c.before), c.now()...) {
		if m := goFunction.FindStringSubmatch(line); m != nil {
			c.within = line
		}
	}
	if m := goFunction.FindStringSubmatch(c.within); m != nil {
		return m[1]
	}
	return ""
}

// now are the lines of a change as they are in the new file.
func (c *change) now() (lines []string) {
	for _, l := range c.text {
		if l[0] != '-' {
			lines = append(lines, l[1:])
		}
	}
	return lines
}

var goFunction = regexp.MustCompile(`^func (?:\([^)]*\) )?(\w+)`)

var (
	loopLine = regexp.MustCompile(`^\s*(?:for\b|foreach\b|while\b|\}?\s*else\s+for\b)|\.(?:each|each_with_index|find_each|map|flat_map|forEach|reduce|filter_map|select|stream|Select)\b.*(?:do\b|\{|=>|->|\()\s*(?:\|.*\|)?\s*$|\bEnum\.(?:map|each|flat_map)\b|\bfor\b.*\bin\b.*:?\s*$`)
	loopHere = regexp.MustCompile(`\.(?:each|map|flat_map|forEach|find_each)\s*(?:do|\{|\()\s*(?:\|[^|]*\||\(?\w+\)?\s*=>|async\b)|\[.*\bfor\b.+\bin\b.*\]|\bEnum\.(?:map|each)\(.*(?:fn|&)`)
	outerEnd = regexp.MustCompile(`^\s*(?:func\b|def\b|defp\b|class\b|public\b|private\b|protected\b|async function\b|function\b|export\b)`)
)

// inLoop reports whether an added line stands in a loop: the nearest lines above that are indented less, up to the function.
func (c *change) inLoop(line string) bool {
	if loopHere.MatchString(line) {
		return true
	}
	above := slices.Clone(c.before)
	for _, l := range c.now() {
		if uncomment(c.file.lang, l) == line {
			break
		}
		above = append(above, l)
	}
	depth := indent(line)
	for _, l := range slices.Backward(above) {
		if strings.TrimSpace(l) == "" || indent(l) >= depth {
			continue
		}
		depth = indent(l)
		if outerEnd.MatchString(l) && !strings.Contains(l, "=>") {
			return false
		}
		if loopLine.MatchString(l) {
			return true
		}
	}
	return false
}

// indent is how far a line is set in; a tab counts as four spaces.
func indent(line string) int {
	n := 0
	for _, r := range line {
		switch r {
		case ' ':
			n++
		case '\t':
			n += 4
		default:
			return n
		}
	}
	return n
}
