package forgetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// examine finds the operation of a request, and says in what the request is not as described.
func (h *host) examine(r *http.Request, text []byte) (*Request, []string) {
	all, err := h.operations()
	if err != nil {
		return nil, []string{err.Error()}
	}
	i := slices.IndexFunc(all, func(o operation) bool { return o.method == r.Method && o.path.MatchString(r.URL.Path) })
	if i < 0 {
		return nil, []string{"no such operation is described"}
	}
	request := &Request{Request: r, Vars: map[string]string{}, operation: &all[i]}
	values := request.path.FindStringSubmatch(r.URL.Path)
	for i, name := range request.path.SubexpNames()[1:] {
		request.Vars[name] = values[i+1]
	}
	wrong := append(request.examineParameters(), h.examineHeader(r)...)
	wrong = append(wrong, request.examineBody(text)...)
	if len(wrong) == 0 && h.prose != nil {
		wrong = h.prose(request)
	}
	return request, wrong
}

func (r *Request) examineParameters() (wrong []string) {
	query := r.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if _, known := r.takes(name); !known {
			wrong = append(wrong, "has no parameter "+name)
		}
	}
	for _, p := range r.parameters {
		value, sent := r.Vars[p.name], true
		if p.in == "query" {
			value, sent = query.Get(p.name), query.Has(p.name)
		}
		switch {
		case !sent && p.required:
			wrong = append(wrong, "the parameter "+p.name+" is missing")
		case sent && !p.is(value):
			wrong = append(wrong, fmt.Sprintf("the parameter %s is %q", p.name, value))
		}
	}
	return wrong
}

// is reports whether a value is as described: read as a number or the like, or as a text.
func (p parameter) is(value string) bool {
	if read, err := jsonschema.UnmarshalJSON(strings.NewReader(value)); err == nil && p.schema.Validate(read) == nil {
		return true
	}
	return p.schema.Validate(value) == nil
}

// examineHeader holds what hosts say of headers in prose, for all operations at once.
func (h *host) examineHeader(r *http.Request) (wrong []string) {
	for _, name := range slices.Sorted(maps.Keys(h.header)) {
		if got := r.Header.Get(name); got != h.header[name] {
			wrong = append(wrong, fmt.Sprintf("%s is %q, not %q", name, got, h.header[name]))
		}
	}
	if agent := r.Header.Get("User-Agent"); agent == "" || strings.HasPrefix(agent, "Go-http-client") {
		wrong = append(wrong, "does not say who asks (User-Agent)")
	}
	return wrong
}

func (r *Request) examineBody(text []byte) (wrong []string) {
	switch {
	case len(text) == 0 && r.mustBody:
		return []string{"its body is missing"}
	case len(text) == 0:
		return nil
	case r.body == nil:
		return []string{"has a body, and takes none"}
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		wrong = append(wrong, "its body is not said to be JSON")
	}
	if err := json.Unmarshal(text, &r.Body); err != nil {
		return append(wrong, "its body is no JSON object: "+err.Error())
	}
	return append(wrong, faults(r.body, r.Body)...)
}

// faults says in what a value is not as described.
func faults(schema *jsonschema.Schema, v any) (all []string) {
	err := schema.Validate(v)
	if err == nil {
		return nil
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if at, found := strings.CutPrefix(strings.TrimSpace(line), "- "); found {
			all = append(all, at)
		}
	}
	return all
}

// answered says in what an answer of the double is not as described. How a host refuses who asks (401, 403, 404) is told in prose for all operations.
func (r *Request) answered(status int, v any, header http.Header) (wrong []string) {
	described, known := r.answers[status]
	switch {
	case !known && status >= http.StatusBadRequest:
		return nil
	case !known:
		return []string{fmt.Sprintf("answers %d, which is not described", status)}
	}
	for _, name := range []string{"Link", "Location"} {
		if header.Get(name) != "" && !described.header[name] {
			wrong = append(wrong, "answers with "+name+", which is not described")
		}
	}
	switch {
	case described.body == nil && v != nil && status < http.StatusBadRequest:
		wrong = append(wrong, "answers with a body, and none is described")
	case described.body != nil:
		for _, fault := range faults(described.body, v) {
			wrong = append(wrong, "answers so that "+fault)
		}
	}
	return wrong
}

// complete fills what the double says of something up with what the description's example has, and makes JSON's values of it.
func (r *Request) complete(status int, v any) (any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	v, err = jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	example := r.answers[status].example
	if list, ok := v.([]any); ok {
		for i := range list {
			list[i] = over(example, list[i])
		}
		return list, nil
	}
	return over(example, v), nil
}

// over is a value with what only the example has.
func over(example map[string]any, v any) any {
	o, ok := v.(map[string]any)
	if !ok || example == nil {
		return v
	}
	out := maps.Clone(example)
	for name, member := range o {
		inner, _ := example[name].(map[string]any)
		out[name] = over(inner, member)
	}
	return out
}
