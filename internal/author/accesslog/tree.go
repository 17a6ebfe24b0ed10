package accesslog

import (
	"bytes"
	"strings"
)

// A tree holds the paths of a document, which decide what in a path is a parameter.
type tree struct {
	literals map[string]*tree
	param    *tree
	template string // of the path that ends here; empty: none does
}

func newTree(templates []string) *tree {
	root := &tree{}
	for _, template := range templates {
		t := root
		for segment := range strings.SplitSeq(strings.Trim(template, "/"), "/") {
			if strings.Contains(segment, "{") {
				if t.param == nil {
					t.param = &tree{}
				}
				t = t.param
				continue
			}
			if t.literals == nil {
				t.literals = map[string]*tree{}
			}
			if t.literals[segment] == nil {
				t.literals[segment] = &tree{}
			}
			t = t.literals[segment]
		}
		t.template = template
	}
	return root
}

// match is the template of a path; a literal goes before a parameter. Empty: the document does not have it.
func (t *tree) match(path []byte) string {
	path = bytes.Trim(path, "/")
	if len(path) == 0 {
		return t.template
	}
	segment, below := path, []byte(nil)
	if at := bytes.IndexByte(path, '/'); at >= 0 {
		segment, below = path[:at], path[at+1:]
	}
	if next := t.literals[string(segment)]; next != nil {
		if found := next.match(below); found != "" {
			return found
		}
	}
	if t.param != nil && len(segment) > 0 {
		return t.param.match(below)
	}
	return ""
}

func (t *tree) empty() bool { return t.literals == nil && t.param == nil && t.template == "" }

// appendTemplate appends a path in which what looks like a value is {}.
func appendTemplate(key, path []byte) []byte {
	for len(path) > 0 {
		if path[0] == '/' {
			path = path[1:]
			continue
		}
		segment := path
		if at := bytes.IndexByte(path, '/'); at >= 0 {
			segment = path[:at]
		}
		path = path[len(segment):]
		key = append(key, '/')
		if isValue(segment) {
			key = append(key, '{', '}')
		} else {
			key = append(key, segment...)
		}
	}
	return key
}

// longestWord is how long a segment that is a path's own can be.
const longestWord = 48

// isValue reports whether a segment looks like an id: a number, a UUID, a ULID, a hash, or letters and digits as machines mix them; an
// address of mail; or anything too long to be a word.
func isValue(s []byte) bool {
	digits, upper, lower, hex, hyphens, others := 0, 0, 0, 0, 0, 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
			hex++
		case c >= 'a' && c <= 'z':
			if lower++; c <= 'f' {
				hex++
			}
		case c >= 'A' && c <= 'Z':
			if upper++; c <= 'F' {
				hex++
			}
		case c == '-':
			hyphens++
		case c == '@' || c == '%':
			return true
		default:
			others++
		}
	}
	n := len(s)
	switch {
	case digits == 0:
		return n > longestWord
	case digits == n, n > longestWord:
		return true
	case n == 36 && hyphens == 4 && hex == 32: // UUID
		return true
	case hex == n && n >= 16:
		return true
	case others > 0 || hyphens > 0:
		return false // 2024.pdf, oak-table-2
	case n == 26 && lower == 0: // ULID
		return true
	}
	return digits >= 2 && n >= 10 && upper > 0 && n > digits+1 || digits >= 2 && n >= 20
}
