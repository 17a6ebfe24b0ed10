package brief

import (
	"regexp"
	"strings"
)

// A table says in its first line what its columns are. Its rows are rewritten as a bullet would say the same.
type table struct{ columns []column }

type column struct {
	name string
	kind string // endpoint, metric, users, rate, errors, duration, note
	unit string // that bare numbers have
}

var unitInHeader = regexp.MustCompile(`[(\[]\s*(ms|s|sec|seconds|min|%)\s*[)\]]|\bin (ms|s|seconds)\b`)

func newTable(head string) *table {
	t := &table{}
	for _, cell := range cells(head) {
		low := strings.ToLower(cell)
		c := column{name: low}
		if m := unitInHeader.FindStringSubmatch(low); m != nil {
			c.unit = m[1] + m[2]
			c.name = strings.TrimSpace(strings.Replace(low, m[0], "", 1))
		}
		switch {
		case metricPattern.MatchString(c.name):
			c.kind = "metric"
			if c.unit == "" {
				c.unit = "ms"
			}
		case has(c.name, "rps", "req/s", "requests/s", "per second", "rate limit", "qps", "tps", "throughput"):
			c.kind = "rate"
		case has(c.name, "error", "fail"):
			c.kind = "errors"
		case has(c.name, "user", "concurren", "vus", "clients", "nutzer", "parallel"):
			c.kind = "users"
		case has(c.name, "duration", "dauer", "length"):
			c.kind = "duration"
		case has(c.name, "endpoint", "path", "route", "url", "method", "resource", "verb", "endpunkt", "pfad"):
			c.kind = "endpoint"
		case has(c.name, "latency", "response time", "target", "budget", "sla", "slo"):
			c.kind = "target"
		case c.name == "#" || c.name == "no" || c.name == "no.":
			c.kind = "number"
		}
		t.columns = append(t.columns, c)
	}
	return t
}

func has(text string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// headed reports whether the first line names columns, and is no row itself.
func (t *table) headed() bool {
	known := 0
	for _, c := range t.columns {
		if c.kind != "" {
			known++
		}
	}
	return known > 1
}

func cells(line string) []string {
	parts := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

var bareNumber = regexp.MustCompile(`^[<>=~ ]*[\d.,]+k?$`)

// row says in words what a row's cells mean.
func (t *table) row(line string) string {
	var endpoint, rest []string
	for i, cell := range cells(line) {
		if cell == "" || cell == "-" {
			continue
		}
		c := column{}
		if i < len(t.columns) && t.headed() {
			c = t.columns[i]
		}
		bare := bareNumber.MatchString(cell)
		switch c.kind {
		case "number":
		case "endpoint":
			endpoint = append(endpoint, cell)
		case "metric":
			if bare {
				cell += c.unit
			}
			rest = append(rest, c.name+": "+cell)
		case "rate":
			if bare {
				cell += " requests per second"
			}
			if has(c.name, "throughput", "min") {
				cell = "throughput " + cell
			}
			rest = append(rest, cell)
		case "users":
			if bare {
				cell += " concurrent users"
			}
			rest = append(rest, cell)
		case "errors":
			if bare {
				cell += "%"
			}
			rest = append(rest, "error rate "+cell)
		case "duration":
			if bare {
				if c.unit == "" {
					c.unit = "s"
				}
				cell += c.unit
			}
			rest = append(rest, "for "+cell)
		case "target":
			if bare && c.unit != "" {
				cell = "response time " + cell + c.unit
			}
			rest = append(rest, cell)
		default:
			if i == 0 || strings.HasPrefix(cell, "/") || methodAlone.MatchString(cell) {
				endpoint = append(endpoint, cell)
			} else {
				rest = append(rest, "("+strings.Trim(cell, "()")+")")
			}
		}
	}
	return strings.Join(append([]string{strings.Join(endpoint, " ")}, rest...), ", ")
}

var methodAlone = regexp.MustCompile(`^(GET|HEAD|POST|PUT|PATCH|DELETE)$`)
