package diagnose

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/bench"
)

// callOf is how a changed place calls the function that the evidence leads to; empty: it does not. Names are all that is known of both. One of
// several words, as loadEach, is taken for the same where nothing says otherwise; get, find or ServeHTTP is everywhere, and has to be called on what
// it belongs to.
func callOf(h *bench.Hunk, at *bench.Suspect) string {
	if at == nil || at.Function == "" {
		return ""
	}
	owners, name := qualified(at.Function)
	for _, call := range h.Calls {
		on, called := qualified(call)
		if called != name {
			continue
		}
		if len(on) == 0 && len(parts(name)) > 1 && !commonplace[strings.ToLower(name)] ||
			slices.ContainsFunc(owners, func(o string) bool { return slices.Contains(on, o) }) {
			return call
		}
	}
	return ""
}

var (
	identifier = regexp.MustCompile(`[A-Za-z_]\w*`)
	// closure is what compilers call a function without a name, which belongs to the one around it.
	closure = regexp.MustCompile(`^(?:func\d*|range\d+|gowrap\d*|deferwrap\d*|fm|anonymous|lambda|locals|block|in|fn|closure|MoveNext|[bd]__\d+)$`)
	// commonplace are names of several words that many types have.
	commonplace = words(`servehttp marshaljson unmarshaljson roundtrip querycontext execcontext queryrow queryrowcontext getcontext selectcontext findbyid findall findone findby
		getbyid getall tostring toarray hashcode onnext`)
	// toldByAll are words of owners that any type may have in its name.
	toldByAll = words(`repository repo service model store dao client manager handler controller view app api main internal src lib server impl base common util utils helper
		this self next the new object entity data`)
)

func words(text string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		all[word] = true
	}
	return all
}

// qualified takes a function's name apart: github.com/shop/orders.(*Orders).loadEach.func1 is loadEach, of order. Owners that say nothing, as o or
// repo, are left out.
func qualified(function string) (owners []string, name string) {
	const (
		nearest = 2 // the type and its package
		telling = 3 // letters
	)
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
			if len(word) >= telling && !toldByAll[word] {
				owners = append(owners, word)
			}
		}
	}
	return owners, all[last]
}
