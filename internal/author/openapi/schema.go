package openapi

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/tidemark/tidemark/internal/author"
)

// deepestSchema bounds how deep bodies are made: schemas may hold themselves.
const deepestSchema = 5

func kindOf(schema *node) author.Kind {
	switch typeOf(schema) {
	case "integer":
		return author.IntegerKind
	case "number":
		return author.NumberKind
	case "boolean":
		return author.BooleanKind
	case "string":
		return author.StringKind
	}
	return author.AnyKind
}

// typeOf is a schema's type; in 3.1 that may be a list, of which the first but null counts.
func typeOf(schema *node) string {
	t := schema.get("type")
	if t != nil && t.kind == list {
		for _, one := range t.kids {
			if one.text != "null" {
				return one.text
			}
		}
	}
	if t == nil || t.kind != text {
		switch {
		case schema.get("properties") != nil:
			return "object"
		case schema.get("items") != nil:
			return "array"
		}
		return ""
	}
	return t.text
}

// plainValues are the texts, numbers and booleans of a list.
func plainValues(n *node) (values []author.Value) {
	for _, v := range n.elements() {
		if v.kind >= boolean && v.kind <= text && len(values) < 20 {
			values = append(values, v.example())
		}
	}
	return values
}

func pick(values []author.Value) author.Value {
	if len(values) == 1 {
		return values[0]
	}
	return author.Pick(values)
}

// schema makes a value that a schema allows; nil where it does not say enough.
func (d *document) schema(s *node, name string, depth int) author.Value {
	if s = d.follow(s); s == nil || s.kind != mapping || depth > deepestSchema {
		return nil
	}
	if c := s.get("const"); c != nil {
		return c.example()
	}
	if values := plainValues(s.get("enum")); len(values) > 0 {
		return pick(values)
	}
	s = d.flat(s, 0)
	switch typeOf(s) {
	case "object":
		return d.object(s, depth)
	case "array":
		return d.array(s, name, depth)
	}
	if v := d.scalarExample(s, name); v != nil {
		return v
	}
	switch typeOf(s) {
	case "string":
		return d.text(s, name)
	case "integer":
		return d.integer(s, name)
	case "number":
		return d.decimal(s, name)
	case "boolean":
		return author.ByKind(author.BooleanKind)
	}
	if v := author.ByName(name, author.AnyKind); v != nil {
		return v
	}
	return author.ByKind(author.StringKind)
}

// scalarExample is the example that a document gives, where it can be sent again and again.
func (d *document) scalarExample(s *node, name string) author.Value {
	at := s.get("example")
	if at == nil {
		at = first(s.get("examples").elements())
	}
	if at == nil || at.kind < boolean || at.kind > text || author.SecretName(name) {
		return nil
	}
	v := author.Field{Name: name, Value: at.example()}
	clean, _ := author.Clean(author.Object{v}) // what a document shows is no secret
	made := clean.(author.Object)[0].Value
	if l, same := made.(author.Literal); same && l == v.Value {
		// Names and the like have to differ, as far as nothing restricts them.
		if by := author.ByName(name, author.StringKind); at.kind == text && by != nil && s.get("format") == nil && s.get("pattern") == nil && s.get("maxLength") == nil {
			return by
		}
	}
	return made
}

// flat is a schema with its parts put together: all of allOf, the first but null of oneOf and anyOf.
func (d *document) flat(s *node, depth int) *node {
	if depth > deepestSchema {
		return s
	}
	parts := s.get("allOf").elements()
	for _, way := range []string{"oneOf", "anyOf"} {
		for _, one := range s.get(way).elements() {
			if one = d.follow(one); one != nil && typeOf(one) != "null" {
				parts = append(slices.Clip(parts), one)
				break
			}
		}
	}
	if len(parts) == 0 {
		return s
	}
	whole := &node{kind: mapping, line: s.line}
	properties, required := &node{kind: mapping}, &node{kind: list}
	add := func(part *node) {
		for i, name := range part.names {
			switch kid := part.kids[i]; name {
			case "allOf", "oneOf", "anyOf", "$ref":
			case "properties":
				if kid.kind == mapping {
					properties.names, properties.kids = append(properties.names, kid.names...), append(properties.kids, kid.kids...)
				}
			case "required":
				required.kids = append(required.kids, kid.elements()...)
			default:
				if whole.get(name) == nil {
					whole.names, whole.kids = append(whole.names, name), append(whole.kids, kid)
				}
			}
		}
	}
	add(s)
	for _, part := range parts {
		if part = d.follow(part); part != nil && part.kind == mapping {
			add(d.flat(part, depth+1))
		}
	}
	if len(properties.names) > 0 {
		whole.names, whole.kids = append(whole.names, "properties", "required"), append(whole.kids, properties, required)
	}
	return whole
}

// mostOptional is how many members a body gets where none is required.
const mostOptional = 5

// object makes an object with what is required; where nothing is, with a few plain members.
func (d *document) object(s *node, depth int) author.Value {
	o := author.Object{}
	properties := s.get("properties")
	if properties == nil || properties.kind != mapping {
		return o
	}
	var required []string
	for _, r := range s.get("required").elements() {
		required = append(required, r.text)
	}
	add := func(i int, plain bool) {
		p := d.follow(properties.kids[i])
		name := properties.names[i]
		if p == nil || p.is("readOnly") || slices.ContainsFunc(o, func(f author.Field) bool { return f.Name == name }) {
			return
		}
		if t := typeOf(d.flat(p, 0)); plain && (t == "object" || t == "array" || t == "" || p.is("deprecated") || name == "id" || author.SecretName(name)) {
			return
		}
		v := d.schema(p, name, depth+1)
		if v == nil {
			if plain {
				return
			}
			v = author.Object{} // required, and too deep to say more
			if kindOf(p) != author.AnyKind {
				v = author.ByKind(kindOf(p))
			}
		}
		o = append(o, author.Field{Name: name, Value: v})
	}
	for i, name := range properties.names {
		if slices.Contains(required, name) {
			add(i, false)
		}
	}
	if len(o) > 0 || depth >= 2 {
		return o
	}
	// What a name explains is likely to be accepted; a code or a reference that is made up is not.
	for _, explained := range []bool{true, false} {
		for i, name := range properties.names {
			v := author.ByName(name, author.AnyKind)
			if _, isID := v.(author.ID); len(o) < mostOptional && (v != nil && !isID) == explained {
				add(i, true)
			}
		}
		if len(o) > 0 {
			return o
		}
	}
	for i := range properties.names { // {"data": {…}}
		if len(o) == 0 {
			add(i, false)
		}
	}
	return o
}

func (d *document) array(s *node, name string, depth int) author.Value {
	if example := s.get("example"); example != nil && example.kind == list && len(example.kids) > 0 {
		v, _ := author.Clean(author.Object{{Name: name, Value: example.example()}})
		return v.(author.Object)[0].Value
	}
	of := d.schema(s.get("items"), author.Singular(name), depth+1)
	if of == nil {
		return author.Array{}
	}
	low, high := 1, 3
	if n, ok := s.number("minItems"); ok && n >= 0 && n <= 1000 {
		low = max(low, int(n))
		high = max(high, low+2)
	}
	if n, ok := s.number("maxItems"); ok && n >= 0 {
		high = min(high, int(n))
		low = min(low, high)
	}
	if s.is("uniqueItems") {
		if _, same := of.(author.Literal); same {
			low, high = min(low, 1), min(high, 1)
		}
	}
	if high == 0 {
		return author.Array{}
	}
	return author.Repeat{Of: of, Low: low, High: high}
}

// text makes a text: by its format, its pattern, its name, and as long as it has to be.
func (d *document) text(s *node, name string) author.Value {
	least, most := 0, math.MaxInt32
	if n, ok := s.number("minLength"); ok && n >= 0 && n < 10_000 {
		least = int(n)
	}
	if n, ok := s.number("maxLength"); ok && n >= 0 && n < math.MaxInt32 {
		most = int(n)
	}
	if author.SecretName(name) {
		return author.ByName(name, author.StringKind)
	}
	if pattern := s.string("pattern"); pattern != "" {
		if samples := samplesOf(pattern, least, most); len(samples) > 0 {
			return pick(samples)
		}
	}
	if v := ofFormat(s.string("format"), name); v != nil {
		return v
	}
	v := author.ByName(name, author.StringKind)
	if v == nil {
		v = author.ByKind(author.StringKind)
	}
	if id, ok := v.(author.ID); ok {
		return id
	}
	if low, high := author.Length(v); low >= least && high <= most {
		return v
	}
	return author.Text{author.Expression(fmt.Sprintf("hex(%d)", max(1, min(max(least, 8), most))))}
}

// ofFormat makes a text of one of the formats that documents name.
func ofFormat(format, name string) author.Value {
	switch format {
	case "uuid", "guid":
		if v, ok := author.ByName(name, author.StringKind).(author.ID); ok {
			return v
		}
		return author.Expression("uuid()")
	case "date-time":
		return author.Expression(`now().Format("2006-01-02T15:04:05Z07:00")`)
	case "date":
		return author.Expression(`now().Format("2006-01-02")`)
	case "time":
		return author.Literal{V: "12:00:00Z"}
	case "duration":
		return author.Literal{V: "PT1H"}
	case "email", "idn-email":
		return author.ByName("email", author.StringKind)
	case "uri", "url", "uri-reference", "iri":
		return author.ByName("url", author.StringKind)
	case "hostname", "idn-hostname":
		return author.Literal{V: "bench.example.com"}
	case "ipv4":
		return author.Literal{V: "192.0.2.1"}
	case "ipv6":
		return author.Literal{V: "2001:db8::1"}
	case "byte":
		return author.Literal{V: "YmVuY2htYXJr"}
	case "password":
		return author.Text{author.Expression("env." + author.EnvName(orElse(name, "password")))}
	}
	return nil
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// bounds are the least and the most that a number may be.
func bounds(s *node) (low, high float64, given bool) {
	low, high = math.Inf(-1), math.Inf(1)
	if n, ok := s.number("minimum"); ok {
		low, given = n, true
		if s.is("exclusiveMinimum") {
			low++
		}
	}
	if n, ok := s.number("exclusiveMinimum"); ok {
		low, given = n+1, true
	}
	if n, ok := s.number("maximum"); ok {
		high, given = n, true
		if s.is("exclusiveMaximum") {
			high--
		}
	}
	if n, ok := s.number("exclusiveMaximum"); ok {
		high, given = n-1, true
	}
	return low, high, given
}

func (d *document) integer(s *node, name string) author.Value {
	low, high, given := bounds(s)
	v := author.ByName(name, author.IntegerKind)
	if id, ok := v.(author.ID); ok {
		return id
	}
	if v != nil && (!given || name == "quantity" && low <= 1 && high >= 3) {
		return v
	}
	if !given {
		low, high = 1, 100
	}
	return author.Expression(spread(low, high))
}

// spread is a random whole number between two, at most a hundred apart where one of them is missing.
func spread(low, high float64) string {
	const most = 1 << 52
	switch {
	case math.IsInf(low, -1) && math.IsInf(high, 1):
		low, high = 1, 100
	case math.IsInf(low, -1):
		low = high - 99
	case math.IsInf(high, 1):
		high = low + 99
	}
	low, high = math.Ceil(max(low, -most)), math.Floor(min(high, most))
	if low > high {
		low = high
	}
	return fmt.Sprintf("int(%.0f, %.0f)", low, high)
}

func (d *document) decimal(s *node, name string) author.Value {
	low, high, given := bounds(s)
	if v := author.ByName(name, author.NumberKind); v != nil && !given {
		return v
	}
	if step, ok := s.number("multipleOf"); ok && step > 0 && step < 1 || !given {
		if !given {
			return author.ByKind(author.NumberKind)
		}
	}
	return author.Expression(spread(low, max(low, high)))
}

// fresh makes names and the like in an example differ from request to request, where the schema allows any text.
func (d *document) fresh(v author.Value, schema *node) author.Value {
	o, ok := v.(author.Object)
	if !ok {
		return v
	}
	flat := schema
	if schema != nil {
		flat = d.flat(schema, 0)
	}
	properties := flat.get("properties")
	fresh := make(author.Object, 0, len(o))
	for _, f := range o {
		p := d.follow(properties.get(f.Name))
		if p.is("readOnly") {
			continue
		}
		l, isLiteral := f.Value.(author.Literal)
		text, isText := l.V.(string)
		words := author.Words(f.Name)
		if isLiteral && isText && len(words) > 0 && slices.Contains([]string{"name", "title", "username", "slug", "sku", "reference"}, words[len(words)-1]) &&
			p.get("pattern") == nil && p.get("enum") == nil && p.get("maxLength") == nil && !strings.Contains(text, "/") {
			f.Value = author.Text{author.Literal{V: text + " "}, author.Expression("hex(8)")}
			if !strings.Contains(text, " ") {
				f.Value = author.Text{author.Literal{V: text + "-"}, author.Expression("hex(8)")}
			}
		}
		fresh = append(fresh, f)
	}
	return fresh
}
