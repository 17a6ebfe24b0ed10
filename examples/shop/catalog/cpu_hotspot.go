package catalog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/examples/shop/faults"
)

func newCPUHotspot() *faults.Fault {
	return &faults.Fault{
		Name:      "cpu-hotspot",
		Endpoints: []string{"GET /api/v1/products/{id}"},
		Mistake:   "bad words in reviews are masked with a regular expression for each word, compiled again for each review",
	}
}

// badWords are not printed.
var badWords = []string{
	"arse", "balderdash", "baloney", "blasted", "blimey", "bloody", "blooming", "bogus", "bollocks", "bonkers", "bugger", "bunkum", "claptrap",
	"codswallop", "cowpat", "crap", "crikey", "crook", "damn", "damned", "darn", "dimwit", "dipstick", "dope", "dork", "drivel", "fraudster",
	"git", "hogwash", "humbug", "idiot", "jerk", "moron", "muppet", "numpty", "pillock", "plonker", "poppycock", "prat", "scumbag", "shyster",
	"sod", "tosser", "twaddle", "twit",
}

var isBad = func() map[string]bool {
	bad := make(map[string]bool, len(badWords))
	for _, word := range badWords {
		bad[word] = true
	}
	return bad
}()

// maskAll masks the bad words of reviews.
func (c *Catalog) maskAll(reviews []Review) {
	mask := maskOnce
	if c.cpuHotspot.On() {
		mask = maskWordByWord
	}
	for i := range reviews {
		reviews[i].Body = mask(reviews[i].Body)
	}
}

// maskOnce looks each word of a text up. Most texts have none that is bad, and stay as they are.
func maskOnce(text string) string {
	if !slices.ContainsFunc(strings.FieldsFunc(text, outsideWord), isBadWord) {
		return text
	}
	return word.ReplaceAllStringFunc(text, func(w string) string {
		if isBadWord(w) {
			return stars(w)
		}
		return w
	})
}

// word is compiled once, for all texts.
var word = regexp.MustCompile(`[A-Za-z0-9_]+`)

func outsideWord(r rune) bool {
	return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func isBadWord(w string) bool { return isBad[strings.ToLower(w)] }

// maskWordByWord looks each bad word up in the text.
func maskWordByWord(text string) string {
	for _, bad := range badWords {
		text = regexp.MustCompile(`(?i)\b`+bad+`\b`).ReplaceAllStringFunc(text, stars)
	}
	return text
}

func stars(word string) string { return strings.Repeat("*", len(word)) }
