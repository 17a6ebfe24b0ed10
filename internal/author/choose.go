package author

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// Choose marks what becomes a scenario, when no source said it by naming endpoints, and notes how.
func Choose(k *Known, o Options) {
	if slices.ContainsFunc(k.Endpoints, func(e Endpoint) bool { return e.Chosen }) {
		return
	}
	measured := slices.ContainsFunc(k.Endpoints, func(e Endpoint) bool { return e.Weight > 0 })
	var candidates []*Endpoint
	avoided := map[string]int{}
	for i := range k.Endpoints {
		e := &k.Endpoints[i]
		switch why := e.avoid(); {
		case measured && e.Weight == 0: // nobody asked for it
		case why != "" && !measured:
			avoided[why]++
		default:
			candidates = append(candidates, e)
		}
	}
	if len(candidates) == 0 { // what a colleague would avoid is better than nothing
		for i := range k.Endpoints {
			candidates = append(candidates, &k.Endpoints[i])
		}
	}
	how := "by how often and how long they were asked"
	if measured {
		slices.SortStableFunc(candidates, func(a, b *Endpoint) int { return cmp.Compare(b.Weight, a.Weight) })
	} else {
		how = "the list, the detail and the creation of the things with the most operations"
		candidates = k.byFamily(candidates)
	}
	chosen, of := choose(candidates, o.Top)
	var reasons []string
	for _, why := range slices.Sorted(maps.Keys(avoided)) {
		reasons = append(reasons, thousands(avoided[why])+" "+why)
	}
	left := ""
	if len(reasons) > 0 {
		left = "; left out: " + strings.Join(reasons, ", ")
	}
	all := 0
	for i := range k.Endpoints {
		if !k.Endpoints[i].Also {
			all++
		}
	}
	note := fmt.Sprintf("%d of %s chosen", chosen, count(all, "endpoint"))
	if chosen < of {
		note += ": " + how + "; --top N takes more"
	}
	if chosen < all {
		k.Notes = append(k.Notes, note+left)
	}
}

// choose marks the first candidates, and with each the other ways to ask it, which come after it and do not count.
func choose(candidates []*Endpoint, top int) (chosen, of int) {
	marked := map[string]bool{}
	for _, e := range candidates {
		name := e.Method + " " + e.Path
		switch {
		case e.Also:
			e.Chosen = marked[name]
			continue
		case chosen < top:
			e.Chosen, marked[name] = true, true
			chosen++
		}
		of++
	}
	return chosen, of
}

// aside is what no user waits for.
var aside = []string{"health", "healthz", "healthcheck", "livez", "readyz", "alive", "ready", "ping", "version", "metrics", "debug", "oauth", "oauth2", "token", "login", "logout", "signin", "signout",
	"openapi.json", "openapi", "swagger", "swagger.json", "docs", "favicon.ico", "robots.txt", "watch"}

// apiRoot is a path that says what an API has.
var apiRoot = regexp.MustCompile(`^(/(api|apis|rest|v\d+))*/?$`)

// avoid says why a colleague would not measure an endpoint unasked, or nothing.
func (e *Endpoint) avoid() string {
	switch {
	case e.Avoid != "":
		return e.Avoid
	case slices.Equal(plainSegments(e.Path), Segments(e.Path)) && apiRoot.MatchString(e.Path), slices.ContainsFunc(plainSegments(e.Path), func(s string) bool { return slices.Contains(aside, strings.ToLower(s)) }):
		return "that no user waits for"
	case e.Method == http.MethodDelete:
		return "that take away what the others need"
	case e.Method == http.MethodHead:
		return "that only ask for headers"
	}
	return ""
}

// A family is a collection and what can be done with it.
type family struct {
	members    []*Endpoint
	operations int // below it too
	score      float64
}

// collection is the path of the things that an endpoint is about, without the names of parameters.
func (e *Endpoint) collection() string {
	s := Segments(shape(e.Path))
	for len(s) > 1 && IsParam(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return "/" + strings.Join(s, "/")
}

// byFamily orders endpoints as somebody would who sees the API for the first time: things with many operations matter, and of each the
// list, the detail and the creation do; the rest comes after.
func (k *Known) byFamily(all []*Endpoint) []*Endpoint {
	families := map[string]*family{}
	for _, e := range all {
		c := e.collection()
		if families[c] == nil {
			families[c] = &family{}
		}
		families[c].members = append(families[c].members, e)
	}
	for i := range k.Endpoints { // an operation counts for all collections that it is below
		s := Segments(shape(k.Endpoints[i].Path))
		for n := 1; n <= len(s); n++ {
			if f := families["/"+strings.Join(s[:n], "/")]; f != nil {
				f.operations++
			}
		}
	}
	for c, f := range families {
		kinds := map[Class]bool{}
		needed := 0
		for _, e := range f.members {
			kind := e.class()
			kinds[kind] = true
			for _, p := range e.Params {
				if p.In != "path" && p.Required && p.Value == nil {
					needed++
				}
			}
		}
		params := strings.Count(c, "{}")
		f.score = 2*math.Log2(1+float64(f.operations)) + 2.5*float64(len(kinds)) - 2.5*float64(params) - float64(needed)/float64(len(f.members))
	}
	ordered := slices.SortedFunc(maps.Keys(families), func(a, b string) int {
		return cmp.Or(cmp.Compare(families[b].score, families[a].score), strings.Compare(a, b))
	})
	var first, rest []*Endpoint
	for _, c := range ordered {
		taken := map[Class]bool{}
		slices.SortStableFunc(families[c].members, func(a, b *Endpoint) int { return cmp.Compare(b.appeal(), a.appeal()) })
		for _, e := range families[c].members {
			if kind := e.class(); taken[kind] || kind == Write && (e.Method != http.MethodPost || IsParam(e.Path[strings.LastIndexByte(e.Path, '/'):])) {
				rest = append(rest, e)
			} else {
				taken[kind] = true
				first = append(first, e)
			}
		}
	}
	return append(first, rest...)
}

// appeal orders what can be done with one thing.
func (e *Endpoint) appeal() float64 {
	switch e.class() {
	case ListClass, History:
		return 4
	case Detail:
		return 3
	}
	if e.Method == http.MethodPost {
		return 2
	}
	return 1
}
