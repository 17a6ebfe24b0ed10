package author

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "indexes": "index", "matrices": "matrix",
	"vertices": "vertex", "statuses": "status", "aliases": "alias", "movies": "movie", "cookies": "cookie", "analyses": "analysis",
	"buses": "bus", "bonuses": "bonus", "leaves": "leaf", "shelves": "shelf", "media": "medium", "criteria": "criterion",
}

// Singular is the singular of an English noun, as well as spelling tells.
func Singular(noun string) string {
	low := strings.ToLower(noun)
	if s, ok := irregular[low]; ok {
		return s
	}
	for _, ending := range []string{"ss", "us", "is", "news", "series", "status", "species", "as"} {
		if strings.HasSuffix(low, ending) {
			return noun
		}
	}
	switch {
	case len(low) > 4 && strings.HasSuffix(low, "ies"):
		return noun[:len(noun)-3] + "y"
	case len(low) > 4 && (strings.HasSuffix(low, "sses") || strings.HasSuffix(low, "shes") || strings.HasSuffix(low, "ches") || strings.HasSuffix(low, "xes") || strings.HasSuffix(low, "zzes")):
		return noun[:len(noun)-2]
	case len(low) > 2 && strings.HasSuffix(low, "s"):
		return noun[:len(noun)-1]
	}
	return noun
}

// Plural is the plural of an English noun.
func Plural(noun string) string {
	low := strings.ToLower(noun)
	for plural, singular := range irregular {
		if singular == low && plural != "indexes" {
			return plural
		}
	}
	switch {
	case isPlural(noun):
		return noun
	case strings.HasSuffix(low, "y") && len(low) > 1 && !strings.ContainsRune("aeiou", rune(low[len(low)-2])):
		return noun[:len(noun)-1] + "ies"
	case strings.HasSuffix(low, "s") || strings.HasSuffix(low, "x") || strings.HasSuffix(low, "ch") || strings.HasSuffix(low, "sh"):
		return noun + "es"
	}
	return noun + "s"
}

func isPlural(noun string) bool { return Singular(noun) != noun }

// Words splits a name as createdAt, created_at or created-at into its words, in small letters.
func Words(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words, word = append(words, strings.ToLower(string(word))), nil
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			continue
		}
		// fooBar and HTTPServer have a word's beginning inside.
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return words
}

// identifier is a name as expressions and environments can have it: letters, digits and _.
func identifier(words ...string) string {
	all := make([]string, 0, len(words))
	for _, w := range words {
		all = append(all, Words(strings.Map(func(r rune) rune {
			if r > unicode.MaxASCII {
				return '_'
			}
			return r
		}, w))...)
	}
	name := strings.Join(all, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "x" + name
	}
	return name
}

// set are variables that shells and CI set themselves: a suite that asked for one would get something, and not what it means.
var set = []string{"USER", "USERNAME", "HOME", "PATH", "NAME", "LANG", "LANGUAGE", "HOST", "HOSTNAME", "PWD", "SHELL", "TERM", "EDITOR", "MAIL", "CI", "GROUP", "GROUPS", "UID", "TZ", "DISPLAY", "PORT", "BRANCH", "TMP", "TEMP", "OS"}

func envName(words ...string) string {
	name := strings.ToUpper(identifier(words...))
	if slices.Contains(set, name) {
		return "API_" + name
	}
	return name
}

var notInFiles = regexp.MustCompile(`[^a-z0-9]+`)

// fileStem is a name for a file.
func fileStem(words ...string) string {
	s := strings.Trim(notInFiles.ReplaceAllString(strings.ToLower(strings.Join(words, "-")), "-"), "-")
	if len(s) > 60 {
		s = strings.TrimRight(s[:60], "-")
	}
	return s
}

var verbs = map[string]string{"POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete", "HEAD": "head"}

// scenarioID names an endpoint's file: products-list, product-detail, create-order, user-orders.
func scenarioID(e *Endpoint) string {
	segments := plainSegments(strings.TrimSuffix(e.Path, ".json"))
	var words []string // literals, singular where one of their things is meant
	for i, s := range segments {
		switch {
		case IsParam(s):
		case i+1 < len(segments) && IsParam(segments[i+1]):
			words = append(words, Singular(s))
		default:
			words = append(words, s)
		}
	}
	if len(words) == 0 {
		return fileStem(e.Method, "root")
	}
	last := words[len(words)-1]
	ofOne := IsParam(segments[len(segments)-1])
	switch {
	case e.Method == http.MethodGet && ofOne:
		return fileStem(append(words, "detail")...)
	case e.Method == http.MethodGet && len(words) == 1 && isPlural(last):
		return fileStem(last, "list")
	case e.Method == http.MethodGet:
		return fileStem(words...)
	case e.Method == http.MethodPost && !ofOne && !isPlural(last):
		if len(words) > 1 { // POST /orders/{id}/cancel
			return fileStem(append([]string{last}, words[:len(words)-1]...)...)
		}
		return fileStem(last) // POST /login
	}
	verb := verbs[e.Method]
	if e.Method == http.MethodPost && ofOne {
		verb = "update"
	}
	if verb == "" {
		verb = e.Method
	}
	words[len(words)-1] = Singular(last)
	return fileStem(append([]string{verb}, words...)...)
}

// ScenarioID is the name that an endpoint's file gets.
func ScenarioID(e *Endpoint) string { return scenarioID(e) }

// count writes a number with its noun: 1 page, 2 pages.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + Plural(noun)
}

// Count writes a number with its noun: 1 page, 2,000 pages.
func Count(n int64, noun string) string { return count(int(n), noun) }

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
