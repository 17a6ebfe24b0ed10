package brief

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidemark/tidemark/internal/author"
)

// A span is a stretch of an item, and what it is about: some endpoints, some class of them, or all.
type span struct {
	text      string
	line      int
	endpoints []int
	class     author.Class
	found     bool // something was understood
	described bool // it describes an endpoint: what is left over is a description
}

// facts reads what an item says, beside the endpoints that it names.
func (r *reader) facts(it *item) {
	anchors := r.anchors[it]
	if it.curl {
		if len(anchors) > 0 {
			r.focus, r.last = it.indent, []int{anchors[0].endpoint}
		}
		return
	}
	if len(anchors) == 0 {
		r.without(it)
		return
	}
	r.last = nil
	groups := group(anchors, it.text)
	before := it.text[:groups[0].from] // what comes before an endpoint in its sentence
	for i, g := range groups {
		next := len(it.text)
		if i+1 < len(groups) {
			next = groups[i+1].from
		}
		after := sentencesOf(it.text[g.to:next])
		last := ""
		if n := len(after); i+1 < len(groups) && n > 1 {
			after, last = after[:n-1], after[n-1]
		}
		if i == 0 && len(groups) > 1 { // it says something of all that follow
			r.read(&span{text: before, line: it.line, described: true})
			before = ""
		}
		r.read(r.scoped(&span{text: before + " \x00 " + after[0], line: it.line, endpoints: g.endpoints, found: true, described: true}))
		for _, text := range after[1:] {
			s := &span{text: text, line: it.line, endpoints: g.endpoints, found: true, described: true}
			if !it.bullet && !goesBack.MatchString(text) {
				s = r.mentioned(&span{text: text, line: it.line})
			}
			r.read(r.scoped(s))
		}
		before = last
		r.last = append(r.last, g.endpoints...)
	}
	r.focus = it.indent
}

// scoped is a span with what its words say of whom it is about.
func (r *reader) scoped(s *span) *span {
	r.scope(s)
	return s
}

// mentioned finds the one endpoint whose things a sentence names: "Quotes must come back within 400 ms."
func (r *reader) mentioned(s *span) *span {
	words := meaningful(s.text)
	var found, lists []int
	for i := range r.known.Endpoints {
		path := r.known.Endpoints[i].Path
		if !slices.Contains(words, author.Singular(author.NounOfList(path))) {
			continue
		}
		if found = append(found, i); !strings.HasSuffix(path, "}") {
			lists = append(lists, i)
		}
	}
	if len(found) > 1 {
		found = lists
	}
	if head := beforeFact.FindString(s.text); len(found) == 0 {
		found = r.called(head)
	}
	if len(found) == 1 {
		s.endpoints, s.described = found, true
	}
	return s
}

// goesBack begins a sentence about what the one before was about.
var goesBack = regexp.MustCompile(`(?i)^\s*(it|this|that|these|those|they|each|both|there|here|its|target|expected|must|should|sie|er|es|das|diese)\b`)

// without reads an item that names no endpoint: what it says is about the one above, if it is set below it, and else about all.
func (r *reader) without(it *item) {
	below := r.focus >= 0 && len(r.last) > 0 && (it.indent > r.focus || !it.bullet && !it.first && !it.heading && len(r.last) == 1 && len(r.known.Endpoints) > 1 && r.interleaved())
	if !below && (it.first || it.indent <= r.focus) {
		r.focus = -1
	}
	for _, text := range sentencesOf(it.text) {
		s := span{text: text, line: it.line, described: it.heading || strings.HasSuffix(it.text, ":")}
		if below {
			s.endpoints, s.described = r.last, true
		}
		r.scope(&s)
		if len(s.endpoints) == 0 && s.class == "" {
			r.named(&s)
		}
		r.read(&s)
	}
}

// interleaved reports whether facts stand in lines of their own below endpoints: then what follows an endpoint is about it.
func (r *reader) interleaved() bool { return len(r.last) == 1 && !r.bulleted() }

func (r *reader) bulleted() bool {
	for it := range r.anchors {
		if it.bullet && len(r.anchors[it]) > 0 {
			return true
		}
	}
	return false
}

// group puts anchors together that nothing but an "and" stands between.
type anchorGroup struct {
	from, to  int
	endpoints []int
}

var between = regexp.MustCompile(`(?i)^[\s,;/&+]*(and|or|und|oder|as well as|then|plus)?[\s,]*$`)

func group(anchors []anchor, text string) (groups []anchorGroup) {
	for _, a := range anchors {
		if n := len(groups); n > 0 && (a.from < groups[n-1].to || between.MatchString(text[groups[n-1].to:a.from])) {
			groups[n-1].to = max(groups[n-1].to, a.to)
			groups[n-1].endpoints = append(groups[n-1].endpoints, a.endpoint)
			continue
		}
		groups = append(groups, anchorGroup{a.from, a.to, []int{a.endpoint}})
	}
	return groups
}

// ordinal follows a point in German: 95. Perzentil.
var ordinal = re(`^(?:perz|perc)`)

var sentenceEnd = regexp.MustCompile(`[.!?]["')]?\s+|;\s+`)

// sentencesOf splits a text. A point behind an abbreviation ends none.
func sentencesOf(text string) (sentences []string) {
	from := 0
	for _, at := range sentenceEnd.FindAllStringIndex(text, -1) {
		rest := strings.TrimLeft(text[at[1]:], " (\"'")
		words := strings.Fields(text[from:at[0]])
		last := ""
		if len(words) > 0 {
			last = strings.ToLower(strings.TrimLeft(words[len(words)-1], "(\"'"))
		}
		if slices.Contains([]string{"ca", "approx", "max", "min", "avg", "e.g", "i.e", "etc", "vs", "no", "incl", "bzw", "z.b", "ggf", "resp", "req", "sec"}, last) && !strings.HasPrefix(text[at[0]:], ";") {
			continue
		}
		if rest == "" || digit.MatchString(last) && ordinal.MatchString(rest) {
			continue
		}
		sentences = append(sentences, text[from:at[0]])
		from = at[1]
	}
	return append(sentences, text[from:])
}

var (
	ofAll    = regexp.MustCompile(`(?i)\b(?:for|on|of|across|to|in|at|für)?\s*(?:all|every|each|any|alle|jeden?)\s+(?:of\s+)?(?:the\s+|these\s+|four\s+|our\s+|above\s+)*(?:\d+\s+)?(?:endpoints?|routes?|requests|apis?|of them|scenarios?|calls|endpunkte?n?)\b|\boverall\b|\bglobally\b|\bin general\b|\bby default\b|\beverywhere\b|\beverything\b`)
	ofReads  = regexp.MustCompile(`(?i)\b(?:reads?|read(?:ing)?[- ](?:endpoints?|requests?|operations?|traffic)|GETs|GET\s+(?:endpoints|requests|routes|calls)|queries|lesend\w*)\b`)
	ofWrites = regexp.MustCompile(`(?i)\b(?:writes|write[- ](?:endpoints?|requests?|operations?|traffic)|mutations|POSTs|POST\s+(?:endpoints|requests|routes|calls)|schreibend\w*)\b`)
	ofLists  = regexp.MustCompile(`(?i)\b(?:list|listing|collection)\s+(?:endpoints?|requests?|routes?)\b|\blists\b`)
	ofOne    = regexp.MustCompile(`(?i)\b(?:detail|single|item)\s+(?:endpoints?|requests?|routes?|pages)\b|\bdetails\b`)
)

// scope finds whether a span is about all endpoints, or a class of them. Where it names both reads and writes, it is read in two.
func (r *reader) scope(s *span) {
	if ofAll.MatchString(s.text) {
		s.endpoints, s.found = nil, true
		s.text = ofAll.ReplaceAllString(s.text, " ")
		return
	}
	if len(s.endpoints) > 0 {
		return
	}
	var marks []mark
	for class, form := range map[author.Class]*regexp.Regexp{author.Reads: ofReads, author.Writes: ofWrites, author.ListClass: ofLists, author.Detail: ofOne} {
		for _, at := range form.FindAllStringIndex(s.text, -1) {
			marks = append(marks, mark{at[0], at[1], class})
		}
	}
	slices.SortFunc(marks, func(a, b mark) int { return a.from - b.from })
	if len(marks) == 0 {
		return
	}
	text := s.text
	behind := len(marks) > 1 // 30 users for writes, 90 users for reads: the class comes last
	for _, m := range marks {
		behind = behind && forClass.MatchString(text[:m.from])
	}
	for i, m := range marks {
		begin, end := m.to, len(text)
		switch {
		case behind && i == 0:
			begin, end = 0, m.from
		case behind:
			begin, end = marks[i-1].to, m.from
		case i+1 < len(marks):
			end = marks[i+1].from
		}
		part := &span{text: text[begin:end], line: s.line, class: m.class, described: true}
		if i == 0 && !behind {
			part.text = text[:m.from] + " " + part.text
		}
		if i == len(marks)-1 {
			s.text, s.class, s.described = part.text, part.class, true
			return
		}
		r.read(part)
	}
}

var forClass = re(`\b(?:for|on|bei|für)\s+(?:the\s+)?$`)

type mark struct {
	from, to int
	class    author.Class
}

// named finds the endpoint that a text without a path begins with: "Create order: p95 < 500 ms".
func (r *reader) named(s *span) {
	head, rest, has := strings.Cut(s.text, ":")
	if !has || len(head) > 40 {
		return
	}
	if found := r.called(head); len(found) == 1 {
		s.text, s.endpoints, s.described = rest, found, true
	}
}

// called finds the endpoints that have every word of a name.
func (r *reader) called(name string) (found []int) {
	want := meaningful(name)
	for i := range r.known.Endpoints {
		e := &r.known.Endpoints[i]
		have := meaningful(strings.ReplaceAll(author.ScenarioID(e)+" "+e.Path, "-", " ") + " " + e.Summary)
		if len(want) > 0 && !slices.ContainsFunc(want, func(w string) bool { return !slices.Contains(have, w) }) {
			found = append(found, i)
		}
	}
	return found
}

// beforeFact is what stands before a sentence's first number.
var beforeFact = regexp.MustCompile(`^[^\d<>=~]*`)

func meaningful(text string) (words []string) {
	for _, w := range author.Words(text) {
		if !slices.Contains([]string{"the", "a", "an", "of", "for", "endpoint", "endpoints", "api", "request", "requests", "page", "call", "target", "targets", "with", "and", "should", "must", "may", "can", "be", "is", "take", "stay", "at", "most", "under", "below"}, w) {
			words = append(words, author.Singular(w))
		}
	}
	return words
}

// wish gives what a span says to whom it says it of.
func (r *reader) wish(s *span, set func(*author.Wish)) {
	s.found = true
	switch {
	case len(s.endpoints) > 0:
		for _, i := range s.endpoints {
			set(&r.known.Endpoints[i].Wish)
		}
	case s.class != "":
		w := r.known.ByClass[s.class]
		set(&w)
		r.known.ByClass[s.class] = w
	default:
		w := author.Wish{Load: r.known.Load, Limits: r.known.Limits}
		set(&w)
		r.known.Load, r.known.Limits = w.Load, w.Limits
	}
}

func (r *reader) setLimit(w *author.Wish, name, value string) {
	if before := w.Limits[name]; before != "" && before != value {
		r.note(name + " is named twice: " + value + " holds, and not " + before)
	}
	limits := author.Limits{}
	for k, v := range w.Limits {
		limits[k] = v
	}
	limits[name] = value
	w.Limits = limits
}

// read takes one kind of fact after another out of a span's text.
func (r *reader) read(s *span) {
	s.text = digitsForWords(s.text)
	r.auth(s)
	r.targets(s)
	r.load(s)
	r.comesIn(s)
	r.sizes(s)
	r.leftOver(s)
}

// take finds all matches of a form, and blanks those that f takes.
func (s *span) take(form *regexp.Regexp, f func(m []string) bool) {
	for at := 0; ; {
		m := form.FindStringSubmatchIndex(s.text[at:])
		if m == nil {
			return
		}
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = s.text[at+m[2*i] : at+m[2*i+1]]
			}
		}
		from, to := at+m[0], at+m[1]
		if f(groups) {
			s.text = s.text[:from] + " \x00 " + s.text[to:]
			s.found = true
			at = from + 3
		} else if at = to; m[0] == m[1] {
			at++
		}
		if at >= len(s.text) {
			return
		}
	}
}

func re(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + pattern) }

const metric = `(?:\bp\s?\(?\s?(50|75|90|95|98|99(?:[.,]?9+)?)\)?|\b(50|75|90|95|98|99(?:[.,]9+)?)\s*\.?(?:st|nd|rd|th)?\.?[\s-]*(?:percentiles?|perzentile?|pctl?|centile|percent\s+percentile)\b|\b(median)\b|\bpercentile\s+(50|75|90|95|99)\b)`

var (
	metricPattern = re(metric)
	several       = re(`((?:` + metric + `)(?:\s*(?:/|,|and|und)\s*(?:` + metric + `))+)\D{0,40}?((?:\d+(?:[.,]\d+)?)\s*(?:ms|s|sec|seconds)?(?:\s*(?:/|,|and|und)\s*\d+(?:[.,]\d+)?\s*(?:ms|s|sec|seconds)?)+)`)
	lengthAt      = re(length + `\s*(?:or (?:less|faster|better)\s*)?(?:\(?@|at|in|on|for|as|bei|im|beim|für)\s*(?:the\s+|their\s+|dem\s+|das\s+)?` + metric + `|` + length + `\s*\(\s*(?:the\s+)?` + metric + `\s*\)`)
	metricLength  = re(metric + `([^\d.;\n]{0,70}?)` + length)
	metricBare    = re(metric + `\s*(?:<=?|=|:)\s*(\d+(?:[.,]\d+)?)(?:\s|,|;|\)|$)`)
	lengthMetric  = re(length + `\s*,?\s*` + metric)
	shareLength   = re(`\b(50|75|90|95|98|99(?:[.,]9+)?)\s*(?:%|percent|per cent|prozent)\s+(?:of\s+)?(?:all\s+|the\s+|our\s+|der\s+|aller\s+)*(?:requests|responses|calls|users|queries|anfragen|antworten|time)?[^\d.;]{0,60}?` + length)
	lengthShare   = re(length + `\s+(?:for|in|bei|für)\s+(50|75|90|95|98|99(?:[.,]9+)?)\s*(?:%|percent|per cent|prozent)(?:\s+of\s+(?:all\s+|the\s+)*(?:requests|responses|calls|cases|users))?`)
	average       = re(`\b(?:average|avg\.?|mean|durchschnitt\w*|on average)\b[^\d.;]{0,40}?` + length)
	anyLength     = re(`(?:\b(?:response|latency|latencies|answers?|reply|time|times|antwortzeit\w*|faster|fast|slower|respond\w*|load\w*|return\w*|finish\w*|complete\w*)\b[^\d;]{0,50}?)?(?:<=?|\bunder\b|\bbelow\b|\bwithin\b|\bless than\b|\bfaster than\b|\bat most\b|\bmax(?:imum)?\.?(?: of)?\b|\bno (?:more|slower|longer) than\b|\bup to\b|\bnot exceed\b|\bunter\b|\bhöchstens\b|\bmaximal\b|\bin\b)\s*(?:a\s+)?` + length)
	timeOf        = re(`\b(?:response times?|latency|antwortzeit(?:en)?)\b\s*(?:target|budget|goal|limit|sla|slo)?\s*(?:of|:|is|=|should be|must be)?\s*` + length)
	errorRate     = re(`\b(?:error|failure|fehler)s?(?:[ -]?(?:rate|ratio|quota|budget|quote|percentage|share))?\b[^.;\d%]{0,40}?(\d+(?:[.,]\d+)?)\s*(?:%|percent|per cent|prozent)`)
	errorShare    = re(`(?:(?:<=?|under|below|less than|at most|max\.?|no more than|fewer than|unter|weniger als|höchstens)\s*)?(\d+(?:[.,]\d+)?)\s*(?:%|percent|per cent|prozent)\s*(?:of\s+)?(?:requests\s+)?(?:may\s+|can\s+)?(?:errors?|failures?|failed|fail|5xx|error rate|fehler\w*)\b`)
	noErrors      = re(`\b(?:no|zero|0|without|keine|ohne)\s+(?:errors?|failures?|failed requests|5xx|fehler)\b`)
	success       = re(`(?:\b(?:success(?:ful)?(?:[ -]?rate)?|availability|verfügbarkeit)\b[^.;\d%]{0,30}?(\d+(?:[.,]\d+)?)\s*(?:%|percent)|(\d+(?:[.,]\d+)?)\s*(?:%|percent)\s+(?:success(?:ful)?(?: rate)?|availability))`)
)

var budgets = map[string]string{"50": "p50", "95": "p95", "99": "p99", "median": "p50"}

// targets takes the budgets out of a span.
func (r *reader) targets(s *span) {
	set := func(which, digits, unit string) bool {
		d, ok := lengthOf(digits, unit)
		if !ok {
			return false
		}
		name, known := budgets[strings.ToLower(strings.ReplaceAll(which, ",", "."))]
		if !known {
			r.unclear(s.line, "p"+which+" "+limit(d)+": there are budgets for p50, p95 and p99")
			return true
		}
		r.wish(s, func(w *author.Wish) { r.setLimit(w, name, limit(d)) })
		return true
	}
	s.take(several, func(m []string) bool { return r.severalTargets(m[0], m[len(m)-1], set) })
	s.take(lengthAt, func(m []string) bool {
		if m[1] != "" {
			return set(first(m[3:7]), m[1], m[2])
		}
		return set(first(m[9:13]), m[7], m[8])
	})
	s.take(metricLength, func(m []string) bool {
		if metricPattern.MatchString(m[5]) {
			return false
		}
		return set(first(m[1:5]), m[6], m[7])
	})
	s.take(metricBare, func(m []string) bool { return set(first(m[1:5]), m[5], "ms") })
	s.take(lengthMetric, func(m []string) bool { return set(first(m[3:7]), m[1], m[2]) })
	s.take(lengthShare, func(m []string) bool { return set(m[3], m[1], m[2]) })
	s.take(shareLength, func(m []string) bool { return set(m[1], m[2], m[3]) })
	s.take(average, func(m []string) bool {
		r.unclear(s.line, strings.TrimSpace(m[0])+": there is no budget for an average; write p50, p95 or p99")
		return true
	})
	errors := func(text string, complement bool) bool {
		f, ok := decimal(text, true)
		if complement {
			f = 100 - f
		}
		if !ok || f < 0 || f > 100 {
			return false
		}
		value := strconv.FormatFloat(f, 'g', 6, 64) + "%"
		r.wish(s, func(w *author.Wish) { r.setLimit(w, "errors", value) })
		return true
	}
	s.take(errorRate, func(m []string) bool { return errors(m[1], false) })
	s.take(errorShare, func(m []string) bool { return errors(m[1], false) })
	s.take(success, func(m []string) bool { return errors(first(m[1:]), true) })
	s.take(noErrors, func([]string) bool { return errors("0", false) })
	whole := func(m []string) bool {
		d, ok := lengthOf(m[1], m[2])
		if !ok || d > time.Minute {
			return false
		}
		r.note("a target without a percentile is taken for p95")
		return set("95", m[1], m[2])
	}
	s.take(timeOf, whole)
	s.take(anyLength, func(m []string) bool {
		if low := strings.ToLower(m[0]); strings.Contains(low, "ramp") || strings.Contains(low, "warm") {
			return false
		}
		return whole(m)
	})
}

// severalTargets reads p50/p95/p99 < 100/300/500 ms.
func (r *reader) severalTargets(text, lengths string, set func(which, digits, unit string) bool) bool {
	metrics := metricPattern.FindAllStringSubmatch(text[:len(text)-len(lengths)], -1)
	values := re(`(\d+(?:[.,]\d+)?)\s*(ms|s|sec|seconds)?`).FindAllStringSubmatch(lengths, -1)
	if len(metrics) != len(values) {
		return false
	}
	unit := values[len(values)-1][2]
	if unit == "" {
		unit = "ms"
	}
	for i, m := range metrics {
		own := values[i][2]
		if own == "" {
			own = unit
		}
		set(first(m[1:]), values[i][1], own)
	}
	return true
}

func first(texts []string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
