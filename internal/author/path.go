package author

import (
	"regexp"
	"slices"
	"strings"
)

// Segments are the parts of a path without its query.
func Segments(path string) []string {
	path, _, _ = strings.Cut(path, "?")
	return strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
}

// IsParam reports whether a segment is a parameter, as {id}; some are part of one, as {id}.json.
func IsParam(segment string) bool { return strings.Contains(segment, "{") }

// paramNames are the names of a path's parameters in their order.
var paramName = regexp.MustCompile(`\{([^{}]*)\}`)

func paramNames(path string) (names []string) {
	for _, m := range paramName.FindAllStringSubmatch(path, -1) {
		names = append(names, m[1])
	}
	return names
}

var version = regexp.MustCompile(`^v\d+([._-]?\w+)?$|^\d{4}-\d{2}-\d{2}$`)

// plainSegments are a path's segments without what all paths of an API begin with: /api/v1, /rest/2.0.
func plainSegments(path string) []string {
	s := Segments(path)
	start := 0
	for i, segment := range s {
		if IsParam(segment) || i > 2 {
			break
		}
		if low := strings.ToLower(segment); slices.Contains([]string{"api", "apis", "rest"}, low) || version.MatchString(low) || regexpNumber.MatchString(low) {
			start = i + 1
		}
	}
	if start == len(s) {
		return s
	}
	return s[start:]
}

var regexpNumber = regexp.MustCompile(`^\d+(\.\d+)?$`)

// title is how a table names an endpoint: GET /products/:id.
func title(method, path string) string {
	return method + " /" + paramName.ReplaceAllString(strings.Join(plainSegments(path), "/"), ":$1")
}

// shape is a path with its parameters' names left out.
func shape(path string) string {
	return paramName.ReplaceAllString("/"+strings.Join(Segments(strings.TrimSuffix(path, ".json")), "/"), "{}")
}

// sameEndpoint reports whether two methods and paths mean one endpoint. One may lack the beginning of the other: what an API's base
// is, sources tell or don't.
func sameEndpoint(a, b *Endpoint) bool {
	if a.Method != b.Method {
		return false
	}
	x, y := shape(a.Path), shape(b.Path)
	return x == y || x != "/" && y != "/" && (strings.HasSuffix(x, y) || strings.HasSuffix(y, x))
}

// listOf is the path of the list that the n-th parameter's ids come from: what stands before it.
func listOf(path string, n int) string {
	at := paramName.FindAllStringIndex(path, -1)[n][0]
	before := strings.TrimRight(path[:at], "/")
	if !strings.HasSuffix(path[:at], "/") {
		return "" // /files/{name}.{ext}: no list has extensions
	}
	return before
}
