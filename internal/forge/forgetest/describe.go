package forgetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// An operation is what a host's description says of one.
type operation struct {
	method, path string            // with {names}
	query        []string          // parameters
	header       map[string]string // that has to be sent so
	body         fields            // nil: none
}

// fields are the members of an object.
type fields map[string]field

// A field is what is said of one.
type field struct {
	kind     string // string, integer, array or object
	required bool
	one      []string // of an enumeration
	most     int      // letters or items
	least    int      // of an integer
	members  fields   // of an object, or of each of an array's objects
}

// examine finds the operation of a request, and says in what it is not as described.
func examine(all []operation, r *http.Request, text []byte) (*Request, []string) {
	for _, o := range all {
		vars, ok := match(o.path, r.URL.Path)
		if !ok || o.method != r.Method {
			continue
		}
		request := &Request{Request: r, Vars: vars}
		var wrong []string
		for name := range r.URL.Query() {
			if !slices.Contains(o.query, name) {
				wrong = append(wrong, "has no parameter "+name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(o.header)) {
			if got := r.Header.Get(name); got != o.header[name] {
				wrong = append(wrong, fmt.Sprintf("%s is %q, not %q", name, got, o.header[name]))
			}
		}
		if r.Header.Get("User-Agent") == "" || strings.HasPrefix(r.Header.Get("User-Agent"), "Go-http-client") {
			wrong = append(wrong, "does not say who asks (User-Agent)")
		}
		switch {
		case o.body == nil && len(text) > 0:
			wrong = append(wrong, "has a body, and takes none")
		case o.body != nil:
			if r.Header.Get("Content-Type") != "application/json" {
				wrong = append(wrong, "its body is not said to be JSON")
			}
			if err := json.Unmarshal(text, &request.Body); err != nil {
				return request, append(wrong, "its body is no JSON object: "+err.Error())
			}
			wrong = append(wrong, object("", o.body, request.Body)...)
		}
		return request, wrong
	}
	return nil, []string{"no such operation is described"}
}

func match(template, path string) (map[string]string, bool) {
	var names []string
	pattern := regexp.MustCompile(`\\\{([a-z_]+)\\\}`).ReplaceAllStringFunc(regexp.QuoteMeta(template), func(name string) string {
		names = append(names, strings.Trim(name, `\{}`))
		return `([^/]+)`
	})
	m := regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(path)
	if m == nil {
		return nil, false
	}
	vars := map[string]string{}
	for i, name := range names {
		vars[name] = m[i+1]
	}
	return vars, true
}

func object(at string, described fields, o map[string]any) (wrong []string) {
	for _, name := range slices.Sorted(maps.Keys(described)) {
		if _, there := o[name]; described[name].required && !there {
			wrong = append(wrong, at+name+" is missing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		f, known := described[name]
		if !known {
			wrong = append(wrong, at+name+" is not described")
			continue
		}
		wrong = append(wrong, f.check(at+name, o[name])...)
	}
	return wrong
}

func (f field) check(at string, v any) (wrong []string) {
	switch v := v.(type) {
	case string:
		switch {
		case f.kind != "string":
			return []string{at + " is a string"}
		case f.one != nil && !slices.Contains(f.one, v):
			return []string{fmt.Sprintf("%s is %q, none of %q", at, v, f.one)}
		case f.most > 0 && len(v) > f.most:
			return []string{fmt.Sprintf("%s has %d letters", at, len(v))}
		}
	case float64:
		if f.kind != "integer" || v != float64(int64(v)) || v < float64(f.least) {
			return []string{fmt.Sprintf("%s is %v", at, v)}
		}
	case []any:
		if f.kind != "array" || f.most > 0 && len(v) > f.most {
			return []string{fmt.Sprintf("%s is an array of %d", at, len(v))}
		}
		for i, item := range v {
			o, ok := item.(map[string]any)
			if !ok {
				return []string{fmt.Sprintf("%s[%d] is no object", at, i)}
			}
			wrong = append(wrong, object(fmt.Sprintf("%s[%d].", at, i), f.members, o)...)
		}
	case map[string]any:
		if f.kind != "object" {
			return []string{at + " is an object"}
		}
		return object(at+".", f.members, v)
	default:
		return []string{fmt.Sprintf("%s is %v", at, v)}
	}
	return wrong
}
