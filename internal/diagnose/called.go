package diagnose

import (
	"regexp"
	"slices"

	"github.com/tidemark/tidemark/bench"
)

// callOf is how a changed place calls the function that the evidence leads to; empty: it does not. Names are all that is known of both. One of
// several words, as loadEach, is taken for the same wherever it stands; get, load or find is everywhere, and has to be called on what it belongs
// to.
func callOf(h *bench.Hunk, at *bench.Suspect) string {
	if at == nil || at.Function == "" {
		return ""
	}
	owners, name := qualified(at.Function)
	for _, call := range h.Calls {
		on, called := qualified(call)
		if called == name && (len(parts(name)) > 1 || slices.ContainsFunc(owners, func(o string) bool { return slices.Contains(on, o) })) {
			return call
		}
	}
	return ""
}

var (
	identifier = regexp.MustCompile(`[A-Za-z_]\w*`)
	// closure is what a compiler calls a function without a name, which belongs to the one around it.
	closure = regexp.MustCompile(`^(?:func\d*|anonymous|lambda|locals|block|in|fn)$`)
)

// qualified takes a function's name apart: github.com/shop/orders.(*Orders).loadEach.func1 is loadEach, of orders.
func qualified(function string) (owners []string, name string) {
	const nearest = 2 // the type and its package
	all := identifier.FindAllString(function, -1)
	for len(all) > 1 && closure.MatchString(all[len(all)-1]) {
		all = all[:len(all)-1]
	}
	if len(all) == 0 {
		return nil, ""
	}
	last := len(all) - 1
	for _, o := range all[max(last-nearest, 0):last] {
		for _, word := range parts(o) {
			if word != "repository" && word != "service" && word != "model" {
				owners = append(owners, word)
			}
		}
	}
	return owners, all[last]
}
