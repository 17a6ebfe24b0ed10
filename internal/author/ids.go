package author

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// id finds where ids of a thing come from: seed data, a list that the API gives, what the source had as an example; else a guess, with
// a note that says so. Pinned ones stay the same over the whole run, because what is asked for belongs to them.
func (b *builder) id(id ID, pinned bool) (v Value, note string) {
	if v := b.fromTable(id, pinned); v != nil {
		return v, ""
	}
	if v := b.fromSamples(id); v != nil && !pinned {
		return v, ""
	}
	if v := b.fromList(id, pinned); v != nil {
		return v, ""
	}
	if id.Else != nil {
		if l, ok := id.Else.(Literal); ok {
			b.suite.note("ids of %s: %v, as in %s; --data DIR with %s.csv, or --target URL, gives more", Plural(strings.ReplaceAll(id.Noun, "_", " ")), l.V, b.known.Source, fileStem(Plural(id.Noun)))
		}
		return id.Else, ""
	}
	thing := strings.ReplaceAll(id.Noun, "_", " ")
	if id.Kind == StringKind {
		name := envName(id.Noun)
		if words := Words(id.Name); len(words) > 0 && words[len(words)-1] == "id" {
			name = envName(id.Noun, "id")
		}
		b.suite.note("%s: an id or name that is there has to be given as the environment variable %s", thing, name)
		return Expression("env." + name), ""
	}
	if pinned {
		return Literal{1.0}, thing + " 1 is a guess"
	}
	most, told := 100, "a guess"
	if n := b.known.Totals[id.Noun]; n > 0 {
		most, told = n, "as many as there are"
	}
	b.suite.note("ids of %s: 1 to %s, %s; --data DIR with %s.csv, or --target URL, gives real ones", Plural(thing), thousands(most), told, fileStem(Plural(id.Noun)))
	return Expression(fmt.Sprintf("int(1, %d)", most)), fmt.Sprintf("%s 1 to %s: %s", Plural(thing), thousands(most), told)
}

// fromTable takes an id from seed data.
func (b *builder) fromTable(id ID, pinned bool) Value {
	t, column := b.known.table(id)
	if t == nil {
		return nil
	}
	if pinned {
		return Literal{t.Rows[0][slices.Index(t.Columns, column)]}
	}
	name := identifier(t.Name)
	if reservedNames[name] {
		name += "_rows"
	}
	b.suite.table(*t, append([]string{column}, t.sizes(column)...))
	if !slices.ContainsFunc(b.s.data, func(d dataUse) bool { return d.name == name }) {
		b.s.data = append(b.s.data, dataUse{name, fileStem(t.Name) + ".csv"})
	}
	b.suite.note("ids of %s: from %s", Plural(strings.ReplaceAll(id.Noun, "_", " ")), t.File)
	if plainKey.MatchString(column) {
		return Expression(name + "." + column)
	}
	return Expression(name + "[" + marshal(column) + "]")
}

// fromList takes an id from a list that a set-up step asks for.
func (b *builder) fromList(id ID, pinned bool) Value {
	list := b.list(id.List, id)
	if list == nil && !id.Alone {
		list = b.listByNoun(id)
	}
	if list == nil || b.depth > 3 {
		return nil
	}
	ids := list.Answer.List + b.member(list, id)
	if list.Answer.List == "" {
		ids = "$.data[*]." + idMember(id)
		b.suite.note("lists: their ids are taken from %s, which is a guess; --target URL looks", ids)
	}
	name := identifier(id.Noun) + "_ids"
	if pinned {
		name, ids = identifier(id.Noun)+"_id", strings.ReplaceAll(ids, "[*]", "[0]")
	}
	if !slices.ContainsFunc(b.s.setup, func(s step) bool { return len(s.save) > 0 && s.save[0].Name == name }) {
		b.depth++
		b.auth(list)
		s := step{method: "GET", save: []Save{{name, ids}}, note: "once, before the warm-up, never counted"}
		if list.Answer.List == "" {
			s.note = "guessed: where the answer has its ids"
		}
		s.path, _ = b.path(list, true)
		s.path += b.firstPage(list)
		s.headers = b.headers(list)
		b.depth--
		b.s.setup = append(b.s.setup, s)
	}
	if pinned {
		return Expression(name)
	}
	return Expression("pick(" + name + ")")
}

// idMember is the member of a list's elements that an id is guessed to be.
func idMember(id ID) string {
	words := Words(id.Name)
	if last := words[max(0, len(words)-1):]; len(last) > 0 && slices.Contains([]string{"slug", "uuid", "key", "code", "sku", "name", "username", "email", "number", "handle"}, last[0]) {
		return identifier(last[0])
	}
	return "id"
}

// firstPage is a query for as many elements as a list gives at once.
func (b *builder) firstPage(list *Endpoint) string {
	e := *list
	e.Params = slices.Clone(list.Params)
	e.Pages = nil
	if p := list.Pages; p != nil && p.Size != "" {
		size := setupPageSize
		if p.Most > 0 {
			size = min(2*setupPageSize, p.Most)
		}
		e.Params = slices.DeleteFunc(e.Params, func(q Param) bool {
			return q.In == "query" && slices.Contains([]string{p.Number, p.Offset, p.Size}, q.Name)
		})
		e.Params = append(e.Params, Param{Name: p.Size, In: "query", Value: Literal{float64(size)}})
	}
	for i, p := range e.Params { // what narrows a list would narrow the ids
		if p.In == "query" && !p.Required && (list.Pages == nil || p.Name != list.Pages.Size) {
			e.Params[i].Value = nil
		}
	}
	query, _ := b.query(&e)
	return query
}

// list is the endpoint that gives a list, by its path, if ids can be taken from it.
func (b *builder) list(path string, id ID) *Endpoint {
	if path == "" || path == "/" {
		return nil
	}
	for i := range b.known.Endpoints {
		if e := &b.known.Endpoints[i]; e.Method == http.MethodGet && shape(e.Path) == shape(path) && b.gives(e, id) {
			return e
		}
	}
	return nil
}

// gives reports whether an endpoint's answer has ids. Where nothing is known of it, a list is thought to.
func (b *builder) gives(list *Endpoint, id ID) bool {
	if list.Answer.List != "" {
		return b.member(list, id) != ""
	}
	return !list.Answer.Told && list.class() != Detail
}

// member is the part of a JSONPath that points at the ids in a list: by the name that is asked for, or by the one that the path of a
// single element has.
func (b *builder) member(list *Endpoint, id ID) string {
	if m := list.Answer.member(id); m != "" {
		return m
	}
	for i := range b.known.Endpoints {
		e := &b.known.Endpoints[i]
		if names := paramNames(e.Path); len(names) > 0 && shape(e.Path) == shape(list.Path)+"/{}" {
			if m := list.Answer.member(ID{Noun: id.Noun, Name: names[len(names)-1]}); m != "" {
				return m
			}
		}
	}
	return ""
}

// member is the part of a JSONPath that points at an element's id, with its point; empty: there is none.
func (a *Answer) member(id ID) string {
	name := identifier(id.Name)
	candidates := []string{name, id.Noun + "_" + name, id.Noun + "_id", "id", "uuid", "_id", "gid", "sid", "slug", "key", "code", "sku", "number", "login", "username", "handle", "metadata.name", "name", id.Noun}
	if name != "id" && !strings.HasSuffix(name, "_id") { // {name}, {slug}
		candidates = append([]string{"metadata." + name, strings.TrimPrefix(name, id.Noun+"_")}, candidates...)
	}
	for _, c := range candidates {
		for _, member := range a.Members {
			if member == c || !strings.Contains(member, ".") && identifier(member) == identifier(c) {
				if jsonPathMember.MatchString(member) {
					return "." + member
				}
				return "[" + marshal(member) + "]"
			}
		}
	}
	return ""
}

var jsonPathMember = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// listByNoun is the list of some things that needs nothing to be asked for.
func (b *builder) listByNoun(id ID) *Endpoint {
	for i := range b.known.Endpoints {
		e := &b.known.Endpoints[i]
		s := plainSegments(e.Path)
		if e.Method == http.MethodGet && len(s) > 0 && len(paramNames(e.Path)) == 0 && identifier(Singular(s[len(s)-1])) == id.Noun && e.class() == ListClass && b.gives(e, id) {
			return e
		}
	}
	return nil
}

// reservedNames mean something in expressions already.
var reservedNames = map[string]bool{"env": true, "int": true, "float": true, "pick": true, "weighted": true, "repeat": true, "uuid": true, "hex": true, "now": true, "date": true, "len": true, "filter": true, "map": true, "all": true, "any": true, "one": true, "none": true, "count": true, "sum": true, "min": true, "max": true}
