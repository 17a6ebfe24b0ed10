package author

import (
	"net/http"
	"slices"
	"strings"
)

// body is what a request to e carries.
func (b *builder) body(e *Endpoint) *Body {
	if e.Method == http.MethodGet || e.Method == http.MethodHead {
		return nil
	}
	if e.Body != nil {
		body := *e.Body
		body.Value = b.value(withItems(e.Body.Value, e.Items), "")
		return &body
	}
	if e.Method == http.MethodDelete || len(e.Items) == 0 && len(e.Fields) == 0 && !b.creates(e) {
		return nil
	}
	return b.imagine(e)
}

// creates reports whether an endpoint without a known body needs one all the same.
func (b *builder) creates(e *Endpoint) bool {
	if e.Described {
		return false
	}
	s := plainSegments(e.Path)
	return e.Method == http.MethodPut || e.Method == http.MethodPatch || len(s) > 0 && isPlural(s[len(s)-1])
}

// imagine makes a body from what prose says of it: who owns it, its fields, how many items it has.
func (b *builder) imagine(e *Endpoint) *Body {
	o := Object{}
	add := func(name string, v Value) {
		if !slices.ContainsFunc(o, func(f Field) bool { return f.Name == name }) {
			o = append(o, Field{name, v})
		}
	}
	if owner := b.owner(e); owner != "" {
		add(owner+"_id", ID{Noun: owner, Name: owner + "_id"})
	}
	for _, f := range e.Fields {
		v := ByName(f, AnyKind)
		if v == nil {
			v = ByKind(StringKind)
		}
		add(identifier(f), v)
	}
	for _, items := range e.Items {
		add(identifier(Plural(items.Noun)), Repeat{Of: b.item(e, items.Noun), Low: items.Low, High: items.High})
	}
	note := "guessed: the names of the members"
	if len(o) == 0 {
		add("name", unique("Benchmark ", ""))
		note = "nothing is told of the body: write what the API takes"
	}
	b.suite.note("%s: the body's members are a guess", b.s.name)
	return &Body{Value: b.value(o, ""), Note: note}
}

// owner is whose a new thing is: user for orders, where a user's orders can be asked for.
func (b *builder) owner(e *Endpoint) string {
	s := plainSegments(e.Path)
	if len(s) != 1 {
		return ""
	}
	for i := range b.known.Endpoints {
		other := plainSegments(b.known.Endpoints[i].Path)
		if len(other) == 3 && IsParam(other[1]) && other[2] == s[0] && !IsParam(other[0]) {
			return identifier(Singular(other[0]))
		}
	}
	return ""
}

// item is one of the things that a body holds several of.
func (b *builder) item(e *Endpoint, noun string) Value {
	words := Words(noun)
	last := Singular(words[len(words)-1])
	goods := slices.Contains([]string{"item", "line", "position", "entry", "product", "article", "positionen"}, last)
	if list := b.listByNoun(ID{Noun: identifier(last), Name: last + "_id"}); list != nil && list.Path != e.Path {
		return Object{{identifier(last, "id"), ID{Noun: identifier(last), Name: last + "_id"}}, {"quantity", ByName("quantity", IntegerKind)}}
	}
	if !goods {
		return unique(last+"-", "")
	}
	thing := b.catalogue(e)
	return Object{{thing + "_id", ID{Noun: thing, Name: thing + "_id"}}, {"quantity", ByName("quantity", IntegerKind)}}
}

// catalogue is what is ordered: what the API lists beside e itself.
func (b *builder) catalogue(e *Endpoint) string {
	best := "product"
	for i := range b.known.Endpoints {
		other := &b.known.Endpoints[i]
		s := plainSegments(other.Path)
		if other.Method != http.MethodGet || len(s) != 1 || other.class() != ListClass || shape(other.Path) == shape(e.Path) {
			continue
		}
		noun := identifier(Singular(s[0]))
		if slices.Contains([]string{"product", "item", "article", "book", "good", "variant", "sku", "part"}, noun) {
			return noun
		}
		if best == "product" && !slices.Contains([]string{"user", "customer", "account", "search"}, noun) {
			best = noun
		}
	}
	return best
}

// withItems gives the lists in a known body the lengths that are wished for.
func withItems(v Value, all []Items) Value {
	for _, items := range all {
		noun := strings.Join(Words(Singular(items.Noun)), " ")
		v = walk(v, "", func(name string, v Value) Value {
			called := Singular(strings.Join(Words(name), " "))
			if called != noun && !strings.HasSuffix(noun, " "+called) {
				return v
			}
			switch list := v.(type) {
			case Repeat:
				list.Low, list.High = items.Low, items.High
				return list
			case Array:
				if len(list) > 0 {
					return Repeat{Of: list[0], Low: items.Low, High: items.High}
				}
			}
			return v
		})
	}
	return v
}
