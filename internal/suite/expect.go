package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/ohler55/ojg/jp"

	"github.com/tidemark/tidemark/bench"
	"github.com/tidemark/tidemark/internal/template"
)

func (d *document) expect(f expectFile) (e bench.Expect) {
	for _, v := range f.Status {
		d.use(v, func(text string) error {
			r, err := statusRange(text)
			e.Status = append(e.Status, r)
			return err
		})
	}
	for _, name := range sorted(f.Headers) {
		d.use(f.Headers[name], func(text string) (err error) {
			if text == string(bench.Exists) {
				text = ""
			}
			text, err = d.literal(text)
			field := bench.Field{Name: name, Value: text}
			if e.Headers = append(e.Headers, field); !field.Named() {
				err = fmt.Errorf("%q is no header's name", name)
			}
			return err
		})
	}
	for _, path := range sorted(f.JSON) {
		t := f.JSON[path]
		m, err := d.jsonMatch(path, t)
		if err != nil && !d.positioned(err) {
			d.at(t.at.line, t.at.column, err.Error())
		}
		e.JSON = append(e.JSON, m)
	}
	for _, v := range f.Contains {
		d.use(v, func(text string) error {
			text, err := d.literal(text)
			e.Contains = append(e.Contains, text)
			return err
		})
	}
	if f.Size != nil {
		d.use(f.Size.Min, size(&e.MinSize))
		d.use(f.Size.Max, func(text string) error {
			if err := size(&e.MaxSize)(text); err != nil {
				return err
			}
			if e.MaxSize < max(e.MinSize, 1) {
				return fmt.Errorf("%q is less than min, or nothing", text)
			}
			return nil
		})
	}
	return e
}

// statusRange reads 201 or 2xx.
func statusRange(text string) (bench.StatusRange, error) {
	if class, found := strings.CutSuffix(strings.ToLower(text), "xx"); found && len(class) == 1 && class >= "1" && class <= "5" {
		first := int(class[0]-'0') * 100
		return bench.StatusRange{First: first, Last: first + 99}, nil
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < 100 || status > 599 {
		return bench.StatusRange{}, fmt.Errorf("%q is no HTTP status: write one from 100 to 599, or a class as 2xx", text)
	}
	return bench.StatusRange{First: status, Last: status}, nil
}

func (d *document) jsonMatch(path string, t tree) (bench.JSONMatch, error) {
	m := bench.JSONMatch{Path: path}
	if err := jsonPath(path); err != nil {
		return m, err
	}
	v, err := t.decode()
	if err != nil {
		return m, err
	}
	switch v {
	case string(bench.Exists):
		m.Presence = bench.Exists
		return m, nil
	case string(bench.Absent):
		m.Presence = bench.Absent
		return m, nil
	}
	if m.Value, err = asJSON(v); err == nil {
		m.Value, err = d.literals(m.Value)
	}
	return m, err
}

// literal is a text as it is meant. It refuses an expression, which would be taken for a text that no answer has.
func (d *document) literal(text string) (string, error) {
	pieces, err := template.Split(d.lifted.restore(text))
	if err != nil || slices.ContainsFunc(pieces, func(p template.Piece) bool { return p.Expression }) {
		return text, errors.New("an expectation holds no expressions: write what every answer has, or $${ for the characters themselves")
	}
	if len(pieces) == 0 {
		return "", nil
	}
	return pieces[0].Text, nil
}

// literals is JSON whose texts are as they are meant.
func (d *document) literals(v any) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		return d.literal(v)
	case []any:
		for i := range v {
			if v[i], err = d.literals(v[i]); err != nil {
				return v, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = d.literals(v[k]); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// asJSON is a value as encoding/json would have decoded it.
func asJSON(v any) (any, error) {
	text, err := json.Marshal(unordered(v))
	if err != nil {
		return nil, err
	}
	var plain any
	err = json.Unmarshal(text, &plain)
	return plain, err
}

// unordered is a tree without the order of its mappings.
func unordered(v any) any {
	switch v := v.(type) {
	case yaml.MapSlice:
		m := make(map[string]any, len(v))
		for _, item := range v {
			m[fmt.Sprint(item.Key)] = unordered(item.Value)
		}
		return m
	case []any:
		for i := range v {
			v[i] = unordered(v[i])
		}
	}
	return v
}

// jsonPath says what is wrong with a JSONPath.
func jsonPath(path string) error {
	if !strings.HasPrefix(path, "$") {
		return fmt.Errorf("%q is no JSONPath: write one that begins with $, as $.data[0].id", path)
	}
	if _, err := jp.ParseString(path); err != nil {
		return fmt.Errorf("%q is no JSONPath: %w", path, err)
	}
	return nil
}
