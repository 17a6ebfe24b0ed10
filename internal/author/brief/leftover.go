package brief

import (
	"regexp"
	"strings"
)

var (
	digit       = regexp.MustCompile(`\d`)
	description = regexp.MustCompile(`\(([^()]*)\)`)
	intro       = re(`\b(?:benchmark\w*|load[ -]?tests?|performance|suite|endpoints?|routes?|api|targets?|goals?|requirements?|slos?|slas?|thresholds?|budgets?|scenarios?|hello|hi|thanks?|please|lasttest\w*|endpunkte?|ziele?|critical|load|authentication|auth|traffic|notes?)\b`)
	wanted      = re(`\b(?:except|but not|exclud\w*|cache\w*|cold|spikes?|soak|stress|cpu|memory|mean|average|geo|region|http/?[23]|tls|proxy|retry|retries|follow|assert\w*|verify|check that|make sure|ensure|don't|do not|never|only)\b`)
	loose       = strings.NewReplacer("\x00", " ")
)

// leftOver tells the user what a span says that was not understood: all of it where nothing was, and numbers that nobody took.
func (r *reader) leftOver(s *span) {
	rest := strings.Join(strings.Fields(loose.Replace(s.text)), " ")
	if s.described && len(s.endpoints) > 0 {
		rest = r.describe(s, rest)
	}
	rest = hostAlone.ReplaceAllStringFunc(rest, func(url string) string {
		r.note(strings.TrimRight(url, "/.,") + " left out: say it with --target")
		s.found = true
		return ""
	})
	bare := strings.Trim(rest, " ,.;:-|()[]\"'<>=~/&+*!?")
	switch {
	case bare == "":
	case digit.MatchString(bare):
		for _, clause := range regexp.MustCompile(`[,;()]`).Split(rest, -1) {
			if digit.MatchString(clause) && !version.MatchString(clause) {
				r.unclear(s.line, clause)
			}
		}
	case s.found || s.described:
		for _, clause := range regexp.MustCompile(`[,;()]`).Split(rest, -1) {
			if wanted.MatchString(clause) && len(strings.Fields(clause)) > 1 {
				r.unclear(s.line, clause)
			}
		}
	case intro.MatchString(bare) && !wanted.MatchString(bare), len(strings.Fields(bare)) < 3:
	default:
		r.unclear(s.line, rest)
	}
}

var hostAlone = re(`https?://[^\s/"]+/?`)

var version = regexp.MustCompile(`^\s*(?:v\d+|http/\d(?:\.\d)?)\s*$`)

// describe keeps what an endpoint's description says in words, for people who read the scenario.
func (r *reader) describe(s *span, rest string) string {
	for _, m := range description.FindAllStringSubmatch(rest, -1) {
		text := strings.Trim(m[1], " ,;")
		if digit.MatchString(text) || wanted.MatchString(text) || len(s.endpoints) != 1 {
			continue
		}
		rest = strings.Replace(rest, m[0], "", 1)
		if e := &r.known.Endpoints[s.endpoints[0]]; e.Summary == "" && len(strings.Fields(text)) > 2 && !dangling.MatchString(text) {
			e.Summary = text
		}
	}
	return rest
}

// dangling ends a text of which a fact was taken out.
var dangling = re(`\b(?:with|of|and|or|per|for|by|at|to|from)$`)
