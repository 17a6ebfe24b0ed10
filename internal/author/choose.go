package author

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// choose marks what becomes a scenario, when no source said it by naming endpoints.
func (s *Suite) choose(k *Known, o Options) {
	if slices.ContainsFunc(k.Endpoints, func(e Endpoint) bool { return e.Chosen }) {
		return
	}
	type candidate struct {
		e     *Endpoint
		score float64
	}
	var all []candidate
	avoided := map[string]int{}
	measured := slices.ContainsFunc(k.Endpoints, func(e Endpoint) bool { return e.Weight > 0 })
	for i := range k.Endpoints {
		e := &k.Endpoints[i]
		if measured && e.Weight == 0 {
			continue // what nobody asked for
		}
		if e.Avoid != "" {
			avoided[e.Avoid]++
			continue
		}
		all = append(all, candidate{e, k.score(e)})
	}
	if len(all) == 0 { // what a colleague would avoid is better than nothing
		for i := range k.Endpoints {
			all = append(all, candidate{&k.Endpoints[i], k.score(&k.Endpoints[i])})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	chosen := all[:min(len(all), o.Top)]
	for _, c := range chosen {
		c.e.Chosen = true
	}
	// Scenarios come in the source's order of importance.
	slices.SortStableFunc(k.Endpoints, func(a, b Endpoint) int {
		return cmp.Compare(k.rank(&b), k.rank(&a))
	})
	if len(chosen) == len(k.Endpoints) {
		return
	}
	how := "things that can be listed, read and created first, those that need the fewest other things before those that need more"
	if measured {
		how = "by how often and how long they were asked"
	}
	text := ""
	for _, reason := range slices.Sorted(maps.Keys(avoided)) {
		text += ", " + thousands(avoided[reason]) + " " + reason
	}
	s.note("%d of %s chosen: %s%s; --top N takes more", len(chosen), count(len(k.Endpoints), "endpoint"), how, text)
}

func (k *Known) rank(e *Endpoint) float64 {
	if e.Chosen {
		return 1e9 + k.score(e)
	}
	return 0
}

// score says how much an endpoint is worth measuring: by its traffic where that is known, else as a colleague would guess who sees the
// document for the first time.
func (k *Known) score(e *Endpoint) float64 {
	if e.Weight > 0 {
		return 1e6 + e.Weight
	}
	segments := plainSegments(e.Path)
	params := 0
	for _, s := range segments {
		if IsParam(s) {
			params++
		}
	}
	score := 10 - 1.5*float64(len(segments)) - 1.5*float64(params)
	switch e.class() {
	case ListClass:
		score += 6
	case Detail:
		if params > 0 {
			score += 5.5
		}
	case History:
		score += 5
	case Write:
		switch {
		case e.Method == "POST" && len(segments) > 0 && isPlural(segments[len(segments)-1]):
			score += 4.5
		case e.Method == "DELETE": // it takes away what the others need
			score -= 4
		}
	}
	if len(segments) > 0 {
		score += k.family(segments[0])
	}
	for _, p := range e.Params {
		if p.Required && p.Value == nil && p.In != "path" {
			score -= 1.5
		}
	}
	if aside.has(segments) {
		score -= 6
	}
	return score
}

type wordList []string

// aside is what no user waits for.
var aside = wordList{"health", "healthz", "livez", "readyz", "ping", "status", "version", "metrics", "admin", "internal", "debug", "oauth", "oauth2", "token", "tokens", "login", "logout", "auth",
	"webhook", "webhooks", "callback", "config", "settings", "test", "openapi", "swagger", "docs", "favicon.ico", "robots.txt", "license", "licenses", "meta", "migrations"}

func (l wordList) has(segments []string) bool {
	return slices.ContainsFunc(segments, func(s string) bool { return slices.Contains(l, strings.ToLower(s)) })
}

// family is how much can be done with a kind of thing: what has a list, details and a creation is what the API is about.
func (k *Known) family(first string) float64 {
	if k.families == nil {
		k.families = map[string]float64{}
		kinds := map[string]map[string]bool{}
		for i := range k.Endpoints {
			e := &k.Endpoints[i]
			s := plainSegments(e.Path)
			if len(s) == 0 || len(s) > 3 {
				continue
			}
			kind := e.Method
			if e.Method == "GET" {
				kind = string(e.class())
			}
			if kinds[s[0]] == nil {
				kinds[s[0]] = map[string]bool{}
			}
			kinds[s[0]][kind] = true
		}
		for name, k2 := range kinds {
			k.families[name] = min(4, float64(len(k2)))
		}
	}
	return k.families[first]
}
