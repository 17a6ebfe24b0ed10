package suite

import (
	"encoding/json"
	"fmt"
	"net/textproto"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

func (d *document) step(f stepFile, names template.Names) bench.Step {
	s := bench.Step{Name: d.lifted.restore(f.Name.text), Request: d.request(f, names)}
	if s.Name == "" {
		s.Name = s.Request.Method + " " + s.Request.Path
	}
	if f.Expect != nil {
		s.Expect = d.expect(*f.Expect)
	}
	for _, name := range sorted(f.Save) {
		d.use(f.Save[name], func(text string) error {
			s.Save = append(s.Save, bench.Save{Name: name, Path: text})
			if err := goodName(name); err != nil {
				return err
			}
			return jsonPath(text)
		})
	}
	d.use(f.Think, think(&s.Think))
	return s
}

// goodName says what is wrong with a name that expressions are to use.
func goodName(name string) error {
	if template.Reserved(name) {
		return fmt.Errorf("%q means something in expressions already: take another name", name)
	}
	for i, r := range name {
		if letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'; !letter && (i == 0 || r < '0' || r > '9') {
			return fmt.Errorf("%q is no name: write letters, digits and _", name)
		}
	}
	return nil
}

func (d *document) request(f stepFile, names template.Names) bench.Request {
	var r bench.Request
	for _, m := range []struct {
		name string
		at   value
	}{{"GET", f.Get}, {"HEAD", f.Head}, {"POST", f.Post}, {"PUT", f.Put}, {"PATCH", f.Patch}, {"DELETE", f.Delete}} {
		d.use(m.at, func(text string) error {
			if r.Method != "" {
				return fmt.Errorf("one request has one method: %s is there already", strings.ToLower(r.Method))
			}
			r.Method, r.Path = m.name, text
			if pieces, err := template.Split(text); err == nil && !isPath(pieces) {
				return fmt.Errorf("%q is no path: write one that begins with /, without spaces, and with letters beyond ASCII as %%C3%%A9", text)
			}
			d.template(m.at, text, template.Path, names)
			return nil
		})
	}
	if r.Method == "" && len(d.faults) == 0 {
		d.whole("a request has no method: write one as `get: /api/v1/products`")
	}
	for _, name := range sorted(f.Headers) {
		d.use(f.Headers[name], func(text string) error {
			r.Headers = append(r.Headers, bench.Field{Name: name, Value: d.template(f.Headers[name], text, template.Header, names)})
			return bench.Field{Name: name, Value: text}.Check()
		})
	}
	d.use(f.Body, func(text string) error { r.Body = d.template(f.Body, text, template.Plain, names); return nil })
	if f.JSON.set() {
		d.json(&r, f, names)
	}
	return r
}

// isPath looks at what is written, not at what expressions will put there.
func isPath(pieces []template.Piece) bool {
	for i, p := range pieces {
		if i == 0 && (p.Expression || !strings.HasPrefix(p.Text, "/")) || !p.Expression && strings.ContainsFunc(p.Text, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '#' }) {
			return false
		}
	}
	return len(pieces) > 0
}

func (d *document) json(r *bench.Request, f stepFile, names template.Names) {
	at := f.JSON.at
	if f.Body.set() {
		d.at(at.line, at.column, "body and json are two different bodies: keep one")
		return
	}
	content, err := f.JSON.decode()
	var b strings.Builder
	if err == nil {
		err = d.writeJSON(&b, content)
	}
	if err != nil {
		if !d.positioned(err) {
			d.at(at.line, at.column, d.lifted.restore(err.Error()))
		}
		return
	}
	r.Body, r.JSON = d.template(at, b.String(), template.JSON, names), true
	if !slices.ContainsFunc(r.Headers, func(h bench.Field) bool { return textproto.CanonicalMIMEHeaderKey(h.Name) == "Content-Type" }) {
		r.Headers = append(r.Headers, bench.Field{Name: "Content-Type", Value: "application/json"})
	}
}

// writeJSON writes a template whose literal parts are JSON.
func (d *document) writeJSON(b *strings.Builder, content any) error {
	switch v := content.(type) {
	case yaml.MapSlice:
		b.WriteByte('{')
		for i, item := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := d.writeText(b, fmt.Sprint(item.Key)); err != nil {
				return err
			}
			b.WriteByte(':')
			if err := d.writeJSON(b, item.Value); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := d.writeJSON(b, e); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case string:
		if d.lifted.whole(v) {
			b.WriteString(d.lifted.restore(v))
			return nil
		}
		return d.writeText(b, v)
	default:
		text, err := json.Marshal(v)
		b.Write(text)
		return err
	}
	return nil
}

// writeText writes a JSON string in which expressions stay as they are written.
func (d *document) writeText(b *strings.Builder, text string) error {
	pieces, err := template.Split(d.lifted.restore(text))
	if err != nil {
		return err
	}
	b.WriteByte('"')
	for _, p := range pieces {
		if p.Expression {
			b.WriteString("${" + p.Text + "}")
			continue
		}
		quoted, err := json.Marshal(p.Text)
		if err != nil {
			return err
		}
		b.WriteString(template.Literal(string(quoted[1 : len(quoted)-1])))
	}
	b.WriteByte('"')
	return nil
}
