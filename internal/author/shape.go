package author

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
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

// AnswerOf is what an answer that was seen tells of those to come: where its list is, and what its elements have.
func AnswerOf(status int, body any) Answer {
	a := Answer{Status: status, Told: body != nil}
	if elements, ok := body.([]any); ok {
		a.List, a.Members = "$[*]", membersOf(elements)
		return a
	}
	object, ok := body.(map[string]any)
	if !ok {
		return a
	}
	best := 0
	look := func(path, name string, v any) {
		elements, isList := v.([]any)
		if rank := 10 + ListRank(name); isList && rank > best && (len(elements) == 0 || isObject(elements[0])) {
			best, a.List, a.Members = rank, path+PathMember(name)+"[*]", membersOf(elements)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		look("$", name, object[name])
		if inner, ok := object[name].(map[string]any); ok && slices.Contains([]string{"data", "result", "response", "_embedded"}, name) {
			for _, innerName := range slices.Sorted(maps.Keys(inner)) {
				look("$"+PathMember(name), innerName, inner[innerName])
			}
		}
	}
	for _, name := range []string{"id", "uuid", "_id", "gid", "sid"} {
		if _, has := object[name]; has && a.ID == "" {
			a.ID = "$." + name
		}
	}
	if data, ok := object["data"].(map[string]any); ok && a.ID == "" && data["id"] != nil {
		a.ID = "$.data.id"
	}
	if a.ID != "" && best < 13 { // a thing with an id of its own, which has lists too
		a.List, a.Members = "", nil
	}
	return a
}

func isObject(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// membersOf are the members with plain values that elements have.
func membersOf(elements []any) (names []string) {
	if len(elements) == 0 {
		return nil
	}
	first, ok := elements[0].(map[string]any)
	if !ok {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(first)) {
		switch v := first[name].(type) {
		case map[string]any:
			if name == "metadata" || name == "attributes" || name == "sys" {
				for _, inner := range slices.Sorted(maps.Keys(v)) {
					if _, isText := v[inner].(string); isText {
						names = append(names, name+"."+inner)
					}
				}
			}
		case []any, bool, nil:
		default:
			names = append(names, name)
		}
	}
	return names
}

// TotalIn is how many elements a list has in all, as its answer says; 0: it does not.
func TotalIn(body any) int {
	object, ok := body.(map[string]any)
	if !ok {
		return 0
	}
	for _, at := range []any{object, object["meta"], object["pagination"], object["page"], object["paging"], object["_meta"]} {
		inner, _ := at.(map[string]any)
		for _, name := range []string{"total", "total_count", "totalCount", "total_elements", "totalElements", "totalItems", "total_items", "total_results", "count", "totalResults"} {
			if n, err := strconv.Atoi(fmt.Sprint(inner[name])); err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}
