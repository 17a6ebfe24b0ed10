package servertiming

import (
	"strconv"
	"strings"

	"github.com/tidemark/tidemark/internal/evidence"
)

// A metric is one entry of a Server-Timing header (W3C, Server Timing, section 3).
type metric struct {
	name     string
	duration float64 // ms; -1: not said
	count    float64 // that its description begins with, as "53 queries"; 0: none
}

// parse reads a header's value. What is malformed is passed over, as browsers do.
func parse(header string) (all []metric) {
	for _, entry := range split(header, ',') {
		parts := split(entry, ';')
		m := metric{name: evidence.Short(evidence.Plain(parts[0]), longestName), duration: -1}
		if m.name == "" || len(all) == mostMetrics {
			continue
		}
		seen := map[string]bool{}
		for _, p := range parts[1:] {
			name, value, _ := strings.Cut(p, "=")
			name = strings.ToLower(strings.TrimSpace(name))
			if seen[name] {
				continue // the first one counts
			}
			seen[name] = true
			value = unquote(strings.TrimSpace(value))
			switch name {
			case "dur":
				if d, err := strconv.ParseFloat(value, 64); err == nil && d >= 0 && d < 1e9 {
					m.duration = d
				}
			case "desc":
				m.count = count(value)
			}
		}
		all = append(all, m)
	}
	return all
}

const (
	mostMetrics = 32
	longestName = 60
)

// countWords are what services count in descriptions.
var countWords = []string{"quer", "statement", "sql", "call", "request", "round"}

// count is the number that a description begins with, if it counts something that costs.
func count(description string) float64 {
	number, word, found := strings.Cut(strings.TrimSpace(description), " ")
	n, err := strconv.ParseFloat(number, 64)
	if !found || err != nil || n < 0 || n > 1e6 {
		return 0
	}
	for _, w := range countWords {
		if strings.Contains(strings.ToLower(word), w) {
			return n
		}
	}
	return 0
}

// split splits a text where a separator stands outside of quotes.
func split(text string, separator byte) (parts []string) {
	start, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == separator && !quoted:
			parts, start = append(parts, text[start:i]), i+1
		}
	}
	return append(parts, text[start:])
}

func unquote(value string) string {
	if len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
		return value
	}
	return strings.ReplaceAll(value[1:len(value)-1], `\`, "")
}
