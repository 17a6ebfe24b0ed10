package author

import (
	"slices"
	"strings"
)

// Merge is what several sources say together, the one that decides first: what a brief wants, then what a capture or a log saw, then
// what a document describes. Endpoints that are named in an earlier one are those that count; of later ones the rest is kept, because
// ids may come from there.
func Merge(sources ...*Known) *Known {
	all := &Known{Totals: map[string]int{}, ByClass: map[Class]Wish{}}
	names := make([]string, 0, len(sources))
	for _, k := range sources {
		names = append(names, string(k.Source))
		all.merge(k)
	}
	all.Source = Source(strings.Join(names, " and "))
	if n := len(names); n > 2 {
		all.Source = Source(strings.Join(names[:n-1], ", ") + " and " + names[n-1])
	}
	return all
}

func (k *Known) merge(other *Known) {
	before := len(k.Endpoints)
	for i := range other.Endpoints {
		e := &other.Endpoints[i]
		candidates := k.Endpoints
		if e.Also { // its own source has said the same endpoint just now
			candidates = candidates[:before]
		}
		matched := false
		for j := range candidates {
			if mine := &candidates[j]; sameEndpoint(mine, e) && (shape(mine.Path) == shape(e.Path) || other.only(mine)) {
				if matched = true; !e.Also { // who named the endpoint has one way to ask it in mind
					mine.learn(e)
				}
			}
		}
		if !matched {
			k.Endpoints = append(k.Endpoints, *e)
		}
	}
	for i := range other.Flows {
		if f := &other.Flows[i]; !k.names() || other.Source != OpenAPI || k.has(f) {
			k.Flows = append(k.Flows, *f)
		}
	}
	if k.Auth == nil {
		k.Auth = other.Auth
	}
	k.Load, k.Limits = k.Load.or(other.Load), k.Limits.or(other.Limits)
	for class, w := range other.ByClass {
		k.ByClass[class] = w
	}
	for noun, n := range other.Totals {
		if k.Totals[noun] == 0 {
			k.Totals[noun] = n
		}
	}
	k.Tables = append(k.Tables, other.Tables...)
	k.Secrets = append(k.Secrets, other.Secrets...)
	k.Notes = append(k.Notes, other.Notes...)
	k.Unclear = append(k.Unclear, other.Unclear...)
}

// names reports whether a source has said which endpoints count.
func (k *Known) names() bool {
	return slices.ContainsFunc(k.Endpoints, func(e Endpoint) bool { return e.Chosen || e.Weight > 0 })
}

// has reports whether all endpoints of a flow count.
func (k *Known) has(f *Flow) bool {
	for i := range f.Steps {
		s := &f.Steps[i].Endpoint
		if !slices.ContainsFunc(k.Endpoints, func(e Endpoint) bool { return (e.Chosen || e.Weight > 0) && sameEndpoint(&e, s) }) {
			return false
		}
	}
	return true
}

// only reports whether one endpoint of k alone can be meant by a shorter or longer path.
func (k *Known) only(e *Endpoint) bool {
	n := 0
	for i := range k.Endpoints {
		if sameEndpoint(e, &k.Endpoints[i]) {
			n++
		}
	}
	return n == 1
}

// learn takes over what e does not know, and what a description knows better: the path with its base, what is sent, how pages are had.
func (e *Endpoint) learn(from *Endpoint) {
	mine := e.pathParams()
	if len(Segments(from.Path)) >= len(Segments(e.Path)) {
		e.Path = from.Path
		e.Params = slices.DeleteFunc(e.Params, func(p Param) bool { return p.In == "path" })
	}
	for _, p := range from.Params {
		i := slices.IndexFunc(e.Params, func(mine Param) bool { return strings.EqualFold(mine.Name, p.Name) && mine.In == p.In })
		switch {
		case i >= 0 && p.Column != "":
			e.Params[i].Value, e.Params[i].Column = p.Value, p.Column
		case i < 0 && (p.In == "path" || p.Required || p.Value != nil && !e.asks() && e.Mix == ""):
			e.Params = append(e.Params, p)
		case i >= 0 && e.Params[i].Value == nil && e.Params[i].Column == "":
			e.Params[i].Value, e.Params[i].Kind = p.Value, p.Kind
		}
	}
	e.keepPathParams(mine)
	if from.Described && from.Body != nil && (e.Body == nil || e.Described) {
		e.Body = from.Body
	} else if e.Body == nil {
		e.Body = from.Body
	}
	if e.Samples == nil {
		e.Samples, e.Mix = from.Samples, from.Mix
	}
	if from.Pages != nil && e.Mix == "" && (e.Pages == nil || e.Pages.Guessed) {
		e.Pages = from.Pages
	}
	if e.Answer.Status == 0 {
		e.Answer.Status = from.Answer.Status
	}
	if !e.Answer.Told {
		status := e.Answer.Status
		e.Answer = from.Answer
		e.Answer.Status = status
	}
	if e.Auth == nil {
		e.Auth = from.Auth
	}
	if e.Summary == "" {
		e.Summary = from.Summary
	}
	if e.Class == "" {
		e.Class = from.Class
	}
	e.Total, e.PageSize = max(e.Total, from.Total), max(e.PageSize, from.PageSize)
	e.Load, e.Limits = e.Load.or(from.Load), e.Limits.or(from.Limits)
	e.Described = e.Described || from.Described
	e.Weight = max(e.Weight, from.Weight)
}

// asks reports whether an endpoint's query is known already: then optional parameters of a document are left alone.
func (e *Endpoint) asks() bool {
	return slices.ContainsFunc(e.Params, func(p Param) bool { return p.In == "query" })
}

// pathParams are a path's parameters by their place.
func (e *Endpoint) pathParams() []Param {
	names := paramNames(e.Path)
	params := make([]Param, len(names))
	for i, name := range names {
		params[i] = e.param(name)
	}
	return params
}

// keepPathParams puts values by their place into parameters that have none.
func (e *Endpoint) keepPathParams(before []Param) {
	names := paramNames(e.Path)
	missing := len(names) - len(before) // a base may have parameters of its own
	for i, p := range before {
		if p.Value == nil && p.Column == "" || i+missing < 0 {
			continue
		}
		p.Name = names[i+missing]
		at := slices.IndexFunc(e.Params, func(q Param) bool { return q.Name == p.Name && q.In == "path" })
		if at < 0 {
			e.Params = append(e.Params, p)
		} else if e.Params[at].Value == nil || p.Column != "" {
			e.Params[at].Value, e.Params[at].Column = p.Value, p.Column
		}
	}
}

// Total is how many things of a list there are, noted for ids that have to be guessed.
func (k *Known) Total(noun string, n int) {
	if k.Totals == nil {
		k.Totals = map[string]int{}
	}
	k.Totals[noun] = max(k.Totals[noun], n)
}
