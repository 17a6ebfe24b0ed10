package author

import (
	"slices"
	"strings"
)

// ListRank says how likely a member of an answer is the list that was asked for.
func ListRank(name string) int {
	low := strings.ToLower(name)
	switch {
	case slices.Contains([]string{"data", "items", "results", "records", "content", "entries", "values", "objects", "rows", "list", "elements", "hits", "docs", "value", "member", "hydra:member"}, low):
		return 3
	case slices.Contains([]string{"errors", "warnings", "links", "messages", "included", "facets", "tags", "order", "metadata", "meta", "permissions", "scopes", "fields"}, low):
		return -1
	case isPlural(low):
		return 1
	}
	return 0
}

// PathMember is a member's part of a JSONPath.
func PathMember(name string) string {
	if jsonPathMember.MatchString(name) && !strings.Contains(name, ".") {
		return "." + name
	}
	return "[" + marshal(name) + "]"
}

// Title is how a table names an endpoint.
func Title(method, path string) string { return title(method, path) }

// SaveName is a name that a saved value can have.
func SaveName(name string) string {
	name = identifier(name)
	if reservedNames[name] {
		name += "_value"
	}
	return name
}

// Pick is one of several values.
func Pick(values []Value) Value {
	return Expression("pick(" + Array(values).expression() + ")")
}

// Length is how short and how long a text may come out; what is not known counts as long.
func Length(v Value) (low, high int) {
	switch v := v.(type) {
	case Literal:
		text, _ := v.V.(string)
		n := len([]rune(text))
		return n, n
	case Text:
		for _, part := range v {
			l, h := Length(part)
			low, high = low+l, high+h
		}
		return low, high
	case Expression:
		switch {
		case v == "hex(8)":
			return 8, 8
		case v == "uuid()":
			return 36, 36
		case strings.HasPrefix(string(v), "pick([\""):
			low = 1 << 20
			for _, word := range strings.Split(strings.Trim(strings.TrimPrefix(string(v), "pick("), "()[]"), ", ") {
				n := len([]rune(strings.Trim(word, `"`)))
				low, high = min(low, n), max(high, n)
			}
			return low, high
		case v == `now().Format("2006-01-02")`:
			return 10, 10
		case strings.HasPrefix(string(v), "now().Format("):
			return 20, 25
		case strings.HasPrefix(string(v), "int("):
			return 1, 8
		}
	}
	return 0, 1 << 20
}
